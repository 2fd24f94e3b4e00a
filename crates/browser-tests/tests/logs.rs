//! The pages of logs in a browser: read, searched, followed live, asked by Logs Insights; by keyboard, narrow, dark, without scripts.

use std::path::Path;

use browser_tests::{Element, Scheme, Visit, key};
use serde_json::{Value as Json, json};

const TRACE: &str = "4efaaf4d1e8720b39541901950019ee5";
const SPAN: &str = "00000000000000aa";
/// What must never run, wherever an event says it.
const SCRIPT: &str = "<script>alert(1)</script>";
/// When the pages are looked at, in milliseconds since the Unix epoch: the service takes no events that are older than two weeks.
const NOW: i64 = 1_790_000_000_000;
/// Ctrl, held until the end of what is typed.
const CTRL: &str = "\u{E009}";

fn answered(route: &str, status: u16, level: &str) -> String {
    json!({
        "level": level, "message": "request answered", "http.route": route, "http.response.status_code": status,
        "http.server.request.duration": f64::from(status) / 1e4, "note": SCRIPT,
    })
    .to_string()
}

fn failed() -> String {
    json!({"level": "ERROR", "message": "profiles did not answer", "trace_id": TRACE, "span_id": SPAN, "http.response.status_code": 502}).to_string()
}

/// Two streams of a group and a trace that one event belongs to.
fn with_logs() -> anyhow::Result<Visit> {
    let visit = Visit::begin(NOW.unsigned_abs() / 1_000)?;
    let mut events: Vec<(i64, String)> = (0..40)
        .map(|n| {
            (
                NOW - 90_000 + n * 2_000,
                answered("/api/activities/home", 200, "INFO"),
            )
        })
        .collect();
    events.push((NOW - 5_000, failed()));
    events.push((NOW - 4_000, answered("/api/messages", 500, "ERROR")));
    visit
        .observatory
        .put_logs("cruddur", "backend/1", &events)?;
    visit.observatory.put_logs(
        "cruddur",
        "backend/2",
        &[(NOW - 3_000, format!("plain text, {SCRIPT}"))],
    )?;
    let start = (NOW - 6_000) * 1_000_000;
    visit.observatory.send(&json!({"resourceSpans": [{
        "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "backend"}}]},
        "scopeSpans": [{"spans": [{"traceId": TRACE, "spanId": SPAN, "name": "GET /api/messages", "kind": 2,
            "startTimeUnixNano": start.to_string(), "endTimeUnixNano": (start + 1_000_000_000).to_string()}]}],
    }]}))?;
    Ok(visit)
}

/// Clicks where the line at the page's foot does not cover it.
fn click(visit: &Visit, css: &str) -> anyhow::Result<()> {
    click_on(visit, &visit.browser.find(css)?)
}

fn click_on(visit: &Visit, element: &Element) -> anyhow::Result<()> {
    let scroll = "arguments[0].scrollIntoView({ block: 'center' })";
    visit
        .browser
        .execute(scroll, json!([element.reference()]))?;
    element.click()
}

/// Waits until so many elements are there.
fn wait_for_count(visit: &Visit, css: &str, count: usize) -> anyhow::Result<()> {
    let condition = "return document.querySelectorAll(arguments[0]).length === arguments[1]";
    visit.wait(
        &format!("{count} of `{css}`"),
        condition,
        json!([css, count]),
    )
}

const LINE: &str = "[data-testid=log-line]";

