//! The status page in a browser: a refused request shows there by itself, with what to do and without the key.

use std::process::Command;

use browser_tests::{Browser, Observatory};
use serde_json::json;

#[test]
fn a_refused_request_shows_with_what_to_do() -> anyhow::Result<()> {
    let observatory = Observatory::start()?;
    let browser = Browser::start()?;
    browser.goto(&observatory.url("/status"))?;
    browser.execute("window.sameDocument = true", json!([]))?;
    let address = observatory.url("/v1/traces");
    let sent = Command::new("curl")
        .args(["--silent", "-H", "x-honeycomb-teem: secret", "-d", "{}"])
        .arg(&address)
        .output()?;
    assert!(sent.status.success(), "{sent:?}");
    let refusal = browser.find("[data-testid=refusal]")?.text()?;
    for part in ["415", "POST /v1/traces", "unsupported content-type", "curl"] {
        assert!(refusal.contains(part), "{part} in {refusal}");
    }
    assert!(!refusal.contains("secret"));
    assert_eq!(
        browser.execute("return window.sameDocument", json!([]))?,
        true,
        "without a reload"
    );
    assert_eq!(browser.console_errors()?, [""; 0]);
    Ok(())
}
