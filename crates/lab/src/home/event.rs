//! What can happen to the screen, and what it can ask for. Who does it is elsewhere.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::keys::Key;
use crate::grade::Failure;

/// Something that the model has to know.
pub(crate) enum Event {
    Key(Key, Instant),
    /// The terminal has another size.
    Resize,
    /// A signal asks for the end.
    Signal,
    /// These files of labs have other bytes than before; paths from the workspace's root.
    Saved(Instant, Vec<PathBuf>),
    /// Of the run with this number; older runs' words are stale.
    Run(u64, Run),
    Observatory(Sight),
    /// Something for the learner to read.
    Notice(String),
    /// What differs from the release, one line each.
    Notes(Vec<String>),
    /// Time passed.
    Tick(Instant),
    /// A thread of ours panicked; its message is written already.
    Crashed,
}

/// What a run of the graders says.
pub(crate) enum Run {
    /// Where to edit for each step of the lab, as `FILE:LINE`.
    Places(Vec<Vec<String>>),
    /// Cargo's latest status line.
    Status(String),
    /// The end, with the time since what had begun it.
    Done(Outcome, Duration),
}

/// How a run ended.
pub(crate) enum Outcome {
    Graded {
        /// By the step's index: its failure, if it is open.
        verdicts: Vec<(usize, Option<Failure>)>,
        /// Of the learner's package.
        warnings: Vec<String>,
    },
    /// The compiler's errors.
    DoesNotBuild(String),
    /// No verdict could be had.
    Trouble(String),
}

/// What is known of the observatory.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Sight {
    /// The workspace has none.
    Absent,
    /// Not looked for yet, or its build has to wait.
    Waiting,
    /// With cargo's latest status line.
    Building(String),
    Starting,
    /// With the page's address; one that ran before us stays when we end.
    Running {
        address: String,
        joined: bool,
    },
    /// With the reason.
    Unavailable(String),
}

/// A step by the indices of its lab and itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Place {
    pub(crate) lab: usize,
    pub(crate) step: usize,
}

/// What a run of the graders is asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Job {
    /// Numbers rise; a run ends all runs before it.
    pub(crate) number: u64,
    /// The step whose verdict is awaited.
    pub(crate) place: Place,
    /// Whether all steps of the lab are graded.
    pub(crate) whole: bool,
    /// What the verdict's time counts from.
    pub(crate) since: Instant,
}

/// What the model asks for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Action {
    Quit,
    /// Ends the run there is, and begins another.
    Grade(Job),
    /// This step is the current one from now on.
    Remember(Place),
    TookHint {
        place: Place,
        level: usize,
    },
    OpenGuide(Place),
    OpenPage(String),
    Reset(Place),
    /// Builds the observatory and starts it, or joins one that runs.
    StartObservatory,
    /// Graders go first: cargo builds one thing at a time.
    HoldObservatory,
}
