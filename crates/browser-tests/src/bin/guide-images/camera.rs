//! Takes the picture: as high as the page's content, what does not matter folded, and only if it shows what it must.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use browser_tests::{Browser, Scheme};
use serde_json::json;

/// Leaves those parts of a span's details open that are named.
const FOLD: &str = r"
    for (const part of document.querySelectorAll('#details details.part')) {
        part.open = arguments[0].includes(part.querySelector('h3').innerText);
    }";

/// Where the content ends, of the details the last part that is open, and the line at the page's foot after a margin.
const HEIGHT: &str = r"
    const bottom = (content) => content.getBoundingClientRect().bottom;
    const ends = [...document.querySelectorAll('table.traces, #waterfall')].map((content) => bottom(content) + 24);
    ends.push(...[...document.querySelectorAll('#details details.part[open]')].map((part) => bottom(part)));
    return Math.ceil(Math.max(...ends) + document.querySelector('#status').offsetHeight);";

/// Photographs the page that is open.
pub(crate) struct Camera<'a> {
    browser: &'a Browser,
    folder: PathBuf,
}

impl Camera<'_> {
    /// Files go to `folder`.
    pub(crate) fn new<'a>(browser: &'a Browser, folder: &Path) -> anyhow::Result<Camera<'a>> {
        browser.prefer(Scheme::Light)?;
        browser.hide_scrollbars()?;
        Ok(Camera {
            browser,
            folder: folder.to_owned(),
        })
    }

    /// Writes `name`.png, so many pixels wide.
    pub(crate) fn shoot(
        &self,
        name: &str,
        width: u32,
        parts: &[&str],
        shows: &[&str],
    ) -> anyhow::Result<()> {
        let browser = self.browser;
        // High enough that nothing scrolls.
        browser.resize(width, 5000)?;
        browser.execute(FOLD, json!([parts]))?;
        let height = browser.execute(HEIGHT, json!([]))?;
        let height = height.as_u64().context("the page has no content")?;
        browser.resize(width, u32::try_from(height)?)?;
        let text = browser.find("main")?.text()?;
        for wanted in shows {
            ensure!(
                text.contains(wanted),
                "{name} does not show {wanted:?}:\n{text}"
            );
        }
        browser.screenshot(&self.folder.join(format!("{name}.png")))
    }
}
