//! What is asked of the log events in the store, and what comes back. No SQL here.

use std::{fmt, sync::Arc};

use crate::store::StoreError;

/// An event's place among all events: by time, then by arrival.
///
/// As a cut it lies just before the event. It stays where it is whatever arrives.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct EventKey {
    /// Milliseconds since the Unix epoch.
    pub time: i64,
    /// The event's ID.
    pub id: u64,
}

impl EventKey {
    /// Just before whatever happened at that time.
    pub fn at(time: i64) -> Self {
        Self { time, id: 0 }
    }

    /// Just after this event.
    #[must_use]
    pub fn after(self) -> Self {
        Self {
            time: self.time,
            id: self.id + 1,
        }
    }
}

/// Which way events are read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Direction {
    /// Oldest first.
    Forward,
    /// Newest first.
    Backward,
}

/// A log event as it was put.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LogEvent {
    /// What tells it from all others.
    pub id: u64,
    /// The name of its group.
    pub group: Arc<str>,
    /// The name of its stream.
    pub stream: Arc<str>,
    /// When it happened, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// When it came, in milliseconds since the Unix epoch.
    pub ingestion_time: i64,
    /// Its text.
    pub message: String,
}

impl LogEvent {
    /// Its place among all events.
    pub fn key(&self) -> EventKey {
        EventKey {
            time: self.timestamp,
            id: self.id,
        }
    }

    /// As the query languages see it.
    pub fn as_event(&self) -> log_query::Event<'_> {
        log_query::Event {
            group: &self.group,
            stream: &self.stream,
            timestamp: self.timestamp,
            ingestion_time: self.ingestion_time,
            message: &self.message,
            id: self.id,
        }
    }
}

/// A log group.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LogGroup {
    /// Its name.
    pub name: String,
    /// When it was made, in milliseconds since the Unix epoch.
    pub created: i64,
    /// How many days its events are kept; `None`: for ever.
    pub retention_days: Option<u32>,
    /// Size of its events: messages in UTF-8 and 26 bytes each.
    pub bytes: u64,
    /// How many streams it has.
    pub streams: u64,
    /// Time of its latest event, in milliseconds since the Unix epoch; `None` if it never had one.
    pub last_event: Option<i64>,
}

/// A log stream.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LogStream {
    /// Its name.
    pub name: String,
    /// When it was made, in milliseconds since the Unix epoch.
    pub created: i64,
    /// Time of its earliest event that is still there.
    pub first_event: Option<i64>,
    /// Time of its latest event; `None` if it never had one.
    pub last_event: Option<i64>,
    /// When the last of its events came.
    pub last_ingestion: Option<i64>,
}

/// Which groups to list; they come by name.
#[derive(Clone, Debug, Default)]
pub struct GroupQuery {
    /// What names begin with.
    pub prefix: Option<String>,
    /// What names have in them, upper and lower case told apart.
    pub contains: Option<String>,
    /// Those after this name only.
    pub after: Option<String>,
    /// At most so many.
    pub limit: usize,
}

/// In which order streams are listed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum StreamOrder {
    /// By name.
    #[default]
    Name,
    /// By the time of the latest event, then by name; those without any first.
    LastEvent,
}

/// Which streams of a group to list.
#[derive(Clone, Debug, Default)]
pub struct StreamQuery {
    /// The group's name.
    pub group: String,
    /// What names begin with.
    pub prefix: Option<String>,
    /// In which order.
    pub order: StreamOrder,
    /// The other way round.
    pub descending: bool,
    /// Go on after the stream of this latest event (0 if it has none) and name.
    pub after: Option<(i64, String)>,
    /// At most so many.
    pub limit: usize,
}

/// A page of groups or streams.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Listed<T> {
    /// Those on the page.
    pub items: Vec<T>,
    /// Whether others follow.
    pub more: bool,
}

/// Which streams of a group events are read from.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum StreamChoice {
    /// All.
    #[default]
    All,
    /// Those of these names; each must be there.
    Named(Vec<String>),
    /// Those whose names begin so.
    Prefix(String),
}

/// What messages must match; cheap to clone.
#[derive(Clone)]
pub struct Matcher(Arc<dyn Fn(&str) -> bool + Send + Sync>);

impl Matcher {
    /// Messages of which this is true.
    pub fn new(matches: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(matches))
    }

    /// Whether a message is one of them.
    pub fn matches(&self, message: &str) -> bool {
        (self.0)(message)
    }
}

impl fmt::Debug for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Matcher")
    }
}

/// Which events of a group to read.
#[derive(Clone, Debug)]
pub struct EventQuery {
    /// The group's name.
    pub group: String,
    /// Which of its streams.
    pub streams: StreamChoice,
    /// Earliest time, included, in milliseconds since the Unix epoch.
    pub from: i64,
    /// Latest time, included.
    pub to: i64,
    /// What messages must match; `None`: anything.
    pub matching: Option<Matcher>,
    /// Which way to read.
    pub direction: Direction,
    /// Where to begin: the events after this cut when reading forwards, those before it when not.
    pub at: Option<EventKey>,
    /// At most so many events.
    pub limit: usize,
    /// At most so many bytes of events (messages and 26 bytes each), unless the first has more.
    pub bytes: usize,
    /// Now, in milliseconds since the Unix epoch: events that the group's retention has expired are not there.
    pub now: i64,
}

impl EventQuery {
    /// Every event of a group, oldest first, in pages of 10,000 events or a megabyte.
    pub fn of(group: &str, now: i64) -> Self {
        Self {
            group: group.to_owned(),
            streams: StreamChoice::All,
            from: 0,
            to: i64::MAX,
            matching: None,
            direction: Direction::Forward,
            at: None,
            limit: 10_000,
            bytes: 1024 * 1024,
            now,
        }
    }
}

/// A page of events.
#[derive(Clone, Debug, PartialEq)]
pub struct EventPage {
    /// In the order asked for.
    pub events: Vec<LogEvent>,
    /// Where to go on in the same direction; `None` if all that is asked for has been read.
    ///
    /// A page may have few events or none and still lead on: what is read for one page is bounded.
    pub next: Option<EventKey>,
}

/// Why log events, groups or streams cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum LogFailure {
    /// There is no such group.
    #[error("The specified log group does not exist.")]
    NoGroup,
    /// There is no such stream.
    #[error("The specified log stream does not exist.")]
    NoStream,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for LogFailure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}
