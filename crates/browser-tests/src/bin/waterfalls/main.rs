//! An author's tool: records what the solutions export for a request, with its times, for the waterfalls of the book.
//!
//! `waterfalls` writes `docs/waterfalls` anew. `waterfalls --check` runs the same, and says which recording has other spans
//! than the solution makes now; the times are each run's own. How a recording is drawn is `crates/site`'s.

#[path = "../guide-images/stage.rs"]
#[allow(dead_code, reason = "no picture is taken here")]
mod stage;

mod recording;

use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use browser_tests::build_in;
use reqwest::Method;
use serde_json::json;

use recording::{Recording, Span};
use stage::{Profiles, Stage};

/// A request that is recorded, `docs/waterfalls/{lab}/{name}.json`.
struct Run {
    /// The lab's folder.
    lab: &'static str,
    package: &'static str,
    name: &'static str,
    method: Method,
    path: &'static str,
}

const RUNS: [Run; 5] = [
    Run::new(
        "1-honeycomb",
        "honeycomb-solution",
        "home",
        Method::GET,
        HOME,
    ),
    Run::new(
        "1-honeycomb",
        "honeycomb-solution",
        "post",
        Method::POST,
        CRUDS,
    ),
    Run::new(
        "1-honeycomb",
        "honeycomb-solution",
        "search",
        Method::GET,
        SEARCH,
    ),
    Run::new("2-xray", "xray-solution", "home", Method::GET, HOME),
    Run::new("2-xray", "xray-solution", "post", Method::POST, CRUDS),
];

const HOME: &str = "/api/activities/home";
const CRUDS: &str = "/api/activities";
const SEARCH: &str = "/api/activities/search?term=cloud";

/// The first requests of a process are slow, as first ones are.
const WARM_UP: usize = 5;

impl Run {
    const fn new(
        lab: &'static str,
        package: &'static str,
        name: &'static str,
        method: Method,
        path: &'static str,
    ) -> Run {
        Run {
            lab,
            package,
            name,
            method,
            path,
        }
    }

    /// Asks the solution, and gives the last trace that it made.
    fn record(&self, program: &Path, page: &Path) -> anyhow::Result<Recording> {
        let mut stage = Stage::start(program, page, Profiles::Learner)?;
        let crud = json!({"message": "Observability is not only for the clouds", "ttl": "7-days"});
        let body = (self.method == Method::POST).then_some(&crud);
        for _ in 0..=WARM_UP {
            let status = stage.ask(self.method.clone(), self.path, body)?;
            ensure!(
                status == 200,
                "{} {} was answered {status}",
                self.method,
                self.path
            );
        }
        stage.end_services();
        let address = stage.observatory.url(
            "/api/v3/traces?query.serviceName=backend\
             &query.startTimeMin=2000-01-01T00:00:00Z&query.startTimeMax=2200-01-01T00:00:00Z",
        );
        let answer = reqwest::blocking::get(address)
            .and_then(reqwest::blocking::Response::error_for_status)
            .context("asking the observatory for the traces")?;
        let spans = recording::last_trace(&answer.json().context("the traces")?)?;
        Ok(Recording {
            request: format!("{} {}", self.method, self.path),
            spans,
        })
    }
}

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let check = match &arguments[..] {
        [] => false,
        [only] if only == "--check" => true,
        other => bail!("say --check or nothing, not {}", other.join(" ")),
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .context("the package is in the workspace's folder `crates`")?;
    let packages = ["cruddur", "honeycomb-solution", "xray-solution"];
    let programs = build_in(root, &packages, &[])?;
    let program = |name: &str| {
        let program = programs.get(name);
        program.with_context(|| format!("the package `{name}` has no program of its name"))
    };
    let mut stale = 0;
    for run in RUNS {
        let recording = run.record(program(run.package)?, program("cruddur")?)?;
        let name = format!("docs/waterfalls/{}/{}.json", run.lab, run.name);
        let path = root.join(&name);
        if !check {
            recording.write(&path)?;
            println!("{name}: {} spans", recording.spans.len());
            continue;
        }
        let stored = Recording::read(&path)?;
        let shapes = |spans: &[Span]| spans.iter().map(Span::shape).collect::<Vec<_>>();
        let (was, is) = (shapes(&stored.spans), shapes(&recording.spans));
        if was != is || stored.request != recording.request {
            stale += 1;
            println!(
                "{name} shows other spans than the solution makes:\n{}\nnow\n{}",
                was.join("\n"),
                is.join("\n")
            );
        }
    }
    ensure!(
        stale == 0,
        "{stale} stale: `cargo run --package browser-tests --bin waterfalls` records anew"
    );
    Ok(())
}
