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
    const ends = [...document.querySelectorAll(arguments[0])].map((content) => bottom(content) + 16);
    ends.push(...[...document.querySelectorAll('#details details.part[open]')].map((part) => bottom(part)));
    return Math.ceil(Math.max(...ends) + document.querySelector('#status').offsetHeight);";

/// What a picture is of.
pub(crate) struct Shot<'a> {
    /// Its name: `docs/images/{name}.png`.
    pub(crate) name: &'a str,
    /// Pixels.
    pub(crate) width: u32,
    /// Selects the content: the picture ends where the last of it does.
    pub(crate) content: &'a str,
    /// Parts of a span's details that are unfolded.
    pub(crate) parts: &'a [&'a str],
    /// Texts that must be in it.
    pub(crate) shows: &'a [&'a str],
}

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

    /// Writes the picture, unless something is missing in it.
    pub(crate) fn shoot(&self, shot: &Shot<'_>) -> anyhow::Result<()> {
        let Shot {
            name,
            width,
            content,
            parts,
            shows,
        } = *shot;
        let browser = self.browser;
        // High enough that nothing scrolls.
        browser.resize(width, 5000)?;
        browser.execute(FOLD, json!([parts]))?;
        let height = browser.execute(HEIGHT, json!([content]))?;
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
