//! The observatory's pages in a browser: found, filtered, opened, live, by keyboard, narrow, dark, and safe from what spans say.

mod hostile;

use std::path::Path;

use browser_tests::{Scheme, Visit, key};
use serde_json::{Value as Json, json};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const OTHER_TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
/// What must never run, wherever a span says it.
const SCRIPT: &str = "<script>alert(1)</script>";
const START: u64 = 1_790_000_000_000_000_000;
/// When the pages are looked at, in seconds.
const NOW: u64 = START / 1_000_000_000 + 60;

/// Of the page's background and text, 0 being black.
const LIGHTNESS: &str = r"
    const style = getComputedStyle(document.body);
    const parts = (colour) => colour.match(/[\d.]+/g).slice(0, 3).map(Number);
    return [style.backgroundColor, style.color].map((colour) => parts(colour).reduce((sum, part) => sum + part));";

/// A span of [`TRACE`], so many milliseconds after its start.
fn span(id: u8, parent: u8, name: &str, from: u64, to: u64, attributes: Json) -> Json {
    let hex = |id: u8| {
        if id == 0 {
            String::new()
        } else {
            format!("{id:016x}")
        }
    };
    let attributes: Vec<Json> = attributes
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| match value {
            Json::Number(number) => json!({"key": key, "value": {"intValue": number.to_string()}}),
            value => json!({"key": key, "value": {"stringValue": value}}),
        })
        .collect();
    json!({
        "traceId": TRACE, "spanId": hex(id), "parentSpanId": hex(parent), "name": name,
        "kind": if parent == 0 { 2 } else { 1 },
        "startTimeUnixNano": (START + from * 1_000_000).to_string(),
        "endTimeUnixNano": (START + to * 1_000_000).to_string(),
        "attributes": attributes,
    })
}

fn request(service: &str, spans: &[Json]) -> Json {
    let service = json!([{"key": "service.name", "value": {"stringValue": service}}]);
    json!({"resourceSpans": [{"resource": {"attributes": service}, "scopeSpans": [{"spans": spans}]}]})
}

/// A posted crud: the request, and under it two spans, the first of which has a child.
fn crud() -> Json {
    let root =
        json!({"user.id": "andrewbrown", "http.response.status_code": 200, "app.message": SCRIPT});
    request(
        "backend",
        &[
            span(1, 0, "POST /api/activities", 0, 80, root),
            span(2, 1, "GET", 10, 40, json!({})),
            span(3, 2, "GET /profiles/@{handle}", 15, 35, json!({})),
            span(
                4,
                1,
                "INSERT activities",
                45,
                70,
                json!({"db.system.name": "sqlite"}),
            ),
        ],
    )
}

/// Another trace, of one span of the given name.
fn other(name: &str) -> Json {
    let mut span = span(9, 0, name, 1000, 1005, json!({"user.id": "bayko"}));
    span["traceId"] = OTHER_TRACE.into();
    request("backend", &[span])
}

fn row(trace: &str) -> String {
    format!("[data-testid=trace-row][data-trace-id='{trace}']")
}

#[test]
fn a_trace_is_listed_opened_and_read() -> anyhow::Result<()> {
    let visit = Visit::begin(NOW)?;
    visit.observatory.send(&crud())?;
    visit.goto("/traces")?;
    let browser = &visit.browser;
    browser.find(&row(TRACE))?.find("a")?.click()?;

    browser.find("[data-testid=waterfall]")?;
    assert_eq!(
        browser.url()?,
        visit.observatory.url(&format!("/trace/{TRACE}"))
    );
    assert_eq!(
        visit.attributes("[data-testid=span-row]", "data-span-name")?,
        [
            "POST /api/activities",
            "GET",
            "GET /profiles/@{handle}",
            "INSERT activities"
        ]
    );

    browser
        .find("[data-span-name='POST /api/activities'] a.pick")?
        .click()?;
    let attribute = |key: &str| {
        browser.find(&format!(
            "[data-testid=attribute][data-key='{key}'] [data-testid=attribute-value]"
        ))
    };
    assert_eq!(attribute("user.id")?.text()?, "andrewbrown");
    assert_eq!(
        attribute("http.response.status_code")?
            .attribute("data-type")?
            .as_deref(),
        Some("int")
    );
    assert_eq!(attribute("app.message")?.text()?, SCRIPT, "as text");

    let link = browser.url()?;
    browser.goto(&link)?;
    assert_eq!(
        browser.find("[data-testid=span-name]")?.text()?,
        "POST /api/activities",
        "the address has it all"
    );
    visit.end()
}

