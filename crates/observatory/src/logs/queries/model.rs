//! What is asked of the queries and what they tell: bounds, a query, where it is, what came of it.

use std::{sync::Arc, time::Duration};

use log_query::insights::{Query, Results};

/// Bounds on queries.
#[derive(Clone, Copy, Debug)]
pub struct QueryLimits {
    /// Queries that run at once; further ones wait.
    pub running: usize,
    /// Queries that run or wait; further ones are refused, as the service does.
    pub unfinished: usize,
    /// How long a query may run: the service's hour is for far more events than there are here.
    pub time: Duration,
    /// Queries that have ended and are kept; the oldest go first.
    pub kept: usize,
    /// Bytes of their results, about.
    pub kept_bytes: usize,
    /// Events read before others have their turn.
    pub slice_events: usize,
}

impl Default for QueryLimits {
    fn default() -> Self {
        Self {
            running: 2,
            unfinished: 100,
            time: Duration::from_secs(60),
            kept: 100,
            kept_bytes: 64 * 1024 * 1024,
            slice_events: 20_000,
        }
    }
}

/// Where a query is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Status {
    /// It waits for its turn.
    Scheduled,
    /// It runs.
    Running,
    /// It has read everything.
    Complete,
    /// It could not go on.
    Failed,
    /// It was stopped.
    Cancelled,
    /// It took too long.
    Timeout,
    /// The service has this one too.
    Unknown,
}

impl Status {
    /// As the service calls it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Scheduled => "Scheduled",
            Self::Running => "Running",
            Self::Complete => "Complete",
            Self::Failed => "Failed",
            Self::Cancelled => "Cancelled",
            Self::Timeout => "Timeout",
            Self::Unknown => "Unknown",
        }
    }

    /// Whether nothing will change any more.
    pub(crate) fn is_ended(self) -> bool {
        !matches!(self, Self::Scheduled | Self::Running)
    }
}

/// A query that somebody asks.
#[derive(Debug)]
pub(crate) struct Ask {
    pub(crate) query: Query,
    pub(crate) text: String,
    /// At most so many rows, whatever the query says.
    pub(crate) limit: Option<usize>,
    /// Names of groups.
    pub(crate) groups: Vec<String>,
    /// From one second since the Unix epoch to another, both included.
    pub(crate) between: (i64, i64),
    /// Now, in milliseconds since the Unix epoch.
    pub(crate) now: i64,
}

/// A query and what came of it so far.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    pub(crate) status: Status,
    /// Rows, what was read, and why the query failed if it did.
    pub(crate) results: Arc<Results>,
    /// How many groups it reads.
    pub(crate) groups: usize,
}

/// A query in a list.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub(crate) id: String,
    pub(crate) text: String,
    pub(crate) groups: Vec<String>,
    pub(crate) status: Status,
    /// In milliseconds since the Unix epoch.
    pub(crate) created: i64,
    pub(crate) ended: Option<i64>,
}
