//! Attribute values as the text that queries compare them with.

use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value};

/// `GET`, `200`, `true`, `0.5`; lists and maps as JSON, bytes as base64, nothing as the empty text.
pub fn value_text(value: &AnyValue) -> String {
    match &value.value {
        Some(Value::StringValue(text)) => text.clone(),
        Some(Value::BoolValue(flag)) => flag.to_string(),
        Some(Value::IntValue(number)) => number.to_string(),
        Some(Value::DoubleValue(number)) => double_text(*number),
        Some(_) => match otlp_json::plain_value(value) {
            serde_json::Value::String(text) => text,
            json => json.to_string(),
        },
        None => String::new(),
    }
}

/// Shortest text that reads back as the same number; whole numbers without a point.
pub fn double_text(number: f64) -> String {
    number.to_string()
}

/// The value of an attribute.
pub fn find<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a AnyValue> {
    attributes
        .iter()
        .find(|attribute| attribute.key == key)?
        .value
        .as_ref()
}
