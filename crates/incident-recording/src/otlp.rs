//! The recording as OpenTelemetry's protocol has it: export requests, as exporters would have sent them.

use std::sync::Arc;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value};
use opentelemetry_proto::tonic::resource::v1;
use opentelemetry_proto::tonic::trace::v1::{
    ResourceSpans, ScopeSpans, Span as Sent, Status, span, status::StatusCode,
};

use crate::{Event, Kind, Recording, Resource, Span, Value};

/// The instrumentation scope of all spans.
pub const SCOPE: &str = "cruddur";

impl Recording {
    /// All spans as export requests of about `size` spans each; a trace is not divided.
    pub fn requests(&self, size: usize) -> impl Iterator<Item = ExportTraceServiceRequest> {
        let mut rest = &self.spans[..];
        std::iter::from_fn(move || {
            let mut end = size.min(rest.len());
            while end > 0 && end < rest.len() && rest[end].trace_id == rest[end - 1].trace_id {
                end += 1;
            }
            let (now, then) = rest.split_at(end);
            rest = then;
            (!now.is_empty()).then(|| request(now))
        })
    }
}

/// These spans in one export request, by who made them.
pub fn request(spans: &[Span]) -> ExportTraceServiceRequest {
    let mut groups: Vec<(&Arc<Resource>, Vec<Sent>)> = Vec::new();
    for span in spans {
        let known = groups
            .iter_mut()
            .find(|(resource, _)| Arc::ptr_eq(resource, &span.resource));
        match known {
            Some((_, group)) => group.push(sent(span)),
            None => groups.push((&span.resource, vec![sent(span)])),
        }
    }
    let resource_spans = groups.into_iter().map(|(resource, spans)| ResourceSpans {
        resource: Some(v1::Resource {
            attributes: attributes(&resource.attributes),
            ..v1::Resource::default()
        }),
        scope_spans: vec![ScopeSpans {
            scope: Some(InstrumentationScope {
                name: SCOPE.to_owned(),
                ..InstrumentationScope::default()
            }),
            spans,
            ..ScopeSpans::default()
        }],
        ..ResourceSpans::default()
    });
    ExportTraceServiceRequest {
        resource_spans: resource_spans.collect(),
    }
}

fn sent(span: &Span) -> Sent {
    let kind = match span.kind {
        Kind::Internal => span::SpanKind::Internal,
        Kind::Server => span::SpanKind::Server,
        Kind::Client => span::SpanKind::Client,
    };
    Sent {
        trace_id: span.trace_id.0.to_vec(),
        span_id: span.span_id.0.to_vec(),
        parent_span_id: span
            .parent_id
            .map_or_else(Vec::new, |parent| parent.0.to_vec()),
        name: span.name.to_owned(),
        kind: kind.into(),
        start_time_unix_nano: span.start,
        end_time_unix_nano: span.end,
        attributes: attributes(&span.attributes),
        events: span.events.iter().map(event).collect(),
        status: span.error.map(|message| Status {
            code: StatusCode::Error.into(),
            message: message.to_owned(),
        }),
        ..Sent::default()
    }
}

fn event(event: &Event) -> span::Event {
    span::Event {
        time_unix_nano: event.time,
        name: event.name.to_owned(),
        attributes: attributes(&event.attributes),
        ..span::Event::default()
    }
}

fn attributes(of: &[(&'static str, Value)]) -> Vec<KeyValue> {
    of.iter()
        .map(|(key, value)| KeyValue {
            key: (*key).to_owned(),
            value: Some(AnyValue {
                value: Some(any_value(value)),
            }),
            ..KeyValue::default()
        })
        .collect()
}

fn any_value(value: &Value) -> any_value::Value {
    match value {
        Value::Bool(flag) => any_value::Value::BoolValue(*flag),
        Value::Int(number) => any_value::Value::IntValue(*number),
        Value::Float(number) => any_value::Value::DoubleValue(*number),
        Value::Text(text) => any_value::Value::StringValue((*text).to_owned()),
        Value::Own(text) => any_value::Value::StringValue(text.to_string()),
    }
}
