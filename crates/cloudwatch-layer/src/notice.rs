//! Lines for a person: the first trouble of each kind at once, and a summary at the end.

use std::{
    collections::HashSet,
    io::Write as _,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, PoisonError},
};

use crate::{Report, Tell};

/// Where lines go.
pub(crate) struct Notice {
    tell: Tell,
    destination: String,
    /// Kinds of trouble that have been told.
    told: Mutex<HashSet<String>>,
}

impl Notice {
    pub(crate) fn new(tell: Tell, destination: String) -> Self {
        Self {
            tell,
            destination,
            told: Mutex::default(),
        }
    }

    /// Tells `trouble` unless its kind, the word before the colon, has been told.
    pub(crate) fn trouble(&self, trouble: &str) {
        let kind = trouble.split(':').next().unwrap_or_default();
        let new = self
            .told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(kind.to_owned());
        if new {
            self.say(&format!("{}: {trouble}", self.destination));
        }
    }

    pub(crate) fn summary(&self, report: &Report) {
        self.say(&format!("{}: {report}", self.destination));
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
