//! What is done for each picture of lab 1, and what the picture must show. How it is taken is `camera`'s.

use anyhow::{Context as _, ensure};
use browser_tests::{Browser, Element};
use reqwest::Method;
use serde_json::json;

use crate::stage::Stage;

/// One picture of a trace.
pub(crate) struct Scene {
    /// The picture's name.
    pub(crate) name: &'static str,
    /// The last step that is done.
    pub(crate) step: u32,
    action: Action,
    /// The span whose details are open.
    pub(crate) open: Option<&'static str>,
    /// Parts of the details that are unfolded.
    pub(crate) parts: &'static [&'static str],
    /// Texts that must be in the picture.
    pub(crate) shows: &'static [&'static str],
}

enum Action {
    Get(&'static str),
    /// A crud, by the API.
    Post,
    /// The same while the profiles service is down.
    PostInVain,
    /// A crud, in the front-end page.
    PostInPage,
}

/// A trace in the observatory's list.
pub(crate) enum Trace {
    /// The newest of this name.
    Newest(String),
    Id(String),
}

const POST: &str = "POST /api/activities";

/// The steps that change what a trace looks like, and the README's first picture.
pub(crate) const SCENES: [Scene; 8] = [
    Scene {
        name: "lab-1-step-3",
        step: 3,
        action: Action::Get("/api/activities/@bayko"),
        open: Some("GET /api/activities/@{handle}"),
        parts: &["Attributes"],
        shows: &["SERVER", "http.route", "/api/activities/@bayko"],
    },
    Scene {
        name: "lab-1-step-4",
        step: 4,
        action: Action::Get("/api/activities/home"),
        open: Some("home-activities-mock-data"),
        parts: &["Attributes"],
        shows: &["GET /api/activities/home", "app.now", "app.result_length"],
    },
    Scene {
        name: "lab-1-step-5",
        step: 5,
        action: Action::Post,
        open: None,
        parts: &[],
        shows: &[POST, "profiles", "GET /profiles/@{handle}"],
    },
    Scene {
        name: "lab-1-step-6",
        step: 6,
        action: Action::Get("/api/activities/search?term=cloud"),
        open: Some("SELECT activities"),
        parts: &["Attributes"],
        shows: &["db.query.text", "instr(lower(message), lower(?1))"],
    },
    Scene {
        name: "lab-1-step-7",
        step: 7,
        action: Action::PostInVain,
        open: Some(POST),
        parts: &["Events"],
        shows: &["exception.message", "profiles_unavailable", "ERROR"],
    },
    Scene {
        name: "lab-1-step-8",
        step: 8,
        action: Action::PostInPage,
        open: None,
        parts: &[],
        shows: &[
            "action post",
            POST,
            "GET /api/activities/home",
            "GET /profiles/@{handle}",
        ],
    },
    Scene {
        name: "lab-1-step-9",
        step: 9,
        action: Action::Post,
        open: Some(POST),
        parts: &["Attributes"],
        shows: &["user.id", "andrewbrown"],
    },
    Scene {
        name: "waterfall",
        step: 9,
        action: Action::Post,
        open: Some("INSERT activities"),
        parts: &["Attributes"],
        shows: &[POST, "profiles", "db.query.text"],
    },
];

impl Scene {
    /// Does it, in services that are warm; gives its trace.
    pub(crate) fn play(&self, stage: &mut Stage, browser: &Browser) -> anyhow::Result<Trace> {
        for _ in 0..3 {
            if let Action::Get(path) = self.action {
                expect(stage, 200, Method::GET, path, None)?;
            } else {
                expect(
                    stage,
                    200,
                    Method::POST,
                    "/api/activities",
                    Some("Good morning"),
                )?;
            }
        }
        self.action.perform(stage, browser)
    }
}

impl Action {
    fn perform(&self, stage: &mut Stage, browser: &Browser) -> anyhow::Result<Trace> {
        let crud = "Observability is not only for the clouds";
        let post = |stage: &Stage, status| {
            expect(stage, status, Method::POST, "/api/activities", Some(crud))
        };
        Ok(Trace::Newest(match self {
            Action::Get(path) => {
                expect(stage, 200, Method::GET, path, None)?;
                let path = path.split('?').next().unwrap_or_default();
                format!("GET {}", path.replace("@bayko", "@{handle}"))
            }
            Action::Post => {
                post(stage, 200)?;
                POST.to_owned()
            }
            Action::PostInVain => {
                stage.end_profiles();
                post(stage, 502)?;
                POST.to_owned()
            }
            Action::PostInPage => {
                browser.goto(&stage.frontend)?;
                browser.find("[data-testid=last][data-action=home]")?;
                browser.find("#message")?.type_text(crud)?;
                browser.find("#post")?.click()?;
                browser.find("[data-testid=last][data-action=post]")?;
                let link = browser
                    .find("[data-testid=trace-link]")?
                    .attribute("href")?;
                let link = link.context("the link to the trace leads nowhere")?;
                return Ok(Trace::Id(
                    link.rsplit('/').next().unwrap_or_default().to_owned(),
                ));
            }
        }))
    }
}

impl Trace {
    /// Its row in the list that is open.
    pub(crate) fn row(&self, browser: &Browser) -> anyhow::Result<Element> {
        let id = match self {
            Trace::Id(id) => id.clone(),
            Trace::Newest(name) => {
                let newest = "return [...document.querySelectorAll('[data-testid=trace-row]')]\
                              .find((row) => row.querySelector('a').innerText.trim() === arguments[0])?.dataset.traceId";
                let id = browser.wait_until(&format!("trace {name}"), newest, json!([name]))?;
                id.as_str().unwrap_or_default().to_owned()
            }
        };
        browser.find(&format!("[data-testid=trace-row][data-trace-id='{id}']"))
    }
}

/// Asks, and is answered with this status.
pub(crate) fn expect(
    stage: &Stage,
    status: u16,
    method: Method,
    path: &str,
    crud: Option<&str>,
) -> anyhow::Result<()> {
    let body = crud.map(|message| json!({"message": message, "ttl": "7-days"}));
    let answered = stage.ask(method, path, body.as_ref())?;
    ensure!(
        answered == status,
        "{path} was answered {answered} instead of {status}"
    );
    Ok(())
}
