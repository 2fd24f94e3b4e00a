//! The store on its own: summaries, pages, filters, retention, what survives.

use std::path::Path;

use observatory::{
    model::{Operation, ServiceCount, TraceId, TraceQuery},
    store::{Location, Store, StoreError, StoreOptions},
};
use opentelemetry_proto::tonic::{common::v1::any_value::Value, trace::v1::Span};

use crate::{running::memory, spans};

fn open(folder: &Path, retain_bytes: u64) -> Result<Store, StoreError> {
    Store::open(StoreOptions {
        location: Location::Folder(folder.to_owned()),
        retain_bytes,
    })
}

fn id(number: u64) -> TraceId {
    TraceId::parse(&spans::trace_hex(number)).unwrap()
}

async fn ingest(store: &Store, service: &str, spans: Vec<Span>) {
    store.ingest(spans::request(service, spans)).await.unwrap();
}

/// The numbers of the traces found, newest first.
async fn found(store: &Store, query: TraceQuery) -> Vec<u64> {
    let query = TraceQuery {
        limit: if query.limit == 0 { 100 } else { query.limit },
        ..query
    };
    let page = store.traces(&query).await.unwrap();
    page.traces
        .iter()
        .map(|trace| u64::from_be_bytes(trace.trace_id.0[8..].try_into().unwrap()))
        .collect()
}

#[tokio::test]
async fn sums_a_trace_up_in_whatever_order_its_spans_arrive() {
    let root = spans::lasting(spans::span(1, 1, "GET /"), 50);
    let late = spans::lasting(spans::failed(spans::child(1, 2, 1, "query")), 100);
    let early = Span {
        start_time_unix_nano: root.start_time_unix_nano - 7,
        ..spans::child(1, 3, 9, "orphan")
    };
    let early = spans::lasting(early, 1);
    let orders: [[(&str, &Span); 3]; 3] = [
        [("a", &root), ("b", &late), ("a", &early)],
        [("a", &early), ("b", &late), ("a", &root)],
        [("b", &late), ("a", &root), ("a", &early)],
    ];
    for order in orders {
        let store = memory();
        for (service, span) in order {
            ingest(&store, service, vec![span.clone()]).await;
        }
        let page = store
            .traces(&TraceQuery {
                limit: 10,
                ..TraceQuery::default()
            })
            .await
            .unwrap();
        let [trace] = &page.traces[..] else {
            panic!("one trace")
        };
        assert_eq!(
            (
                trace.root_service.as_str(),
                trace.root_name.as_str(),
                trace.has_root
            ),
            ("a", "GET /", true)
        );
        assert_eq!(trace.start_unix_nano, early.start_time_unix_nano);
        assert_eq!(trace.duration_nano, 7 + 2 + 100);
        assert_eq!((trace.spans, trace.errors), (3, 1));
        let count = |name: &str, spans, errors| ServiceCount {
            name: name.to_owned(),
            spans,
            errors,
        };
        assert_eq!(trace.services, [count("a", 2, 0), count("b", 1, 1)]);
        let names: Vec<_> = store
            .trace(id(1))
            .await
            .unwrap()
            .into_iter()
            .map(|stored| stored.span.name)
            .collect();
        assert_eq!(names, ["orphan", "GET /", "query"], "by start");
    }
}

#[tokio::test]
async fn names_a_trace_without_root_after_its_earliest_span() {
    let store = memory();
    ingest(&store, "a", vec![spans::child(1, 5, 1, "later")]).await;
    ingest(&store, "b", vec![spans::child(1, 4, 1, "earlier")]).await;
    let page = store
        .traces(&TraceQuery {
            limit: 1,
            ..TraceQuery::default()
        })
        .await
        .unwrap();
    let trace = &page.traces[0];
    assert_eq!(
        (
            trace.root_service.as_str(),
            trace.root_name.as_str(),
            trace.has_root
        ),
        ("b", "earlier", false)
    );
}

