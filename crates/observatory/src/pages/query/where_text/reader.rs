//! Reads a condition's parts one after the other, and tells where one is wrong.

use span_query::{Value, nearest};

use super::{ALIASES, MOST_WORDS, OPERATORS, Takes, TextFault, column_text, quoted, scalar};

/// What a symbolic operator is made of; a column outside quotes has none of them.
pub(super) fn is_symbol(c: char) -> bool {
    matches!(c, '=' | '!' | '<' | '>')
}

pub(super) struct Reader<'a> {
    pub(super) text: &'a [char],
    pub(super) at: usize,
}

impl Reader<'_> {
    pub(super) fn skip_space(&mut self) {
        while self.text.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
    }

    pub(super) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let start = self.at;
        while self.text.get(self.at).is_some_and(|c| wanted(*c)) {
            self.at += 1;
        }
        self.text[start..self.at].iter().collect()
    }

    pub(super) fn column(&mut self) -> Result<String, TextFault> {
        self.skip_space();
        let start = self.at;
        let column = match self.text.get(start) {
            None => {
                let message = "A condition is missing: write column operator value, such as duration_ms > 100.";
                return Err(TextFault::at(start, start, message));
            }
            Some('"') => self.quoted()?,
            Some(_) => self.take_while(|c| !c.is_whitespace() && !is_symbol(c)),
        };
        if column.is_empty() {
            let message = "The column before the operator is missing.";
            return Err(TextFault::at(start, self.at.max(start + 1), message));
        }
        Ok(column)
    }

    pub(super) fn operator(&mut self, column: &str) -> Result<(&'static str, Takes), TextFault> {
        self.skip_space();
        let start = self.at;
        let Some(first) = self.text.get(start) else {
            let message = format!(
                "An operator is missing after {}: = or exists, for example.",
                column_text(column)
            );
            return Err(TextFault::at(start, start, message));
        };
        if is_symbol(*first) || *first == '~' {
            let found = self.take_while(|c| is_symbol(c) || c == '~');
            return known(&found).ok_or_else(|| no_operator(&found, start, self.at));
        }
        // The longest that is one: `starts with`, not `starts`.
        let mut ends = Vec::new();
        let mut joined = String::new();
        let mut found = None;
        for _ in 0..MOST_WORDS {
            let word = self.take_while(|c| !c.is_whitespace());
            if word.is_empty() {
                break;
            }
            if !joined.is_empty() {
                joined.push('-');
            }
            joined.push_str(&word);
            ends.push((self.at, word));
            if let Some(op) = known(&joined) {
                found = Some((self.at, op));
            }
            self.skip_space();
        }
        if let Some((end, op)) = found {
            self.at = end;
            return Ok(op);
        }
        let (end, word) = ends.swap_remove(0);
        let rest: String = self.text[end..].iter().collect();
        let mut later = rest.split_whitespace();
        if later.any(|word| known(word).is_some()) {
            let whole = format!("{column} {word}");
            let message = format!(
                "{word} is no operator. A column whose name has spaces is put in quotes: {}.",
                quoted(&whole)
            );
            return Err(TextFault::at(start, end, message));
        }
        Err(no_operator(&word, start, end))
    }

    pub(super) fn values(&mut self, op: &str, takes: Takes) -> Result<Vec<Value>, TextFault> {
        self.skip_space();
        let mut end = self.text.len();
        while end > self.at && self.text[end - 1].is_whitespace() {
            end -= 1;
        }
        let start = self.at;
        match takes {
            Takes::Nothing if start < end => {
                let message = format!("{op} takes no value.");
                Err(TextFault::at(start, end, message))
            }
            Takes::Nothing => Ok(Vec::new()),
            _ if start == end => {
                let message = format!("A value is missing after {op}; the empty text is \"\".");
                Err(TextFault::at(start, start, message))
            }
            Takes::Scalar | Takes::Text => Ok(vec![self.value(end, takes)?]),
            Takes::List => self.list(end),
        }
    }

    /// The whole rest as one value.
    pub(super) fn value(&mut self, end: usize, takes: Takes) -> Result<Value, TextFault> {
        if self.text[self.at] == '"' {
            let text = self.quoted()?;
            self.skip_space();
            if self.at < end {
                let message =
                    "Nothing may follow the closing quote; a quote within quotes is \\\".";
                return Err(TextFault::at(self.at, end, message));
            }
            return Ok(Value::String(text));
        }
        let text: String = self.text[self.at..end].iter().collect();
        Ok(match takes {
            Takes::Text => Value::String(text),
            _ => scalar(&text),
        })
    }

    pub(super) fn list(&mut self, mut end: usize) -> Result<Vec<Value>, TextFault> {
        if self.text[self.at] == '(' && end - self.at > 1 && self.text[end - 1] == ')' {
            (self.at, end) = (self.at + 1, end - 1);
        }
        let mut values = Vec::new();
        loop {
            self.skip_space();
            let start = self.at.min(end);
            match self.text[start..end].first() {
                // One comma too many at the end does no harm.
                None if !values.is_empty() => return Ok(values),
                None | Some(',') => {
                    let message = "A value is missing here; the empty text is \"\".";
                    return Err(TextFault::at(start, (start + 1).min(end), message));
                }
                Some('"') => {
                    values.push(Value::String(self.quoted()?));
                    self.skip_space();
                    if self.at < end && self.text[self.at] != ',' {
                        let message = "A comma is missing before this.";
                        return Err(TextFault::at(self.at, end, message));
                    }
                }
                Some(_) => {
                    let length = self.text[start..end].iter().take_while(|c| **c != ',');
                    self.at = start + length.count();
                    let text: String = self.text[start..self.at].iter().collect();
                    values.push(scalar(text.trim()));
                }
            }
            if self.at >= end {
                return Ok(values);
            }
            self.at += 1;
        }
    }

    /// From an opening quote to behind the closing one.
    pub(super) fn quoted(&mut self) -> Result<String, TextFault> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        while let Some(&c) = self.text.get(self.at) {
            self.at += 1;
            match c {
                '"' => return Ok(text),
                '\\' => self.escaped(&mut text),
                c => text.push(c),
            }
        }
        let message = "The closing quote is missing.";
        Err(TextFault::at(start, self.text.len(), message))
    }

    /// What stands behind a backslash; one that escapes nothing is itself, as regular expressions have many.
    pub(super) fn escaped(&mut self, text: &mut String) {
        let Some(&c) = self.text.get(self.at) else {
            text.push('\\');
            return;
        };
        self.at += 1;
        match c {
            '"' | '\\' => text.push(c),
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            'u' => match self.code_point() {
                Some(c) => text.push(c),
                None => text.push_str("\\u"),
            },
            c => text.extend(['\\', c]),
        }
    }

    /// `{1f}`, whose `u` has been read; nothing is read if it is no character.
    pub(super) fn code_point(&mut self) -> Option<char> {
        let rest = &self.text[self.at..];
        let end = rest.iter().take(8).position(|c| *c == '}')?;
        let digits: String = rest[..end].iter().collect();
        let c = char::from_u32(u32::from_str_radix(digits.strip_prefix('{')?, 16).ok()?)?;
        self.at += end + 1;
        Some(c)
    }
}

/// The operator that a word stands for, however its parts are joined.
fn known(word: &str) -> Option<(&'static str, Takes)> {
    let plain = |word: &str| word.to_lowercase().replace(['-', '_'], "");
    let wanted = plain(word);
    if wanted.is_empty() {
        return None;
    }
    let alias = ALIASES
        .into_iter()
        .find(|(alias, _)| plain(alias) == wanted);
    let wanted = alias.map_or(wanted, |(_, op)| plain(op));
    OPERATORS.into_iter().find(|(op, _)| plain(op) == wanted)
}

fn no_operator(found: &str, start: usize, end: usize) -> TextFault {
    let words = OPERATORS.map(|(op, _)| op);
    let message = match nearest(found, words) {
        Some(op) => format!("{found} is no operator, did you mean {op}?"),
        None => format!("{found} is no operator. There are {}.", words.join(" ")),
    };
    TextFault::at(start, end, message)
}
