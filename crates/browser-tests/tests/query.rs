//! The query page in a browser: typed with completion, run, grouped, saved, found again; by keyboard alone; without scripts.

use std::time::{SystemTime, UNIX_EPOCH};

use browser_tests::{Browser, Observatory, key};
use serde_json::{Value as Json, json};

/// What must never run, wherever a span says it.
const SCRIPT: &str = "<script>alert(1)</script>";
/// Ctrl, held until the end of what is typed.
const CTRL: &str = "\u{E009}";

/// The pages and a browser that looks at them; the browser is ended first.
struct Visit {
    browser: Browser,
    observatory: Observatory,
}

impl Visit {
    /// Three requests of a minute ago, by two users.
    fn begin() -> anyhow::Result<Visit> {
        let visit = Visit {
            browser: Browser::start()?,
            observatory: Observatory::start()?,
        };
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos() - 60_000_000_000;
        let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
        let span = |id: u64, name: &str, user: &str| {
            json!({
                "traceId": format!("{id:032x}"), "spanId": format!("{id:016x}"), "name": name, "kind": 2,
                "startTimeUnixNano": now.to_string(), "endTimeUnixNano": (now + u128::from(id) * 10_000_000).to_string(),
                "attributes": [text("user.id", user), text("user.note", SCRIPT)],
            })
        };
        visit.observatory.send(&json!({"resourceSpans": [{
            "resource": {"attributes": [text("service.name", "backend")]},
            "scopeSpans": [{"spans": [span(1, "GET /", "bayko"), span(2, "GET /slow", "bayko"), span(3, "GET /", "andrew brown")]}],
        }]}))?;
        visit.browser.goto(&visit.observatory.url("/query"))?;
        Ok(visit)
    }

    fn wait(&self, what: &str, condition: &str, inputs: Json) -> anyhow::Result<()> {
        self.browser.wait_until(what, condition, inputs).map(drop)
    }

    /// Waits until the choices have this one, and takes it with the arrows.
    fn choose(&self, choice: &str) -> anyhow::Result<()> {
        let labels = "return [...document.querySelectorAll('#choices bdi')].map((one) => one.textContent).includes(arguments[0])";
        self.wait(&format!("the choice {choice}"), labels, json!([choice]))?;
        let place = "return [...document.querySelectorAll('#choices bdi')].findIndex((one) => one.textContent === arguments[0])";
        let place = self
            .browser
            .execute(place, json!([choice]))?
            .as_u64()
            .unwrap_or(0);
        for _ in 0..=place {
            self.browser.press(key::DOWN)?;
        }
        self.browser.press(key::ENTER)
    }

    fn wait_for_address(&self, part: &str) -> anyhow::Result<()> {
        let condition = "return decodeURIComponent(location.href.replaceAll('+', ' ')).includes(arguments[0]) && document.readyState === 'complete' && !document.querySelector('main.busy')";
        self.wait(&format!("an address with {part}"), condition, json!([part]))
    }

    fn figure(&self, testid: &str) -> anyhow::Result<String> {
        self.browser
            .find(&format!("[data-testid={testid}]"))?
            .text()
    }

    fn value(&self, css: &str) -> anyhow::Result<Json> {
        self.browser.execute(
            "return document.querySelector(arguments[0]).value",
            json!([css]),
        )
    }

    fn focused(&self) -> anyhow::Result<Json> {
        self.browser
            .execute("return document.activeElement.id", json!([]))
    }

    /// Nothing went wrong in the page, and no script of a span ran.
    #[track_caller]
    fn end(self) -> anyhow::Result<()> {
        assert_eq!(self.browser.dialog()?, None);
        assert_eq!(self.browser.console_errors()?, [""; 0]);
        Ok(())
    }
}

#[test]
fn a_question_is_typed_run_grouped_saved_and_found_again_by_keyboard() -> anyhow::Result<()> {
    let visit = Visit::begin()?;
    let browser = &visit.browser;
    browser.execute("window.sameDocument = true", json!([]))?;
    // `/` goes to the conditions: a column, an operator and a value are chosen.
    browser.press("/")?;
    assert_eq!(visit.focused()?, "where-0");
    browser.press("user.i")?;
    visit.choose("user.id")?;
    visit.choose("=")?;
    visit.choose("bayko")?;
    assert_eq!(visit.value("#where-0")?, "user.id = bayko");
    browser.press(key::ENTER)?;
    visit.wait_for_address("where=user.id = bayko")?;
    assert_eq!(visit.figure("rows-matched")?, "2");
    assert_eq!(visit.focused()?, "where-0", "the focus stays where it was");

    // A row was added while the first was typed; the next part is reached by Tab.
    assert_eq!(browser.find_all("[data-part=where] input")?.len(), 2);
    for _ in 0..3 {
        browser.press(key::TAB)?;
    }
    assert_eq!(visit.focused()?, "by-0");
    browser.press("nam")?;
    visit.choose("name")?;
    browser.press(&format!("{CTRL}{}", key::ENTER))?;
    visit.wait_for_address("by=name")?;
    assert_eq!(visit.figure("group-count")?, "2");

    // Back is the query before, forward the one after; the page was never left.
    browser.execute("history.back()", json!([]))?;
    visit.wait("one group", "return !document.querySelector('main.busy') && document.querySelector('#by-0').value === ''", json!([]))?;
    assert_eq!(visit.figure("group-count")?, "1");
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
    assert_eq!(visit.figure("group-count")?, "2");
    let asked = browser.find_all("[data-testid=asked-query]")?;
    assert_eq!(asked.len(), 2, "each query once");
    visit.end()
}

#[test]
fn what_is_wrong_is_told_at_its_field_and_rows_come_and_go() -> anyhow::Result<()> {
    let visit = Visit::begin()?;
    let browser = &visit.browser;
    browser.find("#where-0")?.type_text("user.id contians x")?;
    browser.press(key::ENTER)?;
    visit.wait(
        "the fault",
        "return document.querySelector('[data-testid=field-error]')",
        json!([]),
    )?;
    assert_eq!(visit.focused()?, "where-0");
    assert!(
        visit
            .figure("field-error")?
            .contains("did you mean contains?")
    );
    assert_eq!(visit.figure("fault-place")?, "contians");
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
    assert_eq!(visit.focused()?, "by-0");
    assert_eq!(visit.value("#by-0")?, "name");
    browser.press(&format!("{CTRL}{}", key::ENTER))?;
    visit.wait_for_address("/query?by=name")?;
    assert_eq!(visit.figure("group-count")?, "2");

    // What cannot be told apart from a column's name is put in quotes.
    browser.find("#where-0")?.type_text("user.id in ")?;
    visit.choose("andrew brown")?;
    assert_eq!(visit.value("#where-0")?, "user.id in andrew brown");
    visit.end()
}

#[test]
fn a_question_can_be_asked_without_the_script() -> anyhow::Result<()> {
    let visit = Visit::begin()?;
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
