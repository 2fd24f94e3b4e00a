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

use crate::{
    TraceId,
    limits::{bound_resource, bound_scope, bound_span, bound_text},
    traits::{self, Trait},
};

/// The service of spans that name none.
pub const UNKNOWN_SERVICE: &str = "unknown_service";

/// What an origin's encoding begins with if its spans were made of X-Ray's documents: a field that OTLP does not have,
/// which decoding skips.
pub const OF_DOCUMENTS: [u8; 3] = [0xf8, 0x7f, 1];

/// Spans ready to be written.
#[derive(Debug, Default)]
pub struct Batch {
    /// Those that can be stored, in the order in which they came.
    pub spans: Vec<BatchSpan>,
    /// All bodies, one after the other.
    pub bodies: Vec<u8>,
    /// Resources with one scope each: encoded [`ResourceSpans`] without spans, [`OF_DOCUMENTS`] before them where that is so.
    pub origins: Vec<Vec<u8>>,
    /// For each origin, its place in `traits`.
    pub origin_traits: Vec<Range<usize>>,
    /// The traits of all spans and resources, one after the other.
    pub traits: Vec<Trait>,
    /// The names of the services, each once.
    pub services: Vec<String>,
    /// The operations, each once.
    pub operations: Vec<BatchOperation>,
    /// X-Ray's documents that all of the spans were made of; none for spans that came as such.
    pub documents: Vec<BatchDocument>,
    /// How many spans can not be stored.
    pub refused: Refused,
}

/// A document of X-Ray's as it was sent, with the spans made of it.
#[derive(Debug)]
pub struct Document {
    /// Its trace.
    pub trace: TraceId,
    /// The segment's or subsegment's ID.
    pub id: u64,
    /// A complete version may follow.
    pub in_progress: bool,
    /// A subsegment that was sent by itself.
    pub is_subsegment: bool,
    /// A subsegment whose segment has not come, so that its service is not known.
    pub is_orphan: bool,
    /// Its JSON, as it was sent.
    pub text: String,
    /// All of the same trace.
    pub spans: Vec<ResourceSpans>,
}

/// A document whose spans are in the batch.
#[derive(Debug)]
pub struct BatchDocument {
    /// See [`Document::trace`].
    pub trace: TraceId,
    /// See [`Document::id`].
    pub id: u64,
    /// See [`Document::in_progress`].
    pub in_progress: bool,
    /// See [`Document::is_subsegment`].
    pub is_subsegment: bool,
    /// See [`Document::is_orphan`].
    pub is_orphan: bool,
    /// See [`Document::text`].
    pub text: String,
    /// Places in [`Batch::spans`].
    pub spans: Range<usize>,
}

/// A name and kind within a service, listed once a batch.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct BatchOperation {
    /// Index into [`Batch::services`].
    pub service: usize,
    /// The spans' name.
    pub name: String,
    /// A `SpanKind`.
    pub kind: i32,
}

/// What the writer needs of a span beside its body.
#[derive(Debug)]
pub struct BatchSpan {
    /// Its trace.
    pub trace: TraceId,
    /// The span ID.
    pub id: u64,
    /// It has no parent.
    pub is_root: bool,
    /// Its status is `ERROR`.
    pub is_error: bool,
    /// Index into [`Batch::origins`].
    pub origin: usize,
    /// Index into [`Batch::operations`].
    pub operation: usize,
    /// Nanoseconds since the epoch; clamped to what SQLite can order (the body keeps what was sent).
    pub start: i64,
    /// Nanoseconds, never negative.
    pub duration: i64,
    /// Place in [`Batch::bodies`]; what it lacks, [`span`](crate::span) puts back.
    pub body: Range<usize>,
    /// Place in [`Batch::traits`].
    pub traits: Range<usize>,
}

/// Spans that cannot be stored, by cause.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Refused {
    trace_id: u64,
    span_id: u64,
    parent_id: u64,
}

impl Refused {
    /// How many.
    pub fn total(self) -> u64 {
        self.trace_id + self.span_id + self.parent_id
    }

