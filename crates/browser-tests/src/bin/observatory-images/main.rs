//! An author's tool: photographs every page of the observatory, light and dark, wide and narrow, into `docs/images/observatory`.
//!
//! `observatory-images` makes all pictures, `observatory-images trace map` those of the views of these names;
//! `--to FOLDER` puts them elsewhere. What is in them is made up and always the same: see `browser_tests::sample`.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use browser_tests::sample::{NOW, Sample, View, views};
use browser_tests::{Browser, Observatory, Scheme};
use serde_json::json;

/// How wide pages are, how high they are at least and at most, in pixels.
const SIZES: [(u32, u64, u64); 2] = [(1280, 720, 900), (390, 844, 1300)];

/// How high a picture is at most that goes farther down, in pixels.
const MOST: u64 = 1_650;

/// How high the page would be without an end.
const HEIGHT: &str = "return document.documentElement.scrollHeight";

/// Nothing moves.
const STILL: &str = "addEventListener('DOMContentLoaded', () => { const still = new CSSStyleSheet(); still.replaceSync('* { animation: none !important; transition: none !important; caret-color: transparent !important; }'); document.adoptedStyleSheets.push(still); });";

/// What is never the same: how long an answer took, and which ports were free.
const SAME: &str = r"
    const ports = ['4318', '4317', '2000'], texts = document.createTreeWalker(document.querySelector('main') ?? document.body, NodeFilter.SHOW_TEXT);
    for (let at = 0, text; (text = texts.nextNode());) text.data = text.data.replace(/127\.0\.0\.1:\d+/g, () => `127.0.0.1:${ports[at++ % 3]}`);
    for (const span of document.querySelectorAll('main span')) if (/^in [\d.]+ (µs|ms|s)$/.test(span.textContent)) span.querySelector('b').textContent = '12 ms';";

fn main() -> anyhow::Result<()> {
    let mut names: Vec<String> = std::env::args().skip(1).collect();
    let mut folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/images/observatory");
    if let Some(at) = names.iter().position(|name| name == "--to") {
        folder = PathBuf::from(names.get(at + 1).context("--to needs a folder")?);
        names.drain(at..=at + 1);
    }
    let observatory = Observatory::start_at(NOW)?;
    let sample = Sample::send(&observatory)?;
    let views = views(&sample);
    for name in &names {
        let is_known = views.iter().any(|view| view.name == name);
        let known: Vec<&str> = views.iter().map(|view| view.name).collect();
        ensure!(
            is_known,
            "no view is called {name}; there are {}",
            known.join(", ")
        );
    }
    let browser = Browser::start()?;
    browser.hide_scrollbars()?;
    browser.before_each_page(STILL)?;
    let wanted = |view: &&View| {
        if names.is_empty() {
            view.is_pictured
        } else {
            names.iter().any(|name| name == view.name)
        }
    };
    for view in views.iter().filter(wanted) {
        println!("{}", view.name);
        for (width, least, most) in SIZES {
            for (scheme, theme) in [(Scheme::Light, "light"), (Scheme::Dark, "dark")] {
                browser.prefer(scheme)?;
                browser.resize(width, u32::try_from(least)?)?;
                browser.goto(&observatory.url(&view.path))?;
                browser.find(view.shows)?;
                browser.execute(view.act, json!([]))?;
                let height = browser.execute(HEIGHT, json!([]))?;
                let height = height.as_u64().context("the page has no height")?;
                let most = if view.is_high { MOST } else { most };
                browser.resize(width, u32::try_from(height.clamp(least, most))?)?;
                browser.execute(SAME, json!([]))?;
                let file = folder.join(format!("{}-{theme}-{width}.png", view.name));
                browser.screenshot(&file)?;
            }
        }
    }
    Ok(())
}
