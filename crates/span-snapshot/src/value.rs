//! Attribute values with their types: converting them in, and writing them so that the type shows.

use std::collections::BTreeMap;
use std::fmt;

use crate::quote;

/// Attributes by key. A key that was set twice has its last value.
pub type Attributes = BTreeMap<String, Value>;

/// An attribute's value. Its [`Display`](fmt::Display) form shows the type: `"200"`, `200`, `200.0`, `true`, `[1, 2]`.
#[derive(Clone, Debug)]
pub enum Value {
    /// No value at all; OTLP allows it.
    Null,
    /// A string, shown in double quotes.
    String(String),
    /// A boolean.
    Bool(bool),
    /// A whole number.
    I64(i64),
    /// A floating point number, always shown with a point or an exponent.
    F64(f64),
    /// A list; OTLP allows mixed types.
    Array(Vec<Value>),
    /// Bytes, shown in hexadecimal: `0x68656c6c6f`.
    Bytes(Vec<u8>),
    /// A nested map, shown as `{"key": 1}`.
    Map(BTreeMap<String, Value>),
}

impl Value {
    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(value) => Some(value),
            _ => None,
        }
    }

    /// The whole number, if it is one. The string `"3"` is none.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::I64(value) => Some(*value),
            _ => None,
        }
    }

    /// The floating point number, if it is one.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::F64(value) => Some(*value),
            _ => None,
        }
    }

    /// The boolean, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The type's name as a message would say it: `a string`, `an integer`, …
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "no value",
            Self::String(_) => "a string",
            Self::Bool(_) => "a boolean",
            Self::I64(_) => "an integer",
            Self::F64(_) => "a float",
            Self::Array(_) => "a list",
            Self::Bytes(_) => "bytes",
            Self::Map(_) => "a map",
        }
    }

    /// The text form without the quotes of a string: what a value looks like that was made text.
    pub(crate) fn bare_text(&self) -> String {
        match self {
            Self::String(text) => text.clone(),
            other => other.to_string(),
        }
    }

    /// Appends the text form; separate from `Display` because trees are written into one string.
    pub(crate) fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::String(value) => quote::quote(out, value),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::I64(value) => out.push_str(&value.to_string()),
            // Debug, unlike Display, keeps the `.0` that tells a float from an integer.
            Self::F64(value) if value.is_nan() => out.push_str("NaN"),
            Self::F64(value) => out.push_str(&format!("{value:?}")),
            Self::Array(values) => {
                out.push('[');
                for (i, value) in values.iter().enumerate() {
                    if i > 0 {
                        out.push_str(", ");
                    }
                    value.write(out);
                }
                out.push(']');
            }
            Self::Bytes(bytes) => {
                out.push_str("0x");
                for byte in bytes {
                    out.push_str(&format!("{byte:02x}"));
                }
            }
            Self::Map(map) => {
                out.push('{');
                for (i, (key, value)) in map.iter().enumerate() {
                    if i > 0 {
                        out.push_str(", ");
                    }
                    quote::quote(out, key);
                    out.push_str(": ");
                    value.write(out);
                }
                out.push('}');
            }
        }
    }

    /// Reads the text form at the start of `text`; gives the value and what follows. `depth` bounds nesting.
    pub(crate) fn read(text: &str, depth: usize) -> Option<(Self, &str)> {
        let depth = depth.checked_sub(1)?;
        match text.as_bytes().first()? {
            b'"' => quote::read_quoted(text).map(|(value, rest)| (Self::String(value), rest)),
            b'[' => {
                let mut values = Vec::new();
                let mut rest = &text[1..];
                while !rest.starts_with(']') {
                    if !values.is_empty() {
                        rest = rest.strip_prefix(", ")?;
                    }
                    let (value, after) = Self::read(rest, depth)?;
                    values.push(value);
                    rest = after;
                }
                Some((Self::Array(values), &rest[1..]))
            }
            b'{' => {
                let mut map = BTreeMap::new();
                let mut rest = &text[1..];
                while !rest.starts_with('}') {
                    if !map.is_empty() {
                        rest = rest.strip_prefix(", ")?;
                    }
                    let (key, after) = quote::read_quoted(rest)?;
                    let (value, after) = Self::read(after.strip_prefix(": ")?, depth)?;
                    map.insert(key, value);
                    rest = after;
                }
                Some((Self::Map(map), &rest[1..]))
            }
            _ => {
                let end = text.find([',', ']', '}']).unwrap_or(text.len());
                let (token, rest) = text.split_at(end);
                Some((Self::read_scalar(token)?, rest))
            }
        }
    }

    fn read_scalar(token: &str) -> Option<Self> {
        Some(match token {
            "null" => Self::Null,
            "true" => Self::Bool(true),
            "false" => Self::Bool(false),
            "NaN" => Self::F64(f64::NAN),
            "inf" => Self::F64(f64::INFINITY),
            "-inf" => Self::F64(f64::NEG_INFINITY),
            _ => match token.strip_prefix("0x") {
                Some(hex) => Self::Bytes(bytes_of_hex(hex)?),
                None if token.contains(['.', 'e', 'E']) => Self::F64(token.parse().ok()?),
                None => Self::I64(token.parse().ok()?),
            },
        })
    }
}