#[test]
fn an_event_is_found_and_leads_to_its_trace_and_back() -> anyhow::Result<()> {
    let visit = with_logs()?;
    let browser = &visit.browser;
    visit.goto("/logs")?;
    click(&visit, "[data-group=cruddur] a")?;
    click(&visit, "[data-stream='backend/1'] a")?;
    assert_eq!(visit.count(LINE)?, 42);
    browser
        .find("#find")?
        .type_text("{ $.level = \"ERROR\" }")?;
    browser.press(key::ENTER)?;
    visit.wait_for_address("$.level = \"ERROR\"")?;
    assert_eq!(visit.count(LINE)?, 2);

    // The older one unfolds to all its fields; one of them finds events like it.
    let failed = format!("{LINE}:last-child");
    click(&visit, &format!("{failed} summary"))?;
    assert_eq!(
        browser
            .find(&format!("{failed} [data-field=trace_id] .value"))?
            .text()?,
        TRACE
    );
    click(
        &visit,
        &format!("{failed} [data-field='http.response.status_code'] .search a"),
    )?;
    visit.wait_for_address("$.['http.response.status_code'] = 502")?;
    assert_eq!(visit.count(LINE)?, 1);

    click(&visit, "[data-testid=to-trace]")?;
    visit.wait_for_address(&format!("/trace/{TRACE}?span={SPAN}"))?;
    assert!(
        browser
            .find("[data-testid=trace-logs]")?
            .text()?
            .contains("profiles did not answer")
    );
    click(&visit, "[data-testid=logs-of-span]")?;
    visit.wait_for_address("/logs/events?pattern=")?;
    assert_eq!(visit.count(LINE)?, 1);

    // The event alone, and among its neighbours.
    click(&visit, &format!("{LINE} summary"))?;
    click(&visit, "[data-testid=event-link]")?;
    browser.find("[data-testid=log-event]")?;
    click(&visit, "main > .actions [data-testid=event-around]")?;
    browser.find(".line.chosen")?;
    assert_eq!(visit.count(LINE)?, 42);
    visit.end()
}

#[test]
fn new_events_appear_and_what_is_unfolded_stays() -> anyhow::Result<()> {
    let visit = Visit::begin(NOW.unsigned_abs() / 1_000)?;
    let browser = &visit.browser;
    visit.goto("/logs")?;
    assert!(
        browser
            .find("[data-testid=empty]")?
            .text()?
            .contains("cargo lab up 3")
    );
    browser.execute("window.sameDocument = true", json!([]))?;
    visit
        .observatory
        .put_logs("cruddur", "backend", &[(NOW, "first".to_owned())])?;
    browser.find("[data-group=cruddur]")?;
    assert_eq!(
        browser.execute("return window.sameDocument", json!([]))?,
        true
    );

    visit.goto("/logs/events?group=cruddur")?;
    browser.execute(
        "document.querySelector('.line details').open = true",
        json!([]),
    )?;
    visit
        .observatory
        .put_logs("cruddur", "backend", &[(NOW, "second".to_owned())])?;
    wait_for_count(&visit, LINE, 2)?;
    assert!(
        browser
            .find(&format!("{LINE}:first-child"))?
            .text()?
            .contains("second")
    );
    browser.find(&format!("{LINE}:last-child details[open]"))?;
    visit.end()
}

#[test]
fn the_tail_shows_what_arrives_pauses_and_keeps_a_bounded_number_of_rows() -> anyhow::Result<()> {
    let visit = with_logs()?;
    let browser = &visit.browser;
    visit.goto("/logs/tail?group=cruddur")?;
    wait_for_count(&visit, LINE, 43)?;
    // An event that is older than those shown is shown when it comes: last.
    visit.observatory.put_logs(
        "cruddur",
        "backend/2",
        &[(NOW - 600_000, "late".to_owned())],
    )?;
    wait_for_count(&visit, LINE, 44)?;
    assert!(
        browser
            .find(&format!("{LINE}:last-child"))?
            .text()?
            .contains("late")
    );

    click(&visit, "#pause")?;
    let count = "window.asked = 0; const own = fetch; window.fetch = (...all) => { window.asked += String(all[0]).startsWith('/parts/'); return own(...all); }";
    browser.execute(count, json!([]))?;
    visit
        .observatory
        .put_logs("cruddur", "backend/2", &[(NOW, "while paused".to_owned())])?;
    let told = "return document.querySelector('#tail-note').textContent.includes('new events have arrived')";
    browser.wait_until("a note of new events", told, json!([]))?;
    assert_eq!(
        browser.execute("return window.asked", json!([]))?,
        0,
        "nothing is asked for while paused"
    );
    assert_eq!(visit.count(LINE)?, 44);
    browser.find("#pause[aria-pressed=true]")?.click()?;
    wait_for_count(&visit, LINE, 45)?;

    let burst: Vec<(i64, String)> = (0..700).map(|n| (NOW, format!("burst {n}"))).collect();
    visit.observatory.put_logs("cruddur", "backend/2", &burst)?;
    let last = "return document.querySelector('#tail-lines').lastElementChild?.textContent.includes('burst 699')";
    browser.wait_until("the last event of a burst", last, json!([]))?;
    wait_for_count(&visit, LINE, 500)?;

    browser.find("#find")?.type_text("ERROR")?;
    browser.press(key::ENTER)?;
    visit.wait_for_address("pattern=ERROR")?;
    wait_for_count(&visit, LINE, 2)?;
    visit.observatory.put_logs(
        "cruddur",
        "backend/2",
        &[(NOW, "INFO".to_owned()), (NOW, "ERROR new".to_owned())],
    )?;
    wait_for_count(&visit, LINE, 3)?;
    visit.end()
}

