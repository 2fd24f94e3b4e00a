//! Which services a graph has, who calls whom, and how it is counted.

use serde_json::{Value, json};
use xray_query::{HistogramEntry, ServiceGraph, ServiceNode, ServiceStatistics, Trace};

use crate::traces::{TRACE, segment, segments, subsegment, with};

fn graph(traces: &[Value]) -> ServiceGraph {
    let traces: Vec<Trace> = traces
        .iter()
        .enumerate()
        .map(|(index, documents)| {
            Trace::assemble(format!("{TRACE}-{index}"), segments(documents.clone()))
        })
        .collect();
    ServiceGraph::of(&traces)
}

/// A line a node: `0 web client unknown -> 1(1 ok)`.
#[track_caller]
fn check(rule: &str, traces: &[Value], wanted: &[&str]) {
    let graph = graph(traces);
    let lines: Vec<String> = graph.services.iter().map(line).collect();
    assert_eq!(lines, wanted, "{rule}");
    let mut turned = traces.to_vec();
    turned.reverse();
    if traces.len() > 1 && traces[0] != traces[1] {
        let again: Vec<String> = self::graph(&turned).services.iter().map(line).collect();
        assert_eq!(again.len(), lines.len(), "{rule}, the other way round");
    }
}

fn line(node: &ServiceNode) -> String {
    let kind = node.kind.as_deref().unwrap_or("-");
    let root = if node.root == Some(true) { " root" } else { "" };
    let own = node
        .summary_statistics
        .as_ref()
        .map(|counts| format!(" ({})", told(counts)));
    let edges: String = node
        .edges
        .iter()
        .map(|edge| {
            format!(
                " -> {} ({})",
                edge.reference_id,
                told(&edge.summary_statistics)
            )
        })
        .collect();
    format!(
        "{} {} {kind} {}{root}{}{edges}",
        node.reference_id,
        node.name,
        node.state,
        own.unwrap_or_default()
    )
}

/// How many went how, and the seconds.
fn told(counts: &ServiceStatistics) -> String {
    let errors = &counts.error_statistics;
    assert_eq!(
        errors.throttle_count + errors.other_count,
        errors.total_count
    );
    let all = counts.ok_count + errors.total_count + counts.fault_statistics.total_count;
    assert_eq!(all, counts.total_count);
    let parts = [
        (counts.ok_count, "ok"),
        (errors.other_count, "error"),
        (errors.throttle_count, "throttle"),
        (counts.fault_statistics.total_count, "fault"),
    ];
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    format!("{} {}s", parts.join(" "), counts.total_response_time)
}

fn call(id: &str, name: &str, more: Value) -> Value {
    segment(id, name, with(json!({"namespace": "remote"}), more))
}

#[test]
fn nodes_and_edges() {
    check("nothing", &[], &[]);
    check(
        "a client before its service",
        &[json!([segment("a", "web", json!({"origin": "T"}))])],
        &[
            "0 web client unknown -> 1 (1 ok 1s)",
            "1 web T active root (1 ok 1s)",
        ],
    );
    check(
        "a call that a segment answers: the edge as the caller saw it",
        &[json!([
            segment(
                "a",
                "web",
                json!({"subsegments": [call("b", "api:80", json!({"error": true, "end_time": 100.5}))]})
            ),
            segment("c", "api", json!({"parent_id": "b", "end_time": 100.25})),
        ])],
        &[
            "0 web client unknown -> 1 (1 ok 1s)",
            "1 web - active root (1 ok 1s) -> 2 (1 error 0.5s)",
            "2 api - active (1 ok 0.25s)",
        ],
    );
    check(
        "a call that none answers",
        &[json!([segment(
            "a",
            "web",
            json!({"subsegments": [segment("p", "part", json!({"subsegments": [call("b", "api:80", json!({"fault": true}))]}))]})
        )])],
        &[
            "0 web client unknown -> 1 (1 ok 1s)",
            "1 web - active root (1 ok 1s) -> 2 (1 fault 1s)",
            "2 api:80 remote unknown (1 fault 1s)",
        ],
    );
    check(
        "a database and an AWS resource",
        &[json!([segment(
            "a",
            "web",
            json!({"subsegments": [
                call("b", "db@host", json!({"sql": {}})),
                segment("c", "DynamoDB", json!({"namespace": "aws", "aws": {"table_name": "t"}})),
            ]})
        )])],
        &[
            "0 web client unknown -> 1 (1 ok 1s)",
            "1 web - active root (1 ok 1s) -> 2 (1 ok 1s) -> 3 (1 ok 1s)",
            "2 db@host Database::SQL unknown (1 ok 1s)",
            "3 t AWS::DynamoDB::Table unknown (1 ok 1s)",
        ],
    );
    check(
        "called from a segment, or from a part that is no call: the edge as the called saw it",
        &[json!([
            segment(
                "a",
                "web",
                json!({"subsegments": [segment("b", "part", json!({}))]})
            ),
            segment("c", "api", json!({"parent_id": "b", "end_time": 100.25})),
            segment("d", "fn", json!({"parent_id": "a", "end_time": 100.75})),
        ])],
        &[
            "0 web client unknown -> 1 (1 ok 1s)",
            "1 web - active root (1 ok 1s) -> 2 (1 ok 0.25s) -> 3 (1 ok 0.75s)",
            "2 api - active (1 ok 0.25s)",
            "3 fn - active (1 ok 0.75s)",
        ],
    );
    check(
        "an unknown caller counts as a client",
        &[json!([segment("a", "web", json!({"parent_id": "gone"}))])],
        &[
            "0 web client unknown -> 1 (1 ok 1s)",
            "1 web - active root (1 ok 1s)",
        ],
    );
    check(
        "a subsegment whose segment never came has no service, but its call has",
        &[json!([subsegment(
            "b",
            "part",
            "gone",
            json!({"subsegments": [call("c", "x", json!({}))]})
        )])],
        &["0 x remote unknown (1 ok 1s)"],
    );
    check(
        "segments that call each other in a circle",
        &[json!([
            segment("a", "web", json!({"parent_id": "b"})),
            segment("b", "api", json!({"parent_id": "a"}))
        ])],
        &[
            "0 web client unknown -> 1 (1 ok 1s)",
            "1 web - active root (1 ok 1s) -> 2 (1 ok 1s)",
            "2 api - active (1 ok 1s)",
        ],
    );
    check(
        "a service that calls itself",
        &[json!([
            segment("a", "web", json!({})),
            segment("b", "web", json!({"parent_id": "a"}))
        ])],
        &[
            "0 web client unknown -> 1 (1 ok 1s)",
            "1 web - active root (2 ok 2s) -> 1 (1 ok 1s)",
        ],
    );
}

