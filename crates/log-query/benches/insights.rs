//! What Insights queries cost beside the store: events of about 150 bytes of JSON are pushed through them.
//! `cargo bench -p log-query --bench insights [-- EVENTS]`

use std::time::Instant;

use log_query::{
    Event,
    insights::{Query, Results},
};

const RUNS: usize = 5;
/// As many different messages are made; more events repeat them.
const MESSAGES: usize = 200_000;

const QUERIES: &[&str] = &[
    "stats count(*)",
    "stats count(*) by bin(1m)",
    r#"filter @message like "ERROR" | stats count(*)"#,
    r#"filter level = "ERROR" | stats count(*) by route, bin(1m)"#,
    "stats count(*), avg(ms), pct(ms, 99), count_distinct(trace_id) by route",
    r#"parse @message '"route":"*"' as path | stats count(*) by path"#,
    "fields @timestamp, level, ms | sort ms desc | limit 100",
    "fields @timestamp, @message | filter ms > 990 | limit 1000",
];

fn main() {
    let count = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(1_000_000);
    let messages: Vec<String> = (0..count.min(MESSAGES)).map(message).collect();
    let bytes: usize = messages.iter().map(String::len).sum();
    println!("{count} events of {} bytes", bytes / messages.len().max(1));
    for text in QUERIES {
        let query = Query::parse(text).unwrap();
        let mut times: Vec<f64> = (0..RUNS)
            .map(|_| {
                let start = Instant::now();
                let results = run(&query, &messages, count);
                assert!(results.failure.is_none() && !results.rows.is_empty());
                start.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!(
            "{text}: median {:.1} ms, slowest {:.1} ms",
            times[RUNS / 2],
            times[RUNS - 1]
        );
    }
}

/// Newest first, as a store would push them.
fn run(query: &Query, messages: &[String], count: usize) -> Results {
    let mut run = query.start_at(1_767_272_400_000);
    for number in (0..count).rev() {
        let event = Event {
            group: "backend",
            stream: "one",
            timestamp: 1_767_268_800_000 + number as i64,
            ingestion_time: 1_767_268_900_000,
            message: &messages[number % messages.len()],
            id: number as u64,
        };
        // What is asked for is the whole work.
        let _ = run.push(&event);
    }
    run.results()
}

fn message(number: usize) -> String {
    let level = if number.is_multiple_of(10) {
        "ERROR"
    } else {
        "INFO"
    };
    let route = [
        "/api/activities/home",
        "/api/messages",
        "/api/message_groups",
    ][number % 3];
    let ms = number * 7919 % 1_000;
    format!(
        r#"{{"level":"{level}","target":"backend","message":"request done","route":"{route}","status":200,"ms":{ms},"trace_id":"{number:032x}"}}"#
    )
}