#[tokio::test]
async fn gives_pages_that_join_without_gap_or_overlap() {
    let store = memory();
    for number in 0..25 {
        // Seven of each start, so that pages end among equals.
        let mut span = spans::span(number, 1, "n");
        span.start_time_unix_nano = spans::START + number / 7;
        ingest(&store, "a", vec![span]).await;
    }
    let mut all: Vec<u64> = (0..25).collect();
    all.sort_by_key(|number| (std::cmp::Reverse(number / 7), *number));
    for limit in [1, 3, 7, 24, 25, 26] {
        let mut query = TraceQuery {
            limit,
            ..TraceQuery::default()
        };
        let mut seen = Vec::new();
        loop {
            let page = store.traces(&query).await.unwrap();
            seen.extend(found(&store, query.clone()).await);
            query.after = page.next;
            if query.after.is_none() {
                break;
            }
            assert_eq!(page.traces.len(), limit, "only the last page is short");
        }
        assert_eq!(seen, all, "pages of {limit}");
    }
    for wrong in ["", "x", "1-2", "-", "99-zz"] {
        let query = TraceQuery {
            after: Some(wrong.to_owned()),
            limit: 1,
            ..TraceQuery::default()
        };
        assert!(
            matches!(store.traces(&query).await, Err(StoreError::Cursor(_))),
            "{wrong:?}"
        );
    }
}

#[tokio::test]
async fn finds_traces_of_which_one_span_meets_every_condition() {
    let store = memory();
    let get = || spans::text("GET");
    let resource = |key: &str| (key.to_owned(), "backend".to_owned());
    ingest(
        &store,
        "backend",
        vec![
            spans::with(
                spans::with(
                    spans::lasting(spans::span(1, 1, "GET /"), 1_000),
                    "method",
                    get(),
                ),
                "status",
                Value::IntValue(200),
            ),
            spans::failed(spans::lasting(spans::child(1, 2, 1, "query"), 10)),
        ],
    )
    .await;
    ingest(
        &store,
        "backend",
        vec![spans::failed(spans::with(
            spans::lasting(spans::span(2, 1, "POST /"), 5_000),
            "status",
            Value::IntValue(500),
        ))],
    )
    .await;
    ingest(
        &store,
        "profiles",
        vec![
            spans::with(
                spans::lasting(spans::span(3, 1, "GET /"), 20),
                "ratio",
                Value::DoubleValue(0.5),
            ),
            spans::with(
                spans::lasting(spans::child(3, 2, 1, "cached"), 20),
                "hit",
                Value::BoolValue(true),
            ),
        ],
    )
    .await;

    let all = TraceQuery::default;
    let text = |text: &str| Some(text.to_owned());
    let attribute = |key: &str, value: &str| TraceQuery {
        attributes: vec![(key.to_owned(), value.to_owned())],
        ..all()
    };
    let cases: Vec<(&str, TraceQuery, &[u64])> = vec![
        ("all, newest first", all(), &[3, 2, 1]),
        ("at most so many", TraceQuery { limit: 2, ..all() }, &[3, 2]),
        (
            "service",
            TraceQuery {
                service: text("backend"),
                ..all()
            },
            &[2, 1],
        ),
        (
            "unknown service",
            TraceQuery {
                service: text("backen"),
                ..all()
            },
            &[],
        ),
        (
            "name",
            TraceQuery {
                name: text("GET /"),
                ..all()
            },
            &[3, 1],
        ),
        (
            "unknown name",
            TraceQuery {
                name: text("GET"),
                ..all()
            },
            &[],
        ),
        (
            "service and name",
            TraceQuery {
                service: text("backend"),
                name: text("GET /"),
                ..all()
            },
            &[1],
        ),
        (
            "service without that name",
            TraceQuery {
                service: text("profiles"),
                name: text("query"),
                ..all()
            },
            &[],
        ),
        (
            "errors",
            TraceQuery {
                error: Some(true),
                ..all()
            },
            &[2, 1],
        ),
        (
            "a span without error",
            TraceQuery {
                error: Some(false),
                ..all()
            },
            &[3, 1],
        ),
        (
            "error of that name",
            TraceQuery {
                error: Some(true),
                name: text("GET /"),
                ..all()
            },
            &[],
        ),
        (
            "at least so long",
            TraceQuery {
                min_duration_nano: Some(1_000),
                ..all()
            },
            &[2, 1],
        ),
        (
            "at least a little longer",
            TraceQuery {
                min_duration_nano: Some(1_001),
                ..all()
            },
            &[2],
        ),
        (
            "at most so long",
            TraceQuery {
                max_duration_nano: Some(10),
                ..all()
            },
            &[1],
        ),
        (
            "no span between",
            TraceQuery {
                min_duration_nano: Some(11),
                max_duration_nano: Some(19),
                ..all()
            },
            &[],
        ),
        ("text", attribute("method", "GET"), &[1]),
        ("text in another case", attribute("method", "get"), &[]),
        ("integer as text", attribute("status", "200"), &[1]),
        (
            "integer with a zero before",
            attribute("status", "0200"),
            &[],
        ),
        ("double as text", attribute("ratio", "0.5"), &[3]),
        ("bool as text", attribute("hit", "true"), &[3]),
        (
            "of the resource",
            TraceQuery {
                attributes: vec![resource("service.name")],
                ..all()
            },
            &[2, 1],
        ),
        (
            "two of one span",
            TraceQuery {
                attributes: vec![resource("service.name"), ("status".into(), "500".into())],
                ..all()
            },
            &[2],
        ),
        (
            "two of different spans",
            TraceQuery {
                attributes: vec![
                    ("ratio".into(), "0.5".into()),
                    ("hit".into(), "true".into()),
                ],
                ..all()
            },
            &[],
        ),
        (
            "since",
            TraceQuery {
                start_min_unix_nano: Some(spans::START + 2_000_000_000),
                ..all()
            },
            &[3, 2],
        ),
        (
            "until",
            TraceQuery {
                start_max_unix_nano: Some(spans::START + 2_000_000_000),
                ..all()
            },
            &[2, 1],
        ),
        (
            "never",
            TraceQuery {
                start_min_unix_nano: Some(u64::MAX),
                ..all()
            },
            &[],
        ),
    ];
    for (rule, query, expected) in cases {
        assert_eq!(found(&store, query).await, expected, "{rule}");
    }
}

