//! Segment documents made of OpenTelemetry spans; reading documents, fitting them to the service's limits and making spans of them is for others.
//!
//! The rules are those of the OpenTelemetry Collector's
//! [`awsxrayexporter`](https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/awsxrayexporter),
//! one module for each part of a document.
//! Where a rule names an attribute, its stable name and its older ones are taken alike.
//! An attribute that a rule put into a field does not come again as metadata.
//!
//! Where this differs from the Collector:
//!
//! - An attribute whose value is empty or not of the type that its field takes stays metadata, where the Collector drops it or writes `0`.
//!   So do lists that were to be annotations, and the second of two annotations whose keys become the same.
//! - Of an old and a stable name the stable one wins; the other stays metadata if its value differs.
//! - Names from attributes are rid of characters that the service refuses, as names from spans are.
//! - What would be `null` is left out.
//! - IDs that the Collector draws at random are derived from the trace's and the span's ([`segments`]).
//! - The time in a trace ID is not looked at, since the service
//!   [does not require one](https://docs.aws.amazon.com/xray/latest/api/API_PutTraceSegments.html) any more.
//! - A span that has not ended is in progress.
//! - Rust's backtraces are read, and Python's `The above exception was the direct cause of …`.
//!
//! X-Ray has no place for these, so they are left out: events other than exceptions, stacks in languages that have no reader here,
//! the instrumentation scope, the trace state, flags, and counts of what was dropped.

mod annotations;
mod attributes;
mod aws;
mod cause;
mod error;
mod http;
mod ids;
mod links;
mod local_root;
mod name;
mod namespace;
mod origin;
mod service;
mod sql;
mod status;
mod time;

use opentelemetry_proto::tonic::{
    resource::v1::Resource,
    trace::v1::{Span, span::SpanKind},
};

pub use error::UnusableId;

use crate::{segment::Segment, trace_id};
use attributes::Attributes;
use ids::Ids;

/// What the Collector's configuration leaves open.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Options {
    /// Attributes that become annotations, so that filter expressions find them; a resource's are named `otel.resource.…`.
    /// The attribute `aws.xray.annotations` of a span names more.
    /// The Collector's `indexed_attributes`.
    pub indexed_attributes: Vec<String>,
    /// All attributes become annotations, except those that went into other fields and those that cannot be annotations.
    /// The Collector's `index_all_attributes`.
    pub index_all: bool,
    /// Log groups for resources that name none by `aws.log.group.arns` or `aws.log.group.names`.
    /// The Collector's `aws_log_groups`.
    pub log_group_names: Vec<String>,
    /// There is no metadata: filter expressions, summaries and service graphs do not ask for any, and it is most of a document.
    pub leave_out_metadata: bool,
}

/// The documents for a span: one, or two for a local root that calls another service.
///
/// A local root (`aws.span.kind` is `LOCAL_ROOT`) that is neither server nor internal gives a subsegment for what it calls
/// and the segment of the service that it runs in, in this order.
/// The segment's ID is derived from the trace's and the span's, so that the same span gives the same documents again; so are exceptions' IDs.
///
/// Times are seconds, true to the microsecond.
///
/// # Errors
///
/// The trace's, the span's or the parent's ID cannot be one, so that the service would refuse the document.
/// A link whose trace ID is unusable is left out.
pub fn segments(
    resource: &Resource,
    span: &Span,
    options: &Options,
) -> Result<Vec<Segment>, UnusableId> {
    let source = Source {
        resource: Attributes::of(&resource.attributes),
        span,
        kind: span.kind(),
        options,
    };
    Ok(local_root::segments(&source, Ids::of(span)?))
}

/// What documents are made of.
struct Source<'a> {
    resource: Attributes<'a>,
    span: &'a Span,
    kind: SpanKind,
    options: &'a Options,
}

impl Source<'_> {
    /// The document with these IDs and attributes.
    fn segment(&self, ids: Ids, mut attributes: Attributes<'_>) -> Segment {
        let is_subsegment = self.kind != SpanKind::Server && ids.parent.is_some();
        let (name, named_after) = name::of(self, &attributes);
        let namespace = namespace::of(self.kind, &attributes, named_after);
        let status = status::of(self.span, &attributes);

        // Each takes the attributes that it has a field for; what is left is annotated or metadata.
        let http = http::of(self, &mut attributes);
        let cause = cause::of(self, ids, &mut attributes);
        let aws = aws::of(self, &mut attributes);
        let sql = sql::of(self.span, &mut attributes);
        let resource = (!is_subsegment).then_some(&self.resource);
        let rest = annotations::of(attributes, resource, self.options);

        Segment {
            name,
            id: ids.segment(),
            start_time: time::seconds(self.span.start_time_unix_nano),
            end_time: match self.span.end_time_unix_nano {
                0 => None,
                end => Some(time::seconds(end)),
            },
            in_progress: self.span.end_time_unix_nano == 0,
            trace_id: Some(trace_id::to_xray(ids.trace)),
            parent_id: ids.parent(),
            kind: is_subsegment.then(|| "subsegment".to_owned()),
            namespace,
            origin: origin::of(&self.resource),
            user: rest.user,
            http,
            aws,
            service: service::of(&self.resource),
            sql,
            error: status.error,
            throttle: status.throttle,
            fault: status.fault,
            cause,
            annotations: rest.annotations,
            metadata: rest.metadata,
            links: links::of(&self.span.links),
            ..Segment::default()
        }
    }
}
