//! One trace's page in a browser: searched, measured and folded by keyboard, its critical path, held against others of its route, compared.

use std::path::Path;

use browser_tests::{Scheme, Visit, key};
use serde_json::{Value as Json, json};

const START: u64 = 1_790_000_000_000_000_000;
const SCRIPT: &str = "<script>alert(1)</script>";

/// Id of a trace, counted.
fn trace(number: u64) -> String {
    format!("{number:032x}")
}

/// A span, in milliseconds after its trace's start.
fn span(of: u64, id: u64, parent: u64, name: &str, from: u64, to: u64) -> Json {
    let hex = |id: u64| {
        if id == 0 {
            String::new()
        } else {
            format!("{id:016x}")
        }
    };
    let at = |ms: u64| (START + of * 1_000_000_000 + ms * 1_000_000).to_string();
    json!({
        "traceId": trace(of), "spanId": hex(id), "parentSpanId": hex(parent), "name": name, "kind": 1,
        "startTimeUnixNano": at(from), "endTimeUnixNano": at(to), "attributes": [],
    })
}

fn of(service: &str, spans: &[Json]) -> Json {
    let service = json!([{"key": "service.name", "value": {"stringValue": service}}]);
    json!({"resource": {"attributes": service}, "scopeSpans": [{"spans": spans}]})
}

/// A request that makes `queries` queries, one after the other, and goes on when it has been answered.
fn request(number: u64, queries: u64) -> Json {
    let end = 30 + 10 * queries;
    let mut root = span(number, 1, 0, "GET /home", 0, end);
    root["attributes"] = json!([{"key": "user.id", "value": {"stringValue": "andrewbrown"}}, {"key": "said", "value": {"stringValue": SCRIPT}}]);
    let mut database = Vec::new();
    for query in 0..queries {
        database.push(span(
            number,
            100 + query,
            3,
            "SELECT",
            20 + 10 * query,
            29 + 10 * query,
        ));
    }
    json!({"resourceSpans": [
        of("backend", &[
            root,
            span(number, 2, 1, "authenticate", 2, 8),
            span(number, 3, 1, "load", 15, end - 5),
            span(number, 4, 1, "publish", end - 2, end + 20),
        ]),
        of("database", &database),
    ]})
}

/// Six usual traces, and a seventh with twelve queries.
fn begin() -> anyhow::Result<Visit> {
    let visit = Visit::begin(START / 1_000_000_000 + 60)?;
    for number in 1..=6 {
        visit.observatory.send(&request(number, 1))?;
    }
    visit.observatory.send(&request(7, 12))?;
    Ok(visit)
}

fn open(visit: &Visit, query: &str) -> anyhow::Result<()> {
    let path = format!("/trace/{}{query}", trace(7));
    visit.goto(&path)?;
    visit.browser.find("[data-testid=waterfall]").map(drop)
}

/// Waits until the condition holds of `text`, the second input.
fn until(visit: &Visit, what: &str, condition: &str, text: &str) -> anyhow::Result<()> {
    visit.wait(what, condition, json!([text]))
}

fn until_address_has(visit: &Visit, part: &str) -> anyhow::Result<()> {
    until(
        visit,
        part,
        "return location.search.includes(arguments[0])",
        part,
    )
}

#[test]
fn spans_are_searched_by_keyboard() -> anyhow::Result<()> {
    let visit = begin()?;
    open(&visit, "?collapsed=0000000000000003")?;
    let browser = &visit.browser;
    assert_eq!(
        visit.count("[data-testid=span-row]")?,
        4,
        "the queries are collapsed"
    );
    browser.press("/")?;
    browser.press("select")?;
    browser.press(key::ENTER)?;
    until(
        &visit,
        "the hits",
        "return document.querySelector('[data-testid=find-result]')?.textContent === arguments[0]",
        "12 of 16 match",
    )?;
    assert_eq!(
        visit.count("[data-testid=span-row]")?,
        16,
        "what hides a hit is open"
    );
    browser.find("[data-testid=minimap-hits]")?;
    let opened = |key: &str| until_address_has(&visit, &format!("span={key}"));
    // From the link that has the focus, then by letters.
    browser.press(key::ENTER)?;
    opened("0000000000000064")?;
    browser.press("nnn")?;
    opened("0000000000000067")?;
    browser.press("NNN")?;
    opened("0000000000000064")?;
    browser.press("N")?;
    opened("000000000000006f")?;
    browser.press(key::ESCAPE)?;
    until(
        &visit,
        "the details closed",
        "return document.querySelector('#details').hidden",
        "",
    )?;
    browser.press(key::ESCAPE)?;
    until(
        &visit,
        "the search ended",
        "return !location.search.includes('find')",
        "",
    )?;
    browser.find("[data-span-name=load][aria-expanded=false]")?;
    browser.press("?")?;
    assert!(
        visit
            .text("dialog[open]")?
            .contains("measure from this span")
    );
    visit.end()
}

