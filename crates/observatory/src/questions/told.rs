//! An answer as JSON: the table's keys at the top, where they were before there was more to tell.

use serde::Serialize;
use span_columns::{Answer, Example, Heatmap, Series};
use span_query::{Table, UnknownColumn};

#[derive(Serialize)]
pub(super) struct Told {
    #[serde(flatten)]
    table: Table,
    series: Option<Series>,
    heatmaps: Vec<Heatmap>,
    examples: Vec<Example>,
    unknown_columns: Vec<Unknown>,
    rows_scanned: u64,
    rows_matched: u64,
    extent_unix_nano: Option<(i64, i64)>,
}

#[derive(Serialize)]
struct Unknown {
    name: String,
    /// The column that was probably meant.
    nearest: Option<String>,
}

impl From<Answer> for Told {
    fn from(answer: Answer) -> Self {
        let unknown = |unknown: UnknownColumn| Unknown {
            name: unknown.name,
            nearest: unknown.nearest,
        };
        Self {
            table: answer.table,
            series: answer.series,
            heatmaps: answer.heatmaps,
            examples: answer.examples,
            unknown_columns: answer.unknown_columns.into_iter().map(unknown).collect(),
            rows_scanned: answer.rows_scanned,
            rows_matched: answer.rows_matched,
            extent_unix_nano: answer.extent_unix_nano,
        }
    }
}
