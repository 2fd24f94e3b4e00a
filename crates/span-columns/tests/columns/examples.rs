//! Which rows are shown as examples.

use std::collections::BTreeSet;

use serde_json::json;
use span_columns::{Example, Plan};
use span_query::{Query, Row, Value, field};

use crate::rows::{Sparing, blocks};

fn span(number: u64, trace: u64, milliseconds: f64) -> Row {
    Row::new()
        .at_unix_nano(1_000_000_000 + number)
        .with(field::TRACE_ID, format!("{trace:032x}"))
        .with(field::SPAN_ID, format!("{:016x}", number + 1))
        .with(field::NAME, format!("span {number}"))
        .with(field::SERVICE_NAME, "backend")
        .with(field::DURATION_MS, milliseconds)
}

/// The examples of rows in blocks of this size, and of how many rows the trace IDs were read for them.
fn examples_read(rows: &[Row], size: usize) -> (Vec<Example>, usize) {
    let query = Query::from_json(&json!({"breakdowns": ["service.name"]})).unwrap();
    let source = Sparing::new(blocks(rows, size));
    let Ok(answer) = Plan::new(&query, 0).unwrap().answer(&source);
    (answer.examples, source.identified.get())
}

fn examples(rows: &[Row], size: usize) -> Vec<Example> {
    examples_read(rows, size).0
}

fn durations(examples: &[Example]) -> Vec<f64> {
    examples
        .iter()
        .map(|example| match example.duration_ms {
            Value::Int(int) => int as f64,
            Value::Float(float) => float,
            _ => f64::NAN,
        })
        .collect()
}

#[test]
fn they_are_spread_over_the_durations_the_slowest_first() {
    let rows: Vec<Row> = (0..2000)
        .map(|n| span(n, n + 1, 1.01_f64.powi(n as i32 % 1000)))
        .collect();
    let found = examples(&rows, 300);
    assert_eq!(found.len(), 10);
    let durations = durations(&found);
    assert!(durations.is_sorted_by(|a, b| a >= b), "{durations:?}");
    assert_eq!(found[0].duration_ms, *rows[999].get(field::DURATION_MS));
    assert!(durations[9] < 1.3, "{durations:?}");
    assert_eq!(found[0].name, "span 999");
    assert_eq!(found[0].service, "backend");
    assert_eq!(found[0].key, ["backend".into()]);
    assert_eq!(found[0].unix_nano, 1_000_000_999);
    assert_eq!(found[0].span_id, format!("{:016x}", 1000));
}

#[test]
fn ids_are_read_of_the_rows_that_are_shown_and_those_beside_them() {
    // A hundred blocks; in each range of durations the slowest is in another one.
    let rows: Vec<Row> = (0..10_000)
        .map(|n| span(n, n / 8 + 1, 1.0 + (n * 7_919 % 10_000) as f64))
        .collect();
    let (found, identified) = examples_read(&rows, 100);
    assert_eq!(found.len(), 10);
    assert!(identified <= 1_000, "{identified}");
    assert!(found.iter().all(|example| example.trace_id.len() == 32));
    // Where the slowest are of few traces, the next ones are looked at.
    let rows: Vec<Row> = (0..1_000)
        .map(|n| span(n, if n % 50 == 0 { n } else { 7 }, 1.0 + n as f64))
        .collect();
    let traces = |found: &[Example]| {
        let traces = found.iter().map(|example| example.trace_id.clone());
        traces.collect::<BTreeSet<_>>().len()
    };
    let (found, _) = examples_read(&rows, 100);
    assert!(
        found.len() > 1 && traces(&found) == found.len(),
        "{found:?}"
    );
}

#[test]
fn the_same_rows_in_other_blocks_give_the_same() {
    let mut rows: Vec<Row> = (0..500)
        .map(|n| span(n, n % 97 + 1, f64::from(n as u32 % 50)))
        .collect();
    let first = examples(&rows, 500);
    assert_eq!(examples(&rows, 7), first);
    rows.reverse();
    assert_eq!(examples(&rows, 64), first);
}

#[test]
fn each_is_of_a_trace_of_its_own() {
    let rows: Vec<Row> = (0..300).map(|n| span(n, n % 3 + 1, n as f64)).collect();
    let found = examples(&rows, 100);
    assert_eq!(durations(&found)[0], 299.0);
    let traces: BTreeSet<&str> = found.iter().map(|example| &example.trace_id[..]).collect();
    assert_eq!((found.len(), traces.len()), (3, 3));
}

#[test]
fn log_events_are_shown_by_their_message_the_newest_first() {
    let rows: Vec<Row> = (0..20)
        .map(|n| {
            Row::new()
                .at_unix_nano(n)
                .with("@message", format!("{}{n}", "m".repeat(600)))
                .with("@log", "group")
        })
        .collect();
    let found = examples(&rows, 6);
    let times: Vec<i64> = found.iter().map(|example| example.unix_nano).collect();
    assert_eq!(times, [19, 18, 17, 16, 15, 14, 13, 12, 11, 10]);
    assert_eq!(found[0].name, "m".repeat(500));
    assert_eq!(
        (&found[0].service[..], &found[0].trace_id[..]),
        ("group", "")
    );
    assert_eq!(found[0].duration_ms, Value::Null);
}

#[test]
fn odd_durations_are_no_trouble() {
    let rows = [
        span(0, 0, -5.0),
        span(1, 1, 0.0),
        span(2, 2, f64::MAX),
        span(3, 3, 1.0).with(field::DURATION_MS, "long"),
        span(4, 4, f64::INFINITY),
        span(5, 5, 1.0).with(field::ERROR, true),
    ];
    let found = examples(&rows, 2);
    assert_eq!(found.len(), 6);
    assert_eq!(durations(&found)[..4], [f64::MAX, 1.0, 0.0, -5.0]);
    assert!(found[1].error && !found[0].error);
}
