//! The pictures of lab 4: pages of the observatory with the recorded hour in it, its clock at the hour's end, as
//! `cargo lab up incident` has it. How a picture is taken is `camera`'s.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};
use browser_tests::{Browser, Observatory, command};
use reqwest::Url;

/// One picture.
pub(crate) struct Scene {
    /// Its name.
    pub(crate) name: &'static str,
    path: &'static str,
    parameters: &'static [(&'static str, &'static str)],
    /// Pixels.
    pub(crate) width: u32,
    /// Selects the content: see [`Shot`](crate::camera::Shot).
    pub(crate) content: &'static str,
    /// Texts that must be in it.
    pub(crate) shows: &'static [&'static str],
}

const FROM: (&str, &str) = ("from", "2026-03-12T14:00");
const TO: (&str, &str) = ("to", "2026-03-12T14:59");
const HOME: (&str, &str) = ("where", "name = GET /api/activities/home");
const SERVER: (&str, &str) = ("where", "span.kind = server");
const MINUTE: (&str, &str) = ("step", "60");

/// In the order of the guide.
pub(crate) const SCENES: [Scene; 3] = [
    Scene {
        name: "lab-4-averages",
        path: "/query",
        parameters: &[
            ("v", "AVG(duration_ms)"),
            ("v", "P50(duration_ms)"),
            ("v", "COUNT"),
            HOME,
            SERVER,
            FROM,
            TO,
            MINUTE,
        ],
        width: crate::GUIDE,
        content: "[data-testid=line-chart]",
        shows: &["AVG(duration_ms)", "P50(duration_ms)"],
    },
    Scene {
        name: "lab-4-heatmap",
        path: "/query",
        parameters: &[
            ("v", "HEATMAP(duration_ms)"),
            HOME,
            SERVER,
            FROM,
            TO,
            MINUTE,
        ],
        width: crate::GUIDE,
        content: "[data-testid=heatmap]",
        shows: &["14:00", "14:30"],
    },
    Scene {
        name: "lab-4-map",
        path: "/map",
        parameters: &[FROM, ("to", "2026-03-12T14:09")],
        width: crate::WIDE,
        content: "#map",
        shows: &["backend", "profiles", "search.quota.example"],
    },
];

/// An observatory with the recording in it, loaded by the program that `cargo lab up incident` runs.
pub(crate) fn observatory(loader: &Path) -> anyhow::Result<Observatory> {
    let output = Command::new(loader).arg("--now").output();
    let output = output.context("asking the recording for its end")?;
    let now = String::from_utf8_lossy(&output.stdout);
    let now = now.trim().parse();
    let observatory = Observatory::start_at(now.context("the end of the recording")?)?;
    let url = observatory.url("");
    let address = url.strip_prefix("http://").unwrap_or(&url);
    let status = command(loader).arg(address).status();
    let status = status.context("loading the recording")?;
    ensure!(status.success(), "the recording was not loaded: {status}");
    Ok(observatory)
}

impl Scene {
    /// Opens the page.
    pub(crate) fn open(&self, observatory: &Observatory, browser: &Browser) -> anyhow::Result<()> {
        let address = Url::parse_with_params(&observatory.url(self.path), self.parameters)?;
        browser.goto(address.as_str())?;
        browser.find(self.content)?;
        Ok(())
    }
}
