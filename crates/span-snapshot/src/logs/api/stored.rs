//! What the account has: log groups, their streams, the events in them.

use std::collections::BTreeMap;
use std::fmt;

/// A log event that the [`LogsApi`](crate::LogsApi) has taken.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// The log group.
    pub group: String,
    /// The log stream.
    pub stream: String,
    /// When it happened, in milliseconds since the Unix epoch, as its sender says.
    pub timestamp: i64,
    /// When it was taken, likewise.
    pub ingestion_time: i64,
    /// Its text.
    pub message: String,
    /// Its number, from 1 in order of arrival.
    pub id: u64,
}

impl fmt::Debug for StoredEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}/{} {} {}",
            self.group, self.stream, self.timestamp, self.message
        )
    }
}

/// A log group as [`LogsApi::groups`](crate::LogsApi::groups) tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogGroup {
    /// Its name.
    pub name: String,
    /// For how many days events are kept; `None` is for ever.
    pub retention_in_days: Option<i64>,
    /// Its streams' names, sorted.
    pub streams: Vec<String>,
}

/// An event that came and was not taken, although its call was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The log group.
    pub group: String,
    /// The log stream.
    pub stream: String,
    /// In milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Its text.
    pub message: String,
    /// `too-old`, `too-new` or `expired`.
    pub why: &'static str,
}

#[derive(Default)]
pub(super) struct Group {
    /// In milliseconds since the Unix epoch.
    pub(super) created: i64,
    pub(super) retention: Option<i64>,
    pub(super) streams: BTreeMap<String, Stream>,
}

#[derive(Default)]
pub(super) struct Stream {
    pub(super) created: i64,
    /// By time; those of the same millisecond in order of arrival.
    pub(super) events: Vec<StoredEvent>,
}

impl Stream {
    pub(super) fn add(&mut self, event: StoredEvent) {
        let at = self
            .events
            .partition_point(|other| other.timestamp <= event.timestamp);
        self.events.insert(at, event);
    }
}

/// Where all things of this fake are said to be.
const ARN: &str = "arn:aws:logs:us-east-1:000000000000";

pub(super) fn group_arn(group: &str) -> String {
    format!("{ARN}:log-group:{group}")
}

pub(super) fn stream_arn(group: &str, stream: &str) -> String {
    format!("{ARN}:log-group:{group}:log-stream:{stream}")
}

/// The group's name of a name or an ARN.
pub(super) fn group_of(identifier: &str) -> &str {
    let name = identifier
        .strip_prefix(ARN)
        .and_then(|rest| rest.strip_prefix(":log-group:"));
    name.map_or(identifier, |name| name.trim_end_matches(":*"))
}
