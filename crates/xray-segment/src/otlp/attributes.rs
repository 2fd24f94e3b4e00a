//! Attributes of a span, a resource, an event or a link: each key once, and JSON as values.

use opentelemetry_proto::tonic::common::v1::{
    AnyValue, ArrayValue, KeyValue, KeyValueList, any_value::Value as Any,
};
use serde_json::{Map, Value};

/// Attributes being collected.
pub(super) struct Attributes(Vec<KeyValue>);

impl Attributes {
    /// None; with room for as many as most documents give.
    pub(super) fn new() -> Self {
        Self(Vec::with_capacity(16))
    }

    /// Adds a value that is there under a key that is not yet.
    pub(super) fn set(&mut self, key: &str, value: impl IntoAny) {
        let Some(value) = value.into_any() else {
            return;
        };
        if !self.has(key) {
            self.0.push(KeyValue {
                key: key.to_owned(),
                value: Some(AnyValue { value: Some(value) }),
                ..KeyValue::default()
            });
        }
    }

    /// Adds `true`; what is not so is not said.
    pub(super) fn flag(&mut self, key: &str, flag: bool) {
        self.set(key, flag.then_some(flag));
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.0.iter().any(|entry| entry.key == key)
    }

    pub(super) fn into_vec(self) -> Vec<KeyValue> {
        self.0
    }
}

/// What an attribute can be made of.
pub(super) trait IntoAny {
    /// The value; `None` if there is none.
    fn into_any(self) -> Option<Any>;
}

impl<T: IntoAny> IntoAny for Option<T> {
    fn into_any(self) -> Option<Any> {
        self?.into_any()
    }
}

impl IntoAny for &str {
    fn into_any(self) -> Option<Any> {
        Some(Any::StringValue(self.to_owned()))
    }
}

impl IntoAny for &String {
    fn into_any(self) -> Option<Any> {
        Some(Any::StringValue(self.clone()))
    }
}

impl IntoAny for String {
    fn into_any(self) -> Option<Any> {
        Some(Any::StringValue(self))
    }
}

impl IntoAny for bool {
    fn into_any(self) -> Option<Any> {
        Some(Any::BoolValue(self))
    }
}

impl IntoAny for i64 {
    fn into_any(self) -> Option<Any> {
        Some(Any::IntValue(self))
    }
}

impl IntoAny for &serde_json::Number {
    fn into_any(self) -> Option<Any> {
        match self.as_i64() {
            Some(number) => Some(Any::IntValue(number)),
            None => self.as_f64().map(Any::DoubleValue),
        }
    }
}

/// A list of texts; none if it is empty.
impl IntoAny for Vec<String> {
    fn into_any(self) -> Option<Any> {
        if self.is_empty() {
            return None;
        }
        let values = self
            .into_iter()
            .map(|text| AnyValue {
                value: Some(Any::StringValue(text)),
            })
            .collect();
        Some(Any::ArrayValue(ArrayValue { values }))
    }
}

/// `null` is no value.
impl IntoAny for &Value {
    fn into_any(self) -> Option<Any> {
        match self {
            Value::Null => None,
            Value::Bool(flag) => flag.into_any(),
            Value::Number(number) => number.into_any(),
            Value::String(text) => text.into_any(),
            Value::Array(values) => Some(Any::ArrayValue(ArrayValue {
                values: values
                    .iter()
                    .map(|value| AnyValue {
                        value: value.into_any(),
                    })
                    .collect(),
            })),
            Value::Object(map) => Some(Any::KvlistValue(KeyValueList {
                values: entries(map),
            })),
        }
    }
}

/// The entries of a JSON object.
pub(super) fn entries(map: &Map<String, Value>) -> Vec<KeyValue> {
    map.iter()
        .map(|(key, value)| KeyValue {
            key: key.clone(),
            value: Some(AnyValue {
                value: value.into_any(),
            }),
            ..KeyValue::default()
        })
        .collect()
}
