//! OTLP's JSON, read as leniently as the specification asks: SDKs differ in how they write numbers, enums and absent fields.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Otlp;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{
    ResourceSpans, ScopeSpans, Span, Status, span, status,
};
use serde_json::{Map, Value};

use crate::error::OtlpError;
use crate::value::bytes_of_hex;

type Read<T> = Result<T, OtlpError>;

/// Reads a request. Field by field instead of by derived code, which refuses what SDKs send: `"kind": "SPAN_KIND_SERVER"`, `"arrayValue": {}`, `"doubleValue": "NaN"`, `null` for absent.
pub(crate) fn request(body: &[u8]) -> Read<ExportTraceServiceRequest> {
    let json: Value = serde_json::from_slice(body)?;
    let Value::Object(object) = json else {
        return Err(wrong("resourceSpans", "in a JSON object"));
    };
    Ok(ExportTraceServiceRequest {
        resource_spans: list(&object, "resourceSpans", resource_spans)?,
    })
}

fn resource_spans(object: &Map<String, Value>) -> Read<ResourceSpans> {
    Ok(ResourceSpans {
        resource: optional(object, "resource", |resource| {
            Ok(Resource {
                attributes: list(resource, "attributes", key_value)?,
                ..Resource::default()
            })
        })?,
        scope_spans: list(object, "scopeSpans", scope_spans)?,
        schema_url: string(object, "schemaUrl")?,
    })
}

fn scope_spans(object: &Map<String, Value>) -> Read<ScopeSpans> {
    Ok(ScopeSpans {
        scope: optional(object, "scope", |scope| {
            Ok(InstrumentationScope {
                name: string(scope, "name")?,
                version: string(scope, "version")?,
                attributes: list(scope, "attributes", key_value)?,
                dropped_attributes_count: unsigned(scope, "droppedAttributesCount")? as u32,
            })
        })?,
        spans: list(object, "spans", span)?,
        schema_url: string(object, "schemaUrl")?,
    })
}

fn span(object: &Map<String, Value>) -> Read<Span> {
    Ok(Span {
        trace_id: id(object, "traceId")?,
        span_id: id(object, "spanId")?,
        trace_state: string(object, "traceState")?,
        parent_span_id: id(object, "parentSpanId")?,
        flags: unsigned(object, "flags")? as u32,
        name: string(object, "name")?,
        kind: enumeration(object, "kind", |name| {
            span::SpanKind::from_str_name(name).map(i32::from)
        })?,
        start_time_unix_nano: unsigned(object, "startTimeUnixNano")?,
        end_time_unix_nano: unsigned(object, "endTimeUnixNano")?,
        attributes: list(object, "attributes", key_value)?,
        dropped_attributes_count: unsigned(object, "droppedAttributesCount")? as u32,
        events: list(object, "events", |event| {
            Ok(span::Event {
                time_unix_nano: unsigned(event, "timeUnixNano")?,
                name: string(event, "name")?,
                attributes: list(event, "attributes", key_value)?,
                dropped_attributes_count: unsigned(event, "droppedAttributesCount")? as u32,
            })
        })?,
        dropped_events_count: unsigned(object, "droppedEventsCount")? as u32,
        links: list(object, "links", |link| {
            Ok(span::Link {
                trace_id: id(link, "traceId")?,
                span_id: id(link, "spanId")?,
                trace_state: string(link, "traceState")?,
                attributes: list(link, "attributes", key_value)?,
                dropped_attributes_count: unsigned(link, "droppedAttributesCount")? as u32,
                flags: unsigned(link, "flags")? as u32,
            })
        })?,
        dropped_links_count: unsigned(object, "droppedLinksCount")? as u32,
        status: optional(object, "status", |status| {
            Ok(Status {
                message: string(status, "message")?,
                code: enumeration(status, "code", |name| {
                    status::StatusCode::from_str_name(name).map(i32::from)
                })?,
            })
        })?,
    })
}

fn key_value(object: &Map<String, Value>) -> Read<KeyValue> {
    Ok(KeyValue {
        key: string(object, "key")?,
        value: optional(object, "value", any_value)?,
        ..KeyValue::default()
    })
}