#[tokio::test]
async fn lists_services_and_operations() {
    let store = memory();
    ingest(
        &store,
        "b",
        vec![
            spans::span(1, 1, "GET /"),
            spans::child(1, 2, 1, "GET /"),
            spans::child(1, 3, 1, "a"),
        ],
    )
    .await;
    ingest(&store, "a", vec![spans::span(1, 4, "other")]).await;
    for unnamed in ["", "unknown_service", "unknown_service:node"] {
        ingest(&store, unnamed, vec![spans::span(2, 1, "n")]).await;
    }
    assert_eq!(
        store.services().await.unwrap(),
        ["a", "b", "unknown_service"]
    );
    let operation = |name: &str, kind: &str| Operation {
        name: name.to_owned(),
        kind: kind.to_owned(),
    };
    let expected = [
        operation("GET /", "internal"),
        operation("GET /", "server"),
        operation("a", "internal"),
    ];
    assert_eq!(store.operations("b").await.unwrap(), expected);
    assert_eq!(store.operations("nobody").await.unwrap(), []);
    assert!(store.trace(id(99)).await.unwrap().is_empty());
}

#[tokio::test]
async fn keeps_spans_of_one_trace_apart_whatever_their_ids() {
    let store = memory();
    // The store's key has 32 bits of the ID times an odd number; times its inverse, these IDs all meet in one key, the
    // last that there is, so that looking for a free one goes round.
    let inverse = 0xf1de_83e1_9937_733d_u64;
    let colliding = (0..100).map(|low: u64| (0xffff_ffff << 32 | low).wrapping_mul(inverse));
    let many: Vec<Span> = colliding
        .chain(1..=900)
        .map(|id| spans::span(1, id, "n"))
        .collect();
    for _ in 0..2 {
        ingest(&store, "a", many.clone()).await;
    }
    assert_eq!(store.status().await.unwrap().spans, 1_000);
    let mut ids: Vec<_> = store
        .trace(id(1))
        .await
        .unwrap()
        .into_iter()
        .map(|stored| stored.span.span_id)
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 1_000);
}

#[tokio::test]
async fn takes_times_that_no_clock_tells() {
    let store = memory();
    let times = [
        (0, 0),
        (u64::MAX, u64::MAX),
        (10, 5),
        (0, u64::MAX),
        (u64::MAX, 0),
    ];
    for (number, (start, end)) in times.into_iter().enumerate() {
        let mut span = spans::span(number as u64, 1, "n");
        (span.start_time_unix_nano, span.end_time_unix_nano) = (start, end);
        ingest(&store, "a", vec![span]).await;
        let stored = &store.trace(id(number as u64)).await.unwrap()[0].span;
        assert_eq!(
            (stored.start_time_unix_nano, stored.end_time_unix_nano),
            (start, end)
        );
    }
    assert_eq!(found(&store, TraceQuery::default()).await, [1, 4, 2, 0, 3]);
}

