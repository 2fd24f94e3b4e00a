//! What the graders of lab 4 share: the recorded hour, found by trace, and how it is told.
//!
//! A verdict names evidence that contradicts the answer: a request that anybody can look up. It never names what is right.

pub(crate) mod fallbacks;
pub(crate) mod gave_up;
pub(crate) mod request;
pub(crate) mod slow_feeds;
pub(crate) mod throttled;
pub(crate) mod traces;
pub(crate) mod window;

use std::sync::OnceLock;

use incident_recording::{Kind, Span, TraceId, Truth, Value};
use incident_stores::Stores;
use span_snapshot::verdict;

/// The recorded hour.
pub(crate) struct Hour {
    pub(crate) stores: Stores,
}

/// The hour, made once for all graders of a process.
pub(crate) fn hour() -> &'static Hour {
    static HOUR: OnceLock<Hour> = OnceLock::new();
    HOUR.get_or_init(|| Hour {
        stores: Stores::excerpt(),
    })
}

impl Hour {
    pub(crate) fn truth(&self) -> &Truth {
        self.stores.recording().truth()
    }

    pub(crate) fn spans(&self) -> &[Span] {
        self.stores.recording().spans()
    }

    /// The spans of a trace; none if it was not recorded.
    pub(crate) fn trace(&self, id: TraceId) -> &[Span] {
        self.stores.trace(id)
    }

    /// The requests for a home feed that the back end answered.
    pub(crate) fn home_feeds(&self) -> impl Iterator<Item = &Span> {
        self.spans().iter().filter(|span| is_home_feed(span))
    }

    /// Whether the release made this home feed slow.
    pub(crate) fn is_slow_feed(&self, feed: &Span) -> bool {
        is_home_feed(feed)
            && is_long(feed)
            && self.truth().release.slow_feeds.contains(&feed.trace_id)
            && text_of(feed, "service.version").as_deref() == Some(&self.truth().release.version)
    }

    /// How often a request asked the database, without what other services asked for it.
    pub(crate) fn queries(&self, request: &Span) -> usize {
        let trace = self.trace(request.trace_id);
        let asks = |span: &&Span| {
            span.attribute("db.system.name").is_some()
                && span.resource.service == request.resource.service
                && is_inside(trace, span, request)
        };
        trace.iter().filter(asks).count()
    }
}

fn is_home_feed(span: &Span) -> bool {
    span.kind == Kind::Server && span.name == "GET /api/activities/home"
}

/// Whether a home feed has so many activities that one query for each makes it slow.
pub(crate) fn is_long(feed: &Span) -> bool {
    activities(feed) > incident_recording::Release::MANY
}

/// How many activities a home feed has.
pub(crate) fn activities(feed: &Span) -> i64 {
    match feed.attribute("app.result_length") {
        Some(Value::Int(number)) => *number,
        _ => 0,
    }
}

/// Whether a span is below another one of its trace.
pub(crate) fn is_inside(trace: &[Span], span: &Span, of: &Span) -> bool {
    let mut parent = span.parent_id;
    while let Some(id) = parent {
        if id == of.span_id {
            return true;
        }
        parent = trace
            .iter()
            .find(|span| span.span_id == id)
            .and_then(|span| span.parent_id);
    }
    false
}

/// An attribute as text, as pages show it.
pub(crate) fn text_of(span: &Span, key: &str) -> Option<String> {
    span.attribute(key).map(|value| match value {
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Text(text) => (*text).to_owned(),
        Value::Own(text) => text.to_string(),
    })
}

/// `14:05:13`, of nanoseconds since the Unix epoch.
pub(crate) fn clock(nanoseconds: u64) -> String {
    let seconds = nanoseconds / 1_000_000_000;
    format!("{}:{:02}", minute(seconds), seconds % 60)
}

/// `14:05`, of seconds since the Unix epoch.
pub(crate) fn minute(seconds: u64) -> String {
    let minutes = seconds / 60 % (24 * 60);
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// `1.43 s`
pub(crate) fn seconds(span: &Span) -> String {
    format!("{:.2} s", span.duration_ms() / 1000.0)
}

/// A trace as one looks it up.
pub(crate) fn shown(span: &Span) -> String {
    format!("trace {} at {}", span.trace_id, clock(span.start))
}

/// So many of a thing, in its plural unless it is one.
pub(crate) fn counted(count: usize, thing: &str) -> String {
    match count {
        0 => format!("no {thing}"),
        1 => format!("1 {thing}"),
        _ if thing.ends_with('y') => format!("{count} {}ies", &thing[..thing.len() - 1]),
        _ => format!("{count} {thing}s"),
    }
}

/// Fails a step that nobody has answered.
pub(crate) fn not_answered(function: &str, help: &str) -> ! {
    verdict(
        "not-answered",
        &format!("`{function}` gives no answer yet"),
        help,
    )
}