fn any_value(object: &Map<String, Value>) -> Read<AnyValue> {
    // At most one of the fields is set; unknown ones are ignored.
    for (field, value) in object {
        let value = match (field.as_str(), value) {
            (_, Value::Null) => continue,
            ("stringValue", Value::String(text)) => Otlp::StringValue(text.clone()),
            ("boolValue", Value::Bool(value)) => Otlp::BoolValue(*value),
            ("intValue", value) => {
                Otlp::IntValue(integer(value).ok_or_else(|| wrong(field, "a 64-bit integer"))?)
            }
            ("doubleValue", value) => {
                Otlp::DoubleValue(double(value).ok_or_else(|| wrong(field, "a number"))?)
            }
            ("arrayValue", Value::Object(array)) => Otlp::ArrayValue(ArrayValue {
                values: list(array, "values", any_value)?,
            }),
            ("kvlistValue", Value::Object(map)) => Otlp::KvlistValue(KeyValueList {
                values: list(map, "values", key_value)?,
            }),
            ("bytesValue", Value::String(text)) => {
                Otlp::BytesValue(bytes_of_base64(text).ok_or_else(|| wrong(field, "base64"))?)
            }
            ("stringValue" | "boolValue" | "arrayValue" | "kvlistValue" | "bytesValue", _) => {
                return Err(wrong(field, "of the type that its name says"));
            }
            _ => continue,
        };
        return Ok(AnyValue { value: Some(value) });
    }
    Ok(AnyValue::default())
}

fn wrong(field: &str, expected: &'static str) -> OtlpError {
    OtlpError::Field {
        field: field.to_owned(),
        expected,
    }
}

fn list<T>(
    object: &Map<String, Value>,
    field: &str,
    read: impl Fn(&Map<String, Value>) -> Read<T>,
) -> Read<Vec<T>> {
    match object.get(field) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| match item {
                Value::Object(item) => read(item),
                _ => Err(wrong(field, "an array of objects")),
            })
            .collect(),
        Some(_) => Err(wrong(field, "an array")),
    }
}

fn optional<T>(
    object: &Map<String, Value>,
    field: &str,
    read: impl Fn(&Map<String, Value>) -> Read<T>,
) -> Read<Option<T>> {
    match object.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(inner)) => read(inner).map(Some),
        Some(_) => Err(wrong(field, "an object")),
    }
}

fn string(object: &Map<String, Value>, field: &str) -> Read<String> {
    match object.get(field) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(wrong(field, "a string")),
    }
}

fn id(object: &Map<String, Value>, field: &str) -> Read<Vec<u8>> {
    bytes_of_hex(&string(object, field)?)
        .ok_or_else(|| wrong(field, "in hexadecimal, unlike protobuf's usual base64"))
}

fn unsigned(object: &Map<String, Value>, field: &str) -> Read<u64> {
    let read = match object.get(field) {
        None | Some(Value::Null) => Some(0),
        Some(Value::Number(number)) => number.as_u64().or_else(|| {
            // Some serializers write a large number with an exponent.
            number
                .as_f64()
                .filter(|n| n.fract() == 0.0 && (0.0..1.8e19).contains(n))
                .map(|n| n as u64)
        }),
        Some(Value::String(text)) => text.parse().ok(),
        Some(_) => None,
    };
    read.ok_or_else(|| wrong(field, "a number without a sign, or one in a string"))
}

fn enumeration(
    object: &Map<String, Value>,
    field: &str,
    of_name: impl Fn(&str) -> Option<i32>,
) -> Read<i32> {
    let read = match object.get(field) {
        None | Some(Value::Null) => Some(0),
        Some(Value::String(name)) => of_name(name),
        Some(number) => integer(number).and_then(|number| i32::try_from(number).ok()),
    };
    read.ok_or_else(|| wrong(field, "one of the enumeration's numbers"))
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            number
                .as_f64()
                .filter(|n| n.fract() == 0.0 && n.abs() < 9.2e18)
                .map(|n| n as i64)
        }),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn double(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => match text.as_str() {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            text => text.parse().ok(),
        },
        _ => None,
    }
}

/// Decodes base64 of the usual and the URL-safe alphabet, padded or not, as protobuf's JSON mapping wants.
fn bytes_of_base64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=').as_bytes();
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    for group in text.chunks(4) {
        let mut bits = 0u32;
        for &c in group {
            let digit = match c {
                b'A'..=b'Z' => c - b'A',
                b'a'..=b'z' => c - b'a' + 26,
                b'0'..=b'9' => c - b'0' + 52,
                b'+' | b'-' => 62,
                b'/' | b'_' => 63,
                _ => return None,
            };
            bits = bits << 6 | u32::from(digit);
        }
        if group.len() == 1 {
            return None;
        }
        bits <<= 6 * (4 - group.len());
        bytes.extend_from_slice(&bits.to_be_bytes()[1..group.len()]);
    }
    Some(bytes)
}
