//! Cuts an expression into words, numbers, texts and signs.

use serde_json::Value;

use super::{MAX_FILTER_CHARACTERS, error::FilterError};

/// A piece of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    /// A keyword, an operator, `true`, a key: letters, digits, `_`, and dots and hyphens inside.
    Word(String),
    /// A number, and how it is written.
    Number(f64, String),
    /// What was in double quotes.
    Text(String),
    /// What was in square brackets.
    Bracketed(String),
    /// What followed `#`.
    Json(Value),
    /// One of `= != < <= > >= ! ( ) { } , :`.
    Sign(&'static str),
    End,
}

impl Token {
    /// As it is told to whoever wrote it.
    pub(crate) fn told(&self) -> String {
        match self {
            Self::Word(text) | Self::Number(_, text) => format!("`{text}`"),
            Self::Text(text) => format!("the text \"{text}\""),
            Self::Bracketed(key) => format!("`[{key}]`"),
            Self::Json(_) => "JSON".to_owned(),
            Self::Sign(sign) => format!("`{sign}`"),
            Self::End => "the end".to_owned(),
        }
    }
}

/// A token and where it begins, in characters from 1.
pub(crate) struct Placed {
    pub(crate) token: Token,
    pub(crate) position: usize,
}

/// Longer signs first.
const SIGNS: &[&str] = &[
    "!=", "<=", ">=", "=", "<", ">", "!", "(", ")", "{", "}", ",", ":",
];

/// All tokens, [`Token::End`] last.
pub(crate) fn tokens(text: &str) -> Result<Vec<Placed>, FilterError> {
    if text.chars().nth(MAX_FILTER_CHARACTERS).is_some() {
        return Err(FilterError {
            position: MAX_FILTER_CHARACTERS + 1,
            message: format!("an expression has at most {MAX_FILTER_CHARACTERS} characters"),
        });
    }
    let mut lexer = Lexer {
        rest: text,
        position: 1,
    };
    let mut tokens = Vec::new();
    loop {
        lexer.skip(char::is_whitespace);
        let position = lexer.position;
        let token = lexer.token()?;
        let end = token == Token::End;
        tokens.push(Placed { token, position });
        if end {
            return Ok(tokens);
        }
    }
}

struct Lexer<'a> {
    rest: &'a str,
    position: usize,
}

impl<'a> Lexer<'a> {
    fn token(&mut self) -> Result<Token, FilterError> {
        let Some(first) = self.rest.chars().next() else {
            return Ok(Token::End);
        };
        if let Some(sign) = SIGNS.iter().find(|sign| self.rest.starts_with(**sign)) {
            self.take(sign.len());
            return Ok(Token::Sign(sign));
        }
        match first {
            '"' => self.text(),
            '[' => self.bracketed(),
            '#' => self.json(),
            '0'..='9' | '-' | '+' => self.number(),
            '\'' => Err(self.error("a text is written in double quotes, not in single quotes")),
            _ if is_word(first) => {
                let word = self.take_while(|c| is_word(c) || matches!(c, '.' | '-'));
                Ok(Token::Word(word.to_owned()))
            }
            _ => Err(self.error(format!("`{first}` means nothing here"))),
        }
    }

    fn text(&mut self) -> Result<Token, FilterError> {
        let start = self.position;
        self.take(1);
        let mut text = String::new();
        loop {
            text.push_str(self.take_while(|c| c != '"' && c != '\\'));
            let mut next = self.rest.chars();
            match (next.next(), next.next()) {
                (Some('"'), _) => {
                    self.take(1);
                    return Ok(Token::Text(text));
                }
                (Some(_), Some(escaped @ ('"' | '\\'))) => {
                    text.push(escaped);
                    self.take(2);
                }
                (Some(_), Some(_)) => {
                    return Err(self.error(
                        r#"after `\` in a text comes `"` or `\`: write `\\` for a backslash"#,
                    ));
                }
                (_, _) => {
                    return Err(FilterError {
                        position: start,
                        message: "the text that begins here has no closing `\"`".to_owned(),
                    });
                }
            }
        }
    }

    fn bracketed(&mut self) -> Result<Token, FilterError> {
        let start = self.position;
        self.take(1);
        let key = self.take_while(|c| c != ']').trim();
        if self.rest.is_empty() {
            return Err(FilterError {
                position: start,
                message: "the key that begins here has no closing `]`".to_owned(),
            });
        }
        self.take(1);
        let legal = |c: char| !c.is_whitespace() && !matches!(c, '"' | '[' | '{' | '}');
        if key.is_empty() || !key.chars().all(legal) {
            return Err(FilterError {
                position: start,
                message: "between `[` and `]` comes the key of an annotation, without quotes"
                    .to_owned(),
            });
        }
        Ok(Token::Bracketed(key.to_owned()))
    }

    fn json(&mut self) -> Result<Token, FilterError> {
        self.take(1);
        let mut values = serde_json::Deserializer::from_str(self.rest).into_iter::<Value>();
        match values.next() {
            Some(Ok(value)) => {
                let length = values.byte_offset();
                self.take(length);
                Ok(Token::Json(value))
            }
            Some(Err(error)) => Err(self.error(format!("after `#` comes JSON: {error}"))),
            None => Err(self.error("after `#` comes JSON, found the end")),
        }
    }

    fn number(&mut self) -> Result<Token, FilterError> {
        let position = self.position;
        let sign = self.take_while(|c| matches!(c, '-' | '+'));
        let digits = self.take_while(|c| is_word(c) || c == '.');
        let written = format!("{sign}{digits}");
        let plain = digits.split('.').count() <= 2
            && digits
                .split('.')
                .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
            && matches!(sign, "" | "-");
        match written.parse() {
            Ok(number) if plain && f64::is_finite(number) => Ok(Token::Number(number, written)),
            _ => Err(FilterError {
                position,
                message: format!(
                    "`{written}` is not a number like 5, -5 or 2.5; a text is written in double quotes"
                ),
            }),
        }
    }

    fn skip(&mut self, what: impl Fn(char) -> bool) {
        self.take_while(what);
    }

    fn take_while(&mut self, what: impl Fn(char) -> bool) -> &'a str {
        let length = self.rest.find(|c| !what(c)).unwrap_or(self.rest.len());
        self.take(length)
    }

    /// So many bytes.
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.position += taken.chars().count();
        self.rest = rest;
        taken
    }

    fn error(&self, message: impl Into<String>) -> FilterError {
        FilterError {
            position: self.position,
            message: message.into(),
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
