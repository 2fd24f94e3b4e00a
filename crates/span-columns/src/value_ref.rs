//! One value of a column, borrowed from it. What a value means is `span_query::Value`'s.

use std::cmp::Ordering;

use span_query::Value;

/// A `span_query::Value` whose text lies elsewhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ValueRef<'a> {
    /// Absent.
    Null,
    /// True or false.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A float.
    Float(f64),
    /// Text.
    Text(&'a str),
}

impl ValueRef<'_> {
    /// The value with text of its own.
    pub fn to_value(self) -> Value {
        match self {
            ValueRef::Null => Value::Null,
            ValueRef::Bool(value) => Value::Bool(value),
            ValueRef::Int(value) => Value::Int(value),
            ValueRef::Float(value) => Value::Float(value),
            ValueRef::Text(value) => Value::String(value.to_owned()),
        }
    }

    /// The order of `span_query::Value`.
    pub(crate) fn compare(self, other: ValueRef<'_>) -> Ordering {
        match (self, other) {
            (ValueRef::Text(a), ValueRef::Text(b)) => a.cmp(b),
            // Any text stands for the others: it makes no difference beside what is no text.
            (a, b) => a.without_text().cmp(&b.without_text()),
        }
    }

    fn without_text(self) -> Value {
        match self {
            ValueRef::Text(_) => Value::String(String::new()),
            other => other.to_value(),
        }
    }

    /// JSON has no number for what is not finite; OTLP's JSON writes these words instead, and so do rows.
    pub(crate) fn finite(self) -> Self {
        match self {
            ValueRef::Float(value) if value.is_nan() => ValueRef::Text("NaN"),
            ValueRef::Float(f64::INFINITY) => ValueRef::Text("Infinity"),
            ValueRef::Float(f64::NEG_INFINITY) => ValueRef::Text("-Infinity"),
            other => other,
        }
    }
}

impl<'a> From<&'a Value> for ValueRef<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null => ValueRef::Null,
            Value::Bool(value) => ValueRef::Bool(*value),
            Value::Int(value) => ValueRef::Int(*value),
            Value::Float(value) => ValueRef::Float(*value),
            Value::String(value) => ValueRef::Text(value),
        }
    }
}

impl<'a> From<&'a str> for ValueRef<'a> {
    fn from(value: &'a str) -> Self {
        ValueRef::Text(value)
    }
}

impl From<bool> for ValueRef<'_> {
    fn from(value: bool) -> Self {
        ValueRef::Bool(value)
    }
}

impl From<i64> for ValueRef<'_> {
    fn from(value: i64) -> Self {
        ValueRef::Int(value)
    }
}

impl From<f64> for ValueRef<'_> {
    fn from(value: f64) -> Self {
        ValueRef::Float(value)
    }
}
