//! One request's spans made ready for the writer: checked, bounded, encoded, with names and origins listed once.
//! This is the part of storing that needs no database, so it runs on the thread of whoever sends.

use std::{collections::HashMap, ops::Range};

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::any_value::Value,
    resource::v1::Resource,
    trace::v1::{ResourceSpans, ScopeSpans, Span, status::StatusCode},
};
use prost::Message;

use super::{
    limits::{bound_resource, bound_scope, bound_span, bound_text},
    traits::{self, Trait},
};
use crate::model::TraceId;

/// The service of spans that name none.
pub(crate) const UNKNOWN_SERVICE: &str = "unknown_service";

/// Spans ready to be written.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) spans: Vec<BatchSpan>,
    /// All bodies, one after the other.
    pub(crate) bodies: Vec<u8>,
    /// Resources with one scope each: encoded [`ResourceSpans`] without spans.
    pub(crate) origins: Vec<Vec<u8>>,
    /// For each origin, its place in `traits`.
    pub(crate) origin_traits: Vec<Range<usize>>,
    /// The traits of all spans and resources, one after the other.
    pub(crate) traits: Vec<Trait>,
    pub(crate) services: Vec<String>,
    pub(crate) operations: Vec<BatchOperation>,
    pub(crate) refused: Refused,
}

/// A name and kind within a service, listed once a batch.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct BatchOperation {
    /// Index into [`Batch::services`].
    pub(crate) service: usize,
    pub(crate) name: String,
    pub(crate) kind: i32,
}

/// What the writer needs of a span beside its body.
#[derive(Debug)]
pub(crate) struct BatchSpan {
    pub(crate) trace: TraceId,
    pub(crate) id: u64,
    pub(crate) is_root: bool,
    pub(crate) is_error: bool,
    pub(crate) origin: usize,
    pub(crate) operation: usize,
    /// Nanoseconds since the epoch; clamped to what SQLite can order (the body keeps what was sent).
    pub(crate) start: i64,
    pub(crate) duration: i64,
    pub(crate) body: Range<usize>,
    /// Place in [`Batch::traits`].
    pub(crate) traits: Range<usize>,
}

/// Spans that cannot be stored, by cause.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Refused {
    trace_id: u64,
    span_id: u64,
    parent_id: u64,
}

impl Refused {
    pub(crate) fn total(self) -> u64 {
        self.trace_id + self.span_id + self.parent_id
    }

    /// A sentence for the sender; empty if nothing was refused.
    pub(crate) fn message(self) -> String {
        let causes = [
            (self.trace_id, "a trace ID must be 16 bytes, not all zero"),
            (self.span_id, "a span ID must be 8 bytes, not all zero"),
            (self.parent_id, "a parent span ID must be empty or 8 bytes"),
        ];
        let told: Vec<String> = causes
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, cause)| format!("{count} rejected: {cause}"))
            .collect();
        told.join("; ")
    }
}

impl Batch {
    pub(crate) fn new(request: ExportTraceServiceRequest) -> Self {
        let mut batch = Self::default();
        let mut services: HashMap<String, usize> = HashMap::new();
        let mut operations: HashMap<(usize, i32), HashMap<String, usize>> = HashMap::new();
        for ResourceSpans {
            resource,
            scope_spans,
            mut schema_url,
        } in request.resource_spans
        {
            let mut resource = resource.unwrap_or_default();
            bound_resource(&mut resource);
            bound_text(&mut schema_url);
            let name = service_name(&resource);
            let service = match services.get(name) {
                Some(known) => *known,
                None => {
                    services.insert(name.to_owned(), batch.services.len());
                    batch.services.push(name.to_owned());
                    batch.services.len() - 1
                }
            };
            let from = batch.traits.len();
            batch
                .traits
                .extend(resource.attributes.iter().filter_map(traits::of));
            let resource_traits = from..batch.traits.len();
            let mut resource = Some(resource);
            for ScopeSpans {
                mut scope,
                spans,
                schema_url: mut scope_schema_url,
            } in scope_spans
            {
                if spans.is_empty() {
                    continue;
                }
                if let Some(scope) = &mut scope {
                    bound_scope(scope);
                }
                bound_text(&mut scope_schema_url);
                let origin = ResourceSpans {
                    resource: resource.take(),
                    scope_spans: vec![ScopeSpans {
                        scope,
                        spans: Vec::new(),
                        schema_url: scope_schema_url,
                    }],
                    schema_url: schema_url.clone(),
                };
                batch.origins.push(origin.encode_to_vec());
                batch.origin_traits.push(resource_traits.clone());
                resource = origin.resource;
                for span in spans {
                    batch.push(service, span, &mut operations);
                }
            }
        }
        batch
    }

    fn push(
        &mut self,
        service: usize,
        mut span: Span,
        operations: &mut HashMap<(usize, i32), HashMap<String, usize>>,
    ) {
        let Some(trace) = <[u8; 16]>::try_from(span.trace_id.as_slice())
            .ok()
            .filter(|id| *id != [0; 16])
        else {
            self.refused.trace_id += 1;
            return;
        };
        let Some(id) = span_id(&span.span_id).filter(|id| *id != 0) else {
            self.refused.span_id += 1;
            return;
        };
        let parent = match span.parent_span_id.as_slice() {
            [] => Some(0),
            bytes => span_id(bytes),
        };
        let Some(parent) = parent else {
            self.refused.parent_id += 1;
            return;
        };
        bound_span(&mut span);
        let is_error = span
            .status
            .as_ref()
            .is_some_and(|status| status.code == StatusCode::Error as i32);
        let start = clamp(span.start_time_unix_nano);
        let duration = clamp(span.end_time_unix_nano).saturating_sub(start).max(0);
        let names = operations.entry((service, span.kind)).or_default();
        let operation = match names.get(&span.name) {
            Some(known) => *known,
            None => {
                names.insert(span.name.clone(), self.operations.len());
                self.operations.push(BatchOperation {
                    service,
                    name: span.name.clone(),
                    kind: span.kind,
                });
                self.operations.len() - 1
            }
        };
        let first_trait = self.traits.len();
        self.traits.push(traits::name(&span.name));
        self.traits
            .extend(span.attributes.iter().filter_map(traits::of));
        // Trace ID, name and kind are kept once beside the bodies; `read::restore` puts them back.
        span.trace_id.clear();
        span.name.clear();
        span.kind = 0;
        let from = self.bodies.len();
        span.encode_raw(&mut self.bodies);
        self.spans.push(BatchSpan {
            trace: TraceId(trace),
            id,
            is_root: parent == 0,
            is_error,
            origin: self.origins.len() - 1,
            operation,
            start,
            duration,
            body: from..self.bodies.len(),
            traits: first_trait..self.traits.len(),
        });
    }
}

fn span_id(bytes: &[u8]) -> Option<u64> {
    bytes.try_into().ok().map(u64::from_be_bytes)
}

fn clamp(nanoseconds: u64) -> i64 {
    i64::try_from(nanoseconds).unwrap_or(i64::MAX)
}

/// The service that a resource names; what SDKs call a process that names none counts as unnamed too.
pub(crate) fn service_name(resource: &Resource) -> &str {
    resource
        .attributes
        .iter()
        .find(|attribute| attribute.key == "service.name")
        .and_then(
            |attribute| match attribute.value.as_ref()?.value.as_ref()? {
                Value::StringValue(name) if !name.is_empty() => Some(name.as_str()),
                _ => None,
            },
        )
        .filter(|name| !name.starts_with(UNKNOWN_SERVICE))
        .unwrap_or(UNKNOWN_SERVICE)
}
