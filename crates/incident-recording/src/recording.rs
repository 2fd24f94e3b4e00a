//! The recording as a whole: what it holds, and how it is handed out.

use crate::{LogEvent, Span, Truth};

/// When the hour begins, in seconds since the Unix epoch: 2026-03-12 14:00:00 UTC.
pub const START: u64 = 1_773_324_000;
/// When the hour ends, in seconds since the Unix epoch.
pub const END: u64 = START + 3_600;

/// One hour of Cruddur; each time the same.
#[derive(Clone, Debug)]
pub struct Recording {
    pub(crate) spans: Vec<Span>,
    pub(crate) logs: Vec<LogEvent>,
    pub(crate) truth: Truth,
}

impl Recording {
    /// Every span; those of one trace together, traces in the order in which they began.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Every log event, in the order of time.
    pub fn logs(&self) -> &[LogEvent] {
        &self.logs
    }

    /// What really happened.
    pub fn truth(&self) -> &Truth {
        &self.truth
    }
}
