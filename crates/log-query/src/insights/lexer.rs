//! Cuts a query into words, numbers, texts and signs, one at a time: whether `/` divides or opens a regular expression, only the parser knows.

use super::{Malformed, period::Period};

/// A piece of a query.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A command, keyword, function or field. What has back quotes in it is a field.
    Word {
        text: String,
        quoted: bool,
    },
    Number(f64),
    Period(Period),
    /// What was in single or double quotes.
    Text(String),
    Sign(&'static str),
    End,
}

/// Where something is in the query, in bytes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Span {
    pub(super) fn to(self, other: Self) -> Self {
        Self {
            start: self.start,
            end: other.end,
        }
    }
}

/// Longer signs first.
const SIGNS: &[&str] = &[
    "=~", "!=", "<=", ">=", "=", "<", ">", "(", ")", "[", "]", ",", "|", "+", "-", "*", "/", "%",
    "^",
];

pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The whole query.
    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// What is written there, white space joined to single blanks.
    pub(super) fn written(&self, span: Span) -> String {
        let mut written = String::new();
        let mut quote = None;
        for c in self.text[span.start..span.end].chars() {
            match quote {
                Some(open) if c == open => quote = None,
                None if matches!(c, '"' | '\'' | '`' | '/') => quote = Some(c),
                None if c.is_whitespace() => {
                    if !written.ends_with(' ') {
                        written.push(' ');
                    }
                    continue;
                }
                _ => {}
            }
            written.push(c);
        }
        written
    }

    /// That something is wrong there.
    pub(super) fn malformed(&self, span: Span, message: impl Into<String>) -> Malformed {
        let characters = |end: usize| self.text[..end].chars().count();
        Malformed {
            message: message.into(),
            start: characters(span.start),
            end: characters(span.end),
        }
    }

    /// That something else should be there, in the service's words, and what.
    pub(super) fn unexpected(&self, span: Span, wanted: &str) -> Malformed {
        let found = match &self.text[span.start..span.end] {
            "" => "the end of the query",
            found => found,
        };
        let before = &self.text[..span.start];
        let line = before.matches('\n').count() + 1;
        let position = before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count()
            + 1;
        self.malformed(
            span,
            format!(
                "unexpected symbol found {found} at line {line} and position {position}: {wanted}"
            ),
        )
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Past white space, and comments from `#` to the end of the line.
    fn skip(&mut self) {
        loop {
            let rest = self.rest().trim_start();
            self.at = self.text.len() - rest.len();
            if !rest.starts_with('#') {
                return;
            }
            self.at += rest.find('\n').unwrap_or(rest.len());
        }
    }

    /// The next piece and its place.
    pub(super) fn next(&mut self) -> Result<(Token, Span), Malformed> {
        self.skip();
        let start = self.at;
        let token = self.token()?;
        Ok((
            token,
            Span {
                start,
                end: self.at,
            },
        ))
    }

    fn token(&mut self) -> Result<Token, Malformed> {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return Ok(Token::End);
        };
        match first {
            '"' | '\'' => return self.quoted(first),
            '0'..='9' => return self.number(),
            _ => {}
        }
        if begins_word(first) {
            return self.word();
        }
        if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            self.at += sign.len();
            return Ok(Token::Sign(sign));
        }
        let span = Span {
            start: self.at,
            end: self.at + first.len_utf8(),
        };
        Err(self.unexpected(
            span,
            "field names with other characters than letters, digits, `_`, `@` and `.` stand in back quotes",
        ))
    }

    /// Parts with dots between them, each plain or in back quotes.
    fn word(&mut self) -> Result<Token, Malformed> {
        let mut text = String::new();
        let mut quoted = false;
        loop {
            let rest = self.rest();
            if let Some(inside) = rest.strip_prefix('`') {
                let Some(end) = inside.find('`') else {
                    return Err(self.unclosed('`'));
                };
                quoted = true;
                text.push_str(&inside[..end]);
                self.at += end + 2;
            } else {
                let end = rest.find(|c| !continues_word(c)).unwrap_or(rest.len());
                text.push_str(&rest[..end]);
                self.at += end;
            }
            let mut ahead = self.rest().chars();
            let dot = ahead.next() == Some('.')
                && ahead.next().is_some_and(|c| continues_word(c) || c == '`');
            if !dot {
                return Ok(Token::Word { text, quoted });
            }
            text.push('.');
            self.at += 1;
        }
    }

    /// A number, or a period such as `5m`.
    fn number(&mut self) -> Result<Token, Malformed> {
        let start = self.at;
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        self.at += digits(self.rest());
        if let Some(fraction) = self.rest().strip_prefix('.')
            && digits(fraction) > 0
        {
            self.at += 1 + digits(fraction);
        }
        if let Some(exponent) = self.rest().strip_prefix(['e', 'E']) {
            let sign = usize::from(exponent.starts_with(['+', '-']));
            let count = digits(&exponent[sign..]);
            if count > 0 {
                self.at += 1 + sign + count;
            }
        }
        let number = &self.text[start..self.at];
        let rest = self.rest();
        let end = rest.find(|c| !continues_word(c)).unwrap_or(rest.len());
        if end == 0 {
            return number.parse().map(Token::Number).map_err(|_| {
                let span = Span {
                    start,
                    end: self.at,
                };
                self.unexpected(span, "expected a number")
            });
        }
        self.at += end;
        let span = Span {
            start,
            end: self.at,
        };
        let period = Period::of(number, &rest[..end]);
        period.map(Token::Period).ok_or_else(|| {
            self.unexpected(
                span,
                "a period is a whole number above 0 and a unit (ms, s, m, h, d, w, mo, q, y), such as 5m",
            )
        })
    }

    fn quoted(&mut self, quote: char) -> Result<Token, Malformed> {
        let mut text = String::new();
        let mut characters = self.rest().char_indices().skip(1);
        while let Some((at, c)) = characters.next() {
            match c {
                c if c == quote => {
                    self.at += at + 1;
                    return Ok(Token::Text(text));
                }
                '\\' => match characters.next() {
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, 't')) => text.push('\t'),
                    Some((_, 'r')) => text.push('\r'),
                    Some((_, c @ ('"' | '\'' | '\\'))) => text.push(c),
                    Some((_, c)) => text.extend(['\\', c]),
                    None => {}
                },
                c => text.push(c),
            }
        }
        Err(self.unclosed(quote))
    }

    /// What is between a slash, which was read already, and the next that has no backslash before it.
    pub(super) fn regex(&mut self, open: Span) -> Result<(&'a str, Span), Malformed> {
        let from = open.end;
        let mut escaped = false;
        for (at, c) in self.text[from..].char_indices() {
            match c {
                '/' if !escaped => {
                    self.at = from + at + 1;
                    let span = Span {
                        start: open.start,
                        end: self.at,
                    };
                    return Ok((&self.text[from..from + at], span));
                }
                c => escaped = c == '\\' && !escaped,
            }
        }
        self.at = open.start;
        Err(self.unclosed('/'))
    }

    fn unclosed(&self, quote: char) -> Malformed {
        let span = Span {
            start: self.at,
            end: self.text.len(),
        };
        self.malformed(span, format!("the {quote} is never closed"))
    }
}

fn begins_word(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '_' | '@' | '`')
}

fn continues_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '@')
}
