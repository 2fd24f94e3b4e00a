//! What is done for each picture of lab 3, and what the picture must show. How it is taken is `camera`'s.

use browser_tests::Browser;
use reqwest::Url;
use serde_json::json;

use crate::requests::{Ask, HOME, NOBODY, USER, ask_all};
use crate::stage::{Profiles, Stage};

/// One picture of the pages of logs.
pub(crate) struct Scene {
    /// The picture's name.
    pub(crate) name: &'static str,
    /// The last step that is done.
    pub(crate) step: u32,
    page: Page,
    /// Selects the content: see [`Shot`](crate::camera::Shot).
    pub(crate) content: &'static str,
    /// Texts that must be in the picture.
    pub(crate) shows: &'static [&'static str],
}

enum Page {
    /// The events of the group, newest first.
    Events,
    /// The newest event that matches, unfolded.
    Event(&'static str),
    /// What Logs Insights answers.
    Insights(&'static str),
}

const GROUP: &str = "cruddur";
/// While the profiles service has too much to do, cruds fail.
pub(crate) const PROFILES: Profiles = Profiles::Throttling;
const REQUESTS: &[Ask] = &[
    Ask::Get(3, HOME, 200),
    Ask::Get(2, USER, 200),
    Ask::Post(2, 502),
    Ask::Get(1, NOBODY, 404),
    Ask::Get(2, HOME, 200),
    Ask::Get(1, "/api/activities/search?term=", 422),
    Ask::Get(2, USER, 200),
];

/// In the order of the guide.
pub(crate) const SCENES: [Scene; 3] = [
    Scene {
        name: "lab-3-step-4",
        step: 4,
        page: Page::Events,
        content: "#log-events .line",
        shows: &["request answered", "activities shown", "502", "422", "404"],
    },
    Scene {
        name: "lab-3-step-5",
        step: 5,
        page: Page::Event("{ $.level = \"ERROR\" }"),
        content: "#log-events .line",
        shows: &["Waterfall", "Segments", "trace_id", "xray_trace_id"],
    },
    Scene {
        name: "lab-3-step-7",
        step: 7,
        page: Page::Insights(
            "filter ispresent(http.response.status_code)\n| stats count(*) as requests, max(http.server.request.duration) * 1000 as slowest_ms by http.response.status_code\n| sort requests desc",
        ),
        content: "[data-testid=results-table]",
        shows: &["slowest_ms", "requests", "502", "422", "404"],
    },
];

impl Scene {
    /// Makes the requests.
    pub(crate) fn play(stage: &Stage) -> anyhow::Result<()> {
        ask_all(stage, REQUESTS)
    }

    /// Opens the page once what it must show is there.
    pub(crate) fn open(&self, stage: &mut Stage, browser: &Browser) -> anyhow::Result<()> {
        // Before step 6 the last events are not sent at the end, so the services go on.
        if self.step >= 6 {
            stage.end_services();
        }
        let (path, parameters) = match self.page {
            Page::Events => ("/logs/events", &[("group", GROUP)][..]),
            Page::Event(pattern) => (
                "/logs/events",
                &[("group", GROUP), ("pattern", pattern)][..],
            ),
            Page::Insights(query) => ("/insights", &[("query", query)][..]),
        };
        let address = Url::parse_with_params(&stage.observatory.url(path), parameters)?;
        browser.goto(address.as_str())?;
        browser.find(self.content)?;
        if let Page::Events = self.page {
            let all = "return arguments[0].every((text) => document.querySelector('main').innerText.includes(text))";
            browser.wait_until("all events", all, json!([self.shows]))?;
        }
        if let Page::Event(_) = self.page {
            browser.find("[data-testid=log-line] summary")?.click()?;
        }
        Ok(())
    }
}
