//! Spans from JSON, and what their documents have, for every case.

use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, ArrayValue, KeyValue, KeyValueList, any_value},
    resource::v1::Resource,
    trace::v1::{
        Span, Status,
        span::{Event, Link, SpanKind},
        status::StatusCode,
    },
};
use serde_json::{Value as Json, json};
use xray_segment::{
    Segment, read,
    translate::{Options, segments},
};

/// 10 in hex digits, and so on: the IDs of all spans here.
pub(crate) const TRACE_ID: [u8; 16] = [
    0x5f, 0x29, 0xab, 0x21, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xa, 0xb, 0xc,
];
pub(crate) const SPAN_ID: [u8; 8] = [0x10; 8];
pub(crate) const PARENT_ID: [u8; 8] = [0x20; 8];

/// A span as a case writes it: its kind, its attributes, and more with `@`.
///
/// `@name`, `@parent` (it has one), `@resource`, `@status` (`ERROR`, `OK`), `@message` (of the status), `@events`, `@links`,
/// `@nanos` (when it began and ended).
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) span: Span,
    pub(crate) resource: Resource,
    pub(crate) options: Options,
}

impl Case {
    pub(crate) fn new(kind: SpanKind, json: Json) -> Self {
        let mut span = Span {
            trace_id: TRACE_ID.to_vec(),
            span_id: SPAN_ID.to_vec(),
            name: "GET /".to_owned(),
            kind: kind.into(),
            start_time_unix_nano: 1_700_000_000_000_000_000,
            end_time_unix_nano: 1_700_000_001_000_000_000,
            ..Span::default()
        };
        let mut resource = Resource::default();
        for (key, value) in json.as_object().unwrap() {
            let text = || value.as_str().unwrap().to_owned();
            match key.as_str() {
                "@name" => span.name = text(),
                "@parent" => span.parent_span_id = PARENT_ID.to_vec(),
                "@resource" => resource.attributes = attributes(value),
                "@status" => {
                    let code = StatusCode::from_str_name(&format!("STATUS_CODE_{}", text()));
                    span.status.get_or_insert_default().code = code.unwrap().into();
                }
                "@message" => span.status.get_or_insert_with(Status::default).message = text(),
                "@events" => span.events = value.as_array().unwrap().iter().map(event).collect(),
                "@links" => span.links = value.as_array().unwrap().iter().map(link).collect(),
                "@nanos" => {
                    span.start_time_unix_nano = value[0].as_u64().unwrap();
                    span.end_time_unix_nano = value[1].as_u64().unwrap();
                }
                key => {
                    assert!(!key.starts_with('@'), "{key}");
                    span.attributes.push(attribute(key, value));
                }
            }
        }
        Self {
            span,
            resource,
            options: Options::default(),
        }
    }

    /// Its documents as JSON, of which the service reads all that was written.
    #[track_caller]
    pub(crate) fn documents(&self, rule: &str) -> Vec<Json> {
        let segments = segments(&self.resource, &self.span, &self.options)
            .unwrap_or_else(|error| panic!("{rule}: {error}"));
        for segment in &segments {
            let document = serde_json::to_string(segment).unwrap();
            assert_eq!(read(&document).as_ref(), Ok(segment), "{rule}: read back");
        }
        self.check_without_metadata(rule, segments.clone());
        segments
            .iter()
            .map(|segment| serde_json::to_value(segment).unwrap())
            .collect()
    }

    /// Without metadata all else is the same.
    #[track_caller]
    fn check_without_metadata(&self, rule: &str, mut whole: Vec<Segment>) {
        whole
            .iter_mut()
            .for_each(|segment| segment.metadata.clear());
        let options = Options {
            leave_out_metadata: true,
            ..self.options.clone()
        };
        let without = segments(&self.resource, &self.span, &options);
        assert_eq!(without, Ok(whole), "{rule}: without metadata");
    }

    /// It gives one document, and that has this.
    #[track_caller]
    pub(crate) fn check(&self, rule: &str, expected: Json) {
        let documents = self.documents(rule);
        assert_eq!(documents.len(), 1, "{rule}");
        has(rule, &documents[0], expected);
    }
}

/// The span of this kind gives one document, and that has this: JSON pointers and what is there, `null` if nothing.
#[track_caller]
pub(crate) fn check(rule: &str, kind: SpanKind, span: Json, expected: Json) {
    Case::new(kind, span).check(rule, expected);
}

/// The document has this: JSON pointers and what is there, `null` if nothing.
#[track_caller]
pub(crate) fn has(rule: &str, document: &Json, expected: Json) {
    let expected = expected.as_object().unwrap();
    let found: serde_json::Map<String, Json> = expected
        .keys()
        .map(|pointer| {
            let found = document.pointer(pointer).cloned().unwrap_or_default();
            (pointer.clone(), found)
        })
        .collect();
    assert_eq!(&found, expected, "{rule}");
}

fn event(json: &Json) -> Event {
    Event {
        name: json["name"].as_str().unwrap().to_owned(),
        time_unix_nano: json["nanos"].as_u64().unwrap_or_default(),
        attributes: attributes(json.get("attributes").unwrap_or(&json!({}))),
        ..Event::default()
    }
}

fn link(json: &Json) -> Link {
    let bytes = |key: &str| -> Vec<u8> {
        let bytes = json[key].as_array().unwrap().iter();
        bytes.map(|byte| byte.as_u64().unwrap() as u8).collect()
    };
    Link {
        trace_id: bytes("trace"),
        span_id: bytes("span"),
        attributes: attributes(json.get("attributes").unwrap_or(&json!({}))),
        ..Link::default()
    }
}

fn attributes(json: &Json) -> Vec<KeyValue> {
    let object = json.as_object().unwrap();
    object
        .iter()
        .map(|(key, value)| attribute(key, value))
        .collect()
}

pub(crate) fn attribute(key: &str, value: &Json) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(any(value)),
        ..KeyValue::default()
    }
}

fn any(json: &Json) -> AnyValue {
    use any_value::Value;
    let value = match json {
        Json::Null => None,
        Json::Bool(flag) => Some(Value::BoolValue(*flag)),
        Json::Number(number) => Some(number.as_i64().map_or_else(
            || Value::DoubleValue(number.as_f64().unwrap()),
            Value::IntValue,
        )),
        Json::String(text) => Some(Value::StringValue(text.clone())),
        Json::Array(values) => Some(Value::ArrayValue(ArrayValue {
            values: values.iter().map(any).collect(),
        })),
        Json::Object(_) => Some(Value::KvlistValue(KeyValueList {
            values: attributes(json),
        })),
    };
    AnyValue { value }
}
