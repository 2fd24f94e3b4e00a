//! What answers over columns in memory cost, on one core.
//! `cargo bench -p span-columns --bench answers [-- ROWS]`

mod spans;

use std::time::Instant;

use serde_json::{Value as Json, json};
use span_columns::{Block, Plan};
use span_query::Query;

const RUNS: usize = 7;

fn queries() -> Vec<Json> {
    let grouped = |column: &str| {
        json!({
            "breakdowns": [column],
            "calculations": [{"op": "COUNT"}, {"op": "P95", "column": "duration_ms"}, {"op": "HEATMAP", "column": "duration_ms"}],
            "orders": [{"op": "COUNT", "order": "descending"}],
        })
    };
    let count = |filters: Json| json!({"filters": filters});
    vec![
        json!({}),
        grouped("name"),
        grouped("user.id"),
        grouped("trace.trace_id"),
        json!({
            "breakdowns": ["service.name", "name", "http.response.status_code"],
            "calculations": [{"op": "COUNT"}, {"op": "AVG", "column": "duration_ms"}, {"op": "MAX", "column": "duration_ms"}],
        }),
        json!({"calculations": [
            {"op": "P50", "column": "duration_ms"}, {"op": "P95", "column": "duration_ms"}, {"op": "P99", "column": "duration_ms"},
        ]}),
        json!({"calculations": [
            {"op": "COUNT_DISTINCT", "column": "user.id"}, {"op": "COUNT_DISTINCT", "column": "trace.trace_id"},
        ]}),
        count(
            json!([{"column": "duration_ms", "op": ">", "value": 200}, {"column": "service.name", "op": "=", "value": "backend"}]),
        ),
        count(json!([{"column": "request.id", "op": "contains", "value": "77"}])),
        count(json!([{"column": "name", "op": "matches", "value": "^(GET|POST) /api/v[12]/"}])),
        count(
            json!([{"column": "trace.trace_id", "op": "=", "value": "0000000000000007000000000000002a"}]),
        ),
        count(json!([{"column": "root.name", "op": "starts-with", "value": "GET /api/v1"}])),
        json!({"breakdowns": ["parent.name"]}),
        count(json!([{"column": "any.error", "op": "=", "value": true}])),
    ]
}

fn main() {
    let rows = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(1_000_000);
    let start = Instant::now();
    let blocks = spans::blocks(rows);
    let built = start.elapsed();
    let memory: usize = blocks.iter().map(Block::memory).sum();
    println!(
        "{rows} rows in {} blocks: {} MB in memory, built in {built:.2?}",
        blocks.len(),
        memory >> 20
    );
    encoded(&blocks);
    for query in queries() {
        let plan = Plan::new(&Query::from_json(&query).unwrap(), 0).unwrap();
        let mut groups = 0;
        measured(&query.to_string(), || {
            let Ok(answer) = plan.answer(&blocks[..]);
            groups = answer.table.groups;
        });
        println!("    {groups} groups");
    }
}

/// Blocks into bytes and back.
fn encoded(blocks: &[Block]) {
    let mut stored = Vec::new();
    measured("encode", || {
        stored = blocks
            .iter()
            .map(|block| {
                block
                    .encode()
                    .map(|(part, bytes)| (part.clone(), bytes))
                    .collect()
            })
            .collect::<Vec<Vec<_>>>();
    });
    let bytes: usize = stored.iter().flatten().map(|(_, bytes)| bytes.len()).sum();
    println!("    {} MB", bytes >> 20);
    measured("decode", || {
        for (block, parts) in blocks.iter().zip(&stored) {
            let parts = parts.iter().map(|(part, bytes)| (part.clone(), &bytes[..]));
            assert_eq!(
                Block::decode(block.rows(), parts).unwrap().rows(),
                block.rows()
            );
        }
    });
}

fn measured(what: &str, mut run: impl FnMut()) {
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!(
        "{what}: median {:.1} ms, slowest {:.1} ms",
        times[RUNS / 2],
        times[RUNS - 1]
    );
}
