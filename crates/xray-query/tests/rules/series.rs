//! Statistics over time, of all calls or of what a selector picks.

use serde_json::json;
use xray_query::{Selector, Trace, time_series};

use crate::traces::{segment, trace};

fn traces() -> Vec<Trace> {
    [(100.0, false), (130.0, true), (159.5, false), (190.0, false)]
        .into_iter()
        .map(|(start, fault)| {
            let end = start + 0.5;
            let times = json!({"start_time": start, "end_time": end, "namespace": "remote", "fault": fault});
            trace(json!([segment("a", "web", json!({"start_time": start, "end_time": end, "subsegments": [segment("b", "api", times)]}))]))
        })
        .collect()
}

/// The periods, as start, and how many went well and failed, of edges or services.
#[track_caller]
fn check(rule: &str, selector: Option<&str>, wanted: &[(f64, &str, u64, u64)]) {
    let selector = selector.map(|selector| Selector::parse(selector).unwrap());
    let found: Vec<(f64, &str, u64, u64)> =
        time_series(&traces(), 100.0, 190.0, 60, selector.as_ref())
            .into_iter()
            .map(|entry| {
                let (what, counts) = match (
                    entry.edge_summary_statistics,
                    entry.service_summary_statistics,
                ) {
                    (Some(counts), None) => ("edges", counts),
                    (None, Some(counts)) => ("services", counts),
                    other => panic!("{other:?}"),
                };
                let histogram: u64 = entry
                    .response_time_histogram
                    .iter()
                    .map(|entry| entry.count)
                    .sum();
                assert_eq!(histogram, counts.total_count);
                (
                    entry.timestamp,
                    what,
                    counts.ok_count,
                    counts.fault_statistics.total_count,
                )
            })
            .collect();
    assert_eq!(found, wanted, "{rule}");
}

#[test]
fn periods_and_selectors() {
    check(
        "all calls",
        None,
        &[(100.0, "edges", 3, 1), (160.0, "edges", 2, 0)],
    );
    check(
        "a call",
        Some("edge(\"web\", \"api\")"),
        &[(100.0, "edges", 1, 1), (160.0, "edges", 1, 0)],
    );
    check(
        "failed calls",
        Some("edge(\"web\", \"api\") { fault }"),
        &[(100.0, "edges", 0, 1)],
    );
    check(
        "a service",
        Some("service(id(name: \"api\"))"),
        &[(100.0, "services", 1, 1), (160.0, "services", 1, 0)],
    );
    check(
        "either",
        Some("service(\"web\") OR service(\"api\")"),
        &[(100.0, "services", 3, 1), (160.0, "services", 2, 0)],
    );
    check(
        "not that one",
        Some("!service(\"web\")"),
        &[(100.0, "services", 1, 1), (160.0, "services", 1, 0)],
    );
    check("none", Some("service(\"x\")"), &[]);
}

#[test]
fn selectors_are_about_services_or_edges() {
    for text in [
        "fault",
        "service(\"a\") AND ok",
        "annotation.k = 1",
        "service(\"a\") OR edge(\"a\", \"b\")",
        "group.name = \"g\"",
        "service(",
    ] {
        assert!(Selector::parse(text).is_err(), "{text}");
    }
}