#[test]
fn the_critical_path_is_marked_and_can_be_switched_off() -> anyhow::Result<()> {
    let visit = begin()?;
    open(&visit, "")?;
    let browser = &visit.browser;
    let marked = |row: &str| browser.find_all(&format!("[data-span-name='{row}'] .critical"));
    assert!(!marked("SELECT")?.is_empty() && marked("publish")?.is_empty());
    let path = visit.text("[data-testid=critical-path]")?;
    assert!(
        path.contains("database 108 ms") && path.contains("go on for 20 ms after"),
        "{path}"
    );
    browser.press("c")?;
    until(
        &visit,
        "no marks",
        "return !document.querySelector('.critical')",
        "",
    )?;
    until_address_has(&visit, "critical=off")?;
    browser.find("[data-testid=path-switch]")?.click()?;
    browser.find(".critical")?;
    visit.end()
}

#[test]
fn a_service_is_folded_and_unfolded() -> anyhow::Result<()> {
    let visit = begin()?;
    open(&visit, "")?;
    let browser = &visit.browser;
    let legend = "[data-testid=fold-service][data-service=backend]";
    browser.find(legend)?.click()?;
    until_address_has(&visit, "fold=backend")?;
    until(
        &visit,
        "the count on the entry span",
        "return document.querySelector('[data-span-name=\"GET /home\"] [data-testid=folded]')?.textContent === arguments[0]",
        "3 folded",
    )?;
    assert_eq!(
        visit.count("[data-testid=span-row]")?,
        13,
        "the root and what other services did under it"
    );
    browser.find(legend)?.click()?;
    until(
        &visit,
        "all rows",
        "return document.querySelectorAll('[data-testid=span-row]').length === 16",
        "",
    )?;
    visit.end()
}

#[test]
fn the_time_between_two_spans_is_measured() -> anyhow::Result<()> {
    let visit = begin()?;
    open(&visit, "")?;
    let browser = &visit.browser;
    browser.press(key::DOWN)?;
    browser.press(key::DOWN)?;
    until(
        &visit,
        "the second row",
        "return document.activeElement.dataset.spanName === arguments[0]",
        "authenticate",
    )?;
    browser.press("m")?;
    until_address_has(&visit, "from=0000000000000002")?;
    assert!(
        visit
            .text("[data-testid=measure]")?
            .contains("open another span")
    );
    browser.find("[data-span-name=load] a.pick")?.click()?;
    for (what, time) in [
        ("start-to-start", "+13 ms"),
        ("gap", "7 ms"),
        ("end-to-end", "+137 ms"),
    ] {
        assert_eq!(
            visit.text(&format!("[data-testid={what}]"))?,
            time,
            "{what}"
        );
    }
    browser.find(".measure-band")?;
    assert!(
        visit
            .text("[data-testid=uncovered]")?
            .contains("the longest is 6 ms"),
        "self time of the span"
    );
    let link = browser.url()?;
    browser.goto(&link)?;
    assert_eq!(
        visit.text("[data-testid=gap]")?,
        "7 ms",
        "the address has it all"
    );
    visit.end()
}

