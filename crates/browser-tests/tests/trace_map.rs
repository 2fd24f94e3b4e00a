//! The trace map and the segment timeline in a browser: clicked, filtered, live, by keyboard, narrow, dark, without scripts.

use std::path::Path;

use browser_tests::{Scheme, Visit, key};
use serde_json::{Value as Json, json};

const TRACE: &str = "1-4efaaf4d-1e8720b39541901950019ee5";
const OTHER: &str = "1-4efaaf4e-1e8720b39541901950019ee5";
const START: f64 = 1_790_000_000.0;
const NOW: u64 = 1_790_000_060;
/// What must never run, wherever a segment says it.
const SCRIPT: &str = "<script>alert(1)</script>";

/// The backend asks the profiles service and a database, and fails.
fn home() -> Vec<Json> {
    let backend = json!({
        "name": "backend", "id": "000000000000000a", "trace_id": TRACE, "start_time": START, "end_time": START + 0.1, "fault": true,
        "http": {"request": {"method": "GET", "url": "http://localhost/api/activities/home"}, "response": {"status": 500}},
        "annotations": {"user": "andrewbrown", "note": SCRIPT}, "metadata": {"default": {"rows": [1, 2, 3]}},
        "cause": {"exceptions": [{"id": "00000000000000ee", "type": "io::Error", "message": SCRIPT, "stack": [{"path": "src/home.rs", "line": 42, "label": "home"}]}]},
        "subsegments": [
            {"name": "profiles", "id": "000000000000000b", "namespace": "remote", "start_time": START + 0.01, "end_time": START + 0.06},
            {"name": "activities@localhost", "id": "000000000000000d", "namespace": "remote", "start_time": START + 0.07, "end_time": START + 0.08,
             "sql": {"sanitized_query": "SELECT 1", "database_type": "SQLite"}},
        ],
    });
    let profiles = json!({
        "name": "profiles", "id": "000000000000000c", "trace_id": TRACE, "parent_id": "000000000000000b",
        "start_time": START + 0.02, "end_time": START + 0.05,
    });
    vec![backend, profiles]
}

/// The backend alone, in another trace.
fn alone() -> Json {
    json!({"name": "backend", "id": "00000000000000aa", "trace_id": OTHER, "start_time": START + 1.0, "end_time": START + 1.2})
}

fn with_traces() -> anyhow::Result<Visit> {
    let visit = Visit::begin(NOW)?;
    visit.observatory.put_segments(&home())?;
    visit.observatory.put_segments(&[alone()])?;
    Ok(visit)
}

fn traces(visit: &Visit) -> anyhow::Result<Vec<String>> {
    visit.attributes("[data-testid=xray-trace-row]", "data-trace-id")
}

/// Waits until the address ends so.
fn wait_for_end(visit: &Visit, end: &str) -> anyhow::Result<()> {
    let condition = "return decodeURIComponent(location.href.replaceAll('+', ' ')).endsWith(arguments[0]) && document.readyState === 'complete'";
    let what = format!("an address that ends with {end}");
    visit.wait(&what, condition, json!([end]))
}

fn node(name: &str, kind: &str) -> String {
    format!("[data-testid=map-node][data-name='{name}'][data-kind={kind}]")
}

#[test]
fn a_node_and_an_edge_filter_the_traces() -> anyhow::Result<()> {
    let visit = with_traces()?;
    let browser = &visit.browser;
    visit.goto("/map?window=all")?;
    for (name, kind) in [
        ("backend", "client"),
        ("backend", "service"),
        ("profiles", "service"),
        ("activities@localhost", "database"),
    ] {
        browser.find(&node(name, kind))?;
    }
    let mut edges = visit.attributes("[data-testid=map-edge]", "data-to")?;
    edges.sort();
    assert_eq!(edges, ["activities@localhost", "backend", "profiles"]);
    assert_eq!(traces(&visit)?, [OTHER, TRACE]);

    browser.find(&node("profiles", "service"))?.click()?;
    wait_for_end(&visit, "filter=service(\"profiles\")")?;
    assert_eq!(traces(&visit)?, [TRACE]);
    let box_text = "return document.querySelector('#find').value";
    assert_eq!(
        browser.execute(box_text, json!([]))?,
        "service(\"profiles\")"
    );

    browser.find(".edge-label[href*='activities']")?.click()?;
    wait_for_end(&visit, "filter=edge(\"backend\", \"activities@localhost\")")?;
    assert_eq!(traces(&visit)?, [TRACE]);
    browser.find("[data-testid=clear-filter]")?.click()?;
    wait_for_end(&visit, "/map?window=all")?;
    assert_eq!(traces(&visit)?, [OTHER, TRACE]);
    visit.end()
}