#[test]
fn counting() {
    let went = |more: Value| json!([segment("a", "web", more)]);
    check(
        "each in one way: a fault before a throttle before an error",
        &[
            went(json!({})),
            went(json!({"error": true})),
            went(json!({"error": true, "throttle": true})),
            went(json!({"throttle": true})),
            went(json!({"error": true, "fault": true})),
        ],
        &[
            "0 web client unknown -> 1 (1 ok 1 error 2 throttle 1 fault 5s)",
            "1 web - active root (1 ok 1 error 2 throttle 1 fault 5s)",
        ],
    );
    check(
        "what is in progress is there, but not counted",
        &[json!([{"id": "a", "name": "web", "start_time": 100.0, "in_progress": true}])],
        &[
            "0 web client unknown -> 1 ( 0s)",
            "1 web - active root ( 0s)",
        ],
    );
    check(
        "same name, other type: another node; numbers in the order of the traces' starts",
        &[
            json!([segment(
                "a",
                "web",
                json!({"origin": "B", "start_time": 100.5})
            )]),
            json!([segment("a", "web", json!({"origin": "A"}))]),
        ],
        &[
            "0 web client unknown -> 1 (1 ok 1s) -> 2 (1 ok 0.5s)",
            "1 web A active root (1 ok 1s)",
            "2 web B active root (1 ok 0.5s)",
        ],
    );
}

#[test]
fn times_and_histograms() {
    let lasting = |start: f64, end: f64, last: f64| {
        let part = segment("b", "x", json!({"start_time": start, "end_time": last}));
        json!([segment(
            "a",
            "web",
            json!({"start_time": start, "end_time": end, "subsegments": [part]})
        )])
    };
    let graph = graph(&[
        lasting(100.9, 100.9494, 100.95),
        lasting(103.0, 103.0491, 104.6),
        lasting(102.0, 102.1, 102.1),
    ]);
    let [client, web] = &graph.services[..] else {
        panic!("{graph:#?}");
    };
    let entry = |value: f64, count: u64| HistogramEntry { value, count };
    let times = [entry(0.049, 2), entry(0.1, 1)];
    assert_eq!(web.response_time_histogram, times);
    assert_eq!(client.edges[0].response_time_histogram, times);
    assert_eq!(
        web.duration_histogram,
        [entry(0.05, 1), entry(0.1, 1), entry(1.6, 1)]
    );
    assert_eq!(
        (web.start_time, web.end_time),
        (100.0, 103.0),
        "whole seconds"
    );
    assert_eq!((client.start_time, client.end_time), (100.0, 103.0));
    assert_eq!(
        (client.edges[0].start_time, client.edges[0].end_time),
        (100.0, 103.0)
    );
    assert_eq!(client.summary_statistics, None);
    let json = serde_json::to_value(&graph).unwrap();
    let keys = |value: &Value| {
        let mut keys: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys.join(" ")
    };
    assert_eq!(
        keys(&json["Services"][1]),
        "DurationHistogram Edges EndTime Name Names ReferenceId ResponseTimeHistogram Root StartTime State SummaryStatistics"
    );
    assert_eq!(
        keys(&json["Services"][0]["Edges"][0]),
        "Aliases EndTime ReferenceId ResponseTimeHistogram StartTime SummaryStatistics"
    );
    assert_eq!(
        keys(&json["Services"][1]["SummaryStatistics"]),
        "ErrorStatistics FaultStatistics OkCount TotalCount TotalResponseTime"
    );
}
