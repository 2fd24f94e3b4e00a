//! The stores find what is true of the hour, in the excerpt as in the whole.

use std::collections::{BTreeMap, BTreeSet};

use incident_recording::{Release, START, Truth};
use incident_stores::Stores;
use log_query::insights;
use span_query::{Query, Value};
use xray_query::Filter;

fn honeycomb(stores: &Stores, query: &str) -> BTreeSet<String> {
    let query: Query = query.parse().expect("a query");
    let answer = stores.honeycomb(&query).expect("an answer");
    assert_eq!(answer.unknown_columns, []);
    let ids = answer.table.rows.into_iter().map(|row| match &row[0] {
        Value::String(id) => id.clone(),
        other => panic!("{other:?} is no trace"),
    });
    ids.collect()
}

/// Traces with a home feed that asked the database too often.
fn slow_feeds(stores: &Stores) -> BTreeSet<String> {
    let many = Release::MANY;
    honeycomb(
        stores,
        &format!(
            r#"{{
                "filters": [{{"column": "parent.name", "op": "=", "value": "home-activities"}}],
                "breakdowns": ["trace.trace_id"],
                "havings": [{{"calculate_op": "COUNT", "op": ">", "value": {many}}}],
                "limit": 1000
            }}"#
        ),
    )
}

fn fallbacks(stores: &Stores) -> BTreeMap<u64, u64> {
    let query = insights::Query::parse(
        r#"filter message like /falling back/ | stats count(*) as n by bin(1m) as minute"#,
    );
    let rows = stores.insights(&query.expect("a query"));
    let rows = rows.expect("an answer").into_iter();
    let count = |row: insights::Row| {
        let (_, minute) = &row.fields[0];
        let minute: u64 = minute["2026-03-12 14:".len()..][..2]
            .parse()
            .expect("a minute");
        (
            START + minute * 60,
            row.fields[1].1.parse().expect("a number"),
        )
    };
    rows.map(count).collect()
}

fn shown(truth: &Truth) -> BTreeSet<String> {
    truth
        .release
        .slow_feeds
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn the_excerpt_has_what_is_to_be_found() {
    let stores = Stores::excerpt();
    let truth = stores.recording().truth();
    assert_eq!(slow_feeds(&stores), shown(truth));
    assert_eq!(fallbacks(&stores), truth.dependency.fallbacks);
    let gave_up = honeycomb(
        &stores,
        r#"{
            "filters": [
                {"column": "http.request.resend_count", "op": "=", "value": 2},
                {"column": "error.type", "op": "=", "value": "timeout"}
            ],
            "breakdowns": ["trace.trace_id"],
            "limit": 1000
        }"#,
    );
    let wanted = truth.user.gave_up.iter().map(ToString::to_string);
    assert_eq!(gave_up, wanted.collect());
    let filter = format!(r#"service("{}") {{ throttle }}"#, truth.dependency.address);
    let throttled = stores.xray(&Filter::parse(&filter).expect("a filter"));
    assert_eq!(throttled, truth.dependency.throttled);
    let own = stores.xray(&Filter::parse("throttle").expect("a filter"));
    assert!(own.is_superset(&throttled) && own.len() > throttled.len());
}

#[test]
fn the_whole_has_no_more_of_it() {
    let stores = Stores::whole();
    let truth = stores.recording().truth();
    assert_eq!(slow_feeds(&stores), shown(truth));
    assert_eq!(fallbacks(&stores), truth.dependency.fallbacks);
}

#[test]
fn rows_of_events_are_asked_too() {
    let stores = Stores::excerpt();
    let exceptions = honeycomb(
        &stores,
        r#"{
            "filters": [{"column": "meta.annotation_type", "op": "=", "value": "span_event"}],
            "breakdowns": ["trace.trace_id"],
            "limit": 1000
        }"#,
    );
    let with_events = |span: &&incident_recording::Span| !span.events.is_empty();
    let spans = stores.recording().spans().iter().filter(with_events);
    let wanted: BTreeSet<String> = spans.map(|span| span.trace_id.to_string()).collect();
    assert!(!wanted.is_empty());
    assert_eq!(exceptions, wanted);
}

#[test]
fn a_trace_that_is_not_asked_can_be_looked_up() {
    let stores = Stores::excerpt();
    let spans = stores.recording().spans();
    let last = spans.last().expect("a span");
    let trace = stores.trace(last.trace_id);
    assert!(trace.iter().all(|span| span.trace_id == last.trace_id));
    assert_eq!(trace.last(), Some(last));
}

#[test]
fn the_excerpt_has_every_column_of_the_hour() {
    let stores = Stores::excerpt();
    let spans = stores.recording().spans().iter();
    let names: BTreeSet<&str> = spans
        .flat_map(|span| {
            let events = span.events.iter().flat_map(|event| &event.attributes);
            let own = span.attributes.iter().chain(&span.resource.attributes);
            own.chain(events).map(|(name, _)| *name)
        })
        .collect();
    for name in names {
        let query = format!(
            r#"{{"filters": [{{"column": "{name}", "op": "exists"}}], "breakdowns": ["trace.trace_id"]}}"#
        );
        assert!(!honeycomb(&stores, &query).is_empty(), "{name}");
    }
}
