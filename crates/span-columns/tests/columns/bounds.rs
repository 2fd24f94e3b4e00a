//! What a question may cost, counted: however it is put, each row is looked at a few times, and the answer is bounded.

use serde_json::{Value as Json, json};
use span_columns::Plan;
use span_query::{Query, Row, field};

use crate::rows::{Sparing, blocks};

const ROWS: usize = 20_000;

/// Spans of which no two have the same values, in traces of four.
fn rows() -> Vec<Row> {
    (0..ROWS as u64)
        .map(|n| {
            let parent = (n % 4 > 0).then(|| format!("{:016x}", n));
            Row::new()
                .at_unix_nano(1_700_000_000_000_000_000 + n * 1_000_000_000)
                .with(field::TRACE_ID, format!("{:032x}", n / 4 + 1))
                .with(field::SPAN_ID, format!("{:016x}", n + 1))
                .with(field::PARENT_ID, parent)
                .with(field::NAME, format!("{}{n}", "a".repeat(30)))
                .with(field::DURATION_MS, n as f64 / 7.0)
                .with("user", format!("user {}", n * 31 % 10_007))
        })
        .collect()
}

/// The dearest things that can be asked, each alone and all together.
fn dear() -> Vec<Json> {
    let calculation = |op: &str, column: &str| json!({"op": op, "column": column});
    let mut calculations = vec![json!({"op": "COUNT"}), json!({"op": "CONCURRENCY"})];
    for column in [field::DURATION_MS, field::NAME, "user"] {
        for op in [
            "COUNT_DISTINCT",
            "P50",
            "P95",
            "P99",
            "P999",
            "HEATMAP",
            "AVG",
            "RATE_MAX",
        ] {
            calculations.push(calculation(op, column));
        }
    }
    let breakdowns = json!([
        field::NAME,
        "user",
        "root.name",
        "parent.name",
        field::TRACE_ID
    ]);
    let pattern = "^(a|aa|aaa)+(b|[^c]{0,50})*[0-9]$";
    let filters: Vec<Json> = ["", "root.", "parent.", "any."]
        .into_iter()
        .flat_map(|relation| {
            (0..10).map(move |n| {
                json!({"column": format!("{relation}name"), "op": "matches", "value": format!("{pattern}|{n}")})
            })
        })
        .collect();
    let (start, end) = (1_700_000_000, 1_700_000_000 + ROWS as u64);
    vec![
        json!({ "calculations": calculations }),
        json!({ "breakdowns": breakdowns, "limit": 1_000 }),
        json!({ "filters": filters }),
        json!({ "filters": filters, "filter_combination": "OR" }),
        json!({
            "calculations": calculations, "breakdowns": breakdowns, "filters": filters, "limit": 1_000,
            "start_time": start, "end_time": end, "granularity": 20,
        }),
    ]
}

#[test]
fn each_row_is_looked_at_a_few_times_whatever_is_asked() {
    let blocks = blocks(&rows(), 1_000);
    for asked in dear() {
        let shown: String = asked.to_string().chars().take(120).collect();
        let query = Query::from_json(&asked).unwrap_or_else(|error| panic!("{error}: {shown}"));
        let source = Sparing::new(blocks.clone());
        let Ok(answer) = Plan::new(&query, 0).unwrap().answer(&source);
        // For relatives, for the table, for totals and for what is drawn, for open spans before, for examples twice.
        let looks = source.shown.get() as f64 / ROWS as f64;
        assert!(looks <= 7.0, "{looks}: {shown}");
        assert!(answer.table.rows.len() <= 1_000, "{shown}");
        assert!(answer.examples.len() <= 10, "{shown}");
        if let Some(series) = &answer.series {
            assert!(
                series.groups.len() <= 50 && series.steps <= 1_000,
                "{} {}: {shown}",
                series.groups.len(),
                series.steps
            );
        }
        for heatmap in &answer.heatmaps {
            let cells: usize = heatmap.counts.iter().map(Vec::len).sum();
            assert!(cells <= 100_000, "{cells}: {shown}");
        }
    }
}
