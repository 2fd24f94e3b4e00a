//! The query page in a browser: typed with completion, run, grouped, saved, found again; by keyboard alone; without scripts.

use browser_tests::{Scheme, Visit, key};
use serde_json::{Value as Json, json};

/// What must never run, wherever a span says it.
const SCRIPT: &str = "<script>alert(1)</script>";
/// When the page is looked at, in seconds since the Unix epoch.
const NOW: u64 = 1_790_000_000;
/// Ctrl, held until the end of what is typed.
const CTRL: &str = "\u{E009}";

/// Three requests of a minute ago, by two users.
fn begin() -> anyhow::Result<Visit> {
    let visit = Visit::begin(NOW)?;
    let start = (NOW - 60) * 1_000_000_000;
    let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
    let span = |id: u64, name: &str, user: &str| {
        json!({
            "traceId": format!("{id:032x}"), "spanId": format!("{id:016x}"), "name": name, "kind": 2,
            "startTimeUnixNano": start.to_string(), "endTimeUnixNano": (start + id * 10_000_000).to_string(),
            "attributes": [text("user.id", user), text("user.note", SCRIPT)],
        })
    };
    visit.observatory.send(&json!({"resourceSpans": [{
        "resource": {"attributes": [text("service.name", "backend")]},
        "scopeSpans": [{"spans": [span(1, "GET /", "bayko"), span(2, "GET /slow", "bayko"), span(3, "GET /", "andrew brown")]}],
    }]}))?;
    visit.goto("/query")?;
    Ok(visit)
}

/// Waits until the choices have this one, and takes it with the arrows.
fn choose(visit: &Visit, choice: &str) -> anyhow::Result<()> {
    let labels = "return [...document.querySelectorAll('#choices bdi')].map((one) => one.textContent).includes(arguments[0])";
    visit.wait(&format!("the choice {choice}"), labels, json!([choice]))?;
    let place = "return [...document.querySelectorAll('#choices bdi')].findIndex((one) => one.textContent === arguments[0])";
    let place = visit
        .browser
        .execute(place, json!([choice]))?
        .as_u64()
        .unwrap_or(0);
    for _ in 0..=place {
        visit.browser.press(key::DOWN)?;
    }
    visit.browser.press(key::ENTER)
}

fn value(visit: &Visit, css: &str) -> anyhow::Result<Json> {
    visit.browser.execute(
        "return document.querySelector(arguments[0]).value",
        json!([css]),
    )
}

fn focused(visit: &Visit) -> anyhow::Result<Json> {
    visit
        .browser
        .execute("return document.activeElement.id", json!([]))
}

#[test]
fn a_question_is_typed_run_grouped_saved_and_found_again_by_keyboard() -> anyhow::Result<()> {
    let visit = begin()?;
    let browser = &visit.browser;
    browser.execute("window.sameDocument = true", json!([]))?;
    // `/` goes to the conditions: a column, an operator and a value are chosen.
    browser.press("/")?;
    assert_eq!(focused(&visit)?, "where-0");
    browser.press("user.i")?;
    choose(&visit, "user.id")?;
    choose(&visit, "=")?;
    choose(&visit, "bayko")?;
    assert_eq!(value(&visit, "#where-0")?, "user.id = bayko");
    browser.press(key::ENTER)?;
    visit.wait_for_address("where=user.id = bayko")?;
    assert_eq!(visit.text("[data-testid=rows-matched]")?, "2");
    assert_eq!(focused(&visit)?, "where-0", "the focus stays where it was");

    // A row was added while the first was typed; the next part is reached by Tab.
    assert_eq!(browser.find_all("[data-part=where] input")?.len(), 2);
    for _ in 0..3 {
        browser.press(key::TAB)?;
    }
    assert_eq!(focused(&visit)?, "by-0");
    browser.press("nam")?;
    choose(&visit, "name")?;
    browser.press(&format!("{CTRL}{}", key::ENTER))?;
    visit.wait_for_address("by=name")?;
    assert_eq!(visit.text("[data-testid=group-count]")?, "2");

    // Back is the query before, forward the one after; the page was never left.
    browser.execute("history.back()", json!([]))?;
    visit.wait("one group", "return !document.querySelector('main.busy') && document.querySelector('#by-0').value === ''", json!([]))?;
    assert_eq!(visit.text("[data-testid=group-count]")?, "1");
    browser.execute("history.forward()", json!([]))?;
    visit.wait_for_address("by=name")?;
    visit.wait(
        "the group",
        "return document.querySelector('#by-0').value === 'name'",
        json!([]),
    )?;
    assert_eq!(
        browser.execute("return window.sameDocument", json!([]))?,
        true
    );

    browser.execute("document.querySelector('#save summary').focus()", json!([]))?;
    browser.press(key::ENTER)?;
    visit.wait(
        "the name's field",
        "return document.activeElement.id === 'save-name'",
        json!([]),
    )?;
    browser.press(&format!("{SCRIPT} by route{}", key::ENTER))?;
    visit.wait_for_address("#saved-1")?;
    assert_eq!(
        browser
            .find("[data-testid=saved-query] .query-name")?
            .text()?,
        format!("{SCRIPT} by route")
    );
    browser.goto(&visit.observatory.url("/query"))?;
    browser.execute("document.querySelector('#saved').open = true; document.querySelector('[data-testid=saved-query] .query-name').focus()", json!([]))?;
    browser.press(key::ENTER)?;
    visit.wait_for_address("where=user.id = bayko&by=name")?;
    assert_eq!(visit.text("[data-testid=group-count]")?, "2");
    let asked = browser.find_all("[data-testid=asked-query]")?;
    assert_eq!(asked.len(), 2, "each query once");
    visit.end()
}

