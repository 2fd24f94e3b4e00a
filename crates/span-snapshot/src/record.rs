//! A span as it was captured, with its real IDs and clock, whatever it came from; trees are built from these.

use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry_sdk::trace::SpanData;

use crate::span::{Event, Finish, Kind, Status};
use crate::value::{Attributes, attributes_of};

/// What made a span: the library's name and version.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Scope {
    pub(crate) name: String,
    pub(crate) version: Option<String>,
    pub(crate) attributes: Attributes,
}

/// A link with the IDs that it leads to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RecordLink {
    pub(crate) trace_id: Vec<u8>,
    pub(crate) span_id: Vec<u8>,
    pub(crate) attributes: Attributes,
}

/// One captured span. IDs are bytes of any length, because OTLP does not enforce one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    pub(crate) trace_id: Vec<u8>,
    pub(crate) span_id: Vec<u8>,
    /// Empty for a root.
    pub(crate) parent_id: Vec<u8>,
    /// Nanoseconds since the epoch; only its order counts.
    pub(crate) start: u64,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) status: Status,
    pub(crate) attributes: Attributes,
    pub(crate) events: Vec<Event>,
    pub(crate) links: Vec<RecordLink>,
    /// `None` where there is no such thing: X-Ray knows none.
    pub(crate) scope: Option<Scope>,
    /// `None` likewise.
    pub(crate) resource: Option<Attributes>,
    pub(crate) finish: Finish,
}

impl Record {
    /// A record of what the SDK hands to processors and exporters.
    pub(crate) fn from_sdk(span: &SpanData, resource: Attributes, finish: Finish) -> Self {
        let pairs = |attributes: &[opentelemetry::KeyValue]| {
            attributes_of(attributes.iter().map(|kv| (&kv.key, &kv.value)))
        };
        let parent_id = span.parent_span_id.to_bytes();
        Self {
            trace_id: span.span_context.trace_id().to_bytes().to_vec(),
            span_id: span.span_context.span_id().to_bytes().to_vec(),
            parent_id: if parent_id == [0; 8] {
                Vec::new()
            } else {
                parent_id.to_vec()
            },
            start: nanoseconds(span.start_time),
            name: span.name.to_string(),
            kind: span.span_kind.clone().into(),
            status: (&span.status).into(),
            attributes: pairs(&span.attributes),
            events: span
                .events
                .iter()
                .map(|event| Event {
                    name: event.name.to_string(),
                    attributes: pairs(&event.attributes),
                })
                .collect(),
            links: span
                .links
                .iter()
                .map(|link| RecordLink {
                    trace_id: link.span_context.trace_id().to_bytes().to_vec(),
                    span_id: link.span_context.span_id().to_bytes().to_vec(),
                    attributes: pairs(&link.attributes),
                })
                .collect(),
            scope: Some(Scope {
                name: span.instrumentation_scope.name().to_owned(),
                version: span.instrumentation_scope.version().map(str::to_owned),
                attributes: pairs(
                    &span
                        .instrumentation_scope
                        .attributes()
                        .cloned()
                        .collect::<Vec<_>>(),
                ),
            }),
            resource: Some(resource),
            finish,
        }
    }
}

fn nanoseconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_nanos() as u64)
}
