//! What is done for each picture of lab 2, and what the picture must show. How it is taken is `camera`'s.

use anyhow::Context as _;
use browser_tests::Browser;
use serde_json::json;

use crate::requests::{Ask, HOME, NOBODY, USER, ask_all};
use crate::stage::{Profiles, Stage};

/// One picture of X-Ray's pages.
pub(crate) struct Scene {
    /// The picture's name.
    pub(crate) name: &'static str,
    /// The last step that is done; none after 5, from where on not every request is traced.
    pub(crate) step: u32,
    pub(crate) profiles: Profiles,
    requests: &'static [Ask],
    page: Page,
    /// Selects the content: see [`Shot`](crate::camera::Shot).
    pub(crate) content: &'static str,
    /// Texts that must be in the picture.
    pub(crate) shows: &'static [&'static str],
}

enum Page {
    /// The trace map, and the filter expression that is typed into it.
    Map(&'static str),
    /// The newest trace, and the tab that is open of a segment in it.
    Timeline(Option<(&'static str, &'static str)>),
}

/// In the order of the guide.
pub(crate) const SCENES: [Scene; 5] = [
    Scene {
        name: "lab-2-step-2",
        step: 2,
        profiles: Profiles::Learner,
        requests: &[
            Ask::Get(12, HOME, 200),
            Ask::Get(6, USER, 200),
            Ask::Post(8, 200),
        ],
        page: Page::Map(""),
        content: "#map",
        shows: &["backend", "profiles"],
    },
    Scene {
        name: "lab-2-step-3",
        step: 3,
        profiles: Profiles::Learner,
        requests: &[Ask::Get(4, HOME, 200)],
        page: Page::Timeline(None),
        content: "#timeline",
        shows: &["activities_home", "mock-data"],
    },
    Scene {
        name: "lab-2-step-4",
        step: 4,
        profiles: Profiles::Learner,
        requests: &[Ask::Get(4, USER, 200)],
        page: Page::Timeline(Some(("activities_users", "annotations"))),
        content: "#timeline, #details",
        shows: &["mock-data", "app.user_handle", "bayko"],
    },
    Scene {
        name: "lab-2-step-5",
        step: 5,
        profiles: Profiles::Throttling,
        requests: &[Ask::Get(3, HOME, 200), Ask::Post(3, 502)],
        page: Page::Timeline(Some(("backend", "exceptions"))),
        content: "#timeline, #details",
        shows: &["fault", "throttle", "profiles_unavailable", "429"],
    },
    Scene {
        name: "lab-2-step-7",
        step: 5,
        profiles: Profiles::Throttling,
        requests: &[
            Ask::Get(14, HOME, 200),
            Ask::Get(6, USER, 200),
            Ask::Get(1, NOBODY, 404),
            Ask::Post(3, 502),
            Ask::Get(1, "/api/activities/search?term=", 422),
        ],
        page: Page::Map(r#"service("backend") { fault OR error }"#),
        content: "#map, table.traces",
        shows: &["Traces that match", "5 of 25", "404", "422", "502"],
    },
];

impl Scene {
    /// Makes the requests.
    pub(crate) fn play(&self, stage: &Stage) -> anyhow::Result<()> {
        ask_all(stage, self.requests)
    }

    /// Opens the page as a reader does, from the map, once all traces are there.
    pub(crate) fn open(&self, stage: &Stage, browser: &Browser) -> anyhow::Result<()> {
        browser.goto(&stage.observatory.url("/map"))?;
        let traces: usize = self.requests.iter().map(Ask::count).sum();
        let arrived = "return document.querySelector('[data-testid=matching-count]')?.innerText.trim() === arguments[0]";
        browser.wait_until(
            &format!("{traces} traces"),
            arrived,
            json!([traces.to_string()]),
        )?;
        match self.page {
            Page::Map("") => {}
            Page::Map(filter) => {
                browser.find("#find")?.type_text(filter)?;
                browser.find(".map-filter [type=submit]")?.click()?;
                browser.find("[data-testid=clear-filter]")?;
            }
            Page::Timeline(open) => {
                let newest = browser.find("[data-testid=xray-trace-row]")?;
                let id = newest.attribute("data-trace-id")?;
                let id = id.context("the newest trace has no ID")?;
                browser.goto(&stage.observatory.url(&format!("/xray/trace/{id}")))?;
                browser.find("[data-testid=timeline]")?;
                if let Some((segment, tab)) = open {
                    let row = format!("[data-testid=segment-row][data-name='{segment}'] .pick");
                    browser.find(&row)?.click()?;
                    let tab = format!("[data-testid=tab-{tab}]");
                    browser.find(&tab)?.click()?;
                    browser.find(&format!("{tab}[aria-selected=true]"))?;
                }
            }
        }
        Ok(())
    }

    /// Whether there is much side by side: a segment's details and the timeline, or the columns of the list.
    pub(crate) fn is_wide(&self) -> bool {
        matches!(self.page, Page::Timeline(Some(_))) || self.content.contains("table")
    }
}