#[test]
fn insights_runs_queries_and_marks_what_is_wrong() -> anyhow::Result<()> {
    let visit = with_logs()?;
    let browser = &visit.browser;
    visit.goto("/insights?group=cruddur")?;
    browser.execute("window.sameDocument = true", json!([]))?;
    let ask = |query: &str| -> anyhow::Result<()> {
        let fill =
            "const box = document.querySelector('#query'); box.value = arguments[0]; box.focus()";
        browser.execute(fill, json!([query]))?;
        browser
            .find("#query")?
            .type_text(&format!("{CTRL}{}", key::ENTER))
    };
    ask("fields @timestamp, level, trace_id\n| filter level = \"ERROR\"")?;
    wait_for_count(&visit, "[data-testid=result-row]", 2)?;
    assert_eq!(browser.find("[data-testid=records-matched]")?.text()?, "2");
    assert_eq!(
        browser
            .find("[data-testid=histogram]")?
            .attribute("data-total")?
            .as_deref(),
        Some("2")
    );
    assert!(visit.count("[data-testid=histogram-bar]")? > 0);
    visit.wait_for_address("group=cruddur&query=fields @timestamp")?;

    // A row unfolds in place, and the address says so.
    click(
        &visit,
        "[data-testid=result-row]:last-of-type [data-unfold]",
    )?;
    assert_eq!(
        browser
            .find(".unfolded [data-field=message] .value")?
            .text()?,
        "profiles did not answer"
    );
    visit.wait_for_address("&open=")?;
    click(&visit, "[data-unfold][aria-expanded=true]")?;
    wait_for_count(&visit, ".unfolded", 0)?;

    ask("fields @message\n| filtr level")?;
    assert_eq!(
        browser.find("[data-testid=query-error-place]")?.text()?,
        "filtr"
    );
    browser.find("#query[aria-invalid=true]")?;

    // Aggregates over time are drawn; a sample runs by a click.
    ask("stats count(*) as n by bin(1m), level")?;
    browser.find("[data-testid=chart]")?;
    assert_eq!(visit.count("[data-testid=query-error]")?, 0);
    let open = "document.querySelector('.samples').open = true";
    browser.execute(open, json!([]))?;
    click(&visit, "[data-testid=sample]")?;
    wait_for_count(&visit, "[data-testid=result-row]", 43)?;
    assert_eq!(
        browser.execute("return window.sameDocument", json!([]))?,
        true
    );

    // The trace of a row is a click away.
    ask("fields trace_id | filter ispresent(trace_id)")?;
    click(&visit, "[data-testid=trace-link]")?;
    visit.wait_for_address(&format!("/trace/{TRACE}"))?;
    visit.end()
}

#[test]
fn a_running_query_is_stopped() -> anyhow::Result<()> {
    let visit = with_logs()?;
    let browser = &visit.browser;
    visit.goto("/insights")?;
    // An answer that does not come until the request is given up.
    let never = "window.given = 0; window.fetch = (url, { signal }) => new Promise((_, refuse) => signal.addEventListener('abort', () => { window.given += 1; refuse(new DOMException('given up', 'AbortError')); }))";
    browser.execute(never, json!([]))?;
    click(&visit, "#run")?;
    assert_eq!(browser.find("[data-testid=running]")?.text()?, "Running…");
    click(&visit, "#stop")?;
    let stopped = "return document.querySelector('#running').textContent === 'Stopped.' && document.querySelector('#stop').hidden && window.given === 1";
    browser.wait_until("a query that is stopped", stopped, json!([]))?;
    visit.end()
}

