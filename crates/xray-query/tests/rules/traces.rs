//! Makes traces of documents, written as JSON.

use serde_json::{Value, json};
use xray_query::Trace;
use xray_segment::Segment;

pub(crate) const TRACE: &str = "1-5f84c7a1-0123456789abcdef01234567";

/// A trace of a list of documents.
pub(crate) fn trace(documents: Value) -> Trace {
    Trace::assemble(TRACE.to_owned(), segments(documents))
}

pub(crate) fn segments(documents: Value) -> Vec<Segment> {
    serde_json::from_value(documents).unwrap()
}

/// `base` with the fields of `more`, which replace its own.
pub(crate) fn with(mut base: Value, more: Value) -> Value {
    let fields = base.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    base
}

/// A segment from second 100 to second 101.
pub(crate) fn segment(id: &str, name: &str, more: Value) -> Value {
    let base = json!({"id": id, "name": name, "start_time": 100.0, "end_time": 101.0});
    with(base, more)
}

/// A subsegment that was sent by itself.
pub(crate) fn subsegment(id: &str, name: &str, parent: &str, more: Value) -> Value {
    let base = json!({"type": "subsegment", "parent_id": parent});
    segment(id, name, with(base, more))
}
