//! Grades in the background, one run at a time: a new one ends the one before, so that a verdict belongs to the last save.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;

use super::event::{Event, Job, Outcome, Run};
use super::thread;
use crate::cargo::{Cancel, Cancelled, DoesNotBuild, Supervisor};
use crate::feedback::Feedback;
use crate::grade::{self, Verdict};
use crate::integrity::{self, Finding, Inputs, Trust};
use crate::metadata::Lab;
use crate::style::Style;
use crate::workspace::Workspace;

/// What runs now, if anything.
pub(super) struct Runner {
    workspace: Arc<Workspace>,
    style: Style,
    events: Sender<Event>,
    running: Cancel,
}

impl Runner {
    pub(super) fn new(workspace: Arc<Workspace>, style: Style, events: Sender<Event>) -> Self {
        Self {
            workspace,
            style,
            events,
            running: Cancel::default(),
        }
    }

    /// Begins a run, and ends the one there is.
    pub(super) fn start(&mut self, job: Job) {
        self.stop();
        self.running = Cancel::default();
        let workspace = self.workspace.clone();
        let style = self.style;
        let events = self.events.clone();
        let cancel = self.running.clone();
        let crashed = self.events.clone();
        thread(
            move || drop(crashed.send(Event::Crashed)),
            move || {
                let say = |run| drop(events.send(Event::Run(job.number, run)));
                let lab = &workspace.labs[job.place.lab];
                say(Run::Places(places(&workspace, lab, style)));
                let supervisor = Supervisor {
                    colour: style.colour,
                    status: status(job, events.clone()),
                    cancel,
                };
                let before = Inputs::renewed(&workspace.root, Trust::Assume);
                if let Some(outcome) = outcome(&workspace, lab, job, &supervisor) {
                    say(Run::Done(outcome, job.since.elapsed()));
                    if job.whole {
                        // Compared once the verdict is shown, so that nobody waits for it.
                        let notes = notes(&integrity::findings(&workspace, &before));
                        let _ = events.send(Event::Notes(notes));
                    }
                }
            },
        );
    }

    /// Ends the run there is.
    pub(super) fn stop(&self) {
        self.running.cancel();
    }
}

fn places(workspace: &Workspace, lab: &Lab, style: Style) -> Vec<Vec<String>> {
    let feedback = Feedback {
        workspace,
        solution: false,
        style,
    };
    let steps = lab.steps.iter();
    steps.map(|step| feedback.places(lab, step)).collect()
}

/// One line about what differs from the release, where anything does.
fn notes(findings: &[Finding]) -> Vec<String> {
    let Some(first) = findings.first() else {
        return Vec::new();
    };
    let more = match findings.len() - 1 {
        0 => String::new(),
        1 => ", and another".to_owned(),
        more => format!(", and {more} others"),
    };
    let (kind, path) = (first.kind.id(), &first.path);
    vec![format!(
        "not as released ({kind}{more}; cargo lab check says more): {path}"
    )]
}

/// Hands cargo's lines on, up to the one that says that the test runs: what comes then is the test's own.
fn status(job: Job, events: Sender<Event>) -> Arc<dyn Fn(&str) + Send + Sync> {
    let runs = AtomicBool::new(false);
    Arc::new(move |line| {
        if !runs.load(Ordering::Relaxed) {
            let line = line.trim();
            runs.store(line.starts_with("Running "), Ordering::Relaxed);
            let _ = events.send(Event::Run(job.number, Run::Status(line.to_owned())));
        }
    })
}

/// Nothing, when the run was ended.
fn outcome(workspace: &Workspace, lab: &Lab, job: Job, supervisor: &Supervisor) -> Option<Outcome> {
    let only = (!job.whole).then(|| &lab.steps[job.place.step]);
    let graded = grade::supervised(
        &workspace.root,
        lab,
        &lab.package,
        only,
        &[],
        Some(supervisor),
    );
    match graded {
        Ok(grade) => {
            let manifest = workspace.root.join(&lab.folder).join("Cargo.toml");
            let index = |id: &str| lab.steps.iter().position(|step| step.id == id);
            let verdicts = grade.verdicts.into_iter();
            Some(Outcome::Graded {
                verdicts: verdicts
                    .filter_map(|(step, verdict)| {
                        let failure = match verdict {
                            Verdict::Passed => None,
                            Verdict::Open(failure) => Some(failure),
                        };
                        Some((index(&step.id)?, failure))
                    })
                    .collect(),
                warnings: grade
                    .warnings
                    .into_iter()
                    .filter(|(of, _)| *of == manifest)
                    .map(|(_, text)| text)
                    .collect(),
            })
        }
        Err(error) if error.is::<Cancelled>() => None,
        Err(error) => Some(match error.downcast_ref::<DoesNotBuild>() {
            Some(compiler) => Outcome::DoesNotBuild(compiler.to_string()),
            None => Outcome::Trouble(format!("{error:#}")),
        }),
    }
}
