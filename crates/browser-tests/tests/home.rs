//! The home page in a browser: the empty page's own command brings the first span, and names that would act are text.

use std::process::Command;

use browser_tests::{Browser, Observatory, Visit};
use serde_json::json;

#[test]
fn the_empty_pages_command_brings_the_first_span() -> anyhow::Result<()> {
    let observatory = Observatory::start()?;
    let browser = Browser::start()?;
    browser.goto(&observatory.url("/"))?;
    browser.execute("window.sameDocument = true", json!([]))?;
    let command = browser
        .find("[data-testid=curl] [data-copy]")?
        .attribute("data-copy")?
        .unwrap_or_default();
    let sent = Command::new("sh").args(["-c", &command]).output()?;
    assert!(sent.status.success(), "{command}: {sent:?}");
    browser.find("[data-testid=service][data-service=hello] [data-testid=rate]")?;
    assert_eq!(
        browser.execute("return window.sameDocument", json!([]))?,
        true,
        "without a reload"
    );
    assert_eq!(browser.console_errors()?, [""; 0]);
    Ok(())
}

#[test]
fn names_that_would_act_are_text() -> anyhow::Result<()> {
    const SCRIPT: &str = "<script>alert(1)</script>\u{202e}";
    const NOW: u64 = 1_790_000_000;
    let visit = Visit::begin(NOW)?;
    let now = NOW * 1_000_000_000;
    visit.observatory.send(&json!({"resourceSpans": [{
        "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": SCRIPT}}]},
        "scopeSpans": [{"spans": [{"traceId": "00000000000000000000000000000001", "spanId": "0000000000000001",
            "name": SCRIPT, "kind": 2, "status": {"code": 2},
            "startTimeUnixNano": (now - 2_000_000).to_string(), "endTimeUnixNano": now.to_string()}]}],
    }]}))?;
    for (width, height) in [(1280, 900), (390, 844)] {
        visit.browser.resize(width, height)?;
        visit.goto("/")?;
        visit
            .browser
            .find("[data-testid=service] [data-testid=rate]")?;
        let foreign = "return document.querySelectorAll('main script').length";
        assert_eq!(visit.browser.execute(foreign, json!([]))?, 0);
        assert_eq!(visit.browser.overflow()?, 0, "pixels too wide at {width}");
    }
    visit.end()
}

#[test]
fn ages_go_by_the_observatorys_clock() -> anyhow::Result<()> {
    const NOW: u64 = 1_700_000_300;
    let visit = Visit::begin(NOW)?;
    let start = (NOW - 300) * 1_000_000_000;
    visit.observatory.send(&json!({"resourceSpans": [{"scopeSpans": [{"spans": [{
        "traceId": "00000000000000000000000000000001", "spanId": "0000000000000001", "name": "GET /", "kind": 2,
        "startTimeUnixNano": start.to_string(), "endTimeUnixNano": (start + 2_000_000).to_string()}]}]}]}))?;
    // What the page does each second is done when the test says so.
    visit.browser.before_each_page(
        "window.eachSecond = []; window.setInterval = (act) => window.eachSecond.push(act);",
    )?;
    for path in ["/", "/traces"] {
        visit.goto(path)?;
        let age = "main time[data-unix-ms]";
        assert_eq!(visit.text(age)?, "5 min ago", "{path}, as served");
        let acts = "for (const act of window.eachSecond) act(); return window.eachSecond.length";
        assert_eq!(visit.browser.execute(acts, json!([]))?, 1, "{path}");
        assert_eq!(visit.text(age)?, "5 min ago", "{path}, a second later");
    }
    visit.end()
}
