//! One request, three views: a click in the front-end page is a trace in the waterfall, a segment in the trace map and a line in the log.

use anyhow::Context as _;
use browser_tests::{Browser, Product};
use serde_json::json;

#[test]
fn one_click_is_a_trace_a_segment_and_a_log_line() -> anyhow::Result<()> {
    let product = Product::start("cloudwatch")?;
    let browser = Browser::start()?;

    browser.goto(&product.frontend)?;
    browser.find("[data-testid=last][data-action=home]")?;
    browser.find("#message")?.type_text("One ID for all")?;
    browser.find("#post")?.click()?;
    browser.find("[data-testid=last][data-action=post]")?;
    let link = browser
        .find("[data-testid=trace-link]")?
        .attribute("href")?
        .context("the link to the trace leads nowhere")?;
    let trace = link.rsplit('/').next().unwrap_or_default().to_owned();
    let (time, random) = trace.split_at(8);
    let xray = format!("1-{time}-{random}");
    // The trace began in the browser, with an ID as X-Ray makes them.
    let age = "return Date.now() / 1000 - parseInt(arguments[0], 16)";
    let age = browser.execute(age, json!([time]))?.as_f64();
    let age = age.context("the age of the trace's ID")?;
    assert!((0.0..600.0).contains(&age), "{xray} is {age} s old");

    // The list of traces has it as soon as the segments are there, and leads to the waterfall.
    browser.goto(&format!("{}/traces", product.observatory))?;
    let row = format!("[data-testid=trace-row][data-trace-id='{trace}'] a");
    browser.find(&row)?.click()?;
    arrive(&browser, &format!("/trace/{trace}"))?;
    // A segment is named after its service; the span that is made of it, after its request.
    let span =
        "[data-testid=span-row][data-service=backend][data-span-name='POST /api/activities']";
    browser.find(span)?;
    browser.find("[data-testid=span-row][data-service=profiles]")?;
    browser.find("[data-testid=span-row][data-service=frontend][data-span-name='action post']")?;

    // From the waterfall to the lines that were logged meanwhile, once they are there too.
    let line = format!("[data-testid=log-line] a.to-trace[href*='{trace}']");
    browser.find("[data-testid=to-logs]")?.click()?;
    browser.find(&line)?;
    let told = "return [...document.querySelectorAll('[data-testid=log-line]')].map((line) => line.innerText).join('\\n')";
    let both = format!(
        "{told}.match(/crud posted[^]*request answered|request answered[^]*crud posted/) !== null"
    );
    browser.wait_until("what the handler and the access log say", &both, json!([]))?;

    // From one line to the segments of its request.
    browser.find("[data-testid=log-line] summary")?.click()?;
    browser.find("[data-testid=event-segments]")?.click()?;
    arrive(&browser, &format!("/xray/trace/{xray}"))?;
    let shown = browser.find("[data-testid=xray-trace-id]")?.text()?;
    assert_eq!(shown, xray);
    for service in ["backend", "profiles"] {
        browser.find(&format!("[data-testid=segment-row][data-name={service}]"))?;
    }

    // From the segments to the lines, and from a line back to where it began.
    browser.find("[data-testid=to-logs]")?.click()?;
    browser.find(&line)?.click()?;
    arrive(&browser, &format!("/trace/{trace}"))?;
    browser.find(span)?;

    // The trace map has it among its traces, with both services as nodes.
    browser.goto(&format!("{}/map", product.observatory))?;
    for service in ["backend", "profiles"] {
        browser.find(&format!("[data-testid=map-node][data-name={service}]"))?;
    }
    browser.find(&format!(
        "[data-testid=xray-trace-row][data-trace-id='{xray}']"
    ))?;
    assert_eq!(browser.console_errors()?, [""; 0]);
    Ok(())
}

/// Waits until this page is there.
fn arrive(browser: &Browser, path: &str) -> anyhow::Result<()> {
    let there = "return location.pathname === arguments[0] && document.readyState === 'complete'";
    browser
        .wait_until(&format!("the page {path}"), there, json!([path]))
        .map(drop)
}
