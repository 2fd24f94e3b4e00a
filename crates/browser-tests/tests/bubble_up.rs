//! The drawings of an answer in a browser: a box dragged over the heatmap and what sets it apart, zooming, values read by pointer and by key.

use std::path::Path;

use browser_tests::{Scheme, Visit, key};
use serde_json::{Value as Json, json};

/// When the spans begin: in nanoseconds since the Unix epoch.
const START: u64 = 1_790_000_000_000_000_000;
const MINUTE: u64 = 60_000_000_000;
/// What must never run, wherever a span says it.
const SCRIPT: &str = "<script>alert(1)</script>";
const QUERY: &str = "/query?v=HEATMAP(duration_ms)&v=COUNT&v=P95(duration_ms)&range=all";

/// Two hours: five spans a minute of 10 to 90 ms from eight users, and slow ones of one user in the second half hour.
fn spans() -> Json {
    let mut spans = Vec::new();
    let mut add = |minute: u64, place: u64, milliseconds: u64, user: &str, build: &str| {
        let start = START + minute * MINUTE + place * 1_000_000_000;
        let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
        spans.push(json!({
            "traceId": format!("{:032x}", minute * 100 + place + 1), "spanId": format!("{:016x}", minute * 100 + place + 1), "name": "GET /api/activities/home", "kind": 2,
            "startTimeUnixNano": start.to_string(), "endTimeUnixNano": (start + milliseconds * 1_000_000).to_string(),
            "attributes": [text("user.id", user), text("app.build", build), text("app.note", SCRIPT)],
        }));
    };
    for minute in 0..120 {
        for place in 0..5 {
            let at = minute * 5 + place;
            add(
                minute,
                place,
                10 + at * 37 % 80,
                &format!("user-{}", at % 8),
                if at % 2 == 0 { "1.4.1" } else { "1.4.2" },
            );
        }
        if (30..60).contains(&minute) {
            add(
                minute,
                30,
                1_500 + minute * 13 % 400,
                "user-3",
                if minute % 2 == 0 { "1.4.1" } else { "1.4.2" },
            );
        }
    }
    let service = json!({"key": "service.name", "value": {"stringValue": "backend"}});
    json!({"resourceSpans": [{"resource": {"attributes": [service]}, "scopeSpans": [{"spans": spans}]}]})
}

fn begin() -> anyhow::Result<Visit> {
    let visit = Visit::begin(START / 1_000_000_000 + 7_200)?;
    visit.observatory.send(&spans())?;
    Ok(visit)
}

/// A parameter of the address; empty without it.
fn asked(visit: &Visit, name: &str) -> anyhow::Result<String> {
    let script = "return new URLSearchParams(location.search).getAll(arguments[0]).join(' & ')";
    let value = visit.browser.execute(script, json!([name]))?;
    Ok(value.as_str().unwrap_or_default().to_owned())
}

/// Waits until a parameter of the address is there, or not.
fn wait_for_asked(visit: &Visit, name: &str, is_there: bool) -> anyhow::Result<()> {
    let condition = "return new URLSearchParams(location.search).has(arguments[0]) === arguments[1] && !document.querySelector('main.busy')";
    let what = format!(
        "an address {} {name}",
        if is_there { "with" } else { "without" }
    );
    visit.wait(&what, condition, json!([name, is_there]))
}

/// Draws the box around the slow spans: between a quarter and a half of the time, near the top.
fn drag_box(visit: &Visit) -> anyhow::Result<()> {
    let area = visit.browser.find("[data-testid=box-area]")?;
    visit.browser.drag(&area, (0.22, 0.02), (0.53, 0.3))?;
    wait_for_asked(visit, "box", true)
}

#[test]
fn a_box_dragged_over_slow_spans_tells_whose_they_are() -> anyhow::Result<()> {
    let visit = begin()?;
    let browser = &visit.browser;
    visit.goto(QUERY)?;
    drag_box(&visit)?;
    let panel = browser.find("[data-testid=bubble-up]")?;
    assert_eq!(panel.attribute("data-inside")?.as_deref(), Some("30"));
    assert_eq!(panel.attribute("data-outside")?.as_deref(), Some("600"));
    let first = panel.find("[data-testid=difference]")?;
    let columns = "return [...document.querySelectorAll('[data-testid=difference]')].map((one) => one.dataset.column)";
    assert_eq!(
        first.attribute("data-column")?.as_deref(),
        Some("user.id"),
        "{}",
        browser.execute(columns, json!([]))?
    );
    let share = first.find("[data-testid=share]")?;
    assert_eq!(share.attribute("data-value")?.as_deref(), Some("user-3"));
    assert!(share.text()?.contains("100 %"), "{}", share.text()?);
    browser.find("[data-testid=heatmap] [data-testid=box]")?;
    let focused = browser.execute("return document.activeElement.id", json!([]))?;
    assert_eq!(focused, "bubble-up-title", "who cannot see it is led to it");

    // One click away, and back.
    let boxed = asked(&visit, "box")?;
    share.find("[data-testid=only]")?.click()?;
    wait_for_asked(&visit, "where", true)?;
    assert_eq!(asked(&visit, "where")?, "user.id = user-3");
    assert_eq!(asked(&visit, "box")?, "");
    browser.wait_until(
        "the rows of one user",
        "return document.querySelector('[data-testid=rows-matched]')?.textContent === '105'",
        json!([]),
    )?;
    browser.execute("history.back()", json!([]))?;
    wait_for_asked(&visit, "box", true)?;
    browser.find("[data-testid=bubble-up]")?;
    assert_eq!(asked(&visit, "box")?, boxed);

    browser.find("[data-testid=clear-box]")?.click()?;
    wait_for_asked(&visit, "box", false)?;
    browser.wait_until(
        "no panel",
        "return !document.querySelector('[data-testid=bubble-up]')",
        json!([]),
    )?;
    visit.end()
}

