//! The store on its own: summaries, pages, names, odd IDs and times.

use observatory::{
    model::{Operation, ServiceCount, TraceQuery},
    store::StoreError,
};
use opentelemetry_proto::tonic::trace::v1::Span;

use crate::{
    asking::{found, id, ingest},
    running::memory,
    spans,
};

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
    // One sends a span that is stored already, the other one without an ID.
    ingest(&store, "again", vec![spans::span(1, 1, "GET /")]).await;
    ingest(&store, "refused", vec![spans::span(3, 0, "n")]).await;
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
