//! A trace put together from the documents that were sent for it.

use xray_segment::Segment;

/// All segments of a trace, each with its subsegments inside it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// `1-` 8 hex digits `-` 24 hex digits.
    pub id: String,
    /// Earliest start first, ties by ID. A subsegment whose segment never came stands here by itself, with its `type`.
    pub segments: Vec<Segment>,
}
