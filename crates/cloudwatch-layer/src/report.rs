//! What became of the events, in numbers and in words. The counting is in `queue`.

use std::fmt;

use crate::Rejected;

/// What became of all events so far; each is counted once.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Report {
    /// Events that the service took.
    pub sent: u64,
    /// Events that the service refused for their age.
    pub rejected: Rejected,
    /// Events that found no place in the queue, or came after the shutdown.
    pub dropped: u64,
    /// Events that were given up, after all attempts or because the time for the shutdown was over.
    /// Of the latter the service may have taken some without our hearing of it.
    pub failed: u64,
    /// Events in the queue or under way.
    pub pending: u64,
    /// The latest reason for which events were given up.
    pub why: Option<String>,
}

impl Report {
    /// All events, those included that are still under way.
    pub fn total(&self) -> u64 {
        self.sent + self.lost() + self.pending
    }

    /// Events that won't arrive: rejected, dropped or failed.
    pub fn lost(&self) -> u64 {
        self.rejected.total() + self.dropped + self.failed
    }
}

/// `40 events were delivered`, or `12 of 40 events were lost: 10 found the queue full, 2 were given up (Unreachable: …)`.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.lost() == 0 {
            write!(f, "{} events were delivered", self.sent)?;
        } else {
            write!(f, "{} of {} events were lost: ", self.lost(), self.total())?;
            let parts = [
                (self.dropped, "found no place in the queue"),
                (self.rejected.too_old, "were too old"),
                (self.rejected.too_new, "were too new"),
                (
                    self.rejected.expired,
                    "were older than the group's retention",
                ),
                (self.failed, "were given up"),
            ];
            let mut first = true;
            for (events, what) in parts.into_iter().filter(|(events, _)| *events > 0) {
                write!(f, "{}{events} {what}", if first { "" } else { ", " })?;
                first = false;
            }
            if let Some(why) = self.why.as_ref().filter(|_| self.failed > 0) {
                write!(f, " ({why})")?;
            }
        }
        if self.pending > 0 {
            write!(f, "; {} are under way", self.pending)?;
        }
        Ok(())
    }
}
