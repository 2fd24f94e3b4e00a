//! What series, heatmaps and BubbleUp over columns in memory cost, on one core, beside a count of the same rows.
//! `cargo bench -p span-columns --bench over_time [-- ROWS]`

use std::time::Instant;

use serde_json::{Value as Json, json};
use span_columns::{Block, BlockBuilder, Head, MAX_ROWS, Plan, Selection, ValueRef};
use span_query::Query;

const RUNS: usize = 7;
const START: i64 = 1_767_268_800_000_000_000;
const DAY: i64 = 86_400_000_000_000;

fn main() {
    let rows = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(1_000_000);
    let blocks = blocks(rows);
    let columns = blocks[0].names().count();
    println!("{rows} spans of {columns} columns over a day");
    let asked = |calculations: Json| json!({"calculations": calculations});
    let of = |op: &str| json!({"op": op, "column": "duration_ms"});
    for query in [
        asked(json!([{"op": "COUNT"}])),
        asked(json!([of("HEATMAP")])),
        asked(json!([of("HEATMAP"), of("P50"), of("P95"), of("P99")])),
        asked(json!([{"op": "CONCURRENCY"}])),
        asked(json!([of("RATE_AVG")])),
        json!({"breakdowns": ["service.name"], "calculations": [{"op": "COUNT"}, of("P95"), of("HEATMAP")]}),
        json!({"breakdowns": ["user.id"], "calculations": [{"op": "COUNT"}, {"op": "CONCURRENCY"}, of("RATE_MAX")]}),
    ] {
        let plan = Plan::new(&Query::from_json(&query).unwrap(), 0).unwrap();
        measured(&query.to_string(), || {
            let Ok(answer) = plan.answer(&blocks[..]);
            assert!(answer.series.is_some());
        });
    }
    bubble_up(
        &blocks,
        "a box around the slow ones of an hour",
        DAY / 24,
        500.0,
    );
    bubble_up(&blocks, "a box around half of them", DAY / 2, 0.0);
}

fn bubble_up(blocks: &[Block], what: &str, length: i64, min: f64) {
    let plan = Plan::new(&"{}".parse().unwrap(), 0).unwrap();
    let selection = Selection {
        column: "duration_ms".to_owned(),
        from_unix_nano: START,
        to_unix_nano: START + length,
        min,
        max: f64::MAX,
    };
    let mut told = String::new();
    measured(&format!("BubbleUp, {what}"), || {
        let Ok(found) = plan.bubble_up(blocks, &selection);
        let first = found
            .differences
            .iter()
            .take(3)
            .map(|found| &found.column[..]);
        told = format!(
            "{} inside, {} outside, {} columns differ, {} left out, first {:?}",
            found.inside,
            found.outside,
            found.differences.len(),
            found.left_out,
            first.collect::<Vec<_>>()
        );
    });
    println!("    {told}");
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
        "{what}: fastest {:.1} ms, median {:.1} ms",
        times[0],
        times[RUNS / 2]
    );
}

/// Spans such as web services send them, one user of which has a bad day.
fn blocks(rows: usize) -> Vec<Block> {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut blocks = Vec::new();
    let mut builder = BlockBuilder::new();
    for row in 0..rows {
        if builder.rows() == MAX_ROWS {
            blocks.push(std::mem::take(&mut builder).block());
        }
        push(&mut builder, row, rows, &mut random);
    }
    blocks.push(builder.block());
    blocks
}

fn push(builder: &mut BlockBuilder, row: usize, rows: usize, random: &mut u64) {
    let mut next = |below: u64| {
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        *random % below
    };
    let user = next(2_000);
    let slow = if user == 7 { 200.0 } else { 1.0 };
    let duration = slow * 5.0 / (1e-3 + next(1 << 40) as f64 / (1_u64 << 40) as f64);
    let texts = [
        ("user.id", format!("user-{user}")),
        ("request.id", format!("{:016x}", next(u64::MAX))),
        ("session.id", format!("session-{}", next(40_000))),
        ("name", format!("GET /api/things/{}", next(60))),
        ("url.path", format!("/api/things/{}", next(5_000))),
        ("service.name", format!("service-{}", next(8))),
        ("host.name", format!("10.0.0.{}", next(24))),
    ];
    // Twelve more columns of few texts, and eight of numbers, half of them mostly different.
    const FEW: [&str; 12] = [
        "span.kind",
        "type",
        "region",
        "zone",
        "deployment.environment",
        "service.version",
        "telemetry.sdk.language",
        "http.request.method",
        "http.route",
        "db.system",
        "feature.flag",
        "user_agent.name",
    ];
    const NUMBERS: [&str; 8] = [
        "status_code",
        "http.response.status_code",
        "retries",
        "span.num_events",
        "http.response.body.size",
        "http.request.body.size",
        "db.rows",
        "queue.wait_ms",
    ];
    let few = FEW.map(|name| (name, format!("value-{}", next(1 + name.len() as u64))));
    let numbers = NUMBERS.iter().enumerate().map(|(place, name)| {
        let number = match place {
            0..4 => ValueRef::Int(next(6) as i64),
            4..6 => ValueRef::Int(next(200_000) as i64),
            _ => ValueRef::Float(next(1 << 30) as f64 / 1e6),
        };
        (*name, number)
    });
    let numbers: Vec<(&str, ValueRef<'_>)> = numbers.collect();
    let head = Head {
        unix_nano: Some(START + (DAY as i128 * row as i128 / rows as i128) as i64),
        weight: 1,
        trace_id: (row as u128 / 10 + 1).to_be_bytes(),
        span_id: (row as u64 + 1).to_be_bytes(),
        parent_id: [0; 8],
    };
    let texts = texts
        .iter()
        .chain(&few)
        .map(|(name, text)| (*name, ValueRef::Text(text)));
    let duration = [("duration_ms", ValueRef::Float(duration))];
    builder
        .push(head, texts.chain(numbers).chain(duration))
        .expect("room for a row");
}
