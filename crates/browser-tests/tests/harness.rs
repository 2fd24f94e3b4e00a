//! The way to the browser, tried on pages that the test serves itself.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use browser_tests::{Browser, Scheme, key};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

const PAGE: &str = r#"<!doctype html><title>Pages</title><link rel="icon" href="data:,">
<style>@media (prefers-color-scheme: dark) { body { background: black } }</style>
<label>Name <input id="name"></label> <p id="greeting" data-mood="">Nobody</p> <div id="list"><i>inner</i></div>
<script>
const input = document.getElementById("name"), greeting = document.getElementById("greeting");
input.addEventListener("input", () => { greeting.textContent = "Hello " + input.value; });
addEventListener("keydown", (event) => { greeting.dataset.mood = event.key; });
</script>"#;
/// Changes once an answer has come, which is after it was loaded.
const LATE: &str = r#"<!doctype html><title>Late</title><link rel="icon" href="data:,">
<script>fetch("/").then(() => { document.body.innerHTML = "<b>late</b>"; });</script><body></body>"#;
/// Is left for another page, likewise.
const LEAVING: &str = r#"<!doctype html><title>Leaving</title><link rel="icon" href="data:,">
<script>fetch("/").then(() => { location.href = "/late"; });</script>"#;
const FAILING: &str = r#"<!doctype html><title>Failing</title><link rel="icon" href="data:,">
<script>console.log("not an error"); fetch("/nowhere").then(() => { document.title = "Failed"; });
undefined.name;</script><button onclick="alert('boo')">Dialog</button>"#;

/// The pages, served for as long as this lives.
struct Pages {
    address: SocketAddr,
    _runtime: Runtime,
}

impl Pages {
    fn serve() -> Pages {
        let page = |html: &'static str| get(async move || Html(html));
        let routes = Router::new()
            .route("/", page(PAGE))
            .route("/late", page(LATE))
            .route("/leaving", page(LEAVING))
            .route("/failing", page(FAILING));
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async { axum::serve(listener, routes).await });
        Pages {
            address,
            _runtime: runtime,
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

#[test]
fn a_page_is_read_and_written() -> anyhow::Result<()> {
    let pages = Pages::serve();
    let browser = Browser::start()?;
    browser.goto(&pages.url("/"))?;
    assert_eq!(browser.url()?, pages.url("/"));

    let input = browser.find("#name")?;
    input.click()?;
    input.type_text("you")?;
    let greeting = browser.find("#greeting")?;
    assert_eq!(greeting.text()?, "Hello you");
    browser.press(key::DOWN)?;
    assert_eq!(
        greeting.attribute("data-mood")?.as_deref(),
        Some("ArrowDown")
    );
    browser.press("!")?;
    assert_eq!(greeting.text()?, "Hello you!");
    assert_eq!(greeting.attribute("data-nothing")?, None);
    assert!(greeting.displayed()?);

    assert_eq!(browser.find("#list")?.find("i")?.text()?, "inner");
    assert_eq!(browser.find_all("p, i")?.len(), 2);
    assert_eq!(browser.execute("return arguments[0] + 1", json!([41]))?, 42);
    assert_eq!(browser.console_errors()?, [""; 0]);
    Ok(())
}

#[test]
fn what_comes_late_is_waited_for() -> anyhow::Result<()> {
    let pages = Pages::serve();
    let browser = Browser::start()?;
    browser.goto(&pages.url("/late"))?;
    assert_eq!(browser.find("b")?.text()?, "late");
    browser.goto(&pages.url("/leaving"))?;
    assert_eq!(
        browser.find("b")?.text()?,
        "late",
        "the waiting goes on in the next page"
    );
    browser.wait_until(
        "the title",
        "return document.title === arguments[0]",
        json!(["Late"]),
    )?;

    let browser = browser.with_patience(Duration::from_millis(50));
    let missing = browser.find("#missing").unwrap_err().to_string();
    let expected = format!(
        "no `#missing` within 50ms at {} (\"Late\"), which shows:\nlate",
        pages.url("/late")
    );
    assert_eq!(missing, expected);
    let wrong = browser
        .find("b")
        .and_then(|b| b.find("?!"))
        .unwrap_err()
        .to_string();
    assert!(
        wrong.starts_with("looking for `?!` in `b` failed in the page: \"SyntaxError"),
        "{wrong}"
    );
    Ok(())
}

#[test]
fn errors_and_dialogs_are_heard() -> anyhow::Result<()> {
    let pages = Pages::serve();
    let browser = Browser::start()?;
    browser.goto(&pages.url("/failing"))?;
    browser.wait_until(
        "the answer",
        "return document.title === 'Failed'",
        json!([]),
    )?;
    let mut errors = browser.console_errors()?;
    errors.sort();
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(
        errors[0].contains("Cannot read properties of undefined"),
        "{errors:?}"
    );
    assert!(errors[1].contains("404"), "{errors:?}");

    assert_eq!(browser.dialog()?, None);
    browser.find("button")?.click()?;
    assert_eq!(browser.dialog()?.as_deref(), Some("boo"));
    Ok(())
}

#[test]
fn sizes_and_schemes_are_shown() -> anyhow::Result<()> {
    let pages = Pages::serve();
    let browser = Browser::start()?;
    browser.goto(&pages.url("/"))?;
    browser.resize(390, 844)?;
    assert_eq!(
        browser.execute("return [innerWidth, innerHeight]", json!([]))?,
        json!([390, 844])
    );

    let background = "return getComputedStyle(document.body).backgroundColor";
    browser.prefer(Scheme::Dark)?;
    assert_eq!(browser.execute(background, json!([]))?, "rgb(0, 0, 0)");
    browser.prefer(Scheme::Light)?;
    assert_eq!(browser.execute(background, json!([]))?, "rgba(0, 0, 0, 0)");

    let folder = tempfile::tempdir()?;
    let file = folder.path().join("pictures/page.png");
    browser.screenshot(&file)?;
    let picture = std::fs::read(file)?;
    assert_eq!(picture[..8], *b"\x89PNG\r\n\x1a\n");
    assert_eq!(
        picture[16..24],
        *b"\0\0\x01\x86\0\0\x03\x4c",
        "390 by 844 pixels"
    );
    Ok(())
}
