//! What the store gives and the pages and the query API show: spans as they were sent, summaries of traces, and what to ask for.
//! No storage and no rendering lives here.

pub use span_record::{StoredSpan, TraceId};

/// What rows a question is asked of.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Dataset {
    /// Spans, their events and their links.
    #[default]
    Spans,
    /// Those spans that were made of X-Ray's documents, with their events and links.
    Segments,
    /// Log events.
    Logs,
}

impl Dataset {
    /// Every one, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Spans, Self::Segments, Self::Logs];

    /// As it stands in addresses and JSON: `spans`, `segments` or `logs`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Spans => "spans",
            Self::Segments => "segments",
            Self::Logs => "logs",
        }
    }

    /// Reads what [`Dataset::word`] gives.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dataset| dataset.word() == word)
    }
}

/// How many spans one service has in a trace.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ServiceCount {
    /// `service.name`, or `unknown_service`.
    pub name: String,
    /// All its spans in the trace.
    pub spans: u64,
    /// Those with status `ERROR`.
    pub errors: u64,
}

/// One line of the list of traces.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceSummary {
    /// The trace's ID.
    pub trace_id: TraceId,
    /// Service of the root span, or of the earliest span while no root has arrived.
    pub root_service: String,
    /// Name of the root span, or of the earliest span while no root has arrived.
    pub root_name: String,
    /// Whether a span without parent has arrived.
    pub has_root: bool,
    /// Earliest start of its spans, in nanoseconds since the Unix epoch.
    pub start_unix_nano: u64,
    /// From the earliest start to the latest end, in nanoseconds.
    pub duration_nano: u64,
    /// Spans stored so far.
    pub spans: u64,
    /// Spans with status `ERROR`.
    pub errors: u64,
    /// Its services, by name.
    pub services: Vec<ServiceCount>,
}

/// Which traces to list; a trace matches when one of its spans meets every condition on spans.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TraceQuery {
    /// The span's `service.name`, exactly.
    pub service: Option<String>,
    /// The span's name, exactly.
    pub name: Option<String>,
    /// Shortest duration of the span, in nanoseconds.
    pub min_duration_nano: Option<u64>,
    /// Longest duration of the span, in nanoseconds.
    pub max_duration_nano: Option<u64>,
    /// `Some(true)`: spans with status `ERROR` only; `Some(false)`: without it only.
    pub error: Option<bool>,
    /// Attributes of the span or of its resource; values are compared as text (`200`, `true`, `GET`).
    pub attributes: Vec<(String, String)>,
    /// Earliest start of the trace, in nanoseconds since the Unix epoch, inclusive.
    pub start_min_unix_nano: Option<u64>,
    /// Latest start of the trace, in nanoseconds since the Unix epoch, inclusive.
    pub start_max_unix_nano: Option<u64>,
    /// Go on after the page that returned this (see [`TracePage::next`]).
    pub after: Option<String>,
    /// At most so many summaries; the caller bounds it.
    pub limit: usize,
}

/// A page of summaries, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct TracePage {
    /// Newest start first; ties by trace ID.
    pub traces: Vec<TraceSummary>,
    /// Give it back as [`TraceQuery::after`] for the next page; `None` on the last one.
    pub next: Option<String>,
}

/// An operation of a service: a span name and the kind it was seen with.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Operation {
    /// The span's name.
    pub name: String,
    /// Kind as Jaeger words it: `server`, `client`, `internal`, `producer`, `consumer` or `unspecified`.
    pub kind: String,
}

/// What the status line shows.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct StoreStatus {
    /// Traces stored.
    pub traces: u64,
    /// Spans stored.
    pub spans: u64,
    /// X-Ray documents stored; each is spans too.
    pub segments: u64,
    /// Log events stored.
    pub log_events: u64,
    /// Size of the store in bytes, journal included.
    pub bytes: u64,
}
