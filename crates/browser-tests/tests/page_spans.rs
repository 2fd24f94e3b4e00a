//! The front-end page's own spans: which arrive, whose parents they are, and that the page needs nobody who takes them.

use std::net::TcpListener;

use anyhow::Context as _;
use browser_tests::{Browser, Product};
use reqwest::blocking::Client;
use serde_json::{Value as Json, json};

const GET: &str = "[data-testid=span-row][data-service=frontend][data-span-name=GET]";

/// A span that was stored; its times are milliseconds since 1970.
#[derive(Debug)]
struct Span {
    service: String,
    name: String,
    id: String,
    parent: String,
    start: f64,
    end: f64,
    attributes: Vec<String>,
}

struct Trace(Vec<Span>);

impl Trace {
    /// What the observatory has of it now.
    fn read(product: &Product, id: &str) -> anyhow::Result<Trace> {
        let address = format!("{}/api/v3/traces/{id}", product.observatory);
        let client = Client::builder().no_proxy().build()?;
        let answer: Json = client.get(address).send()?.json()?;
        let list = |json: &Json, key: &str| json[key].as_array().cloned().unwrap_or_default();
        let mut spans = Vec::new();
        for resource in list(&answer["result"], "resourceSpans") {
            let attributes = list(&resource["resource"], "attributes");
            let service = attributes.iter().find(|it| it["key"] == "service.name");
            let service = text(&service.context("no service.name")?["value"]["stringValue"]);
            for scope in list(&resource, "scopeSpans") {
                for span in list(&scope, "spans") {
                    let time = |key: &str| -> anyhow::Result<f64> {
                        Ok(text(&span[key]).parse::<u64>()? as f64 / 1e6)
                    };
                    spans.push(Span {
                        service: service.clone(),
                        name: text(&span["name"]),
                        id: text(&span["spanId"]),
                        parent: text(&span["parentSpanId"]),
                        start: time("startTimeUnixNano")?,
                        end: time("endTimeUnixNano")?,
                        attributes: list(&span, "attributes")
                            .iter()
                            .map(|it| text(&it["key"]))
                            .collect(),
                    });
                }
            }
        }
        Ok(Trace(spans))
    }

    /// Its only span of this service and name.
    fn one(&self, service: &str, name: &str) -> anyhow::Result<&Span> {
        let mut found = self
            .0
            .iter()
            .filter(|span| span.service == service && span.name == name);
        let span = found
            .next()
            .with_context(|| format!("no {name} of {service}: {:#?}", self.0))?;
        anyhow::ensure!(found.next().is_none(), "{name} of {service} is there twice");
        Ok(span)
    }
}

fn text(json: &Json) -> String {
    json.as_str().unwrap_or_default().to_owned()
}

/// Opens the page and waits for its first view.
fn open(browser: &Browser, product: &Product) -> anyhow::Result<()> {
    browser.goto(&product.frontend)?;
    browser
        .find("[data-testid=last][data-action=home]")
        .map(drop)
}

/// The trace of the last action, as the page's bar tells it.
fn told_trace(browser: &Browser) -> anyhow::Result<String> {
    let told = browser.find("#aside code")?.text()?;
    Ok(told.trim_start_matches("trace ").to_owned())
}

/// Posts a crud and waits until the page shows it.
fn post(browser: &Browser) -> anyhow::Result<()> {
    browser.find("#message")?.type_text("From the browser")?;
    browser.find("#post")?.click()?;
    browser
        .find("[data-testid=last][data-action=post]")
        .map(drop)
}

