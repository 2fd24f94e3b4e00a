//! What a query gives: a table, and if it asks for them a series over time, heatmaps and example traces.

use serde::Serialize;
use span_query::{Table, UnknownColumn, Value};

/// Everything that one query gives.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// One row for each group; calculations that are no single value (`HEATMAP`) have no column.
    pub table: Table,
    /// The same calculations over time; `None` if there is no row in the time asked for.
    pub series: Option<Series>,
    /// One for each `HEATMAP`, in the query's order.
    pub heatmaps: Vec<Heatmap>,
    /// A few of the rows that passed, spread over the range of durations: the slowest first.
    pub examples: Vec<Example>,
    /// Columns that the query names and no stored row has.
    #[serde(skip)]
    pub unknown_columns: Vec<UnknownColumn>,
    /// Rows looked at.
    pub rows_scanned: u64,
    /// Rows that passed the filters.
    pub rows_matched: u64,
    /// The first and last time of the rows that passed, in nanoseconds since the Unix epoch.
    pub extent_unix_nano: Option<(i64, i64)>,
}

/// Calculations over time: equal steps from `start` on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Series {
    /// Where the first step begins, in seconds since the Unix epoch.
    pub start: i64,
    /// Length of a step, in seconds.
    pub step: u64,
    /// How many steps there are.
    pub steps: usize,
    /// Titles of the calculations, in the query's order, without heatmaps.
    pub calculations: Vec<String>,
    /// The groups of the table that are drawn, in its order.
    pub groups: Vec<SeriesGroup>,
}

/// One group's calculations over time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SeriesGroup {
    /// The breakdowns' values; empty without breakdowns.
    pub key: Vec<Value>,
    /// For each calculation, its value in each step; null where there is none.
    pub values: Vec<Vec<Value>>,
}

/// How a heatmap's rows divide values.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scale {
    /// Equal steps.
    Linear,
    /// Equal ratios: where no value is below zero, and those above it span more than two orders of magnitude.
    /// A first band then begins at 0, if there are values too small for the others.
    Logarithmic,
}

/// How many rows have a value within a band, in a step of time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Heatmap {
    /// The column whose values are counted.
    pub column: String,
    /// Where the first step begins, in nanoseconds since the Unix epoch.
    pub start_unix_nano: i64,
    /// Length of a step, in nanoseconds.
    pub step_nano: u64,
    /// How many steps there are.
    pub steps: usize,
    /// How the bands divide values.
    pub scale: Scale,
    /// Edges of the bands, ascending: one more than there are bands. A band holds its lower edge, the last one both.
    pub edges: Vec<f64>,
    /// Weighted counts, band by band from the lowest, each with one count for each step.
    pub counts: Vec<Vec<u64>>,
    /// Rows that passed and have no number in this column.
    pub without_number: u64,
}

/// A row that shows what the answer is made of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Example {
    /// The trace, 32 hex digits; empty for a log event outside any trace.
    pub trace_id: String,
    /// The span, 16 hex digits; empty if there is none.
    pub span_id: String,
    /// When it began, in nanoseconds since the Unix epoch.
    pub unix_nano: i64,
    /// Its `name` (a log event's message).
    pub name: String,
    /// Its `service.name` (a log event's group).
    pub service: String,
    /// Its `duration_ms`, in milliseconds; null for what has none.
    pub duration_ms: Value,
    /// Whether it has `error`.
    pub error: bool,
    /// Its values of the breakdowns, in their order.
    pub key: Vec<Value>,
}

/// A column that stored rows have.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Whether some of its values are numbers.
    pub is_number: bool,
    /// Whether some of its values are text.
    pub is_text: bool,
    /// How many rows have it, as far as is known.
    pub rows: u64,
}
