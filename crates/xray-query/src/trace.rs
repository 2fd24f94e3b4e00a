//! A trace put together from the documents that were sent for it.

mod assemble;
mod documents;

use serde_json::Value;
use xray_segment::Segment;

/// All segments of a trace, each with its subsegments inside it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// `1-` 8 hex digits `-` 24 hex digits.
    pub id: String,
    /// Earliest start first, ties by ID. A subsegment whose segment never came stands here by itself, with its `type`.
    pub segments: Vec<Segment>,
}

impl Trace {
    /// Puts the documents of one trace together; the order in which they come makes no difference.
    ///
    /// - A subsegment that was sent by itself (`type` is `subsegment`) goes into the segment or subsegment that `parent_id` names, at any depth.
    ///   If that one never came, or the parents form a circle, it stays at the top.
    /// - Of two documents with one ID, the complete one replaces the one in progress; of two of a kind, the one that ended later.
    /// - Siblings are in the order of their starts, ties by ID.
    #[must_use]
    pub fn assemble(id: String, documents: Vec<Segment>) -> Self {
        Self {
            id,
            segments: assemble::assemble(documents),
        }
    }

    /// The segments as `BatchGetTraces` gives them, as pairs of ID and JSON document:
    /// those that were sent, then the inferred ones.
    ///
    /// An inferred segment stands for what was called and sent no segment itself (a database, an AWS service, an API that is not traced).
    /// Its `parent_id` is the subsegment of the call, `inferred` is true, and `origin` says what it is.
    /// Fields that [`Segment`] does not have are not there; [`api_documents`] keeps them.
    #[must_use]
    pub fn api_segments(&self) -> Vec<(String, String)> {
        documents::of_trace(self)
    }
}

/// The same as [`Trace::assemble`] for documents as JSON, whose fields stay as they were sent, known or not.
#[must_use]
pub fn assemble_values(documents: Vec<Value>) -> Vec<Value> {
    assemble::assemble(documents)
}

/// The same as [`Trace::api_segments`] for documents as JSON, whose fields stay as they were sent, known or not.
#[must_use]
pub fn api_documents(trace_id: &str, documents: Vec<Value>) -> Vec<(String, String)> {
    documents::of_values(trace_id, documents)
}
