//! BubbleUp: what sets the rows inside a box apart from all the others.

use serde::{Deserialize, Serialize};
use span_query::Value;

/// A box on a heatmap.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Selection {
    /// The column on the heatmap's vertical axis.
    pub column: String,
    /// Earliest time, in nanoseconds since the Unix epoch, inclusive.
    pub from_unix_nano: i64,
    /// Latest time, in nanoseconds since the Unix epoch, exclusive.
    pub to_unix_nano: i64,
    /// Least value, inclusive.
    pub min: f64,
    /// Greatest value, inclusive.
    pub max: f64,
}

/// The rows that pass a query's filters, divided by a box: every column's distribution inside against outside.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BubbleUp {
    /// Spans inside the box: as everywhere here, a row counts as often as its sample rate says.
    pub inside: u64,
    /// Spans outside it.
    pub outside: u64,
    /// The columns, the most different first: those whose distance is furthest beyond that of two sides drawn by chance.
    pub differences: Vec<Difference>,
    /// Columns that are the same inside and outside, or that have a value of their own on nearly every row (IDs).
    /// The box's own column and the IDs of trace, span and parent are not even counted.
    pub left_out: usize,
}

/// One column's two distributions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The column.
    pub column: String,
    /// Half the sum of the differences of the shares: 0 is the same, 1 nothing in common.
    pub distance: f64,
    /// Whether the values are ranges of numbers in their order; otherwise they are single values.
    pub is_ranges: bool,
    /// The values, or ranges, that were found, the ones that differ most first (ranges in their order); at most 40.
    pub shares: Vec<Share>,
    /// Rows with a value that is not listed, inside and outside.
    pub others: (u64, u64),
    /// Rows without the column, inside and outside.
    pub absent: (u64, u64),
}

/// One value, or range of numbers, of a column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Share {
    /// The value; of a range, its lower edge.
    pub value: Value,
    /// Of a range, its upper edge: exclusive except for the last one; null for a single value.
    pub to: Value,
    /// Rows inside the box with this value.
    pub inside: u64,
    /// Rows outside it.
    pub outside: u64,
}