/// Decodes lower or upper case hexadecimal; `None` when it is not.
pub(crate) fn bytes_of_hex(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.as_bytes();
    digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => {
                let digit = |c: u8| char::from(c).to_digit(16);
                Some((digit(*high)? * 16 + digit(*low)?) as u8)
            }
            _ => None,
        })
        .collect()
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.write(&mut text);
        f.write_str(&text)
    }
}

/// Values are equal when type and content are; unlike floats elsewhere, `NaN` equals itself, so that trees can be compared.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::F64(a), Self::F64(b)) => {
                a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
            }
            (Self::Null, Self::Null) => true,
            (Self::String(a), Self::String(b)) => a == b,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::I64(a), Self::I64(b)) => a == b,
            (Self::Array(a), Self::Array(b)) => a == b,
            (Self::Bytes(a), Self::Bytes(b)) => a == b,
            (Self::Map(a), Self::Map(b)) => a == b,
            _ => false,
        }
    }
}

impl PartialEq<&str> for Value {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == Some(other)
    }
}

impl PartialEq<i64> for Value {
    fn eq(&self, other: &i64) -> bool {
        self.as_i64() == Some(*other)
    }
}

impl PartialEq<bool> for Value {
    fn eq(&self, other: &bool) -> bool {
        self.as_bool() == Some(*other)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::String(value.to_owned())
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::I64(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::F64(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<&opentelemetry::Value> for Value {
    fn from(value: &opentelemetry::Value) -> Self {
        use opentelemetry::{Array, Value as Sdk};
        match value {
            Sdk::Bool(value) => Self::Bool(*value),
            Sdk::I64(value) => Self::I64(*value),
            Sdk::F64(value) => Self::F64(*value),
            Sdk::String(value) => Self::String(value.as_str().to_owned()),
            Sdk::Array(Array::Bool(values)) => {
                Self::Array(values.iter().copied().map(Self::Bool).collect())
            }
            Sdk::Array(Array::I64(values)) => {
                Self::Array(values.iter().copied().map(Self::I64).collect())
            }
            Sdk::Array(Array::F64(values)) => {
                Self::Array(values.iter().copied().map(Self::F64).collect())
            }
            Sdk::Array(Array::String(values)) => Self::Array(
                values
                    .iter()
                    .map(|v| Self::String(v.as_str().to_owned()))
                    .collect(),
            ),
            // The SDK's types are open-ended; a type that it gains later is kept as its text.
            other => Self::String(other.to_string()),
        }
    }
}

/// Attributes of the SDK's key-values; the last of equal keys wins.
pub(crate) fn attributes_of<'a>(
    pairs: impl IntoIterator<Item = (&'a opentelemetry::Key, &'a opentelemetry::Value)>,
) -> Attributes {
    pairs
        .into_iter()
        .map(|(key, value)| (key.as_str().to_owned(), value.into()))
        .collect()
}
