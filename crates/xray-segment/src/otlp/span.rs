//! The span of a segment or a subsegment: what was done, when, and how it ended.

use super::{
    attributes::{Attributes, entries},
    cause,
    resource::{Place, is_of_resource},
    stack::Stacks,
};
use crate::{Annotation, Http, Link, Segment, Sql, trace_id};
use opentelemetry_proto::tonic::trace::v1::{
    Span, Status,
    span::{Link as SpanLink, SpanKind},
    status::StatusCode,
};

/// What all spans of a document have in common.
pub(super) struct Document {
    pub(super) trace: Option<[u8; 16]>,
    pub(super) stacks: Stacks,
}

impl Document {
    /// Adds a segment's span, then those of its subsegments.
    pub(super) fn add(
        &self,
        segment: &Segment,
        place: Place,
        parent: Option<&str>,
        spans: &mut Vec<Span>,
    ) {
        spans.push(self.span(segment, place, parent));
        for part in &segment.subsegments {
            self.add(part, Place::Subsegment, Some(&segment.id), spans);
        }
    }

    fn span(&self, segment: &Segment, place: Place, parent: Option<&str>) -> Span {
        let kind = kind(segment, place);
        let start = nanoseconds(segment.start_time);
        let end = segment.end_time.map_or(start, nanoseconds);
        let cause = segment.cause.as_ref();
        Span {
            trace_id: self.trace.map(Vec::from).unwrap_or_default(),
            span_id: id(&segment.id),
            parent_span_id: parent.map(id).unwrap_or_default(),
            name: segment.name.clone(),
            kind: kind.into(),
            start_time_unix_nano: start,
            end_time_unix_nano: end,
            attributes: attributes(segment, kind),
            events: cause.map_or_else(Vec::new, |cause| cause::events(cause, end, &self.stacks)),
            links: segment.links.iter().filter_map(link).collect(),
            status: (segment.fault || segment.error || segment.throttle).then(|| Status {
                code: StatusCode::Error.into(),
                message: cause
                    .and_then(cause::message)
                    .unwrap_or_default()
                    .to_owned(),
            }),
            ..Span::default()
        }
    }
}

fn kind(segment: &Segment, place: Place) -> SpanKind {
    match (segment.namespace.as_deref(), place) {
        (Some("aws" | "remote"), _) => SpanKind::Client,
        (_, Place::Segment) => SpanKind::Server,
        (_, Place::Subsegment) => SpanKind::Internal,
    }
}

/// Nanoseconds of seconds, to the microsecond; a time before the epoch is the epoch.
// A float becomes the nearest integer that there is.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn nanoseconds(seconds: f64) -> u64 {
    ((seconds * 1e6).round() as u64).saturating_mul(1_000)
}

fn id(text: &str) -> Vec<u8> {
    trace_id::segment_id(text).map_or_else(Vec::new, |id| id.to_be_bytes().to_vec())
}

fn link(link: &Link) -> Option<SpanLink> {
    Some(SpanLink {
        trace_id: trace_id::parse(&link.trace_id)?.to_vec(),
        span_id: link.id.as_deref().map(id).unwrap_or_default(),
        attributes: entries(&link.attributes),
        ..SpanLink::default()
    })
}

fn attributes(
    segment: &Segment,
    kind: SpanKind,
) -> Vec<opentelemetry_proto::tonic::common::v1::KeyValue> {
    let mut attributes = Attributes::new();
    if kind == SpanKind::Client {
        let key = match segment.namespace.as_deref() {
            Some("aws") => "aws.service",
            _ => "peer.service",
        };
        attributes.set(key, &segment.name);
    }
    if let Some(block) = &segment.http {
        http(block, &mut attributes);
    }
    attributes.set("enduser.id", segment.user.as_ref());
    aws(segment, &mut attributes);
    if let Some(block) = &segment.sql {
        sql(block, &mut attributes);
    }
    attributes.flag("aws.xray.inprogress", segment.in_progress);
    attributes.flag("aws.xray.fault", segment.fault);
    attributes.flag("aws.xray.error", segment.error);
    attributes.flag("aws.xray.throttle", segment.throttle);
    attributes.flag("aws.xray.inferred", segment.inferred);
    attributes.set("aws.xray.precursor_ids", segment.precursor_ids.clone());
    for (namespace, values) in &segment.metadata {
        // Its keys are texts, so it can be written.
        let json = serde_json::to_string(values).unwrap_or_default();
        attributes.set(&format!("aws.xray.metadata.{namespace}"), json);
    }
    annotations(segment, &mut attributes);
    attributes.into_vec()
}

fn http(block: &Http, attributes: &mut Attributes) {
    if let Some(request) = &block.request {
        attributes.set("http.request.method", request.method.as_ref());
        attributes.set("url.full", request.url.as_ref());
        attributes.set("user_agent.original", request.user_agent.as_ref());
        let client = request.client_ip.as_ref();
        attributes.set("client.address", client);
        // No header said so: it is the other end of the connection.
        if request.x_forwarded_for != Some(true) && request.url.is_some() {
            attributes.set("network.peer.address", client);
        }
        attributes.set("aws.xray.x_forwarded_for", request.x_forwarded_for);
        attributes.set("aws.xray.traced", request.traced);
    }
    if let Some(response) = &block.response {
        attributes.set("http.response.status_code", response.status);
        attributes.set("http.response.body.size", response.content_length);
    }
}

fn aws(segment: &Segment, attributes: &mut Attributes) {
    for (field, value) in &segment.aws {
        match field.as_str() {
            "table_names" => attributes.set("aws.dynamodb.table_names", value),
            "retries" => attributes.set("aws.xray.retries", value),
            field if is_of_resource(field) => {}
            // `operation`, `region`, `request_id`, `account_id`, `queue_url`, `table_name`, and what each service adds.
            field => attributes.set(&format!("aws.{field}"), value),
        }
    }
}

fn sql(block: &Sql, attributes: &mut Attributes) {
    let system = block
        .database_type
        .as_ref()
        .map(|system| system.to_lowercase());
    attributes.set("db.system.name", system);
    // `protocol://host:port/name?options`, or `host/name`.
    if let Some(address) = block.connection_string.as_ref().or(block.url.as_ref()) {
        let address = address.split('?').next().unwrap_or_default();
        match address.rsplit_once('/') {
            Some((server, name)) if !server.is_empty() && !server.ends_with('/') => {
                attributes.set("db.connection_string", server);
                attributes.set("db.namespace", Some(name).filter(|name| !name.is_empty()));
            }
            _ => attributes.set("db.connection_string", address),
        }
    }
    attributes.set("db.query.text", block.sanitized_query.as_ref());
    attributes.set("db.user", block.user.as_ref());
    attributes.set(
        "aws.xray.sql.database_version",
        block.database_version.as_ref(),
    );
    attributes.set("aws.xray.sql.driver_version", block.driver_version.as_ref());
    attributes.set("aws.xray.sql.preparation", block.preparation.as_ref());
}

fn annotations(segment: &Segment, attributes: &mut Attributes) {
    let mut keys = Vec::new();
    for (name, annotation) in &segment.annotations {
        let key = if attributes.has(name) {
            format!("annotation.{name}")
        } else {
            name.clone()
        };
        match annotation {
            Annotation::Bool(flag) => attributes.set(&key, *flag),
            Annotation::Number(number) => attributes.set(&key, number),
            Annotation::String(text) => attributes.set(&key, text),
        }
        keys.push(key);
    }
    attributes.set("aws.xray.annotations", keys);
}
