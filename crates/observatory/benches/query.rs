//! Queries over 1,000,000 stored spans: pages of traces by every filter, and one trace.
//! `cargo bench -p observatory --bench query [-- SPANS]`

mod workload;

use std::time::{Duration, Instant};

use observatory::{
    access::Access,
    model::TraceQuery,
    server::{self, AppState, Keys},
    store::{Location, Store, StoreOptions},
};
use tower::ServiceExt;

const BATCH: u64 = 512;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let spans = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(StoreOptions {
        location: Location::Folder(folder.path().to_owned()),
        retain_bytes: u64::MAX,
    })
    .unwrap();
    for number in 0..spans / BATCH {
        store.ingest(workload::batch(number, BATCH)).await.unwrap();
    }
    let status = store.status().await.unwrap();
    println!(
        "{} spans in {} traces, {} bytes",
        status.spans, status.traces, status.bytes
    );

    let all = TraceQuery {
        limit: 50,
        ..TraceQuery::default()
    };
    let attribute = |key: &str, value: &str| TraceQuery {
        attributes: vec![(key.to_owned(), value.to_owned())],
        ..all.clone()
    };
    let oldest_user = "user-0";
    let first = page("first page", &store, &all).await;
    page(
        "second page",
        &store,
        &TraceQuery {
            after: first,
            ..all.clone()
        },
    )
    .await;
    page(
        "service",
        &store,
        &TraceQuery {
            service: Some("profiles".into()),
            ..all.clone()
        },
    )
    .await;
    page(
        "service, unknown",
        &store,
        &TraceQuery {
            service: Some("nobody".into()),
            ..all.clone()
        },
    )
    .await;
    page(
        "name, common",
        &store,
        &TraceQuery {
            name: Some("step 6".into()),
            ..all.clone()
        },
    )
    .await;
    page(
        "name, unknown",
        &store,
        &TraceQuery {
            name: Some("nothing".into()),
            ..all.clone()
        },
    )
    .await;
    page(
        "errors",
        &store,
        &TraceQuery {
            error: Some(true),
            ..all.clone()
        },
    )
    .await;
    page(
        "longer than any",
        &store,
        &TraceQuery {
            min_duration_nano: Some(10_000_000_000),
            ..all.clone()
        },
    )
    .await;
    page(
        "attribute, common",
        &store,
        &attribute("http.request.method", "GET"),
    )
    .await;
    page(
        "attribute, 1 trace in 10,000",
        &store,
        &attribute("user.id", oldest_user),
    )
    .await;
    page("attribute, none", &store, &attribute("user.id", "nobody")).await;
    page(
        "attribute of the resource, none",
        &store,
        &attribute("service.version", "9"),
    )
    .await;

    let id = store.traces(&all).await.unwrap().traces[0].trace_id;
    let start = Instant::now();
    let spans = store.trace(id).await.unwrap();
    println!("one trace of {} spans: {:?}", spans.len(), start.elapsed());
    let start = Instant::now();
    store.services().await.unwrap();
    store.operations("backend").await.unwrap();
    store.status().await.unwrap();
    println!("services, operations, status: {:?}", start.elapsed());
    question(&store, "COUNT", r#"{}"#).await;
    question(
        &store,
        "COUNT and P95 by route",
        r#"{"breakdowns":["http.route"],"calculations":[{"op":"COUNT"},{"op":"P95","column":"duration_ms"}]}"#,
    )
    .await;
    println!("resident: {}", workload::resident(std::process::id()));
}

/// `POST /api/query`, once.
async fn question(store: &Store, what: &str, query: &'static str) {
    let state = AppState::new(store.clone(), Keys::default(), Access::default());
    let request = http::Request::post("/api/query").header("host", "localhost");
    let start = Instant::now();
    let answer = server::router(state)
        .oneshot(request.body(axum::body::Body::from(query)).unwrap())
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    println!("question over all spans, {what}: {:?}", start.elapsed());
}

/// Asks a few times, says how long it took, and gives back where the next page begins.
async fn page(what: &str, store: &Store, query: &TraceQuery) -> Option<String> {
    let mut times: Vec<Duration> = Vec::new();
    let mut found = store.traces(query).await.unwrap();
    for _ in 0..9 {
        let start = Instant::now();
        found = store.traces(query).await.unwrap();
        times.push(start.elapsed());
    }
    times.sort();
    println!(
        "{what}: {} traces, median {:?}, slowest {:?}",
        found.traces.len(),
        times[4],
        times[8]
    );
    found.next
}
