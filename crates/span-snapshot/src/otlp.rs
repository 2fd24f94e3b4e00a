//! OTLP's protobuf messages as span trees, and back; JSON is the crate `otlp-json`'s.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Otlp;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{
    ResourceSpans, ScopeSpans, Span, Status as OtlpStatus, span, status,
};
use prost::Message;

use crate::error::OtlpError;
use crate::record::{Record, RecordLink, Scope};
use crate::span::{Event, Finish, Kind, Status};
use crate::tree::{Node, Parent, SpanTree};
use crate::value::{Attributes, Value};

impl SpanTree {
    /// A tree of what one or several export requests carried together.
    pub fn from_otlp<'a>(
        requests: impl IntoIterator<Item = &'a ExportTraceServiceRequest>,
    ) -> Self {
        Self::build(requests.into_iter().flat_map(records).collect())
    }

    /// A tree of one request's protobuf bytes, not compressed.
    ///
    /// # Errors
    /// If the bytes are no `ExportTraceServiceRequest`.
    pub fn from_otlp_protobuf(body: &[u8]) -> Result<Self, OtlpError> {
        Ok(Self::from_otlp([&ExportTraceServiceRequest::decode(body)?]))
    }

    /// A tree of one request's JSON, as the SDKs send it: hexadecimal IDs, 64-bit numbers as strings or numbers, unknown fields ignored.
    ///
    /// # Errors
    /// If the text is no JSON, or no `ExportTraceServiceRequest`; the error names the field.
    pub fn from_otlp_json(body: &[u8]) -> Result<Self, OtlpError> {
        Ok(Self::from_otlp([&otlp_json::read(body)?]))
    }

    /// The tree as an export request, with IDs and times made up to keep its order.
    ///
    /// OTLP knows ended spans only, each once, so marks of unfinished or doubled spans are lost.
    /// It knows no segments either: a SEGMENT goes as SERVER, a SUBSEGMENT as INTERNAL, each with the attributes that the tree shows and no resource.
    /// That is no translation: `xray-segment` has one.
    pub fn to_otlp(&self) -> ExportTraceServiceRequest {
        let mut request = ExportTraceServiceRequest::default();
        // Spans of one resource and scope that are neighbours share an envelope.
        let mut place = None;
        for (i, node) in self.nodes.iter().enumerate() {
            if place.is_none_or(|(resource, _)| resource != node.resource) {
                request.resource_spans.push(ResourceSpans {
                    resource: node.resource.map(|i| Resource {
                        attributes: key_values(&self.resources[i]),
                        ..Resource::default()
                    }),
                    ..ResourceSpans::default()
                });
                place = None;
            }
            let Some(envelope) = request.resource_spans.last_mut() else {
                continue;
            };
            if place.is_none_or(|(_, scope)| scope != node.scope) {
                let scope = node.scope.map(|i| &self.scopes[i]);
                envelope.scope_spans.push(ScopeSpans {
                    scope: scope.map(|scope| InstrumentationScope {
                        name: scope.name.clone(),
                        version: scope.version.clone().unwrap_or_default(),
                        attributes: key_values(&scope.attributes),
                        ..InstrumentationScope::default()
                    }),
                    ..ScopeSpans::default()
                });
            }
            place = Some((node.resource, node.scope));
            if let Some(spans) = envelope.scope_spans.last_mut() {
                spans.spans.push(self.otlp_span(i, node));
            }
        }
        request
    }

    fn otlp_span(&self, index: usize, node: &Node) -> Span {
        let parent_span_id = match &node.parent {
            Parent::Root => Vec::new(),
            Parent::Child(parent) => span_id(*parent),
            // A span that is its own ancestor comes back as just that.
            Parent::Cycle => span_id(index),
            Parent::Orphan(_) | Parent::External(_) => vec![0xff; 8],
        };
        let (code, message) = match &node.status {
            Status::Unset => (status::StatusCode::Unset, String::new()),
            Status::Ok => (status::StatusCode::Ok, String::new()),
            Status::Error(description) => (status::StatusCode::Error, description.clone()),
        };
        Span {
            trace_id: trace_id(node.trace),
            span_id: span_id(index),
            parent_span_id,
            name: node.name.clone(),
            kind: match node.kind {
                // OTLP has log events elsewhere.
                Kind::Unspecified
                | Kind::LogGroup
                | Kind::LogStream
                | Kind::LogEvent(_)
                | Kind::LogText => 0,
                Kind::Internal | Kind::Subsegment => 1,
                Kind::Server | Kind::Segment => 2,
                Kind::Client => 3,
                Kind::Producer => 4,
                Kind::Consumer => 5,
            },
            start_time_unix_nano: index as u64 + 1,
            end_time_unix_nano: index as u64 + 2,
            attributes: key_values(&node.attributes),
            events: (node.events.iter())
                .map(|event| span::Event {
                    time_unix_nano: index as u64 + 1,
                    name: event.name.clone(),
                    attributes: key_values(&event.attributes),
                    ..span::Event::default()
                })
                .collect(),
            links: (node.links.iter())
                .map(|link| span::Link {
                    trace_id: link
                        .target
                        .map_or_else(|| vec![0xff; 16], |to| trace_id(self.nodes[to].trace)),
                    span_id: link.target.map_or_else(|| vec![0xff; 8], span_id),
                    attributes: key_values(&link.attributes),
                    ..span::Link::default()
                })
                .collect(),
            status: Some(OtlpStatus {
                message,
                code: code.into(),
            }),
            ..Span::default()
        }
    }
}

