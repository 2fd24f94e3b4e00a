//! OTLP's JSON, read as leniently as the specification asks: SDKs differ in how they write numbers, enums and absent fields.

use std::collections::BTreeMap;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Otlp;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{
    ResourceSpans, ScopeSpans, Span, Status, span, status,
};
use serde_json::value::RawValue;

use crate::error::OtlpError;
use crate::value::bytes_of_hex;

type Read<T> = Result<T, OtlpError>;
/// Fields are kept as text until they are read: a number that goes through `serde_json::Value` may lose its last bit.
type Raw = Box<RawValue>;
type Object = BTreeMap<String, Raw>;

/// Values are nested no deeper than protobuf's decoder allows.
const NESTING: usize = 100;

/// Reads a request. Field by field instead of by derived code, which refuses what SDKs send:
/// `"kind": "SPAN_KIND_SERVER"`, `"arrayValue": {}`, `"doubleValue": "NaN"`, `null` for absent.
pub(crate) fn request(body: &[u8]) -> Read<ExportTraceServiceRequest> {
    let raw: Raw = serde_json::from_slice(body)?;
    let object = object(&raw).ok_or_else(|| wrong("resourceSpans", "in a JSON object"))?;
    Ok(ExportTraceServiceRequest {
        resource_spans: list(&object, "resourceSpans", resource_spans)?,
    })
}

fn resource_spans(object: &Object) -> Read<ResourceSpans> {
    Ok(ResourceSpans {
        resource: optional(object, "resource", |resource| {
            Ok(Resource {
                attributes: attributes(resource)?,
                ..Resource::default()
            })
        })?,
        scope_spans: list(object, "scopeSpans", scope_spans)?,
        schema_url: string(object, "schemaUrl")?,
    })
}

fn scope_spans(object: &Object) -> Read<ScopeSpans> {
    Ok(ScopeSpans {
        scope: optional(object, "scope", |scope| {
            Ok(InstrumentationScope {
                name: string(scope, "name")?,
                version: string(scope, "version")?,
                attributes: attributes(scope)?,
                dropped_attributes_count: count(scope, "droppedAttributesCount")?,
            })
        })?,
        spans: list(object, "spans", span)?,
        schema_url: string(object, "schemaUrl")?,
    })
}

