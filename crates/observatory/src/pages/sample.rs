//! Spans and addresses made up for the tests of the pages.

use std::sync::Arc;

use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value},
    resource::v1::Resource,
    trace::v1::{Span, Status, span::SpanKind},
};

use crate::model::StoredSpan;

/// When the made-up traces begin.
pub(crate) const START: u64 = 1_700_000_000_000_000_000;

/// The same in seconds, as X-Ray has times.
pub(crate) const SECOND: f64 = START as f64 / 1e9;

/// An address's query as the pages read it.
pub(crate) fn pairs(query: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(k, v): &(&str, &str)| ((*k).to_owned(), (*v).to_owned());
    query.iter().map(owned).collect()
}

/// A span with the ID `id` (0 for none) under `parent` (0 for a root), from `from` to `to` nanoseconds after [`START`].
pub(crate) fn span(id: u64, parent: u64, name: &str, from: u64, to: u64) -> StoredSpan {
    span_of("backend", id, parent, name, from, to)
}

/// The same, made by `service`.
pub(crate) fn span_of(
    service: &str,
    id: u64,
    parent: u64,
    name: &str,
    from: u64,
    to: u64,
) -> StoredSpan {
    let parent = if parent == 0 {
        Vec::new()
    } else {
        parent.to_be_bytes().to_vec()
    };
    StoredSpan {
        resource: Arc::new(Resource {
            attributes: vec![string("service.name", service)],
            ..Resource::default()
        }),
        resource_schema_url: "".into(),
        scope: Arc::new(InstrumentationScope {
            name: "sample".into(),
            ..Default::default()
        }),
        scope_schema_url: "".into(),
        span: Span {
            trace_id: vec![7; 16],
            span_id: id.to_be_bytes().to_vec(),
            parent_span_id: parent,
            name: name.to_owned(),
            kind: SpanKind::Internal.into(),
            start_time_unix_nano: START + from,
            end_time_unix_nano: START + to,
            ..Span::default()
        },
    }
}

/// The span, failed.
pub(crate) fn failed(mut span: StoredSpan, message: &str) -> StoredSpan {
    span.span.status = Some(Status {
        code: 2,
        message: message.to_owned(),
    });
    span
}

/// The span with one more attribute.
pub(crate) fn with(mut span: StoredSpan, key: &str, value: Value) -> StoredSpan {
    span.span.attributes.push(KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue { value: Some(value) }),
        ..KeyValue::default()
    });
    span
}

/// A string attribute.
pub(crate) fn string(key: &str, value: &str) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue {
            value: Some(Value::StringValue(value.to_owned())),
        }),
        ..KeyValue::default()
    }
}
