//! Which traces a route has, from a store in memory.

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, KeyValue, any_value::Value},
    resource::v1::Resource,
    trace::v1::{ResourceSpans, ScopeSpans, Span, Status},
};

use super::*;
use crate::store::{Location, StoreOptions};

const START: u64 = 1_700_000_000_000_000_000;

fn span(trace: u16, id: u8, parent: u8, name: &str, duration: u64) -> Span {
    let mut trace_id = vec![1; 16];
    trace_id[..2].copy_from_slice(&trace.to_be_bytes());
    Span {
        trace_id,
        span_id: vec![id; 8],
        parent_span_id: if parent == 0 { vec![] } else { vec![parent; 8] },
        name: name.to_owned(),
        start_time_unix_nano: START + u64::from(trace) * 1_000,
        end_time_unix_nano: START + u64::from(trace) * 1_000 + duration,
        ..Span::default()
    }
}

fn id(trace: u16) -> TraceId {
    let mut id = [1; 16];
    id[..2].copy_from_slice(&trace.to_be_bytes());
    TraceId(id)
}

async fn store(spans: Vec<(&str, Span)>) -> Store {
    let store = Store::open(StoreOptions {
        location: Location::Memory,
        retain_bytes: u64::MAX,
    })
    .expect("a store in memory opens");
    let resource_spans = spans
        .into_iter()
        .map(|(service, span)| ResourceSpans {
            resource: Some(Resource {
                attributes: vec![KeyValue {
                    key: "service.name".into(),
                    value: Some(AnyValue {
                        value: Some(Value::StringValue(service.into())),
                    }),
                    ..KeyValue::default()
                }],
                ..Resource::default()
            }),
            scope_spans: vec![ScopeSpans {
                spans: vec![span],
                ..ScopeSpans::default()
            }],
            ..ResourceSpans::default()
        })
        .collect();
    store
        .ingest(ExportTraceServiceRequest { resource_spans })
        .await
        .expect("spans are stored");
    store
}

#[tokio::test]
async fn a_route_is_the_traces_whose_root_has_the_same_service_and_name() {
    let mut failed = span(3, 2, 1, "SELECT", 30);
    failed.status = Some(Status {
        code: 2,
        message: String::new(),
    });
    let mut of_another_kind = span(4, 1, 0, "GET /", 40);
    of_another_kind.kind = 2;
    let store = store(vec![
        ("backend", span(1, 1, 0, "GET /", 100)),
        ("db", span(2, 2, 1, "SELECT", 20)),
        ("backend", span(2, 1, 0, "GET /", 200)),
        ("db", span(2, 3, 1, "SELECT", 21)),
        ("backend", span(3, 1, 0, "GET /", 300)),
        ("db", failed),
        ("backend", of_another_kind),
        ("backend", span(5, 1, 0, "POST /", 9)),
        ("profiles", span(6, 1, 0, "GET /", 9)),
        ("backend", span(7, 2, 9, "GET /", 9)),
    ])
    .await;
    let route = store.route(id(1)).await.expect("read").expect("known");
    assert_eq!((&route.service[..], &route.name[..]), ("backend", "GET /"));
    let ids: Vec<_> = route.traces.iter().map(|trace| trace.id).collect();
    // The last one's root has not come; the earliest span stands for it.
    assert_eq!(ids, [id(7), id(4), id(3), id(2)]);
    let trace = &route.traces[3];
    assert_eq!(
        (trace.start, trace.duration, trace.errors),
        (START + 2_000, 200, 0)
    );
    assert_eq!(route.traces[2].errors, 1);
    let root = trace.root.as_ref().expect("its root");
    assert_eq!(
        (&root.span.name[..], &root.span.span_id[..]),
        ("GET /", &[1; 8][..])
    );
    let mut spans: Vec<_> = trace
        .spans
        .iter()
        .map(|span| (&route.operations[span.operation].1[..], span.duration))
        .collect();
    spans.sort_unstable();
    assert_eq!(spans, [("GET /", 200), ("SELECT", 20), ("SELECT", 21)]);
    assert!(store.route(id(99)).await.expect("read").is_none());
}

#[tokio::test]
async fn what_was_not_looked_at_is_told() {
    let others = (1..=5).map(|trace| ("a", span(trace, 1, 0, "get", 5)));
    let between = (6..=9).map(|trace| ("b", span(trace, 1, 0, "get", 5)));
    let store = store(others.chain(between).collect()).await;
    for (most, found, is_cut) in [
        (3, 0, true),
        (6, 2, true),
        (8, 4, true),
        (9, 4, false),
        (10, 4, false),
    ] {
        let route = store.read(move |connection| route(connection, id(1), most));
        let route = route.await.expect("read").expect("known");
        // The trace itself is the oldest: with 8 all others are seen, but not that there is no more.
        assert_eq!(
            (route.traces.len(), route.is_cut),
            (found, is_cut),
            "{most}"
        );
    }
}

#[tokio::test]
async fn the_newest_are_taken_and_no_more_than_are_needed() {
    let spans = (1..=300).map(|trace| ("a", span(trace, 1, 0, "get", 5)));
    let store = store(spans.collect()).await;
    let route = store.route(id(300)).await.expect("read").expect("known");
    assert_eq!(route.traces.len(), MOST_TRACES);
    assert_eq!(route.traces[0].id, id(299));
    assert_eq!(route.traces[199].id, id(100));
}
