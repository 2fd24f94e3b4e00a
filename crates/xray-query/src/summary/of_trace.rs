//! Takes a trace's summary from its segments.

use xray_segment::{Annotation, Segment};

use super::{
    AnnotationValue, AvailabilityZone, HttpSummary, InstanceId, ResourceArn, TraceSummary,
    TraceUser, ValueWithServiceIds,
};
use crate::{
    ServiceId, Trace, root_cause,
    view::{View, duration, each, is_orphan, micros},
    whereabouts,
};

pub(super) fn summary(trace: &Trace) -> TraceSummary {
    let view = View::of(trace);
    let root = view.root();
    let mut summary = TraceSummary {
        id: trace.id.clone(),
        start_time: start(trace),
        duration: trace_duration(&view),
        response_time: root.and_then(|root| duration(root.segment)),
        has_fault: root.is_some_and(|root| root.segment.fault),
        has_error: root.is_some_and(|root| root.segment.error),
        has_throttle: has_throttle(&view),
        is_partial: is_partial(trace),
        http: root.map(|root| http(root.segment)).unwrap_or_default(),
        service_ids: service_ids(&view),
        entry_point: root.map(|root| root.service.clone()),
        fault_root_causes: root_cause::faults(&view),
        error_root_causes: root_cause::errors(&view),
        response_time_root_causes: root_cause::response_times(&view),
        revision: 1,
        ..TraceSummary::default()
    };
    for segment in &trace.segments {
        let service = (!is_orphan(segment)).then(|| ServiceId::of_segment(segment));
        each(segment, &mut |part| {
            collect(part, service.as_ref(), &mut summary);
        });
    }
    summary
}

/// Earliest start of a segment.
fn start(trace: &Trace) -> f64 {
    trace
        .segments
        .first()
        .map_or(0.0, |segment| segment.start_time)
}

/// From the root's start to the latest end.
pub(crate) fn trace_duration(view: &View<'_>) -> f64 {
    let start = view
        .root()
        .map_or_else(|| start(view.trace), |root| root.segment.start_time);
    let mut end = start;
    for segment in &view.trace.segments {
        each(segment, &mut |part| {
            end = part.end_time.map_or(end, |other| end.max(other));
        });
    }
    micros(end - start)
}

pub(crate) fn has_throttle(view: &View<'_>) -> bool {
    view.nodes.iter().any(|node| node.segment.throttle)
}

pub(crate) fn is_partial(trace: &Trace) -> bool {
    let mut partial = false;
    for segment in &trace.segments {
        partial |= is_orphan(segment);
        each(segment, &mut |part| partial |= part.in_progress);
    }
    partial
}

fn http(root: &Segment) -> HttpSummary {
    let Some(http) = &root.http else {
        return HttpSummary::default();
    };
    let request = http.request.clone().unwrap_or_default();
    HttpSummary {
        url: request.url,
        status: http.response.as_ref().and_then(|response| response.status),
        method: request.method,
        user_agent: request.user_agent,
        client_ip: request.client_ip,
    }
}

fn service_ids(view: &View<'_>) -> Vec<ServiceId> {
    let mut services: Vec<ServiceId> = Vec::new();
    let clients = view
        .nodes
        .iter()
        .filter(|node| node.from_outside)
        .map(|node| ServiceId::client_of(&node.service));
    let all = view
        .root()
        .into_iter()
        .chain(&view.nodes)
        .map(|node| node.service.clone());
    for service in all.chain(clients) {
        push_service(&mut services, &service);
    }
    services
}

fn push_service(services: &mut Vec<ServiceId>, service: &ServiceId) {
    if !services.iter().any(|known| known.is_same(service)) {
        services.push(service.clone());
    }
}

/// What a segment or subsegment adds to the lists.
fn collect(part: &Segment, service: Option<&ServiceId>, summary: &mut TraceSummary) {
    for (key, value) in &part.annotations {
        let value = annotation_value(value);
        let values = summary.annotations.entry(key.clone()).or_default();
        let known = values
            .iter()
            .position(|known| known.annotation_value == value);
        let index = known.unwrap_or_else(|| {
            values.push(ValueWithServiceIds {
                annotation_value: value,
                service_ids: Vec::new(),
            });
            values.len() - 1
        });
        if let Some(service) = service {
            push_service(&mut values[index].service_ids, service);
        }
    }
    if let Some(user) = &part.user {
        let known = summary
            .users
            .iter()
            .position(|known| known.user_name == *user);
        let index = known.unwrap_or_else(|| {
            summary.users.push(TraceUser {
                user_name: user.clone(),
                service_ids: Vec::new(),
            });
            summary.users.len() - 1
        });
        if let Some(service) = service {
            push_service(&mut summary.users[index].service_ids, service);
        }
    }
    for arn in whereabouts::resource_arns(part) {
        push_once(
            &mut summary.resource_arns,
            ResourceArn {
                arn: arn.to_owned(),
            },
        );
    }
    for id in whereabouts::instance_ids(part) {
        push_once(&mut summary.instance_ids, InstanceId { id: id.to_owned() });
    }
    for name in whereabouts::availability_zones(part) {
        push_once(
            &mut summary.availability_zones,
            AvailabilityZone {
                name: name.to_owned(),
            },
        );
    }
}

fn push_once<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if !list.contains(&value) {
        list.push(value);
    }
}

fn annotation_value(annotation: &Annotation) -> AnnotationValue {
    match annotation {
        Annotation::Bool(value) => AnnotationValue::BooleanValue(*value),
        Annotation::Number(value) => {
            AnnotationValue::NumberValue(value.as_f64().unwrap_or_default())
        }
        Annotation::String(value) => AnnotationValue::StringValue(value.clone()),
    }
}