#[test]
fn the_waterfall_is_on_the_first_screen() -> anyhow::Result<()> {
    let visit = begin()?;
    // Where the rows after the third begin, seen from where the window or the line at its foot ends.
    let below = "
        const third = document.querySelectorAll('[data-testid=span-row]')[2].getBoundingClientRect().bottom;
        return Math.min(innerHeight, document.querySelector('#status').getBoundingClientRect().top) - third;";
    for (width, height) in [(1280, 800), (390, 844)] {
        visit.browser.resize(width, height)?;
        open(&visit, "")?;
        let room = visit.browser.execute(below, json!([]))?;
        assert!(room.as_f64() > Some(0.0), "{width}: {room}");
    }
    visit.end()
}

#[test]
fn what_is_unusual_is_told_and_leads_to_the_spans() -> anyhow::Result<()> {
    let visit = begin()?;
    open(&visit, "")?;
    let browser = &visit.browser;
    let short = visit.text("#unusual summary")?;
    assert!(
        short.contains("usually") && short.contains("remark"),
        "{short}"
    );
    browser.find("#unusual summary")?.click()?;
    let told = visit.text("[data-testid=unusual]")?;
    for line in [
        "longer than all 6 other traces",
        "SELECT 12 times, usually 1",
        "(N+1)",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    browser.find("[data-testid=remark] a")?.click()?;
    until_address_has(&visit, "find=SELECT")?;
    // It stays open while spans arrive.
    visit.observatory.send(
        &json!({"resourceSpans": [{"scopeSpans": [{"spans": [span(7, 99, 1, "late", 1, 2)]}]}]}),
    )?;
    browser.find("[data-span-name=late]")?;
    browser.find("#unusual[open]")?;
    visit.end()
}

#[test]
fn two_traces_of_a_route_are_compared() -> anyhow::Result<()> {
    let visit = begin()?;
    open(&visit, "")?;
    let browser = &visit.browser;
    browser.find("#unusual summary")?.click()?;
    browser
        .find("[data-testid=candidate][data-why=median]")?
        .click()?;
    browser.find("[data-testid=totals]")?;
    let sides = |side: &str| browser.find_all(&format!("[data-testid=pair][data-side={side}]"));
    assert_eq!((sides("both")?.len(), sides("left")?.len()), (5, 11));
    browser.execute("window.sameDocument = true", json!([]))?;
    browser
        .find("[data-testid=pair][data-span-name=load] a")?
        .click()?;
    assert!(visit.text("[data-testid=pair-details]")?.contains("130 ms"));
    browser.press(key::ESCAPE)?;
    until(
        &visit,
        "the details closed",
        "return document.querySelector('#details').hidden",
        "",
    )?;
    assert_eq!(
        browser.execute("return window.sameDocument", json!([]))?,
        true
    );
    visit.end()
}

#[test]
fn all_of_it_is_there_without_scripts_narrow_and_dark() -> anyhow::Result<()> {
    let visit = begin()?;
    let browser = &visit.browser;
    let pictures = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let compare = format!(
        "/trace/{}/compare/{}?left=0000000000000001",
        trace(7),
        trace(2)
    );
    let asked = format!(
        "/trace/{}?span=0000000000000065&from=0000000000000002&find=select&fold=backend",
        trace(7)
    );
    browser.disable_scripts()?;
    for (size, width, height) in [("wide", 1280, 1000), ("narrow", 390, 844)] {
        browser.resize(width, height)?;
        for (scheme, theme) in [(Scheme::Light, "light"), (Scheme::Dark, "dark")] {
            browser.prefer(scheme)?;
            for (page, path) in [("trace-asked", &asked), ("compare", &compare)] {
                browser.goto(&visit.observatory.url(path))?;
                assert_eq!(
                    browser.overflow()?,
                    0,
                    "pixels that {page} is too wide, {size}"
                );
                browser.screenshot(&pictures.join(format!("{page}-{size}-{theme}.png")))?;
            }
        }
    }
    browser.resize(1280, 1000)?;
    browser.goto(&visit.observatory.url(&asked))?;
    assert_eq!(visit.text("[data-testid=find-result]")?, "12 of 16 match");
    assert_eq!(visit.text("[data-testid=start-to-start]")?, "+28 ms");
    browser.find("[data-testid=folded]")?;
    browser.find("[data-next]")?.click()?;
    assert!(browser.url()?.contains("span=0000000000000066"));
    visit.end()
}
