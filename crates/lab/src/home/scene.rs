//! A model of two made labs for tests, and what can happen to it. What is expected then is in the tests.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::event::{Action, Event, Job, Outcome, Place, Run, Sight};
use super::keys::Key;
use super::model::Model;
use crate::grade::Failure;
use crate::metadata::Lab;
use crate::workspace::Workspace;

/// A grader's output with trees beside each other.
pub(super) const OUTPUT: &str = r#"the spans are not those wanted (snapshot `step_1_default`)

  yours             │   wanted
  ───────────────── │   ──────
+ resource: unnamed │ - resource: backend
                    │ -    service.name = "backend"
                    │
  trace 1           │   trace 1
  └─ INTERNAL any   │   └─ INTERNAL any

cause[unknown-service]: the service has no name: `service.name` is not set; "backend" was wanted
  help: Give the provider a resource: Resource::builder().with_service_name(…), or set OTEL_SERVICE_NAME. Without it everything lands in `unknown_service`.

  at labs/1-honeycomb/tests/steps.rs:40"#;

fn lab(number: u32, package: &str, title: &str, steps: &[(&str, &str)]) -> Lab {
    let mut text = format!(
        "number = {number}\npackage = \"{package}\"\ntitle = \"{title}\"\nabout = \"all of it\"\ntest = \"steps\"\nguide = \"README.md\"\n"
    );
    for (index, (id, title)) in steps.iter().enumerate() {
        let number = index + 1;
        text.push_str(&format!(
            r#"[[step]]
number = {number}
id = "{id}"
title = "{title}"
task = "Return a resource whose `service.name` is the value of OTEL_SERVICE_NAME, or `backend` when it is not set. Every span carries it, so that a trace across services says who did what."
test = "step_{number}"
files = ["src/{id}.rs"]
anchor = "step-{number}"
learned = "A resource describes the process; `service.name` is what everything else is grouped by."
starter_cause = "unknown-service"
hints = ["A nudge.", "More.", "let name = nearly(the_answer);"]
[[step.mistake]]
cause = "unknown-service"
advice = "The resource is made, and nobody asks for it."
"#
        ));
    }
    Lab::parse(&text, PathBuf::from(format!("labs/{number}-{package}"))).expect("a lab")
}

/// A model, what it asked for last, and the run that it waits for.
pub(super) struct Scene {
    pub(super) model: Model,
    pub(super) actions: Vec<Action>,
    pub(super) now: Instant,
}

impl Scene {
    /// Nothing is graded; the step that was the current one last time is the third of the first lab, if `current`.
    pub(super) fn new(current: bool) -> Self {
        let labs = vec![
            lab(
                1,
                "honeycomb",
                "Honeycomb",
                &[
                    ("resource", "Name the service"),
                    ("pipeline", "Build the pipeline"),
                    ("server-spans", "A span for each request"),
                ],
            ),
            lab(
                2,
                "xray",
                "AWS X-Ray",
                &[("ids", "Make the IDs"), ("faults", "Say whose fault")],
            ),
        ];
        let place = current.then_some(Place { lab: 0, step: 2 });
        let workspace = Arc::new(Workspace::of(labs));
        let mut model = Model::new(workspace, place, HashMap::new(), Sight::Waiting);
        let now = Instant::now();
        let actions = model.start(now);
        Self {
            model,
            actions,
            now,
        }
    }

    /// What the model waits for.
    #[track_caller]
    pub(super) fn job(&self) -> Job {
        self.model.busy.as_ref().expect("a run").job
    }

    pub(super) fn happens(&mut self, event: Event) -> &mut Self {
        self.actions = self.model.update(event);
        self
    }

    pub(super) fn press(&mut self, key: Key) -> &mut Self {
        let now = self.now;
        self.happens(Event::Key(key, now))
    }

    /// A save of a file that no step names.
    pub(super) fn save(&mut self) -> &mut Self {
        let file = self.model.lab().folder.join("Cargo.toml");
        self.save_files(&[&file.to_string_lossy()])
    }

    pub(super) fn save_files(&mut self, files: &[&str]) -> &mut Self {
        self.now += Duration::from_secs(60);
        let (now, files) = (self.now, files.iter().map(PathBuf::from).collect());
        self.happens(Event::Saved(now, files))
    }

    pub(super) fn says(&mut self, run: Run) -> &mut Self {
        let number = self.job().number;
        self.happens(Event::Run(number, run))
    }

    pub(super) fn ends(&mut self, outcome: Outcome) -> &mut Self {
        self.says(Run::Done(outcome, Duration::from_millis(840)))
    }

    /// The run that the model waits for ends: these steps pass, all others that it graded are open.
    pub(super) fn passes(&mut self, passed: &[usize]) -> &mut Self {
        let job = self.job();
        let steps = self.model.workspace.labs[job.place.lab].steps.len();
        let graded = if job.whole {
            0..steps
        } else {
            job.place.step..job.place.step + 1
        };
        let verdicts = graded
            .map(|step| (step, (!passed.contains(&step)).then(failure)))
            .collect();
        let warnings = Vec::new();
        self.ends(Outcome::Graded { verdicts, warnings })
    }
}

pub(super) fn failure() -> Failure {
    Failure::new(OUTPUT.to_owned())
}
