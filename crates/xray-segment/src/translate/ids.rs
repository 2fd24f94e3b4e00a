//! The IDs of a span, and IDs derived from them.

use opentelemetry_proto::tonic::trace::v1::Span;

use super::error::UnusableId;
use crate::trace_id;

/// The IDs that a document carries.
#[derive(Clone, Copy)]
pub(super) struct Ids {
    pub(super) trace: [u8; 16],
    pub(super) span: u64,
    pub(super) parent: Option<u64>,
}

impl Ids {
    /// The span's own.
    pub(super) fn of(span: &Span) -> Result<Self, UnusableId> {
        let found = |id: &[u8]| match id {
            [] => "empty".to_owned(),
            id => otlp_json::hex(id),
        };
        Ok(Self {
            trace: trace(&span.trace_id).ok_or_else(|| UnusableId::Trace {
                span: span.name.clone(),
                found: found(&span.trace_id),
            })?,
            span: eight_bytes(&span.span_id)
                .filter(|id| *id != 0)
                .ok_or_else(|| UnusableId::Span {
                    span: span.name.clone(),
                    found: found(&span.span_id),
                })?,
            parent: match span.parent_span_id.as_slice() {
                [] => None,
                id => eight_bytes(id)
                    .ok_or_else(|| UnusableId::Parent {
                        span: span.name.clone(),
                        found: found(id),
                    })
                    .map(|id| (id != 0).then_some(id))?,
            },
        })
    }

    /// The document's, as X-Ray writes it.
    pub(super) fn segment(self) -> String {
        hex(self.span)
    }

    /// The parent's, as X-Ray writes it.
    pub(super) fn parent(self) -> Option<String> {
        self.parent.map(hex)
    }

    /// An ID that only this span of this trace gives for this number, and always the same.
    pub(super) fn derived(self, number: u64) -> u64 {
        let trace = u128::from_be_bytes(self.trace);
        let id = [(trace >> 64) as u64, trace as u64, self.span, number]
            .into_iter()
            .fold(0, |id, part| scrambled(id ^ part));
        // Zeros are no ID.
        id.max(1)
    }
}

/// A trace ID that is one.
pub(super) fn trace(id: &[u8]) -> Option<[u8; 16]> {
    <[u8; 16]>::try_from(id).ok().filter(|id| *id != [0; 16])
}

/// A span ID's bytes as a number.
pub(super) fn eight_bytes(id: &[u8]) -> Option<u64> {
    id.try_into().ok().map(u64::from_be_bytes)
}

/// 16 hex digits.
pub(super) fn hex(id: u64) -> String {
    trace_id::hex_16(id)
}

/// SplitMix64's next number: each bit of the input sways each bit of the output.
fn scrambled(seed: u64) -> u64 {
    let x = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
