//! The whole way of lab 1: a crud is posted in the front-end page, and its trace is read in the observatory.

use browser_tests::{Browser, Product};
use serde_json::json;

/// What must be shown as text wherever it comes by: as a crud, and as an attribute.
const SCRIPT: &str = "<script>alert(1)</script>";

#[test]
fn from_a_crud_to_its_trace() -> anyhow::Result<()> {
    let product = Product::start("honeycomb")?;
    let browser = Browser::start()?;
    // Server spans carry the caller's User-Agent, so this is an attribute that anybody on the internet chooses.
    browser.call_itself(SCRIPT)?;

    browser.goto(&product.frontend)?;
    browser.find("[data-testid=last][data-action=home]")?;
    browser.find("#message")?.type_text(SCRIPT)?;
    browser.find("#post")?.click()?;
    browser.find("[data-testid=last][data-action=post]")?;
    let outcome = browser.find("[data-testid=outcome]")?.text()?;
    assert!(outcome.starts_with("Posted"), "{outcome}");
    assert_eq!(
        browser.find("[data-testid=activity-message]")?.text()?,
        SCRIPT,
        "the newest crud"
    );
    let link = browser
        .find("[data-testid=trace-link]")?
        .attribute("href")?
        .unwrap_or_default();
    let trace = link.rsplit('/').next().unwrap_or_default();
    assert_eq!(link, format!("{}/trace/{trace}", product.observatory));
    assert_eq!(browser.console_errors()?, [""; 0]);

    browser.resize(390, 844)?;
    assert_eq!(
        browser.overflow()?,
        0,
        "pixels that the front-end page is too wide on a phone"
    );
    browser.resize(1280, 900)?;

    browser.goto(&format!("{}/traces", product.observatory))?;
    browser
        .find(&format!(
            "[data-testid=trace-row][data-trace-id='{trace}'] a"
        ))?
        .click()?;
    browser.wait_until(
        "the trace's page",
        "return location.pathname.endsWith(arguments[0])",
        json!([trace]),
    )?;
    for (service, name) in [
        ("backend", "GET /api/activities/home"),
        ("backend", "home-activities-mock-data"),
        ("profiles", "GET /profiles/@{handle}"),
    ] {
        browser.find(&format!(
            "[data-testid=span-row][data-service='{service}'][data-span-name='{name}']"
        ))?;
    }
    browser
        .find("[data-testid=span-row][data-span-name='POST /api/activities'] a.pick")?
        .click()?;
    let value = |key: &str| {
        let cell =
            format!("[data-testid=attribute][data-key='{key}'] [data-testid=attribute-value]");
        browser.find(&cell)?.text()
    };
    assert_eq!(value("user.id")?, "andrewbrown");
    assert_eq!(value("user_agent.original")?, SCRIPT, "as text");
    assert_eq!(browser.dialog()?, None);
    assert_eq!(browser.console_errors()?, [""; 0]);
    Ok(())
}
