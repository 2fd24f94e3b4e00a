//! OTLP's JSON: hex IDs, enums as numbers, 64-bit integers as strings, bytes as base64.
//! It is read as leniently as SDKs write it, and written as the specification has it; what the spans mean is for others.
//!
//! The mapping is the [OTLP specification's](https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding).
//! The derived code of `opentelemetry-proto` refuses what protobuf's JSON mapping allows: names of enums, `NaN`, `null`, snake case.

mod base64;
mod read;
mod write;

pub use read::read;
pub use write::{Placed, hex, traces, write};

use opentelemetry_proto::tonic::common::v1::{AnyValue, any_value::Value};

/// A value as plain JSON, without the names of types: `"GET"`, `200`, `["a", 1]`, `{"k": true}`; bytes as base64.
pub fn plain_value(value: &AnyValue) -> serde_json::Value {
    use serde_json::Value as Json;
    match &value.value {
        Some(Value::StringValue(text)) => Json::from(text.as_str()),
        Some(Value::BoolValue(flag)) => Json::from(*flag),
        Some(Value::IntValue(number)) => Json::from(*number),
        // JSON has no word for what is not finite.
        Some(Value::DoubleValue(number)) => serde_json::Number::from_f64(*number)
            .map_or_else(|| Json::from(number.to_string()), Json::Number),
        Some(Value::BytesValue(bytes)) => Json::from(base64::encode(bytes)),
        Some(Value::ArrayValue(array)) => array.values.iter().map(plain_value).collect(),
        Some(Value::KvlistValue(list)) => list
            .values
            .iter()
            .map(|entry| {
                let value = entry.value.as_ref().map_or(Json::Null, plain_value);
                (entry.key.clone(), value)
            })
            .collect(),
        // An index into a profile's dictionary, which spans do not have.
        Some(Value::StringValueStrindex(_)) | None => Json::Null,
    }
}
