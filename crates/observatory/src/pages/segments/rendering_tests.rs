//! The segments' page from made-up traces: escaped, bounded, nothing left out.

use std::collections::BTreeMap;

use serde_json::{Map as Object, Value, json};
use xray_query::Trace;
use xray_segment::{Annotation, Cause, Segment};

use super::{
    address::{SegmentView, TABS},
    page::{self, Document, SegmentPage},
};
use crate::{
    model::TraceId,
    pages::{
        rendering_tests::{EVIL, check_harmless, frame},
        sample::{SECOND, pairs},
    },
};

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
    page::page(&page, &frame()).into_string()
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
    check_harmless(&page::not_here(EVIL, false, &frame()).into_string());
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
    assert!(rows(&open) <= 500 && open.contains(r#"data-testid="segment-name""#));
    assert!(
        open.contains(&format!(r#"data-segment="{last}""#))
            && open.contains("Show the rows above: 9,750")
    );
    let asked = |query: &[(&str, &str)]| segment_page(vec![top.clone()], query, None);
    assert_eq!(rows(&asked(&[("rows", "1000")])), 1_000);
    let many = asked(&[("rows", "99999")]);
    assert!(
        rows(&many) == 1_000 && many.len() < 2_000_000,
        "{}",
        many.len()
    );
    assert!(many.contains("?skip=1000"));
    assert_eq!(rows(&asked(&[("skip", "9900")])), 101);
    assert_eq!(rows(&asked(&[("skip", "99999")])), 1);
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
        assert_eq!(page.matches(r#"role="tab""#).count(), 6);
        assert_eq!(page.matches(r#"aria-selected="true""#).count(), 1);
    }
}
