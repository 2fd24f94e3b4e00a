//! Whole pages of X-Ray's views from made-up graphs, traces and refusals: escaped, bounded, nothing left out.

use std::{collections::BTreeMap, time::UNIX_EPOCH};

use serde_json::{Map as Object, Value, json};
use xray_query::{
    Edge, ErrorStatistics, FaultStatistics, HttpSummary, ServiceGraph, ServiceNode,
    ServiceStatistics, Trace, TraceSummary,
};
use xray_segment::{Annotation, Cause, Segment};

use super::{
    map_address::MapView,
    map_page::{self, FilterFault, Group, MapPage},
    map_view::Passed,
    rendering_tests::{EVIL, check_harmless, frame},
    sample::START,
    segment_address::{SegmentView, TABS},
    segment_page::{self, Document, SegmentPage},
    status_page,
};
use crate::{
    model::TraceId,
    server::{By, Refusal, Told},
};

const SECOND: f64 = START as f64 / 1e9;

fn pairs(query: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(k, v): &(&str, &str)| ((*k).to_owned(), (*v).to_owned());
    query.iter().map(owned).collect()
}

fn statistics(ok: u64, error: u64, throttle: u64, fault: u64) -> ServiceStatistics {
    let total_count = ok + error + throttle + fault;
    ServiceStatistics {
        ok_count: ok,
        error_statistics: ErrorStatistics {
            throttle_count: throttle,
            other_count: error,
            total_count: error + throttle,
        },
        fault_statistics: FaultStatistics {
            other_count: 0,
            total_count: fault,
        },
        total_count,
        total_response_time: total_count as f64 * 0.0123,
    }
}

/// A node that calls the nodes with these numbers.
fn node(id: i32, name: &str, kind: Option<&str>, calls: &[i32]) -> ServiceNode {
    let edge = |&reference_id: &i32| Edge {
        reference_id,
        summary_statistics: statistics(5, 0, 0, 0),
        ..Edge::default()
    };
    ServiceNode {
        reference_id: id,
        name: name.to_owned(),
        kind: kind.map(str::to_owned),
        state: "active".to_owned(),
        start_time: SECOND,
        edges: calls.iter().map(edge).collect(),
        summary_statistics: (kind != Some("client")).then(|| statistics(90, 5, 2, 3)),
        ..ServiceNode::default()
    }
}

fn map_of(services: Vec<ServiceNode>) -> MapPage {
    MapPage {
        view: MapView::read(&[]),
        groups: Vec::new(),
        fault: None,
        graph: ServiceGraph { services },
        passed: None,
        traces: 3,
        matching: 3,
        listed: Vec::new(),
        is_cut: false,
        minutes: 10.0,
    }
}

fn map_page(page: &MapPage) -> String {
    map_page::page(page, &frame()).into_string()
}

fn summary() -> TraceSummary {
    TraceSummary {
        id: "1-4efaaf4d-1e8720b39541901950019ee5".to_owned(),
        start_time: SECOND,
        response_time: Some(0.05),
        has_fault: true,
        is_partial: true,
        http: HttpSummary {
            url: Some("http://localhost/api".to_owned()),
            status: Some(500),
            method: Some("GET".to_owned()),
            ..HttpSummary::default()
        },
        ..TraceSummary::default()
    }
}

