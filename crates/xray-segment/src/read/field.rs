//! Fields of a JSON object, taken as what they should be, whatever type they came in.

use serde_json::{Map, Value};

/// An object whose fields are taken out one by one.
pub(super) struct Fields(pub(super) Map<String, Value>);

impl Fields {
    /// A field that is there and not `null`.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).filter(|value| !value.is_null())
    }

    /// A text; a number or a flag is written as one.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        self.take(name).and_then(text)
    }

    /// A text that is not empty.
    pub(super) fn some_text(&mut self, name: &str) -> Option<String> {
        self.text(name).filter(|text| !text.is_empty())
    }

    /// A whole number; a text that is one is taken, a fraction cut.
    pub(super) fn number(&mut self, name: &str) -> Option<i64> {
        match self.take(name)? {
            Value::String(text) => text.trim().parse().ok(),
            Value::Number(number) => number
                .as_i64()
                // Saturates at what 64 bits hold.
                .or_else(|| number.as_f64().map(|number| number as i64)),
            _ => None,
        }
    }

    /// `true` or `false`, be it a text.
    pub(super) fn some_flag(&mut self, name: &str) -> Option<bool> {
        match self.take(name)? {
            Value::Bool(flag) => Some(flag),
            Value::String(text) => text.to_ascii_lowercase().parse().ok(),
            _ => None,
        }
    }

    /// A flag that is down unless it says otherwise.
    pub(super) fn flag(&mut self, name: &str) -> bool {
        self.some_flag(name).unwrap_or_default()
    }

    /// An object's fields.
    pub(super) fn object(&mut self, name: &str) -> Option<Fields> {
        match self.take(name)? {
            Value::Object(map) => Some(Fields(map)),
            _ => None,
        }
    }

    /// A list's elements; none if it is no list.
    pub(super) fn list(&mut self, name: &str) -> Vec<Value> {
        match self.take(name) {
            Some(Value::Array(values)) => values,
            _ => Vec::new(),
        }
    }

    /// A list's elements that are objects.
    pub(super) fn objects(&mut self, name: &str) -> impl Iterator<Item = Fields> + use<> {
        self.list(name).into_iter().filter_map(|value| match value {
            Value::Object(map) => Some(Fields(map)),
            _ => None,
        })
    }

    /// A list's elements that are texts.
    pub(super) fn texts(&mut self, name: &str) -> Vec<String> {
        self.list(name).into_iter().filter_map(text).collect()
    }
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}