#[tokio::test]
async fn is_the_same_when_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let before = {
        let store = open(folder.path(), u64::MAX).unwrap();
        store.ingest(spans::everything()).await.unwrap();
        ingest(&store, "backend", vec![spans::span(2, 1, "GET /")]).await;
        store.trace(id(1)).await.unwrap()
    };
    let store = reopen(folder.path()).await;
    assert_eq!(store.trace(id(1)).await.unwrap(), before);
    assert_eq!(store.services().await.unwrap(), ["backend", "everything"]);
    let accepted = store.ingest(spans::everything()).await.unwrap();
    assert_eq!((accepted.stored, accepted.duplicates), (0, 2));
    ingest(&store, "backend", vec![spans::span(3, 1, "GET /")]).await;
    let status = store.status().await.unwrap();
    assert_eq!((status.traces, status.spans), (3, 4));
}

/// Opens a store that was just dropped: its writer lets go of the folder once it has noticed.
async fn reopen(folder: &Path) -> Store {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    loop {
        match open(folder, u64::MAX) {
            Err(StoreError::InUse { .. }) if std::time::Instant::now() < deadline => {
                tokio::task::yield_now().await
            }
            opened => return opened.unwrap(),
        }
    }
}

#[tokio::test]
async fn deletes_whole_traces_first_come_first_gone() {
    let folder = tempfile::tempdir().unwrap();
    let limit = 2 * 1024 * 1024;
    let store = open(folder.path(), limit).unwrap();
    let filler = "x".repeat(1_000);
    for number in 0..200 {
        let spans = (1..=20).map(|id| {
            spans::with(
                spans::span(number, id, &format!("n{number}")),
                "filler",
                spans::text(&filler),
            )
        });
        ingest(&store, &format!("service{}", number / 100), spans.collect()).await;
    }
    // The writer deletes after it has answered; once it answers the second time, it is done with the first.
    for _ in 0..2 {
        ingest(&store, "last", vec![spans::span(1_000, 1, "last")]).await;
    }
    let status = store.status().await.unwrap();
    let page = store
        .traces(&TraceQuery {
            limit: 1_000,
            ..TraceQuery::default()
        })
        .await
        .unwrap();
    assert_eq!(page.traces.len() as u64, status.traces);
    assert_eq!(
        page.traces.iter().map(|trace| trace.spans).sum::<u64>(),
        status.spans
    );
    assert!((20..180).contains(&status.traces), "{status:?}");
    let kept: Vec<u64> = found(
        &store,
        TraceQuery {
            limit: 1_000,
            ..TraceQuery::default()
        },
    )
    .await;
    let mut expected: Vec<u64> = (200 - (kept.len() as u64 - 1)..200).rev().collect();
    expected.insert(0, 1_000);
    assert_eq!(kept, expected, "the last that came are kept");
    for trace in &page.traces[1..] {
        assert_eq!(trace.spans, 20, "whole traces");
        assert_eq!(store.trace(trace.trace_id).await.unwrap().len(), 20);
    }
    assert_eq!(
        store.services().await.unwrap(),
        ["last", "service1"],
        "a service without spans is forgotten"
    );
    assert_eq!(
        store.operations("service1").await.unwrap().len(),
        kept.len() - 1
    );
    let size = std::fs::metadata(folder.path().join("observatory.db"))
        .unwrap()
        .len();
    assert!(size < 2 * limit, "{size} bytes");
}

#[tokio::test]
async fn tells_of_each_commit() {
    let store = memory();
    let mut changes = store.changes();
    changes.mark_unchanged();
    ingest(&store, "a", vec![spans::span(1, 1, "n")]).await;
    assert!(changes.has_changed().unwrap());
    changes.mark_unchanged();
    store.reset().await.unwrap();
    assert!(changes.has_changed().unwrap());
    assert_eq!(store.status().await.unwrap().spans, 0);
}

#[tokio::test]
async fn gives_space_back_when_emptied() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), u64::MAX).unwrap();
    let filler = "x".repeat(50_000);
    for number in 0..100 {
        ingest(
            &store,
            "a",
            vec![spans::with(
                spans::span(number, 1, "n"),
                "filler",
                spans::text(&filler),
            )],
        )
        .await;
    }
    assert!(store.status().await.unwrap().bytes > 4_000_000);
    store.reset().await.unwrap();
    let status = store.status().await.unwrap();
    assert_eq!((status.traces, status.spans), (0, 0));
    assert!(status.bytes < 200_000, "{status:?}");
}