#[test]
fn a_drag_across_zooms_and_back_restores() -> anyhow::Result<()> {
    let visit = begin()?;
    let browser = &visit.browser;
    visit.goto(QUERY)?;
    for css in [
        "[data-testid=line-chart] .plot-area",
        "[data-testid=zoom-strip]",
    ] {
        browser.drag(&browser.find(css)?, (0.25, 0.5), (0.5, 0.5))?;
        wait_for_asked(&visit, "from", true)?;
        assert_eq!(
            (asked(&visit, "range")?, asked(&visit, "box")?),
            (String::new(), String::new()),
            "{css}"
        );
        let minutes = "const query = new URLSearchParams(location.search); const at = (name) => Date.parse(query.get(name).replace(' ', 'T') + 'Z'); return Math.round((at('to') - at('from')) / 60000)";
        let zoomed = browser.execute(minutes, json!([]))?.as_i64().unwrap_or(0);
        assert!(
            (25..=35).contains(&zoomed),
            "{css}: {zoomed} minutes of two hours"
        );
        browser.execute("history.back()", json!([]))?;
        wait_for_asked(&visit, "from", false)?;
        assert_eq!(asked(&visit, "range")?, "all");
    }
    visit.end()
}

#[test]
fn values_are_read_by_pointer_and_by_key() -> anyhow::Result<()> {
    let visit = begin()?;
    let browser = &visit.browser;
    visit.goto(&format!("{QUERY}&by=user.id"))?;
    let readout = "return document.querySelector('[data-testid=line-chart] .readout:not([hidden])')?.textContent ?? ''";
    browser.hover(
        &browser.find("[data-testid=line-chart] .plot-area")?,
        (0.5, 0.5),
    )?;
    let shown = browser.wait_until("a readout", readout, json!([]))?;
    let shown = shown.as_str().unwrap_or_default();
    assert!(
        shown.contains("UTC") && shown.contains("user-3") && shown.contains("user-7"),
        "{shown}"
    );

    browser.execute(
        "document.querySelector('[data-testid=probe]').focus()",
        json!([]),
    )?;
    browser.press(key::END)?;
    let told = browser.find("[data-testid=probe]")?;
    let last = told.attribute("aria-valuetext")?;
    browser.press(key::LEFT)?;
    assert_ne!(told.attribute("aria-valuetext")?, last);
    assert!(last.is_some_and(|last| last.contains("user-3")));

    // A row of the table lights its line.
    browser.hover(
        &browser.find("[data-testid=group][data-line='2']")?,
        (0.5, 0.5),
    )?;
    let lit = "return [...document.querySelectorAll('[data-testid=line-chart] path.lit')].map((line) => line.dataset.line)";
    assert_eq!(browser.execute(lit, json!([]))?, json!(["2", "2"]));
    visit.end()
}

#[test]
fn a_box_is_drawn_by_keys_alone() -> anyhow::Result<()> {
    let visit = begin()?;
    let browser = &visit.browser;
    visit.goto(QUERY)?;
    browser.find("[data-testid=box-area]")?;
    browser.execute(
        "document.querySelector('[data-testid=box-area]').focus()",
        json!([]),
    )?;
    browser.press(key::RIGHT)?;
    browser.press_with_shift(key::UP, 12)?;
    browser.press_with_shift(key::LEFT, 20)?;
    let told = browser.find(".heatmap .told[aria-live=polite]")?.text()?;
    assert!(told.contains("row") && told.contains("UTC"), "{told}");
    browser.press(key::ENTER)?;
    wait_for_asked(&visit, "box", true)?;
    browser.find("[data-testid=bubble-up]")?;
    // Escape takes away first what was begun, then the box.
    browser.execute(
        "document.querySelector('[data-testid=box-area]').focus()",
        json!([]),
    )?;
    browser.press(key::LEFT)?;
    browser.press(key::ESCAPE)?;
    assert_ne!(asked(&visit, "box")?, "");
    browser.press(key::ESCAPE)?;
    wait_for_asked(&visit, "box", false)?;
    visit.end()
}

#[test]
fn drawings_are_narrow_and_dark_and_work_without_scripts() -> anyhow::Result<()> {
    let visit = begin()?;
    let browser = &visit.browser;
    visit.goto(QUERY)?;
    drag_box(&visit)?;
    let path = browser.execute(
        "return location.pathname + location.search + '&by=user.id'",
        json!([]),
    )?;
    let path = path.as_str().unwrap_or_default().to_owned();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bubble_up");
    for (size, width, height) in [("wide", 1280, 2_400), ("narrow", 390, 3_600)] {
        browser.resize(width, height)?;
        for (scheme, name) in [(Scheme::Light, "light"), (Scheme::Dark, "dark")] {
            browser.prefer(scheme)?;
            visit.goto(&path)?;
            browser.find("[data-testid=bubble-up]")?;
            assert_eq!(browser.overflow()?, 0, "{size}");
            let found = if name == "light" {
                browser.axe()?
            } else {
                browser.axe_colours()?
            };
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            assert!(found.is_empty(), "{size}, {name}: {}", found.join("\n\n"));
            browser.screenshot(&folder.join(format!("{size}-{name}.png")))?;
        }
    }
    browser.disable_scripts()?;
    // High enough that nothing is under the line at the page's foot.
    browser.resize(1280, 2_400)?;
    visit.goto(&path)?;
    browser.find("[data-testid=difference][data-column='user.id'] [data-value='user-3'] [data-testid=only]")?.click()?;
    assert!(
        browser.url()?.contains("where=user.id+%3D+user-3"),
        "{}",
        browser.url()?
    );
    visit.end()
}
