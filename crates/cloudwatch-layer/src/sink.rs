//! The way events go to the service, as a trait, and what became of them. The way that comes with this crate is in `cloudwatch`.

use std::{future::Future, pin::Pin, sync::Arc};

use crate::LogEvent;

/// What [`Sink::put`] returns: write `Box::pin(async move { … })`.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Delivery> + Send + 'a>>;

/// Takes one line for a person; given to [`Sink::tell_with`].
pub type Tell = Arc<dyn Fn(&str) + Send + Sync>;

/// A way for events to leave.
///
/// ```
/// use cloudwatch_layer::{Delivery, LogEvent, Sending, Sink};
///
/// /// Prints each event instead of sending it.
/// struct Print;
///
/// impl Sink for Print {
///     fn put(&self, events: Vec<LogEvent>) -> Sending<'_> {
///         Box::pin(async move {
///             for event in &events {
///                 println!("{} {}", event.timestamp, event.message);
///             }
///             Delivery::sent(events.len())
///         })
///     }
/// }
/// ```
pub trait Sink: Send + Sync + 'static {
    /// Sends events and says what became of **each** of them.
    ///
    /// There may be any number of events, in any order; batches, order and second attempts are the sink's.
    /// What was accepted is not sent twice.
    ///
    /// It is called on a thread with a tokio runtime of its own, so that clients that need one, such as the AWS SDKs, work.
    /// One call follows the other: while one is under way, events wait in the queue.
    /// When the program ends before it is done, the future is dropped, and its events count as failed.
    ///
    /// What is logged on that thread is not sent: a sink may log, and so may the client below it.
    fn put(&self, events: Vec<LogEvent>) -> Sending<'_>;

    /// Where the events go, for the lines that are told.
    fn destination(&self) -> String {
        "the sink".to_owned()
    }

    /// Called once, before the first [`Sink::put`], with a way to tell of trouble that is not the end: a failure that is tried again.
    ///
    /// Lines begin with the kind of trouble and a colon (`ThrottlingException: …`); each kind is told once.
    fn tell_with(&self, tell: Tell) {
        drop(tell);
    }
}

/// What became of the events of one [`Sink::put`]: each is counted once.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Delivery {
    /// Events that the other side took.
    pub sent: u64,
    /// Events that it refused for their age, while it took the others.
    pub rejected: Rejected,
    /// Events that were given up.
    pub failed: u64,
    /// Why events were given up: a kind in one word, a colon, and words for a person, without secrets.
    pub why: Option<String>,
}

/// Events that the service refused for their age.
/// Source: CloudWatch Logs API Reference, "RejectedLogEventsInfo".
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Rejected {
    /// Older than 14 days.
    pub too_old: u64,
    /// More than two hours ahead of the service's clock.
    pub too_new: u64,
    /// Older than the group's retention.
    pub expired: u64,
}

impl Delivery {
    /// All of `events` events were taken.
    pub fn sent(events: usize) -> Self {
        Self {
            sent: events as u64,
            ..Self::default()
        }
    }

    /// All of `events` events were given up, for the reason `why`.
    pub fn failed(events: usize, why: impl Into<String>) -> Self {
        Self {
            failed: events as u64,
            why: Some(why.into()),
            ..Self::default()
        }
    }

    /// Events that it tells of.
    pub fn total(&self) -> u64 {
        self.sent
            .saturating_add(self.rejected.total())
            .saturating_add(self.failed)
    }
}

impl Rejected {
    /// All that were refused.
    pub fn total(&self) -> u64 {
        self.too_old
            .saturating_add(self.too_new)
            .saturating_add(self.expired)
    }
}
