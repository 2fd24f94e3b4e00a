//! Traces made of OTLP's messages, which stand for nothing in particular.

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, KeyValue, any_value::Value},
    resource::v1::Resource,
    trace::v1::{ResourceSpans, ScopeSpans, Span, Status},
};

use crate::asking::Observatory;

/// When the made-up traces begin, in nanoseconds.
pub(crate) const START: u64 = 1_700_000_000_000_000_000;
pub(crate) const MS: u64 = 1_000_000;

impl Observatory {
    /// One with these spans in it, each with its service.
    pub(crate) async fn with(spans: Vec<(&str, Span)>) -> Self {
        let observatory = Self::new();
        observatory.send(spans).await;
        observatory
    }

    /// Stores spans, each with its service.
    pub(crate) async fn send(&self, spans: Vec<(&str, Span)>) {
        let resource_spans = spans
            .into_iter()
            .map(|(service, span)| ResourceSpans {
                resource: Some(Resource {
                    attributes: vec![attribute("service.name", service)],
                    ..Resource::default()
                }),
                scope_spans: vec![ScopeSpans {
                    spans: vec![span],
                    ..ScopeSpans::default()
                }],
                ..ResourceSpans::default()
            })
            .collect();
        let request = ExportTraceServiceRequest { resource_spans };
        let accepted = self
            .state
            .store
            .ingest(request)
            .await
            .expect("spans are stored");
        assert_eq!(accepted.rejected, 0);
    }
}

pub(crate) fn attribute(key: &str, value: &str) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue {
            value: Some(Value::StringValue(value.to_owned())),
        }),
        ..KeyValue::default()
    }
}

/// A root span, alone in its trace; trace and span have the ID `id`, later ones start later.
pub(crate) fn root(id: u8, name: &str, milliseconds: u64) -> Span {
    let start = START + u64::from(id) * 1_000 * MS;
    Span {
        trace_id: vec![id; 16],
        span_id: vec![id; 8],
        name: name.to_owned(),
        kind: 2,
        start_time_unix_nano: start,
        end_time_unix_nano: start + milliseconds * MS,
        ..Span::default()
    }
}

pub(crate) fn trace_id(id: u8) -> String {
    format!("{id:02x}").repeat(16)
}

pub(crate) async fn sample() -> Observatory {
    let mut failed = root(2, "POST /api/activities", 40);
    failed.status = Some(Status {
        code: 2,
        message: "no room".into(),
    });
    failed.attributes = vec![attribute("user.id", "andrewbrown"), attribute("a", "1")];
    let mut slow = root(3, "GET /profiles/@{handle}", 2_000);
    slow.attributes = vec![attribute("user.id", "worf")];
    Observatory::with(vec![
        ("backend", root(1, "GET /api/activities/home", 5)),
        ("backend", failed),
        ("profiles", slow),
    ])
    .await
}
