//! Lines for a person: the first trouble of each kind at once, and a summary at the end.

use std::{
    collections::HashSet,
    io::Write as _,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{Report, Tell};

/// Where lines go.
pub(crate) struct Notice {
    tell: Tell,
    destination: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Kinds of trouble that have been told.
    told: HashSet<String>,
    /// The latest trouble of the sink, until it has sent something.
    latest: Option<String>,
}

impl Notice {
    pub(crate) fn new(tell: Tell, destination: String) -> Self {
        Self {
            tell,
            destination,
            state: Mutex::default(),
        }
    }

    /// Tells `trouble` unless its kind, the word before the colon, has been told.
    pub(crate) fn trouble(&self, trouble: &str) {
        let kind = trouble.split(':').next().unwrap_or_default();
        let is_new = self.lock().told.insert(kind.to_owned());
        if is_new {
            self.say(&format!("{}: {trouble}", self.destination));
        }
    }

    /// The same, of a sink that tries again.
    pub(crate) fn trouble_of_sink(&self, trouble: &str) {
        self.lock().latest = Some(trouble.to_owned());
        self.trouble(trouble);
    }

    /// The sink is done; what was in its way is over.
    pub(crate) fn sink_is_done(&self) {
        self.lock().latest = None;
    }

    /// What is in the sink's way.
    pub(crate) fn latest(&self) -> Option<String> {
        self.lock().latest.clone()
    }

    pub(crate) fn summary(&self, report: &Report) {
        self.say(&format!("{}: {report}", self.destination));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn say(&self, line: &str) {
        // Losing a line is better than losing the events.
        let _ = catch_unwind(AssertUnwindSafe(|| (self.tell)(line)));
    }
}

/// Tells on standard error, if there is one.
pub(crate) fn on_stderr(line: &str) {
    let _ = writeln!(std::io::stderr(), "telemetry: {line}");
}
