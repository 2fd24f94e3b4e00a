//! X-Ray's questions: summaries, filters and graphs, over traces that came as segments and over traces that came as spans.
//! `cargo bench -p observatory --bench xray [-- TRACES [store]]`; with `store` it asks nothing.

mod workload;

use std::time::Instant;

use axum::body::Body;
use http_body_util::BodyExt;
use observatory::{
    access::Access,
    server::{self, AppState, Keys},
    store::{Location, Store, StoreOptions},
};
use serde_json::{Value, json};
use tower::ServiceExt;

/// Traces that begin in a second, segments and spans.
const A_SECOND: [u64; 2] = [10, 100];

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let traces = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(10_000);
    println!("{traces} traces of one segment, one subsegment each");
    let (state, _folder) = open();
    let bodies: Vec<Value> = (0..traces)
        .step_by(50)
        .map(|first| {
            let documents: Vec<String> = (first..first + 50).map(workload::document).collect();
            json!({ "TraceSegmentDocuments": documents })
        })
        .collect();
    let used = || workload::processor_seconds(std::process::id()).unwrap_or_default();
    let before = used();
    for body in &bodies {
        ask(&state, "/TraceSegments", body).await;
    }
    println!(
        "  stored: {:.1} µs of processor time a segment",
        (used() - before) * 1e6 / traces as f64
    );
    if std::env::args().any(|argument| argument == "store") {
        return;
    }
    questions(&state, traces, A_SECOND[0]).await;

    println!("{traces} traces of {} spans", workload::SPANS_PER_TRACE);
    let (state, _folder) = open();
    for number in 0..traces * workload::SPANS_PER_TRACE / 512 {
        let request = workload::batch(number, 512);
        state.store.ingest(request).await.unwrap();
    }
    questions(&state, traces, A_SECOND[1]).await;
}

fn open() -> (AppState, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(StoreOptions {
        location: Location::Folder(folder.path().to_owned()),
        retain_bytes: u64::MAX,
    })
    .unwrap();
    let state = AppState::new(store, Keys::default(), Access::default());
    (state, folder)
}

async fn questions(state: &AppState, traces: u64, a_second: u64) {
    let start = workload::START as f64 / 1e9;
    let whole = traces.div_ceil(a_second) as f64;
    let some = 499.5 / a_second as f64;
    for (what, path, seconds, filter) in [
        ("500 summaries", "/TraceSummaries", some, ""),
        (
            "of 500, those with faults",
            "/TraceSummaries",
            some,
            "fault AND service(\"backend\")",
        ),
        (
            "all, those of one user",
            "/TraceSummaries",
            whole,
            "annotation.user_handle = \"user7\"",
        ),
        ("service graph of 500", "/ServiceGraph", some, ""),
        ("service graph of all", "/ServiceGraph", whole, ""),
    ] {
        let mut request = json!({ "StartTime": start, "EndTime": start + seconds });
        if !filter.is_empty() {
            request["FilterExpression"] = filter.into();
        }
        let mut best = None;
        let mut answer = Value::Null;
        for _ in 0..5 {
            let asked = Instant::now();
            let bytes = ask(state, path, &request).await;
            let took = asked.elapsed();
            answer = serde_json::from_slice(&bytes).unwrap();
            best = Some(best.map_or(took, |best: std::time::Duration| best.min(took)));
        }
        let given = answer["TraceSummaries"]
            .as_array()
            .or(answer["Services"].as_array())
            .map_or(0, Vec::len);
        println!("  {what}: {:?}, {given} given", best.unwrap());
    }
    println!("  resident: {}", workload::resident(std::process::id()));
}

async fn ask(state: &AppState, path: &str, body: &Value) -> Vec<u8> {
    let request = http::Request::post(path)
        .header("host", "localhost")
        .header("authorization", workload::AUTHORIZATION)
        .body(Body::from(body.to_string()));
    let answer = server::router(state.clone())
        .oneshot(request.unwrap())
        .await
        .unwrap();
    let status = answer.status();
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(
        status,
        200,
        "{path} {body}: {}",
        String::from_utf8_lossy(&bytes)
    );
    bytes.into()
}