#[test]
fn nothing_that_a_span_says_is_markup() -> anyhow::Result<()> {
    let visit = Visit::begin(NOW)?;
    let mut span = span(
        1,
        0,
        SCRIPT,
        0,
        5,
        json!({SCRIPT: SCRIPT, "quoted": "\"><img src=x onerror=alert(2)>"}),
    );
    span["status"] = json!({"code": 2, "message": SCRIPT});
    span["events"] = json!([{"name": SCRIPT, "timeUnixNano": START.to_string(), "attributes": [
        {"key": "exception.message", "value": {"stringValue": SCRIPT}},
    ]}]);
    visit.observatory.send(&request(SCRIPT, &[span]))?;

    let browser = &visit.browser;
    let foreign = "return document.querySelectorAll('main script, main img').length";
    visit.goto("/traces")?;
    assert!(browser.find(&row(TRACE))?.text()?.contains(SCRIPT));
    assert_eq!(browser.execute(foreign, json!([]))?, 0);
    visit.goto(&format!("/trace/{TRACE}?span=0000000000000001"))?;
    assert_eq!(browser.find("[data-testid=span-name]")?.text()?, SCRIPT);
    assert_eq!(
        browser
            .find("[data-key='quoted'] [data-testid=attribute-value]")?
            .text()?,
        "\"><img src=x onerror=alert(2)>"
    );
    assert_eq!(browser.execute(foreign, json!([]))?, 0);
    visit.end()
}

#[test]
fn traces_and_spans_arrive_without_a_reload() -> anyhow::Result<()> {
    let visit = Visit::begin(NOW)?;
    let browser = &visit.browser;
    visit.goto("/traces")?;
    browser.find("[data-testid=empty]")?;
    browser.execute("window.sameDocument = true", json!([]))?;
    visit.observatory.send(&crud())?;
    browser.find(&row(TRACE))?;
    visit.observatory.send(&other("GET /api/activities/home"))?;
    browser.find(&row(OTHER_TRACE))?;
    browser.wait_until(
        "the new count in the status line",
        "return document.querySelector('[data-testid=stored-spans]').textContent === arguments[0]",
        json!(["5"]),
    )?;
    assert_eq!(
        browser.execute("return window.sameDocument", json!([]))?,
        true
    );

    visit.goto(&format!("/trace/{TRACE}"))?;
    browser.execute("window.sameDocument = true", json!([]))?;
    visit.observatory.send(&request(
        "profiles",
        &[span(5, 3, "late", 20, 30, json!({}))],
    ))?;
    browser.find("[data-testid=span-row][data-span-name=late][data-service=profiles]")?;
    assert_eq!(
        browser.execute("return window.sameDocument", json!([]))?,
        true
    );
    visit.end()
}

#[test]
fn the_filter_is_in_the_address() -> anyhow::Result<()> {
    let visit = Visit::begin(NOW)?;
    visit.observatory.send(&crud())?;
    visit.observatory.send(&other("GET /api/activities/home"))?;
    let browser = &visit.browser;
    let listed = || -> anyhow::Result<Vec<String>> {
        let rows = browser.find_all("[data-testid=trace-row]")?;
        rows.iter()
            .map(|row| Ok(row.attribute("data-trace-id")?.unwrap_or_default()))
            .collect()
    };
    visit.goto("/traces")?;
    assert_eq!(listed()?.len(), 2);

    browser
        .find("[data-testid=filter] [name=attribute]")?
        .type_text("user.id=bayko")?;
    browser
        .find("[data-testid=filter] [type=submit]")?
        .click()?;
    browser.wait_until(
        "the answer",
        "return location.search.includes('bayko')",
        json!([]),
    )?;
    assert_eq!(listed()?, [OTHER_TRACE]);
    let link = browser.url()?;
    browser.goto(&link)?;
    assert_eq!(
        listed()?,
        [OTHER_TRACE],
        "whoever gets the link sees the same"
    );

    visit.goto("/traces?min=1s")?;
    browser.find("[data-testid=no-match]")?;
    visit.goto("/traces?name=INSERT+activities&max=100ms")?;
    assert_eq!(listed()?, [TRACE]);
    visit.end()
}

