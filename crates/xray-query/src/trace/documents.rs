//! Segments as `BatchGetTraces` gives them, inferred ones included.

use serde_json::Value;
use xray_segment::Segment;

use super::{Trace, assemble};
use crate::{service::ServiceId, view::View};

pub(super) fn of_trace(trace: &Trace) -> Vec<(String, String)> {
    let sent = trace.segments.iter().map(|segment| {
        let mut segment = segment.clone();
        segment.trace_id.get_or_insert_with(|| trace.id.clone());
        segment
    });
    sent.chain(inferred(trace))
        .map(|segment| (segment.id.clone(), json(&segment)))
        .collect()
}

pub(super) fn of_values(trace_id: &str, documents: Vec<Value>) -> Vec<(String, String)> {
    let documents = assemble::assemble(documents);
    // What the type cannot hold is of no use for what is inferred.
    let trace = Trace {
        id: trace_id.to_owned(),
        segments: documents
            .iter()
            .filter_map(|document| serde_json::from_value(document.clone()).ok())
            .collect(),
    };
    let mut segments: Vec<(String, String)> = documents
        .iter()
        .map(|document| {
            let id = document["id"].as_str().unwrap_or_default().to_owned();
            (id, document.to_string())
        })
        .collect();
    segments.extend(inferred(&trace).map(|segment| (segment.id.clone(), json(&segment))));
    segments
}

/// A segment for each call that no segment answers.
fn inferred(trace: &Trace) -> impl Iterator<Item = Segment> {
    let view = View::of(trace);
    let calls: Vec<&Segment> = view
        .nodes
        .iter()
        .filter_map(|node| node.parent.filter(|call| std::ptr::eq(*call, node.segment)))
        .collect();
    calls.into_iter().map(|call| Segment {
        name: call.name.clone(),
        id: inferred_id(&call.id),
        start_time: call.start_time,
        end_time: call.end_time,
        in_progress: call.in_progress,
        trace_id: Some(trace.id.clone()),
        parent_id: Some(call.id.clone()),
        origin: ServiceId::inferred(call).kind,
        http: call.http.clone(),
        aws: call.aws.clone(),
        sql: call.sql.clone(),
        error: call.error,
        throttle: call.throttle,
        fault: call.fault,
        inferred: true,
        ..Segment::default()
    })
}

/// An ID of its own that is the same each time: FNV-1a of the call's.
fn inferred_id(call: &str) -> String {
    let hash = call.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

fn json(segment: &Segment) -> String {
    serde_json::to_string(segment).unwrap_or_default()
}
