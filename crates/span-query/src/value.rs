//! One value of a row or a result, and the one order that groups, results and distinct counts go by.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use serde::Serialize;

/// A field's value. Serialises as the JSON value that it is.
///
/// Numbers are equal when they are the same number, whether integer or float.
/// The order is false, true, numbers, strings, null.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// Absent.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A float; always finite once it is in a [`Row`](crate::Row).
    Float(f64),
    /// Text.
    String(String),
}

impl Value {
    /// JSON has no number for what is not finite; OTLP's JSON writes these words instead, and so does a row.
    pub fn finite(self) -> Value {
        match self {
            Value::Float(f) if f.is_nan() => Value::String("NaN".into()),
            Value::Float(f64::INFINITY) => Value::String("Infinity".into()),
            Value::Float(f64::NEG_INFINITY) => Value::String("-Infinity".into()),
            other => other,
        }
    }

    /// One form for each number: a whole one is an integer, else 1 and 1.0 in one group would show whichever came first.
    pub fn in_one_form(self) -> Value {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        match self {
            Value::Float(f) if f.fract() == 0.0 && f.abs() <= EXACT => Value::Int(f as i64),
            other => other,
        }
    }

    /// Whether it is an integer or a float.
    pub fn is_number(&self) -> bool {
        matches!(self, Value::Int(_) | Value::Float(_))
    }

    /// The number that a string reads as.
    pub fn number_in(text: &str) -> Option<Value> {
        if let Ok(int) = text.parse() {
            return Some(Value::Int(int));
        }
        // Rust also reads "inf" and "nan", which are no numbers in JSON.
        text.parse()
            .ok()
            .filter(|f: &f64| f.is_finite())
            .map(Value::Float)
    }

    /// The text that the string filters look at.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Value::String(text) => text.into(),
            other => other.to_string().into(),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Value::Bool(_) => 0,
            Value::Int(_) | Value::Float(_) => 1,
            Value::String(_) => 2,
            Value::Null => 3,
        }
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Value) -> Ordering {
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Int(a), Value::Int(b)) => a.cmp(b),
            (Value::Float(a), Value::Float(b)) => compare_floats(*a, *b),
            (Value::Int(a), Value::Float(b)) => compare_int_with_float(*a, *b),
            (Value::Float(a), Value::Int(b)) => compare_int_with_float(*b, *a).reverse(),
            (Value::String(a), Value::String(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Value) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Value {}

/// As numbers, so that -0.0 is 0.0; NaN, which no row holds, comes last so that the order is total.
fn compare_floats(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b)
        .unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

/// Exact: an integer above 2^53 is not rounded to the float beside it.
fn compare_int_with_float(int: i64, float: f64) -> Ordering {
    const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;
    if float.is_nan() || float >= TWO_TO_63 {
        Ordering::Less
    } else if float < -TWO_TO_63 {
        Ordering::Greater
    } else {
        let whole = float.trunc();
        int.cmp(&(whole as i64))
            .then_with(|| compare_floats(0.0, float - whole))
    }
}

/// The text that the string filters look at.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Bool(value) => value.fmt(f),
            Value::Int(value) => value.fmt(f),
            Value::Float(value) => value.fmt(f),
            Value::String(value) => f.write_str(value),
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Int(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Value {
        Value::Int(value.into())
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Value {
        Value::Int(value.into())
    }
}

/// What does not fit an `i64` becomes a float.
impl From<u64> for Value {
    fn from(value: u64) -> Value {
        i64::try_from(value).map_or(Value::Float(value as f64), Value::Int)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Value {
        Value::Float(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Value {
        Value::String(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Value {
        Value::String(value)
    }
}

/// `None` is null.
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}