#[test]
fn what_is_wrong_is_told_at_its_field_and_rows_come_and_go() -> anyhow::Result<()> {
    let visit = begin()?;
    let browser = &visit.browser;
    browser.find("#where-0")?.type_text("user.id contians x")?;
    browser.press(key::ENTER)?;
    visit.wait(
        "the fault",
        "return document.querySelector('[data-testid=field-error]')",
        json!([]),
    )?;
    assert_eq!(focused(&visit)?, "where-0");
    assert!(
        visit
            .text("[data-testid=field-error]")?
            .contains("did you mean contains?")
    );
    assert_eq!(visit.text("[data-testid=fault-place]")?, "contians");
    assert_eq!(browser.console_errors()?, [""; 0]);

    browser.find("[data-part=where] [data-remove]")?.click()?;
    assert_eq!(browser.find_all("[data-part=where] input")?.len(), 1);
    // Two columns, then the first is erased, and once more for its row.
    browser.find("#by-0")?.type_text("ab")?;
    browser.find("#by-1")?.type_text("name")?;
    browser.press(key::ESCAPE)?;
    browser.find("#by-0")?.click()?;
    browser.press(key::END)?;
    browser.press("\u{E003}\u{E003}\u{E003}")?;
    assert_eq!(focused(&visit)?, "by-0");
    assert_eq!(value(&visit, "#by-0")?, "name");
    browser.press(&format!("{CTRL}{}", key::ENTER))?;
    visit.wait_for_address("/query?by=name")?;
    assert_eq!(visit.text("[data-testid=group-count]")?, "2");

    // What cannot be told apart from a column's name is put in quotes.
    browser.find("#where-0")?.type_text("user.id in ")?;
    choose(&visit, "andrew brown")?;
    assert_eq!(value(&visit, "#where-0")?, "user.id in andrew brown");
    visit.end()
}

#[test]
fn a_question_can_be_asked_without_the_script() -> anyhow::Result<()> {
    let visit = begin()?;
    let browser = &visit.browser;
    browser.disable_scripts()?;
    browser.goto(&visit.observatory.url("/query?v=COUNT"))?;
    browser.find("#v-1")?.type_text("MAX(duration_ms)")?;
    browser.find("#by-0")?.type_text("user.id")?;
    browser.find("#run")?.click()?;
    assert_eq!(browser.find("[data-testid=group-count]")?.text()?, "2");
    assert_eq!(
        browser.find("#v-1")?.attribute("value")?.as_deref(),
        Some("MAX(duration_ms)")
    );
    assert!(browser.find_all("[data-part=v] input")?.len() == 3);
    visit.end()
}

#[test]
fn who_forces_colours_sees_what_acts_and_what_is_chosen() -> anyhow::Result<()> {
    let visit = begin()?;
    visit.browser.prefer(Scheme::Forced)?;
    visit.goto("/query")?;
    let told = "
        const of = (css, name) => getComputedStyle(document.querySelector(css))[name];
        const ground = of('body', 'backgroundColor');
        return {
            forced: matchMedia('(forced-colors: active)').matches,
            button: of('form .strong', 'borderTopWidth') === '1px' && of('form .strong', 'borderTopColor') !== ground,
            others: of('.topbar nav a:not([aria-current])', 'borderBottomColor') === ground,
            current: of('.topbar nav a[aria-current]', 'backgroundColor') !== ground,
            chosen: of('.switch :checked + span', 'backgroundColor') !== of('.switch :not(:checked) + span', 'backgroundColor'),
        };";
    let told = visit.browser.execute(told, json!([]))?;
    for (what, is_so) in told.as_object().into_iter().flatten() {
        assert_eq!(is_so, true, "{what}: {told}");
    }
    assert_eq!(told.as_object().map(serde_json::Map::len), Some(5));
    visit.end()
}