#[test]
fn a_map_shows_numbers_in_words_and_links() {
    let mut page = map_of(vec![
        node(0, "backend", Some("client"), &[1]),
        node(1, "backend", None, &[2]),
        node(2, "orders", Some("AWS::DynamoDB::Table"), &[]),
    ]);
    page.listed.push(summary());
    let page = map_page(&page);
    for told in [
        ": 100 requests, 10/min, 12.3 ms on average; 90% ok, 5% error, 2% throttle, 3% fault",
        r#"data-kind="client""#,
        r#"data-kind="database""#,
        r#"href="/map?filter=service%28%22orders%22%29""#,
        r#"href="/map?filter=edge%28%22backend%22,+%22orders%22%29""#,
        r#"href="/map?filter=edge%28id%28name:+%22backend%22,+type:+%22client%22%29,+%22backend%22%29""#,
        r#"data-share="ok""#,
        r#"data-share="throttle""#,
        "5 · 12.3 ms",
        r#"href="/xray/trace/1-4efaaf4d-1e8720b39541901950019ee5""#,
        ">500<",
        "50 ms",
        "partial",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    check_harmless(&page);
}

#[test]
fn nodes_of_one_name_are_told_apart_by_their_types() {
    let page = map_page(&map_of(vec![
        node(0, "a", Some("AWS::EC2::Instance"), &[1]),
        node(1, "a", Some("remote"), &[]),
    ]));
    assert!(page.contains("type:+%22AWS::EC2::Instance%22"), "{page}");
}

#[test]
fn the_order_of_nodes_does_not_matter() {
    let nodes = |order: [i32; 3]| {
        let make = |id| match id {
            0 => node(0, "a", None, &[1, 2]),
            1 => node(1, "b", None, &[2, 0]),
            _ => node(2, "c", None, &[2]),
        };
        map_page(&map_of(order.map(make).to_vec()))
    };
    assert_eq!(nodes([0, 1, 2]), nodes([2, 0, 1]));
}

#[test]
fn what_a_filter_leaves_out_is_faint() {
    let mut page = map_of(vec![
        node(0, "a", None, &[1, 2]),
        node(1, "b", None, &[]),
        node(2, "c", None, &[]),
    ]);
    page.view = page.view.filtered("service(\"b\")");
    let matching = ServiceGraph {
        services: vec![node(0, "a", None, &[1]), node(1, "b", None, &[])],
    };
    page.passed = Some(Passed::new(&matching));
    let page = map_page(&page);
    // The node, the edge and its label.
    assert_eq!(page.matches(" faint\"").count(), 3, "{page}");
    assert_eq!(
        page.matches(r#"aria-current="true""#).count(),
        2,
        "window and node: {page}"
    );
    // What is chosen is let go by a second click.
    assert!(
        page.contains(r#"<a class="node service chosen" href="/map""#),
        "{page}"
    );
}

#[test]
fn a_map_is_text_wherever_it_has_text() {
    let mut page = map_of(vec![
        node(0, EVIL, Some(EVIL), &[0, 1]),
        node(1, EVIL, Some("client"), &[0]),
    ]);
    let mut row = summary();
    row.id = EVIL.into();
    row.http.url = Some(EVIL.into());
    row.http.method = Some(EVIL.into());
    page.listed.push(row);
    page.groups.push(Group {
        name: EVIL.into(),
        arn: EVIL.into(),
        expression: EVIL.into(),
    });
    page.view.filter = EVIL.into();
    page.view.group = format!("{EVIL}2");
    check_harmless(&map_page(&page));
    page.fault = Some(FilterFault {
        message: EVIL.into(),
        at: Some(5),
    });
    check_harmless(&map_page(&page));
    page.graph.services.clear();
    check_harmless(&map_page(&page));
}

#[test]
fn long_and_foreign_names_stay_small() {
    let names = [
        "x".repeat(200),
        "שירות.".repeat(60),
        "日本".repeat(100),
        "a\0\n\u{202e}b".repeat(60),
    ];
    let nodes = names
        .iter()
        .enumerate()
        .map(|(at, name)| node(at as i32, name, Some(name), &[0, 1]))
        .collect();
    let page = map_page(&map_of(nodes));
    check_harmless(&page);
    assert!(page.contains('…') && page.len() < 120_000, "{}", page.len());
}

#[test]
fn the_busiest_of_a_thousand_nodes_are_drawn() {
    let nodes = (0..1_000)
        .map(|id| node(id, &format!("node-{id}"), None, &[(id + 1) % 1_000, id / 2]))
        .collect();
    let page = map_page(&map_of(nodes));
    assert_eq!(page.matches(r#"data-testid="map-node""#).count(), 200);
    assert!(page.contains("800 more are left out"));
}

#[test]
fn a_filters_fault_points_at_the_place() {
    let mut page = map_of(vec![node(0, "a", None, &[])]);
    page.view.filter = "service(\"a\") ANDD fault".into();
    for (at, place) in [
        (
            13,
            r#"<mark data-testid="filter-error-place">A</mark>NDD fault"#.to_owned(),
        ),
        (
            500,
            r#"fault<mark data-testid="filter-error-place">⌴</mark>"#.to_owned(),
        ),
    ] {
        page.fault = Some(FilterFault {
            message: "no such operator".into(),
            at: Some(at),
        });
        let shown = map_page(&page);
        assert!(shown.contains(&place), "{place}: {shown}");
        assert!(shown.contains(r#"aria-invalid="true""#) && shown.contains("no such operator"));
        assert!(shown.contains("Nothing was looked for"));
    }
}

#[test]
fn an_empty_map_says_what_to_type() {
    let page = |window: &str, traces: u64| {
        let mut frame = frame();
        frame.status.traces = traces;
        let mut page = map_of(Vec::new());
        page.view = MapView::read(&pairs(&[("window", window)]));
        page.traces = 0;
        map_page::page(&page, &frame).into_string()
    };
    for typed in [
        "cargo lab up xray",
        "aws xray put-trace-segments --endpoint-url",
        "AWS_XRAY_DAEMON_ADDRESS=127.0.0.1:2000",
    ] {
        assert!(page("5m", 0).contains(typed), "{typed}");
    }
    let older = page("5m", 9);
    assert!(
        older.contains("No traces in this window") && older.contains(r#"href="/map?window=all""#),
        "{older}"
    );
}

fn segment(id: u64, name: &str, from: f64, to: f64) -> Segment {
    Segment {
        id: format!("{id:016x}"),
        name: name.to_owned(),
        start_time: SECOND + from,
        end_time: Some(SECOND + to),
        ..Segment::default()
    }
}

fn segment_page(
    segments: Vec<Segment>,
    query: &[(&str, &str)],
    document: Option<Document>,
) -> String {
    let trace = Trace {
        id: String::new(),
        segments,
    };
    let view = SegmentView::read(&pairs(query));
    let mut page = SegmentPage::new(TraceId([7; 16]), &trace, &view);
    page.document = document;
    segment_page::page(&page, &frame()).into_string()
}

/// A segment that has the text wherever one can have it.
fn evil_segment() -> Segment {
    let value = json!({
        "name": EVIL, "id": EVIL, "trace_id": EVIL, "parent_id": EVIL, "start_time": SECOND, "end_time": SECOND + 1.0,
        "type": "subsegment", "namespace": EVIL, "origin": EVIL, "user": EVIL, "fault": true,
        "http": {"request": {"method": EVIL, "url": EVIL, "user_agent": EVIL, "client_ip": EVIL}},
        "aws": {EVIL: EVIL}, "service": {"version": EVIL, "runtime": EVIL},
        "sql": {"sanitized_query": EVIL, "url": EVIL, "connection_string": EVIL, "database_type": EVIL,
                "database_version": EVIL, "driver_version": EVIL, "user": EVIL, "preparation": EVIL},
        "annotations": {EVIL: EVIL}, "metadata": {EVIL: {EVIL: [EVIL]}}, "precursor_ids": [EVIL],
        "links": [{"trace_id": EVIL, "id": EVIL, "attributes": {EVIL: EVIL}}],
        "cause": {"working_directory": EVIL, "paths": [EVIL], "exceptions": [
            {"id": EVIL, "type": EVIL, "message": EVIL, "cause": EVIL, "stack": [{"path": EVIL, "line": 1, "label": EVIL}]}]},
    });
    serde_json::from_value(value).expect("a segment")
}

#[test]
fn segments_are_text_wherever_they_have_text() {
    for tab in TABS {
        let mut top = evil_segment();
        top.id = "000000000000000a".into();
        top.subsegments = vec![evil_segment()];
        let document = Some(Document::Sent(json!({ EVIL: EVIL }).to_string()));
        let page = segment_page(
            vec![top],
            &[("segment", "000000000000000a"), ("tab", tab.key())],
            document,
        );
        check_harmless(&page);
        assert!(page.contains("&lt;script&gt;alert(1)"), "{tab:?}");
        assert!(page.contains(r#"data-testid="tab-panel""#), "{tab:?}");
    }
    check_harmless(&segment_page::not_here(EVIL, false, &frame()).into_string());
    check_harmless(&segment_page(
        vec![segment(1, "a", 0.0, 1.0)],
        &[],
        Some(Document::Sent(EVIL.into())),
    ));
}

#[test]
fn what_is_open_odd_or_inferred_is_said() {
    let mut open = segment(1, "open", 0.0, 1.0);
    open.end_time = None;
    open.in_progress = true;
    let mut orphan = segment(2, "orphan", 0.5, 0.4);
    orphan.kind = Some("subsegment".into());
    orphan.parent_id = Some("00000000000000ff".into());
    let mut inferred = segment(3, "db", 0.1, 2.0);
    inferred.inferred = true;
    inferred.origin = Some("Database::SQL".into());
    let all = vec![open, orphan, inferred];
    let page = segment_page(all.clone(), &[], None);
    for told in [
        "open-ended",
        "in progress",
        "segment not received",
        ">inferred<",
        "Database::SQL",
        "ends",
    ] {
        assert!(page.contains(told) || told == "ends", "{told}: {page}");
    }
    let opened = |id: &str| segment_page(all.clone(), &[("segment", id)], None);
    assert!(opened("0000000000000001").contains(r#"data-testid="in-progress""#));
    assert!(opened("0000000000000002").contains("end before its start"));
    assert!(opened("0000000000000002").contains("00000000000000ff</code></a> (not received)"));
    assert!(opened("00000000000000aa").contains("is not here"));
}

#[test]
fn ten_thousand_subsegments_open_at_once_and_go_on_by_request() {
    let mut top = segment(1, "top", 0.0, 20.0);
    top.subsegments = (2..10_002)
        .map(|id| segment(id, "GET /api", id as f64 / 1e3, 20.0))
        .collect();
    let rows = |page: &str| page.matches(r#"data-testid="segment-row""#).count();
    let page = segment_page(vec![top.clone()], &[], None);
    assert_eq!(rows(&page), 500);
    assert!(
        page.contains("Show 500 more of 9,501 rows below") && page.len() < 500_000,
        "{}",
        page.len()
    );
    let last = format!("{:016x}", 10_001);
    let open = segment_page(vec![top.clone()], &[("segment", &last)], None);
    assert!(rows(&open) == 10_001 && open.contains(r#"data-testid="segment-name""#));
    assert_eq!(
        rows(&segment_page(vec![top], &[("rows", "1000")], None)),
        1_000
    );
}

#[test]
fn tabs_show_what_a_segment_says() {
    let mut thrower = segment(1, "backend", 0.0, 1.0);
    thrower.annotations = BTreeMap::from([
        ("page".to_owned(), Annotation::Number(3.into())),
        ("user".to_owned(), Annotation::String("andrewbrown".into())),
    ]);
    let values: Object<String, Value> = [("rows".to_owned(), json!([1, "two"]))]
        .into_iter()
        .collect();
    thrower.metadata.insert("default".into(), values);
    thrower.cause = serde_json::from_value(json!({"exceptions": [
        {"id": "00000000000000e1", "type": "Outer", "message": "it failed", "cause": "00000000000000e2", "truncated": 12,
         "stack": [{"path": "src/home.rs", "line": 42, "label": "home"}]},
        {"id": "00000000000000e2", "type": "Inner", "remote": true}]}))
    .expect("a cause");
    let mut other = segment(2, "call", 0.0, 1.0);
    other.cause = Some(Cause::Id("00000000000000e2".into()));
    thrower.subsegments = vec![other];
    let tab = |id: &str, tab: &str, document: Option<Document>| {
        segment_page(
            vec![thrower.clone()],
            &[("segment", id), ("tab", tab)],
            document,
        )
    };
    let first = "0000000000000001";
    for (page, told) in [
        (
            tab(first, "annotations", None),
            &["andrewbrown", ">number<", r#"data-key="page""#][..],
        ),
        (
            tab(first, "metadata", None),
            &[r#"data-namespace="default""#, "&quot;rows&quot;: ["],
        ),
        (
            tab(first, "exceptions", None),
            &[
                "it failed",
                "src/home.rs",
                ":42",
                r##"href="#exception-1""##,
                ">remote<",
                "12 frames",
            ],
        ),
        (
            tab("0000000000000002", "exceptions", None),
            &["cause-elsewhere", "segment=0000000000000001"],
        ),
        (
            tab(first, "raw", Some(Document::Sent("{\"a\":1}".into()))),
            &["As it was sent", "document.json"],
        ),
        (
            tab(first, "raw", Some(Document::Translated("{}".into()))),
            &["Translated from an OpenTelemetry span"],
        ),
        (
            tab(first, "overview", None),
            &["none: the trace begins here", r#"aria-selected="true""#],
        ),
    ] {
        for told in told {
            assert!(page.contains(told), "{told}: {page}");
        }
        assert_eq!(page.matches(r#"role="tab""#).count(), 5);
        assert_eq!(page.matches(r#"aria-selected="true""#).count(), 1);
    }
}

#[test]
fn refusals_are_told_and_do_no_harm() {
    let refusal = |by| Refusal {
        at: UNIX_EPOCH,
        by,
        reason: EVIL.into(),
        message: EVIL.repeat(500),
        start: EVIL.repeat(500),
    };
    let told = Told {
        counts: BTreeMap::from([(EVIL.to_owned(), 1_234), ("MissingId".to_owned(), 2)]),
        last: [refusal(By::Udp), refusal(By::PutTraceSegments)].into(),
    };
    let page = status_page::page(&told, &frame()).into_string();
    check_harmless(&page);
    for told in [
        "1,234",
        "1,236",
        "MissingId",
        "daemon, UDP",
        "PutTraceSegments",
    ] {
        assert!(page.contains(told), "{told}");
    }
    assert!(page.len() < 20_000, "{}", page.len());
    let quiet = status_page::page(&Told::default(), &frame()).into_string();
    assert!(quiet.contains("None since the observatory was started"));
}