/// How many spans a request carries.
pub(crate) fn span_count(request: &ExportTraceServiceRequest) -> usize {
    let scopes = request
        .resource_spans
        .iter()
        .flat_map(|resource| &resource.scope_spans);
    scopes.map(|scope| scope.spans.len()).sum()
}

fn records(request: &ExportTraceServiceRequest) -> impl Iterator<Item = Record> {
    request.resource_spans.iter().flat_map(|envelope| {
        let resource = envelope
            .resource
            .as_ref()
            .map(|resource| attributes(&resource.attributes))
            .unwrap_or_default();
        envelope.scope_spans.iter().flat_map(move |scope_spans| {
            let scope = scope_spans.scope.as_ref().map(scope_of).unwrap_or_default();
            let resource = resource.clone();
            scope_spans
                .spans
                .iter()
                .map(move |span| record(span, &resource, &scope))
        })
    })
}

fn record(span: &Span, resource: &Attributes, scope: &Scope) -> Record {
    let all_zero = |id: &[u8]| id.iter().all(|byte| *byte == 0);
    Record {
        trace_id: span.trace_id.clone(),
        span_id: span.span_id.clone(),
        parent_id: if all_zero(&span.parent_span_id) {
            Vec::new()
        } else {
            span.parent_span_id.clone()
        },
        start: span.start_time_unix_nano,
        name: span.name.clone(),
        kind: match span.kind {
            1 => Kind::Internal,
            2 => Kind::Server,
            3 => Kind::Client,
            4 => Kind::Producer,
            5 => Kind::Consumer,
            _ => Kind::Unspecified,
        },
        status: match &span.status {
            Some(status) if status.code == 1 => Status::Ok,
            Some(status) if status.code == 2 => Status::Error(status.message.clone()),
            _ => Status::Unset,
        },
        attributes: attributes(&span.attributes),
        events: (span.events.iter())
            .map(|event| Event {
                name: event.name.clone(),
                attributes: attributes(&event.attributes),
            })
            .collect(),
        links: (span.links.iter())
            .map(|link| RecordLink {
                trace_id: link.trace_id.clone(),
                span_id: link.span_id.clone(),
                attributes: attributes(&link.attributes),
            })
            .collect(),
        scope: Some(scope.clone()),
        resource: Some(resource.clone()),
        finish: Finish::Ended,
    }
}

fn scope_of(scope: &InstrumentationScope) -> Scope {
    Scope {
        name: scope.name.clone(),
        version: (!scope.version.is_empty()).then(|| scope.version.clone()),
        attributes: attributes(&scope.attributes),
    }
}

fn attributes(pairs: &[KeyValue]) -> Attributes {
    pairs
        .iter()
        .map(|pair| (pair.key.clone(), value(pair.value.as_ref())))
        .collect()
}

fn value(any: Option<&AnyValue>) -> Value {
    match any.and_then(|any| any.value.as_ref()) {
        // String indices belong to the profiles signal; a trace has no string table.
        None | Some(Otlp::StringValueStrindex(_)) => Value::Null,
        Some(Otlp::StringValue(value)) => Value::String(value.clone()),
        Some(Otlp::BoolValue(value)) => Value::Bool(*value),
        Some(Otlp::IntValue(value)) => Value::I64(*value),
        Some(Otlp::DoubleValue(value)) => Value::F64(*value),
        Some(Otlp::ArrayValue(values)) => {
            Value::Array(values.values.iter().map(|any| value(Some(any))).collect())
        }
        Some(Otlp::KvlistValue(map)) => Value::Map(attributes(&map.values)),
        Some(Otlp::BytesValue(bytes)) => Value::Bytes(bytes.clone()),
    }
}

fn key_values(attributes: &Attributes) -> Vec<KeyValue> {
    attributes
        .iter()
        .map(|(key, value)| KeyValue {
            key: key.clone(),
            value: Some(any_value(value)),
            ..KeyValue::default()
        })
        .collect()
}

fn any_value(value: &Value) -> AnyValue {
    AnyValue {
        value: match value {
            Value::Null => None,
            Value::String(value) => Some(Otlp::StringValue(value.clone())),
            Value::Bool(value) => Some(Otlp::BoolValue(*value)),
            Value::I64(value) => Some(Otlp::IntValue(*value)),
            Value::F64(value) => Some(Otlp::DoubleValue(*value)),
            Value::Array(values) => Some(Otlp::ArrayValue(ArrayValue {
                values: values.iter().map(any_value).collect(),
            })),
            Value::Bytes(bytes) => Some(Otlp::BytesValue(bytes.clone())),
            Value::Map(map) => Some(Otlp::KvlistValue(KeyValueList {
                values: key_values(map),
            })),
        },
    }
}

fn trace_id(trace: usize) -> Vec<u8> {
    (trace as u128 + 1).to_be_bytes().to_vec()
}

fn span_id(index: usize) -> Vec<u8> {
    (index as u64 + 1).to_be_bytes().to_vec()
}