#[test]
fn the_pages_are_used_by_keyboard() -> anyhow::Result<()> {
    let visit = with_logs()?;
    let browser = &visit.browser;
    visit.goto("/logs")?;
    browser.press(&format!("{}{}", key::DOWN, key::ENTER))?;
    visit.wait_for_address("/logs/group?group=cruddur")?;
    visit.goto("/logs/events?group=cruddur")?;
    browser.press(&format!("{}{}{}", key::DOWN, key::DOWN, key::RIGHT))?;
    browser.find(&format!("{LINE}:nth-child(2) details[open]"))?;
    browser.press(key::LEFT)?;
    browser.find(&format!("{LINE}:nth-child(2) details:not([open])"))?;
    browser.press("/")?;
    let focused = "return document.activeElement.id";
    assert_eq!(browser.execute(focused, json!([]))?, "find");
    visit.goto("/insights?query=fields+@message")?;
    browser.press(&format!("{}{}", key::DOWN, key::ENTER))?;
    browser.find("[data-testid=all-fields]")?;
    browser.press("/")?;
    assert_eq!(browser.execute(focused, json!([]))?, "query");
    visit.end()
}

#[test]
fn pages_are_narrow_and_dark_and_work_without_scripts() -> anyhow::Result<()> {
    let visit = with_logs()?;
    let browser = &visit.browser;
    // Names and words without a place to break, beside what fits.
    let long = "stream-".repeat(24);
    let message = json!({"message": "word".repeat(80), "field.".repeat(20): "value".repeat(40), "level": "WARN"});
    visit
        .observatory
        .put_logs("cruddur", &long, &[(NOW, message.to_string())])?;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("logs");
    let table = "/insights?query=fields+@timestamp,+level,+trace_id,+@message";
    let id: Json = {
        visit.goto("/logs/events?pattern=profiles")?;
        browser.find(LINE)?.attribute("data-event")?.into()
    };
    let event = format!("/logs/event/{}", id.as_str().unwrap_or_default());
    let span = format!("/trace/{TRACE}?span={SPAN}");
    for (page, path) in [
        ("groups", "/logs"),
        ("streams", "/logs/group?group=cruddur"),
        ("events", "/logs/events?group=cruddur"),
        ("all-events", "/logs/events"),
        ("event", &event),
        ("tail", "/logs/tail"),
        ("insights", "/insights"),
        ("results", table),
        ("chart", "/insights?query=stats+count(*)+by+bin(1m),+level"),
        ("span", &span),
    ] {
        for (size, width, height) in [("wide", 1280, 900), ("narrow", 390, 844)] {
            browser.resize(width, height)?;
            for (scheme, name) in [(Scheme::Light, "light"), (Scheme::Dark, "dark")] {
                browser.prefer(scheme)?;
                visit.goto(path)?;
                browser.find("main")?;
                assert_eq!(browser.overflow()?, 0, "{page} {size}");
                let unfold = "document.querySelectorAll('.line details').forEach((one) => { one.open = true; })";
                browser.execute(unfold, json!([]))?;
                assert_eq!(browser.overflow()?, 0, "{page} {size}, unfolded");
                browser.screenshot(&folder.join(format!("{page}-{size}-{name}.png")))?;
            }
        }
    }
    browser.disable_scripts()?;
    browser.resize(1280, 900)?;
    visit.goto("/logs")?;
    click(&visit, "[data-group=cruddur] a")?;
    click(&visit, "[data-testid=to-events]")?;
    click(&visit, &format!("{LINE} summary"))?;
    browser.find("details[open] [data-testid=event-field]")?;
    visit.goto(table)?;
    click(&visit, "[data-unfold]")?;
    browser.find("[data-testid=all-fields]")?;
    click(&visit, "[data-testid=ranges] a")?;
    visit.wait_for_address("range=5m")?;
    visit.end()
}
