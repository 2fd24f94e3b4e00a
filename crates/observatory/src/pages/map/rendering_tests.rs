//! The map's page from made-up graphs and traces: escaped, bounded, nothing left out.

use xray_query::{
    Edge, ErrorStatistics, FaultStatistics, HttpSummary, ServiceGraph, ServiceNode,
    ServiceStatistics, TraceSummary,
};

use super::{
    address::{CHOICE, MapView},
    drawing::Passed,
    page::{self, Cut, FilterFault, Group, MapPage},
};
use crate::pages::{
    logs::range::Range,
    rendering_tests::{EVIL, check_harmless, frame},
    sample::{SECOND, pairs},
};

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
        range_fault: None,
        fault: None,
        graph: ServiceGraph { services },
        passed: None,
        looked_at: 3,
        traces: 3,
        matching: 3,
        listed: Vec::new(),
        cut: None,
        minutes: 10.0,
    }
}

fn map_page(page: &MapPage) -> String {
    page::page(page, &frame()).into_string()
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
fn what_was_not_looked_at_is_told_and_one_click_away() {
    let mut page = map_of(vec![node(0, "a", None, &[])]);
    page.view = MapView::read(&pairs(&[("window", "all"), ("group", "slow")]));
    page.looked_at = 10_000;
    page.cut = Some(Cut {
        at: 1_700_000_000_500,
        before: Range::between(1_600_000_000_000, 1_700_000_000_500, &CHOICE),
    });
    let before =
        r#"href="/map?from=2020-09-13+12:26:40.000&amp;to=2023-11-14+22:13:20.500&amp;group=slow""#;
    let told = "The newest 10,000 traces of this time were looked at, those since 2023-11-14 22:13:20.500 UTC";
    let shown = map_page(&page);
    assert!(shown.contains(told) && shown.contains(before), "{shown}");
    // None of those looked at may be in the group.
    page.graph.services.clear();
    let shown = map_page(&page);
    assert!(shown.contains(told) && shown.contains(before), "{shown}");
}

#[test]
fn an_empty_map_says_what_to_type() {
    let page = |window: &str, traces: u64| {
        let mut frame = frame();
        frame.status.traces = traces;
        let mut page = map_of(Vec::new());
        page.view = MapView::read(&pairs(&[("window", window)]));
        page.traces = 0;
        page::page(&page, &frame).into_string()
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
        older.contains("No traces of this time") && older.contains(r#"href="/map?window=all""#),
        "{older}"
    );
}