#[test]
fn a_wrong_expression_is_marked_where_it_is_wrong() -> anyhow::Result<()> {
    let visit = with_traces()?;
    let browser = &visit.browser;
    visit.goto("/map?window=all")?;
    browser.find("#find")?.type_text("fault = maybe")?;
    browser.press(key::ENTER)?;
    assert!(
        !browser
            .find("[data-testid=filter-error]")?
            .text()?
            .is_empty()
    );
    assert_eq!(
        browser.find("[data-testid=filter-error-place]")?.text()?,
        "m"
    );
    browser.find(&node("backend", "service"))?;
    // The browser itself reports the status 400.
    assert_eq!(browser.console_errors()?.len(), 1);
    visit.end()
}

#[test]
fn a_trace_is_opened_and_its_tabs_are_read() -> anyhow::Result<()> {
    let visit = with_traces()?;
    let browser = &visit.browser;
    visit.goto("/map?window=all")?;
    let link = browser.find(&format!("[data-trace-id='{TRACE}'] a"))?;
    // Away from the line at the page's foot, which covers what is under it.
    let scroll = "arguments[0].scrollIntoView({ block: 'center' })";
    browser.execute(scroll, json!([link.reference()]))?;
    link.click()?;
    browser.find("[data-testid=timeline]")?;
    let rows = visit.attributes("[data-testid=segment-row]", "data-name")?;
    assert_eq!(
        rows[..4],
        ["backend", "profiles", "activities@localhost", "profiles"]
    );

    browser.execute("window.sameDocument = true", json!([]))?;
    browser
        .find("[data-segment='000000000000000a'] .pick")?
        .click()?;
    assert_eq!(
        browser.find("[data-testid=segment-name]")?.text()?,
        "backend"
    );
    let panel = |tab: &str| -> anyhow::Result<String> {
        browser.find(&format!("[data-testid=tab-{tab}]"))?.click()?;
        browser.find(&format!("[data-testid=tab-{tab}][aria-selected=true]"))?;
        browser.find("[data-testid=tab-panel]")?.text()
    };
    assert!(panel("annotations")?.contains("andrewbrown"));
    assert!(panel("annotations")?.contains(SCRIPT), "as text");
    assert!(panel("metadata")?.contains("rows"));
    assert!(panel("exceptions")?.contains("src/home.rs:42"));
    assert!(panel("raw")?.contains("As it was sent"));
    assert!(
        browser
            .url()?
            .ends_with("?segment=000000000000000a&tab=raw")
    );
    assert_eq!(
        browser.execute("return window.sameDocument", json!([]))?,
        true
    );
    let foreign = "return document.querySelectorAll('main script').length";
    assert_eq!(browser.execute(foreign, json!([]))?, 0);

    // The tabs by keyboard, and the way to the waterfall and back.
    browser.find("[data-testid=tab-raw]")?;
    browser.execute(
        "document.querySelector('[data-testid=tab-raw]').focus()",
        json!([]),
    )?;
    for tab in ["logs", "exceptions"] {
        browser.press(key::LEFT)?;
        browser.find(&format!("[data-testid=tab-{tab}][aria-selected=true]"))?;
    }
    browser.press(key::ESCAPE)?;
    browser.find("#details[hidden]")?;
    browser.find("[data-testid=to-waterfall]")?.click()?;
    browser.find("[data-testid=waterfall]")?;
    browser.find("[data-testid=to-segments]")?.click()?;
    browser.find("[data-testid=timeline]")?;
    visit.end()
}

