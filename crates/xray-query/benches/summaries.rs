//! What GetTraceSummaries costs beside the store: 500 traces of 3 documents, parsed, put together, filtered and summed up.
//! `cargo bench -p xray-query --bench summaries [-- TRACES]`

use std::time::{Duration, Instant};

use serde_json::json;
use xray_query::{Filter, ServiceGraph, Trace};
use xray_segment::Segment;

const RUNS: usize = 20;

fn main() {
    let count = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(500);
    let stored: Vec<Vec<String>> = (0..count).map(documents).collect();
    let filter = Filter::parse(
        r#"service("api") { fault OR responsetime > 0.1 } AND annotation.shard >= 2 AND http.url CONTAINS "/orders""#,
    )
    .unwrap();
    let groups = |_: &str| None;

    let traces = measured("parse and assemble", || read(&stored));
    measured("filter", || {
        traces
            .iter()
            .filter(|trace| filter.matches(trace, &groups))
            .count()
    });
    measured("summary", || {
        traces.iter().map(Trace::summary).collect::<Vec<_>>()
    });
    measured("service graph", || ServiceGraph::of(&traces));
    measured("all of parse, assemble, filter, summary, JSON", || {
        let summaries: Vec<_> = read(&stored)
            .iter()
            .filter(|trace| !filter.matches(trace, &groups))
            .map(Trace::summary)
            .collect();
        serde_json::to_vec(&summaries).unwrap()
    });
    measured("BatchGetTraces documents", || {
        traces.iter().map(Trace::api_segments).collect::<Vec<_>>()
    });
}

fn read(stored: &[Vec<String>]) -> Vec<Trace> {
    stored
        .iter()
        .enumerate()
        .map(|(number, documents)| {
            let documents: Vec<Segment> = documents
                .iter()
                .map(|document| serde_json::from_str(document).unwrap())
                .collect();
            Trace::assemble(trace_id(number), documents)
        })
        .collect()
}

fn trace_id(number: usize) -> String {
    format!("1-5f84c7a1-{number:024x}")
}

/// A front end that calls an API, which asks a database and a table; and a subsegment that was sent by itself.
fn documents(number: usize) -> Vec<String> {
    let id = |part: usize| format!("{:016x}", number * 16 + part);
    let start = 1_700_000_000.0 + number as f64;
    let http = json!({
        "request": {"method": "GET", "url": format!("http://shop.example.com/orders/{number}"), "user_agent": "curl/8.5", "client_ip": "10.0.0.7"},
        "response": {"status": if number.is_multiple_of(10) { 500 } else { 200 }, "content_length": 512},
    });
    let fault = number.is_multiple_of(10);
    let table = json!({
        "id": id(4), "name": "DynamoDB", "start_time": start + 0.05, "end_time": start + 0.08, "namespace": "aws",
        "aws": {"operation": "GetItem", "table_name": "orders", "region": "eu-central-1"},
    });
    let documents = [
        json!({
            "id": id(0), "name": "web", "trace_id": trace_id(number), "start_time": start, "end_time": start + 0.25, "fault": fault, "http": http,
            "user": format!("user-{}", number % 7), "annotations": {"shard": number % 4, "canary": false},
            "metadata": {"default": {"otel.resource.service.name": "web", "thread.id": 7}},
            "subsegments": [{"id": id(1), "name": "api", "start_time": start + 0.01, "end_time": start + 0.2, "namespace": "remote", "http": http, "fault": fault}],
        }),
        json!({
            "id": id(2), "name": "api", "trace_id": trace_id(number), "parent_id": id(1), "start_time": start + 0.02, "end_time": start + 0.19,
            "fault": fault, "http": http, "origin": "AWS::ECS::Container", "annotations": {"region": "eu"}, "subsegments": [table],
        }),
        json!({
            "id": id(3), "name": "shop@db", "type": "subsegment", "trace_id": trace_id(number), "parent_id": id(2), "start_time": start + 0.09, "end_time": start + 0.18,
            "namespace": "remote", "fault": fault, "sql": {"url": "SELECT", "sanitized_query": "SELECT * FROM orders WHERE id = ?", "database_type": "postgresql"},
            "cause": {"working_directory": "/", "exceptions": [{"id": id(5), "type": "Timeout", "message": "no answer"}]},
        }),
    ];
    documents.iter().map(ToString::to_string).collect()
}

/// Runs it several times and prints the median and the slowest; gives the last result.
fn measured<T>(what: &str, mut run: impl FnMut() -> T) -> T {
    let mut times: Vec<Duration> = Vec::new();
    let mut last = None;
    for _ in 0..RUNS {
        let start = Instant::now();
        last = Some(std::hint::black_box(run()));
        times.push(start.elapsed());
    }
    times.sort();
    println!(
        "{what}: median {:.2} ms, slowest {:.2} ms",
        times[RUNS / 2].as_secs_f64() * 1e3,
        times[RUNS - 1].as_secs_f64() * 1e3
    );
    last.expect("it ran")
}
