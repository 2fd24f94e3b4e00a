//! Which documents a span gives: local roots stand for their service, and for what they call.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind;

use super::{Source, attributes::Attributes, ids::Ids, name};
use crate::segment::Segment;

/// Attributes that are about what was called, so that the calling service's segment has none of them.
const ABOUT_CALLEE: [&str; 4] = [
    "aws.remote.service",
    "aws.remote.operation",
    "remoteTarget",
    "K8s.RemoteNamespace",
];

/// The same, of the block `aws`.
const ABOUT_CALLEE_OF_AWS: [&str; 7] = [
    "operation",
    "account_id",
    "region",
    "request_id",
    "queue_url",
    "table_name",
    "table_names",
];

/// The documents for the span.
pub(super) fn segments(source: &Source<'_>, ids: Ids) -> Vec<Segment> {
    let attributes = Attributes::of(&source.span.attributes);
    if !is_local_root(&attributes) {
        return vec![part(source, ids, attributes)];
    }
    if matches!(source.kind, SpanKind::Server | SpanKind::Internal) {
        let mut segment = source.segment(ids, attributes);
        segment.kind = None;
        segment.namespace = None;
        return vec![segment];
    }
    let service = Ids {
        span: ids.derived(0),
        ..ids
    };
    let dependency = Ids {
        parent: Some(service.span),
        ..ids
    };
    vec![
        dependency_subsegment(source, dependency, attributes.clone()),
        service_segment(source, service, attributes),
    ]
}

/// The span is the first of its service in the trace.
pub(super) fn is_local_root(attributes: &Attributes<'_>) -> bool {
    attributes.text(&["aws.span.kind"]) == Some("LOCAL_ROOT")
}

fn part(source: &Source<'_>, ids: Ids, attributes: Attributes<'_>) -> Segment {
    let calls = matches!(
        source.kind,
        SpanKind::Client | SpanKind::Producer | SpanKind::Consumer
    );
    let knows_callee = attributes.value("aws.remote.service").is_some();
    let mut segment = source.segment(ids, attributes);
    if calls && knows_callee && segment.kind.is_some() && segment.namespace.is_none() {
        segment.namespace = Some("remote".to_owned());
    }
    segment
}

fn dependency_subsegment(source: &Source<'_>, ids: Ids, attributes: Attributes<'_>) -> Segment {
    let name = name::of_callee(&attributes);
    let mut segment = source.segment(ids, attributes);
    segment.namespace.get_or_insert_with(|| "remote".to_owned());
    // What a consumer took is the service's to tell.
    if source.kind == SpanKind::Consumer {
        segment.links.clear();
    }
    if let Some(name) = name {
        segment.name = name;
    }
    segment
}

fn service_segment(source: &Source<'_>, ids: Ids, attributes: Attributes<'_>) -> Segment {
    let name = name::of_service(&attributes);
    let mut segment = source.segment(ids, attributes.without(&ABOUT_CALLEE));
    segment.kind = None;
    segment.namespace = None;
    if let Some(name) = name {
        segment.name = name;
    }
    segment.http = None;
    for field in ABOUT_CALLEE_OF_AWS {
        segment.aws.remove(field);
    }
    for namespace in segment.metadata.values_mut() {
        namespace.retain(|key, _| key.starts_with("otel.resource."));
    }
    segment
        .metadata
        .retain(|_, namespace| !namespace.is_empty());
    if source.kind != SpanKind::Consumer {
        segment.links.clear();
    }
    segment
}
