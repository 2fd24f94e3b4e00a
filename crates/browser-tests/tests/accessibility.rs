//! Every page meets WCAG 2.2 at the levels A and AA as far as axe can tell: light and dark, wide and narrow, with data
//! of every kind, with what opens open, with errors, and empty.

use browser_tests::sample::{NOW, Sample, View, views};
use browser_tests::{Browser, Failure, Observatory, Scheme};
use serde_json::json;

/// Looks at a page in both themes and at both widths; what is wrong with it, and with which of them.
fn failures(browser: &Browser, observatory: &Observatory, view: &View) -> anyhow::Result<String> {
    let mut told = String::new();
    for (width, height) in [(1280, 900_u64), (390, 844)] {
        browser.resize(width, u32::try_from(height)?)?;
        browser.goto(&observatory.url(&view.path))?;
        browser.find(view.shows)?;
        browser.execute(view.act, json!([]))?;
        // All of it at once, so that the line at the foot covers nothing and no panel scrolls.
        let all = browser.execute("return document.documentElement.scrollHeight", json!([]))?;
        let all = all.as_u64().unwrap_or_default().clamp(2_500, 10_000);
        browser.resize(width, u32::try_from(all)?)?;
        let mut tell = |scheme: Scheme, failures: Vec<Failure>| {
            for failure in failures {
                told += &format!("{}, {width} pixels, {scheme:?}: {failure}\n\n", view.name);
            }
        };
        browser.prefer(Scheme::Light)?;
        tell(Scheme::Light, browser.axe()?);
        browser.prefer(Scheme::Dark)?;
        tell(Scheme::Dark, browser.axe_colours()?);
        let overflow = browser.overflow()?;
        if overflow > 0 {
            told += &format!("{}: {overflow} pixels wider than {width}\n\n", view.name);
        }
    }
    Ok(told)
}

#[track_caller]
fn check(observatory: &Observatory, views: &[View]) -> anyhow::Result<()> {
    let browser = Browser::start()?;
    let mut told = String::new();
    for view in views {
        told += &failures(&browser, observatory, view)?;
    }
    assert!(told.is_empty(), "{told}");
    Ok(())
}

/// Every other page, so that two browsers look at once.
#[track_caller]
fn check_half(first: usize) -> anyhow::Result<()> {
    let observatory = Observatory::start_at(NOW)?;
    let sample = Sample::send(&observatory)?;
    let views: Vec<View> = views(&sample).into_iter().skip(first).step_by(2).collect();
    check(&observatory, &views)
}

#[test]
fn axe_finds_nothing_in_any_page() -> anyhow::Result<()> {
    check_half(0)
}

#[test]
fn axe_finds_nothing_in_the_other_half() -> anyhow::Result<()> {
    check_half(1)
}

#[test]
fn axe_finds_nothing_in_empty_pages() -> anyhow::Result<()> {
    let observatory = Observatory::start()?;
    let empty = [
        "/",
        "/traces",
        "/map",
        "/logs",
        "/logs/events",
        "/insights",
        "/status",
    ];
    check(&observatory, &empty.map(View::empty))
}