#[test]
fn the_keyboard_is_enough() -> anyhow::Result<()> {
    let visit = Visit::begin(NOW)?;
    visit.observatory.send(&crud())?;
    visit.observatory.send(&other("GET /api/activities/home"))?;
    let browser = &visit.browser;
    let focused = |what: &str, condition: &str, value: &str| {
        let condition = format!("const focused = document.activeElement; return {condition}");
        browser
            .wait_until(what, &condition, json!([value]))
            .map(drop)
    };
    visit.goto("/traces")?;
    browser.press(key::DOWN)?;
    focused(
        "the newest trace",
        "focused.closest('tr')?.dataset.traceId === arguments[0]",
        OTHER_TRACE,
    )?;
    browser.press(key::DOWN)?;
    focused(
        "the trace after it",
        "focused.closest('tr')?.dataset.traceId === arguments[0]",
        TRACE,
    )?;
    browser.press(key::ENTER)?;

    browser.find("[data-testid=waterfall]")?;
    let on = |name: &str| focused(name, "focused.dataset.spanName === arguments[0]", name);
    browser.press(key::DOWN)?;
    on("POST /api/activities")?;
    browser.press(key::DOWN)?;
    on("GET")?;
    browser.press(key::LEFT)?;
    browser.find("[data-span-name=GET][aria-expanded=false]")?;
    on("GET")?;
    assert_eq!(
        visit.attributes("[data-testid=span-row]", "data-span-name")?,
        ["POST /api/activities", "GET", "INSERT activities"],
        "collapsed"
    );
    browser.press(key::RIGHT)?;
    browser.find("[data-span-name=GET][aria-expanded=true]")?;
    browser.press(key::END)?;
    on("INSERT activities")?;
    browser.press(key::ENTER)?;
    browser.find("[data-testid=span-details] [data-key='db.system.name']")?;
    browser.press(key::ESCAPE)?;
    let closed = "const details = document.querySelector('[data-testid=span-details]'); return !details || details.hidden";
    browser.wait_until("the details closed", closed, json!([]))?;
    on("INSERT activities")?;

    browser.press("?")?;
    assert!(
        browser.find("dialog[open]")?.text()?.contains("Home"),
        "the list of keys"
    );
    visit.end()
}

#[test]
fn the_store_is_emptied_only_when_confirmed() -> anyhow::Result<()> {
    let visit = Visit::begin(NOW)?;
    visit.observatory.send(&crud())?;
    let browser = &visit.browser;
    visit.goto("/traces")?;
    browser.find("[data-testid=reset]")?.click()?;
    assert!(
        browser
            .dialog()?
            .is_some_and(|question| question.contains("all traces"))
    );
    browser.dismiss_dialog()?;
    browser.find(&row(TRACE))?;
    browser.find("[data-testid=reset]")?.click()?;
    browser.accept_dialog()?;
    browser.find("[data-testid=empty]")?;
    assert_eq!(browser.find("[data-testid=stored-traces]")?.text()?, "0");
    visit.end()
}

#[test]
fn narrow_and_dark_pages_show_everything() -> anyhow::Result<()> {
    let visit = Visit::begin(NOW)?;
    visit.observatory.send(&crud())?;
    let long = "GET /api/".to_owned() + &"averylongnamewithoutanyspace".repeat(8);
    visit.observatory.send(&other(&long))?;
    let browser = &visit.browser;
    let pictures = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let pages = [
        ("traces", "/traces".to_owned()),
        ("trace", format!("/trace/{TRACE}")),
        ("span", format!("/trace/{TRACE}?span=0000000000000001")),
        (
            "long",
            format!("/trace/{OTHER_TRACE}?span=0000000000000009"),
        ),
    ];
    for (size, width, height) in [("wide", 1280, 900), ("narrow", 390, 844)] {
        browser.resize(width, height)?;
        for (scheme, name) in [(Scheme::Light, "light"), (Scheme::Dark, "dark")] {
            browser.prefer(scheme)?;
            for (page, path) in &pages {
                visit.goto(path)?;
                assert_eq!(
                    browser.overflow()?,
                    0,
                    "pixels that {page} is too wide, {size}"
                );
                let lightness = browser.execute(LIGHTNESS, json!([]))?;
                let is_dark = lightness[0].as_f64() < lightness[1].as_f64();
                assert_eq!(
                    is_dark,
                    scheme == Scheme::Dark,
                    "{page}, {name}: {lightness}"
                );
                browser
                    .screenshot(&pictures.join(format!("observatory-{page}-{size}-{name}.png")))?;
            }
        }
    }
    visit.end()
}

#[test]
fn everything_can_be_read_without_scripts() -> anyhow::Result<()> {
    let visit = Visit::begin(NOW)?;
    visit.observatory.send(&crud())?;
    let browser = &visit.browser;
    browser.disable_scripts()?;
    visit.goto("/traces")?;
    assert!(
        browser.find_all("html.scripted")?.is_empty(),
        "the page's own script did not run"
    );
    browser.find(&row(TRACE))?.find("a")?.click()?;
    browser
        .find("[data-testid=span-row][data-span-name=GET] a.fold")?
        .click()?;
    browser.find("[data-span-name=GET][aria-expanded=false]")?;
    assert_eq!(
        visit.attributes("[data-testid=span-row]", "data-span-name")?,
        ["POST /api/activities", "GET", "INSERT activities"]
    );
    browser
        .find("[data-span-name='POST /api/activities'] a.pick")?
        .click()?;
    let value = browser
        .find("[data-testid=attribute][data-key='app.message'] [data-testid=attribute-value]")?;
    assert_eq!(value.text()?, SCRIPT);
    visit.end()
}
