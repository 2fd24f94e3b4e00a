//! Why a tree differs from the one wanted.

use crate::tree::SpanTree;
use crate::verdict::Cause;

/// placeholder
pub fn explain(_expected: &SpanTree, _actual: &SpanTree) -> Vec<Cause> {
    Vec::new()
}