#[test]
fn the_map_is_live_and_keeps_its_place() -> anyhow::Result<()> {
    let visit = Visit::begin(NOW)?;
    let browser = &visit.browser;
    visit.goto("/map?window=all")?;
    assert!(
        browser
            .find("[data-testid=empty]")?
            .text()?
            .contains("cargo lab up xray")
    );
    browser.execute("window.sameDocument = true", json!([]))?;
    visit.observatory.put_segments(&home())?;
    browser.find(&node("profiles", "service"))?;
    browser.execute(
        "document.querySelector('[data-name=profiles]').focus()",
        json!([]),
    )?;
    let place = "return document.querySelector('[data-name=profiles] g').getAttribute('transform')";
    let before = browser.execute(place, json!([]))?;
    visit.observatory.put_segments(&[alone()])?;
    browser.find(&format!("[data-trace-id='{OTHER}']"))?;
    assert_eq!(browser.execute(place, json!([]))?, before, "nothing moved");
    let focused = "return document.activeElement.dataset.name";
    assert_eq!(
        browser.execute(focused, json!([]))?,
        "profiles",
        "the focus stays"
    );
    assert_eq!(
        browser.execute("return window.sameDocument", json!([]))?,
        true
    );
    visit.end()
}

#[test]
fn the_map_is_used_by_keyboard() -> anyhow::Result<()> {
    let visit = with_traces()?;
    let browser = &visit.browser;
    visit.goto("/map?window=all")?;
    browser.find(&node("profiles", "service"))?;
    let focused = "return document.activeElement.dataset?.name ?? ''";
    // Every node and edge is a stop of the tab key.
    for _ in 0..40 {
        if browser.execute(focused, json!([]))? == "profiles" {
            break;
        }
        browser.press(key::TAB)?;
    }
    assert_eq!(browser.execute(focused, json!([]))?, "profiles");
    browser.press(key::ENTER)?;
    wait_for_end(&visit, "filter=service(\"profiles\")")?;
    browser.press("/")?;
    assert_eq!(
        browser.execute("return document.activeElement.id", json!([]))?,
        "find"
    );
    visit.end()
}

#[test]
fn pages_are_narrow_and_dark_and_work_without_scripts() -> anyhow::Result<()> {
    let visit = with_traces()?;
    let browser = &visit.browser;
    // Names without a place to break, beside what fits.
    let long = "service-".repeat(24);
    visit.observatory.put_segments(&[
        json!({"name": long, "id": "00000000000000ab", "trace_id": TRACE, "start_time": START, "in_progress": true, "parent_id": "000000000000000a"}),
    ])?;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("trace_map");
    let opened = format!("/xray/trace/{TRACE}?segment=000000000000000a&tab=exceptions");
    for (page, path) in [
        ("map", "/map?window=all"),
        ("segments", &opened),
        ("status", "/status"),
    ] {
        for (size, width, height) in [("wide", 1280, 900), ("narrow", 390, 844)] {
            browser.resize(width, height)?;
            for (scheme, name) in [(Scheme::Light, "light"), (Scheme::Dark, "dark")] {
                browser.prefer(scheme)?;
                visit.goto(path)?;
                browser.find("main")?;
                assert_eq!(browser.overflow()?, 0, "{page} {size}");
                browser.screenshot(&folder.join(format!("{page}-{size}-{name}.png")))?;
            }
        }
    }
    browser.disable_scripts()?;
    browser.resize(1280, 900)?;
    visit.goto("/map?window=all")?;
    browser.find(&node("profiles", "service"))?.click()?;
    browser.find("[data-testid=clear-filter]")?;
    visit.goto(&opened)?;
    browser.find("[data-testid=tab-metadata]")?.click()?;
    browser.find("[data-testid=tab-metadata][aria-selected=true]")?;
    visit.end()
}