fn span(object: &Object) -> Read<Span> {
    Ok(Span {
        trace_id: id(object, "traceId")?,
        span_id: id(object, "spanId")?,
        trace_state: string(object, "traceState")?,
        parent_span_id: id(object, "parentSpanId")?,
        flags: count(object, "flags")?,
        name: string(object, "name")?,
        kind: enumeration(object, "kind", |name| {
            span::SpanKind::from_str_name(name).map(i32::from)
        })?,
        start_time_unix_nano: unsigned(object, "startTimeUnixNano")?,
        end_time_unix_nano: unsigned(object, "endTimeUnixNano")?,
        attributes: attributes(object)?,
        dropped_attributes_count: count(object, "droppedAttributesCount")?,
        events: list(object, "events", |event| {
            Ok(span::Event {
                time_unix_nano: unsigned(event, "timeUnixNano")?,
                name: string(event, "name")?,
                attributes: attributes(event)?,
                dropped_attributes_count: count(event, "droppedAttributesCount")?,
            })
        })?,
        dropped_events_count: count(object, "droppedEventsCount")?,
        links: list(object, "links", |link| {
            Ok(span::Link {
                trace_id: id(link, "traceId")?,
                span_id: id(link, "spanId")?,
                trace_state: string(link, "traceState")?,
                attributes: attributes(link)?,
                dropped_attributes_count: count(link, "droppedAttributesCount")?,
                flags: count(link, "flags")?,
            })
        })?,
        dropped_links_count: count(object, "droppedLinksCount")?,
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

fn attributes(object: &Object) -> Read<Vec<KeyValue>> {
    list(object, "attributes", |pair| key_value(pair, NESTING))
}

fn key_value(object: &Object, nesting: usize) -> Read<KeyValue> {
    Ok(KeyValue {
        key: string(object, "key")?,
        value: optional(object, "value", |value| any_value(value, nesting))?,
        ..KeyValue::default()
    })
}

/// At most one of the fields is set; unknown ones are ignored.
fn any_value(object: &Object, nesting: usize) -> Read<AnyValue> {
    let nesting = nesting
        .checked_sub(1)
        .ok_or_else(|| wrong("arrayValue", "nested less deeply"))?;
    for (field, raw) in object.iter().filter(|(_, raw)| !is_null(raw)) {
        let wrong = |expected| wrong(field, expected);
        let value = match field.as_str() {
            "stringValue" => Otlp::StringValue(text(raw).ok_or_else(|| wrong("a string"))?),
            "boolValue" => Otlp::BoolValue(
                serde_json::from_str(raw.get()).map_err(|_| wrong("true or false"))?,
            ),
            "intValue" => Otlp::IntValue(integer(raw).ok_or_else(|| wrong("a 64-bit integer"))?),
            "doubleValue" => Otlp::DoubleValue(double(raw).ok_or_else(|| wrong("a number"))?),
            "arrayValue" => {
                let array = self::object(raw).ok_or_else(|| wrong("an object with `values`"))?;
                let values = list(&array, "values", |value| any_value(value, nesting))?;
                Otlp::ArrayValue(ArrayValue { values })
            }
            "kvlistValue" => {
                let map = self::object(raw).ok_or_else(|| wrong("an object with `values`"))?;
                let values = list(&map, "values", |pair| key_value(pair, nesting))?;
                Otlp::KvlistValue(KeyValueList { values })
            }
            "bytesValue" => Otlp::BytesValue(
                text(raw)
                    .and_then(|text| bytes_of_base64(&text))
                    .ok_or_else(|| wrong("base64"))?,
            ),
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

fn is_null(raw: &RawValue) -> bool {
    raw.get() == "null"
}

fn object(raw: &RawValue) -> Option<Object> {
    serde_json::from_str(raw.get()).ok()
}

fn text(raw: &RawValue) -> Option<String> {
    serde_json::from_str(raw.get()).ok()
}

/// A field that is there and not null.
fn field<'o>(object: &'o Object, name: &str) -> Option<&'o RawValue> {
    object
        .get(name)
        .map(|raw| &**raw)
        .filter(|raw| !is_null(raw))
}

fn list<T>(object: &Object, name: &str, read: impl Fn(&Object) -> Read<T>) -> Read<Vec<T>> {
    let Some(raw) = field(object, name) else {
        return Ok(Vec::new());
    };
    let items: Vec<Object> =
        serde_json::from_str(raw.get()).map_err(|_| wrong(name, "an array of objects"))?;
    items.iter().map(read).collect()
}

fn optional<T>(object: &Object, name: &str, read: impl Fn(&Object) -> Read<T>) -> Read<Option<T>> {
    field(object, name)
        .map(|raw| read(&self::object(raw).ok_or_else(|| wrong(name, "an object"))?))
        .transpose()
}

fn string(object: &Object, name: &str) -> Read<String> {
    field(object, name).map_or(Ok(String::new()), |raw| {
        text(raw).ok_or_else(|| wrong(name, "a string"))
    })
}

fn id(object: &Object, name: &str) -> Read<Vec<u8>> {
    bytes_of_hex(&string(object, name)?)
        .ok_or_else(|| wrong(name, "in hexadecimal, unlike protobuf's usual base64"))
}

fn unsigned(object: &Object, name: &str) -> Read<u64> {
    field(object, name).map_or(Ok(0), |raw| {
        let digits = digits(raw);
        let whole = || whole(&digits).filter(|n| (0.0..1.8e19).contains(n));
        digits
            .parse()
            .ok()
            .or_else(|| whole().map(|n| n as u64))
            .ok_or_else(|| wrong(name, "a number without a sign, or one in a string"))
    })
}

fn count(object: &Object, name: &str) -> Read<u32> {
    u32::try_from(unsigned(object, name)?).map_err(|_| wrong(name, "a number of 32 bits"))
}

fn enumeration(object: &Object, name: &str, of: impl Fn(&str) -> Option<i32>) -> Read<i32> {
    field(object, name).map_or(Ok(0), |raw| {
        text(raw)
            .and_then(|name| of(&name))
            .or_else(|| integer(raw).and_then(|number| i32::try_from(number).ok()))
            .ok_or_else(|| wrong(name, "one of the enumeration's numbers"))
    })
}

fn integer(raw: &RawValue) -> Option<i64> {
    let digits = digits(raw);
    let whole = || whole(&digits).filter(|n| n.abs() < 9.2e18);
    digits.parse().ok().or_else(|| whole().map(|n| n as i64))
}

fn double(raw: &RawValue) -> Option<f64> {
    match digits(raw).as_str() {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        digits => digits.parse().ok(),
    }
}

/// A number as it was written, in a string or not.
fn digits(raw: &RawValue) -> String {
    text(raw).unwrap_or_else(|| raw.get().to_owned())
}

/// Some serializers write a large whole number with a point or an exponent.
fn whole(digits: &str) -> Option<f64> {
    digits.parse().ok().filter(|n: &f64| n.fract() == 0.0)
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