    /// A sentence for the sender; empty if nothing was refused.
    pub fn message(self) -> String {
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
    /// Makes a request's spans ready.
    pub fn new(request: ExportTraceServiceRequest) -> Self {
        let mut builder = Builder::default();
        builder.add(request.resource_spans);
        builder.batch
    }

    /// How many spans each service has in it.
    pub fn spans_by_service(&self) -> Vec<(String, u64)> {
        self.by_service(self.spans.iter())
    }

    /// How many documents of X-Ray's each service has in it.
    pub fn documents_by_service(&self) -> Vec<(String, u64)> {
        let first = |document: &BatchDocument| self.spans.get(document.spans.start);
        self.by_service(self.documents.iter().filter_map(first))
    }

    fn by_service<'a>(&self, spans: impl Iterator<Item = &'a BatchSpan>) -> Vec<(String, u64)> {
        let mut counts = vec![0; self.services.len()];
        for span in spans {
            counts[self.operations[span.operation].service] += 1;
        }
        let named = self.services.iter().cloned().zip(counts);
        named.filter(|(_, count)| *count > 0).collect()
    }

    /// Of documents of X-Ray's.
    pub fn of_documents(documents: Vec<Document>) -> Self {
        let mut builder = Builder {
            origin_prefix: &OF_DOCUMENTS,
            ..Builder::default()
        };
        for document in documents {
            let from = builder.batch.spans.len();
            builder.add(document.spans);
            builder.batch.documents.push(BatchDocument {
                trace: document.trace,
                id: document.id,
                in_progress: document.in_progress,
                is_subsegment: document.is_subsegment,
                is_orphan: document.is_orphan,
                text: document.text,
                spans: from..builder.batch.spans.len(),
            });
        }
        builder.batch
    }

    /// About what it takes in memory.
    pub fn bytes(&self) -> usize {
        let texts = self.documents.iter().map(|document| document.text.len());
        self.bodies.len() + texts.sum::<usize>()
    }
}

/// A batch under way, with the places of what is listed once.
#[derive(Default)]
struct Builder {
    batch: Batch,
    /// What the encodings of origins begin with.
    origin_prefix: &'static [u8],
    services: HashMap<String, usize>,
    operations: HashMap<(usize, i32), HashMap<String, usize>>,
    origins: HashMap<Vec<u8>, usize>,
}

impl Builder {
    fn add(&mut self, spans: Vec<ResourceSpans>) {
        for ResourceSpans {
            resource,
            scope_spans,
            mut schema_url,
        } in spans
        {
            let mut resource = resource.unwrap_or_default();
            bound_resource(&mut resource);
            bound_text(&mut schema_url);
            let name = service_name(&resource);
            let service = self.service(name);
            let mut resource_traits = None;
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
                let mut encoded = self.origin_prefix.to_vec();
                encoded.reserve_exact(origin.encoded_len());
                origin.encode_raw(&mut encoded);
                resource = origin.resource;
                let origin = match self.origins.get(&encoded) {
                    Some(known) => *known,
                    None => {
                        let traits = resource_traits
                            .get_or_insert_with(|| self.batch.list_traits(resource.as_ref()))
                            .clone();
                        self.batch.origin_traits.push(traits);
                        self.batch.origins.push(encoded.clone());
                        self.origins.insert(encoded, self.batch.origins.len() - 1);
                        self.batch.origins.len() - 1
                    }
                };
                for span in spans {
                    self.batch.push(service, origin, span, &mut self.operations);
                }
            }
        }
    }

    fn service(&mut self, name: &str) -> usize {
        if let Some(known) = self.services.get(name) {
            return *known;
        }
        let number = self.batch.services.len();
        self.services.insert(name.to_owned(), number);
        self.batch.services.push(name.to_owned());
        number
    }
}

impl Batch {
    fn list_traits(&mut self, resource: Option<&Resource>) -> Range<usize> {
        let from = self.traits.len();
        let attributes = resource
            .into_iter()
            .flat_map(|resource| &resource.attributes);
        self.traits.extend(attributes.filter_map(traits::of));
        from..self.traits.len()
    }

    fn push(
        &mut self,
        service: usize,
        origin: usize,
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
        // Trace ID, name and kind are kept once beside the bodies; [`span`](crate::span) puts them back.
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
            origin,
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
pub fn service_name(resource: &Resource) -> &str {
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
