//! One condition as a line of text, `column operator value`: read with the place of what is wrong, written so that it reads back as the same.
//! What a condition means is `span-query`'s.
//!
//! A column or value stands as it is, `name = GET /api/home`; in quotes if it has a space (a column), a comma (in a list)
//! or would read as something else: `"my column" in "a, b", c`. A value outside quotes that looks like a number or a bool is one.

mod reader;

use std::fmt;

use serde_json::{Value as Json, json};
use span_query::Value;

use reader::{Reader, is_symbol};

/// What follows an operator.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Takes {
    Nothing,
    /// A text, number or bool.
    Scalar,
    /// A text, whatever it looks like.
    Text,
    /// Scalars, separated by commas.
    List,
}

/// The operators, as Honeycomb writes them; the two of regular expressions are ours.
pub(crate) const OPERATORS: [(&str, Takes); 18] = [
    ("=", Takes::Scalar),
    ("!=", Takes::Scalar),
    (">", Takes::Scalar),
    (">=", Takes::Scalar),
    ("<", Takes::Scalar),
    ("<=", Takes::Scalar),
    ("exists", Takes::Nothing),
    ("does-not-exist", Takes::Nothing),
    ("in", Takes::List),
    ("not-in", Takes::List),
    ("contains", Takes::Text),
    ("does-not-contain", Takes::Text),
    ("starts-with", Takes::Text),
    ("does-not-start-with", Takes::Text),
    ("ends-with", Takes::Text),
    ("does-not-end-with", Takes::Text),
    ("matches", Takes::Text),
    ("does-not-match", Takes::Text),
];

/// What other languages write, and people.
const ALIASES: [(&str, &str); 11] = [
    ("==", "="),
    ("<>", "!="),
    ("=~", "matches"),
    ("~", "matches"),
    ("!~", "does-not-match"),
    ("not-exists", "does-not-exist"),
    ("not-contains", "does-not-contain"),
    ("not-starts-with", "does-not-start-with"),
    ("not-ends-with", "does-not-end-with"),
    ("not-matches", "does-not-match"),
    ("is", "="),
];

/// The most words that an operator has: `does not start with`.
const MOST_WORDS: usize = 4;

/// A condition, read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Clause {
    pub(crate) column: String,
    /// One of [`OPERATORS`].
    pub(crate) op: &'static str,
    /// As many as the operator takes; none of them null.
    pub(crate) values: Vec<Value>,
}

/// What is wrong with a text, and where.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct TextFault {
    /// One or two sentences.
    pub(crate) message: String,
    /// From one character to another, exclusive.
    pub(crate) place: (usize, usize),
}

impl TextFault {
    pub(super) fn at(start: usize, end: usize, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            place: (start, end),
        }
    }
}

/// What an operator takes.
pub(crate) fn takes(op: &str) -> Option<(&'static str, Takes)> {
    OPERATORS.into_iter().find(|(word, _)| *word == op)
}

impl Clause {
    /// A condition of one value, or of none where the operator takes none.
    pub(crate) fn new(column: &str, op: &'static str, value: Value) -> Self {
        let value = match takes(op) {
            Some((_, Takes::Text)) => Value::String(value.to_string()),
            _ => value,
        };
        Self {
            column: column.to_owned(),
            op,
            values: Some(value)
                .filter(|value| *value != Value::Null)
                .into_iter()
                .collect(),
        }
    }

    /// Reads a line.
    pub(crate) fn parse(text: &str) -> Result<Self, TextFault> {
        let characters: Vec<char> = text.chars().collect();
        let mut reader = Reader {
            text: &characters,
            at: 0,
        };
        let column = reader.column()?;
        let (op, takes) = reader.operator(&column)?;
        let values = reader.values(op, takes)?;
        Ok(Self { column, op, values })
    }

    /// As Honeycomb's query specification has it.
    pub(crate) fn json(&self) -> Json {
        let Self { column, op, values } = self;
        match (takes(op), &values[..]) {
            (Some((_, Takes::List)), values) => {
                json!({"column": column, "op": op, "value": values})
            }
            (_, [value, ..]) => json!({"column": column, "op": op, "value": value}),
            (_, []) => json!({"column": column, "op": op}),
        }
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&column_text(&self.column))?;
        write!(f, " {}", self.op)?;
        let takes = takes(self.op).map_or(Takes::Scalar, |(_, takes)| takes);
        for (index, value) in self.values.iter().enumerate() {
            f.write_str(if index == 0 { " " } else { ", " })?;
            f.write_str(&value_text(value, takes))?;
        }
        Ok(())
    }
}

/// A column's name as it stands at the beginning of a line.
pub(crate) fn column_text(column: &str) -> String {
    let is_bare = !column.is_empty()
        && !column
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || is_symbol(c) || c == '"');
    if is_bare {
        column.to_owned()
    } else {
        quoted(column)
    }
}

/// A value as it stands behind an operator.
fn value_text(value: &Value, takes: Takes) -> String {
    let text = match value {
        Value::String(text) => text,
        Value::Float(number) => return number_text(*number),
        other => return other.to_string(),
    };
    let reads_otherwise = match takes {
        Takes::Text => false,
        _ => !matches!(scalar(text), Value::String(_)),
    };
    let breaks_list = takes == Takes::List
        && (text.contains(',') || text.starts_with('(') || text.ends_with(')'));
    let is_bare = !text.is_empty()
        && text.trim() == text
        && !text.starts_with('"')
        && !text.contains(char::is_control);
    if is_bare && !reads_otherwise && !breaks_list {
        text.clone()
    } else {
        quoted(text)
    }
}

fn number_text(number: f64) -> String {
    let plain = number.to_string();
    if scalar(&plain) == Value::Float(number) {
        return plain;
    }
    // A sign in the exponent tells a number from an ID of hexadecimal digits.
    let text = format!("{number:e}");
    match text.split_once('e') {
        Some((digits, power)) if !power.starts_with('-') => format!("{digits}e+{power}"),
        _ => text,
    }
}

fn quoted(text: &str) -> String {
    let mut written = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => written.extend(['\\', c]),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            c if c.is_control() => written.extend(c.escape_unicode()),
            c => written.push(c),
        }
    }
    written.push('"');
    written
}

/// What a text outside quotes stands for.
///
/// IDs stay text: what begins with a zero, has more digits than 64 bits, or an exponent without a sign.
pub(crate) fn scalar(text: &str) -> Value {
    match text {
        "true" => return Value::Bool(true),
        "false" => return Value::Bool(false),
        _ => {}
    }
    let own = || Value::String(text.to_owned());
    let (mantissa, power) = match text.split_once(['e', 'E']) {
        Some((mantissa, power)) => (mantissa, Some(power)),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    let is_number = digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && power.is_none_or(|power| power.strip_prefix(['+', '-']).is_some_and(digits));
    match (is_number, fraction, power) {
        (false, ..) => own(),
        (true, None, None) => text.parse().map_or_else(|_| own(), Value::Int),
        (true, ..) => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Value::Float(number),
            _ => own(),
        },
    }
}

#[cfg(test)]
mod tests;