#[test]
fn from_the_click_to_the_back_end_and_from_the_load_too() -> anyhow::Result<()> {
    let product = Product::start("honeycomb")?;
    let browser = Browser::start()?;
    open(&browser, &product)?;
    let load = told_trace(&browser)?;
    post(&browser)?;
    let click = told_trace(&browser)?;
    assert_ne!(load, click, "each action has a trace of its own");
    assert_eq!(browser.console_errors()?, [""; 0]);

    // Leaving the page sends what it has; the waterfall's page follows what arrives.
    browser.goto(&format!("{}/trace/{click}", product.observatory))?;
    browser.find(GET)?;
    browser.find("[data-testid=span-row][data-service=profiles]")?;
    browser.find("[data-testid=span-row][data-span-name='action post']")?;
    let trace = Trace::read(&product, &click)?;
    let action = trace.one("frontend", "action post")?;
    assert_eq!(action.parent, "", "the trace begins here");
    for (call, request) in [
        ("POST", "POST /api/activities"),
        ("GET", "GET /api/activities/home"),
    ] {
        let call = trace.one("frontend", call)?;
        let request = trace.one("backend", request)?;
        assert_eq!(call.parent, action.id);
        assert_eq!(request.parent, call.id);
        // One machine, one clock; browsers tell the time to a tenth of a millisecond.
        assert!(call.start < request.start + 0.2, "{call:?} {request:?}");
        assert!(call.end > request.end - 0.2, "{call:?} {request:?}");
        for key in [
            "http.request.method",
            "http.response.status_code",
            "url.full",
            "server.address",
        ] {
            assert!(
                call.attributes.iter().any(|it| it == key),
                "{key} of {call:?}"
            );
        }
    }

    browser.goto(&format!("{}/trace/{load}", product.observatory))?;
    browser.find(GET)?;
    browser.find("[data-testid=span-row][data-span-name=documentLoad]")?;
    browser.find("[data-testid=span-row][data-service=backend]")?;
    let trace = Trace::read(&product, &load)?;
    let action = trace.one("frontend", "action home")?;
    let document = trace.one("frontend", "documentLoad")?;
    assert_eq!(document.parent, action.id);
    assert!(
        action.start <= document.start,
        "the wait began with the load"
    );
    assert_eq!(trace.one("frontend", "documentFetch")?.parent, document.id);
    let call = trace.one("frontend", "GET")?;
    assert_eq!(call.parent, action.id);
    assert_eq!(
        trace.one("backend", "GET /api/activities/home")?.parent,
        call.id
    );
    // The page, its style, its three scripts and their companion: the call to the back end is no resource beside.
    let resources: Vec<&Span> = trace
        .0
        .iter()
        .filter(|it| it.name == "resourceFetch")
        .collect();
    assert_eq!(resources.len(), 5, "{resources:#?}");
    for span in &trace.0 {
        let is_old = |key: &String| key.starts_with("http.response_content_length");
        assert!(!span.attributes.iter().any(is_old), "{span:?}");
    }
    Ok(())
}

#[test]
fn a_page_that_is_left_at_once_loses_nothing() -> anyhow::Result<()> {
    let product = Product::start("honeycomb")?;
    let browser = Browser::start()?;
    // Slower than anybody waits for: the page is left while its first call is under way.
    browser.before_each_page(
        "{ const { fetch } = window; window.fetch = (url, init) => \
           String(url).includes('/api/') ? new Promise(() => {}) : fetch(url, init); }",
    )?;
    browser.goto(&product.frontend)?;
    browser.wait_until(
        "the page's load",
        "return performance.getEntriesByType('navigation')[0].loadEventEnd > 0",
        json!([]),
    )?;
    browser.goto(&format!("{}/traces", product.observatory))?;
    browser
        .find("[data-testid=trace-row][data-root-name='action home'] a")?
        .click()?;
    browser.find(GET)?;
    browser.find("[data-testid=span-row][data-span-name=documentLoad]")?;
    Ok(())
}

#[test]
fn spans_stay_in_the_page_while_the_back_end_refuses_their_traces() -> anyhow::Result<()> {
    for (product, sends) in [
        (Product::start_unsolved("honeycomb")?, false),
        (Product::start("honeycomb")?, true),
    ] {
        let browser = Browser::start()?;
        browser.before_each_page(
            "{ const { fetch } = window; window.asked = []; \
               window.fetch = (url, init) => { asked.push(String(url)); return fetch(url, init); }; }",
        )?;
        open(&browser, &product)?;
        post(&browser)?;
        let outcome = browser.find("[data-testid=outcome]")?.text()?;
        assert!(outcome.starts_with("Posted"), "{outcome}");
        let notes = browser.find_all("[data-testid=note]")?;
        assert_eq!(notes.len(), usize::from(!sends));
        let link = if sends {
            "trace-link"
        } else {
            "observatory-link"
        };
        browser.find(&format!("[data-testid={link}]"))?;

        browser.execute("dispatchEvent(new Event('pagehide'))", json!([]))?;
        let asked = "return asked.some((url) => url.endsWith('/v1/traces'))";
        assert_eq!(
            browser.execute(asked, json!([]))?,
            sends,
            "{}",
            product.frontend
        );
    }
    Ok(())
}

#[test]
fn a_page_whose_spans_nobody_takes_works_and_says_so_seldom() -> anyhow::Result<()> {
    let nobody = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let product = Product::start_with_endpoint("honeycomb", &format!("http://{nobody}"))?;
    let browser = Browser::start()?;
    open(&browser, &product)?;
    for _ in 0..15 {
        post(&browser)?;
        let outcome = browser.find("[data-testid=outcome]")?.text()?;
        assert!(outcome.starts_with("Posted"), "{outcome}");
        // So that the next one's end can be told from this one's.
        browser.execute(
            "document.querySelector('#last').dataset.action = ''",
            json!([]),
        )?;
    }
    assert_eq!(told_trace(&browser)?.len(), 32);
    assert_eq!(
        browser.find_all("#aside a")?.len(),
        0,
        "there is no page to lead to"
    );
    // The first one is tried twice within two seconds, the next ones after 5, 15, 35 and 75.
    let errors = browser.console_errors()?;
    assert!(errors.len() <= 10, "{errors:#?}");
    for error in errors {
        assert!(error.contains("ERR_CONNECTION_REFUSED"), "{error}");
    }
    Ok(())
}
