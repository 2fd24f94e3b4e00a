//! Spans and requests for the tests; no two calls depend on each other or on the clock.

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{
        AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList, any_value::Value,
    },
    resource::v1::Resource,
    trace::v1::{
        ResourceSpans, ScopeSpans, Span, Status,
        span::{Event, Link},
    },
};

/// A moment in 2026, in nanoseconds since the epoch.
pub(crate) const START: u64 = 1_780_000_000_000_000_000;

pub(crate) fn trace_id(number: u64) -> Vec<u8> {
    let mut id = vec![0xab; 8];
    id.extend(number.to_be_bytes());
    id
}

/// The trace's ID as the query API writes it.
pub(crate) fn trace_hex(number: u64) -> String {
    format!("abababababababab{number:016x}")
}

pub(crate) fn span_id(number: u64) -> Vec<u8> {
    number.to_be_bytes().to_vec()
}

/// A root span of a millisecond, which starts `trace` seconds after [`START`].
pub(crate) fn span(trace: u64, span: u64, name: &str) -> Span {
    let start = START + trace * 1_000_000_000;
    Span {
        trace_id: trace_id(trace),
        span_id: span_id(span),
        name: name.to_owned(),
        kind: 2,
        start_time_unix_nano: start,
        end_time_unix_nano: start + 1_000_000,
        ..Span::default()
    }
}

pub(crate) fn child(trace: u64, id: u64, parent: u64, name: &str) -> Span {
    let mut child = span(trace, id, name);
    child.parent_span_id = span_id(parent);
    child.start_time_unix_nano += id;
    child.kind = 1;
    child
}

pub(crate) fn failed(mut span: Span) -> Span {
    span.status = Some(Status {
        code: 2,
        message: "it failed".to_owned(),
    });
    span
}

pub(crate) fn with(mut span: Span, key: &str, value: Value) -> Span {
    span.attributes.push(attribute(key, value));
    span
}

pub(crate) fn lasting(mut span: Span, nanoseconds: u64) -> Span {
    span.end_time_unix_nano = span.start_time_unix_nano + nanoseconds;
    span
}

pub(crate) fn text(text: &str) -> Value {
    Value::StringValue(text.to_owned())
}

pub(crate) fn any(value: Value) -> AnyValue {
    AnyValue { value: Some(value) }
}

pub(crate) fn attribute(key: &str, value: Value) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(any(value)),
        ..KeyValue::default()
    }
}

pub(crate) fn resource(service: &str) -> Resource {
    Resource {
        attributes: vec![attribute("service.name", text(service))],
        ..Resource::default()
    }
}

pub(crate) fn request(service: &str, spans: Vec<Span>) -> ExportTraceServiceRequest {
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(resource(service)),
            scope_spans: vec![ScopeSpans {
                scope: Some(InstrumentationScope {
                    name: "tests".to_owned(),
                    ..InstrumentationScope::default()
                }),
                spans,
                schema_url: String::new(),
            }],
            schema_url: String::new(),
        }],
    }
}

/// A request that sets every field there is, with every type of value.
pub(crate) fn everything() -> ExportTraceServiceRequest {
    let attributes = vec![
        attribute("text", text("ü <script>")),
        attribute("empty", text("")),
        attribute("yes", Value::BoolValue(true)),
        attribute("no", Value::BoolValue(false)),
        attribute("zero", Value::IntValue(0)),
        attribute("low", Value::IntValue(i64::MIN)),
        attribute("high", Value::IntValue(i64::MAX)),
        attribute("half", Value::DoubleValue(0.5)),
        attribute("whole", Value::DoubleValue(3.0)),
        attribute("bytes", Value::BytesValue(vec![0, 255, 7, 8])),
        attribute(
            "list",
            Value::ArrayValue(ArrayValue {
                values: vec![
                    any(text("a")),
                    any(Value::IntValue(1)),
                    AnyValue { value: None },
                ],
            }),
        ),
        attribute(
            "map",
            Value::KvlistValue(KeyValueList {
                values: vec![attribute(
                    "inner",
                    Value::ArrayValue(ArrayValue { values: vec![] }),
                )],
            }),
        ),
        KeyValue {
            key: "nothing".to_owned(),
            ..KeyValue::default()
        },
    ];
    let full = Span {
        trace_id: trace_id(1),
        span_id: span_id(2),
        parent_span_id: span_id(1),
        trace_state: "vendor=x".to_owned(),
        flags: 0x301,
        name: "full".to_owned(),
        kind: 3,
        start_time_unix_nano: START,
        end_time_unix_nano: START + 123_456_789,
        attributes: attributes.clone(),
        dropped_attributes_count: 1,
        events: vec![Event {
            time_unix_nano: START + 5,
            name: "exception".to_owned(),
            attributes: attributes.clone(),
            dropped_attributes_count: 2,
        }],
        dropped_events_count: 3,
        links: vec![Link {
            trace_id: trace_id(9),
            span_id: span_id(8),
            trace_state: "other=y".to_owned(),
            attributes: attributes.clone(),
            dropped_attributes_count: 4,
            flags: 0x100,
        }],
        dropped_links_count: 5,
        status: Some(Status {
            code: 2,
            message: "boom".to_owned(),
        }),
    };
    let scope_spans = ["first", "second"].map(|name| ScopeSpans {
        scope: Some(InstrumentationScope {
            name: name.to_owned(),
            version: "1.2".to_owned(),
            attributes: attributes.clone(),
            dropped_attributes_count: 6,
        }),
        spans: vec![Span {
            span_id: span_id(name.len() as u64),
            start_time_unix_nano: START + name.len() as u64,
            ..full.clone()
        }],
        schema_url: format!("https://example.com/{name}"),
    });
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(Resource {
                attributes: [
                    vec![attribute("service.name", text("everything"))],
                    attributes,
                ]
                .concat(),
                dropped_attributes_count: 7,
                ..Resource::default()
            }),
            scope_spans: scope_spans.into(),
            schema_url: "https://example.com/resource".to_owned(),
        }],
    }
}
