//! What the process logs, kept as lines of JSON; and what of it belongs to which step.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use cloudwatch_layer::{Json, JsonLines};
use serde_json::Value;
use span_snapshot::SpanTree;
use tracing::{Level, Subscriber};
use tracing_subscriber::{Layer, filter::Targets, layer::SubscriberExt, registry};

/// The lines so far.
#[derive(Clone, Default)]
pub(crate) struct Events(Arc<Mutex<Vec<u8>>>);

impl Write for Events {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Makes the process log to `subscriber`, for the rest of its life.
pub(crate) fn install(subscriber: impl Subscriber + Send + Sync) {
    tracing::subscriber::set_global_default(subscriber).expect("the process's first subscriber");
}

impl Events {
    /// Keeps what the lab logs in this process from now on, at any level, as `json` writes it.
    pub(crate) fn capture(json: Json) -> Self {
        let events = Self::default();
        let lab = Targets::new().with_target("cloudwatch", Level::TRACE);
        let lines = JsonLines::new(events.clone()).with_json(json);
        install(registry().with(lines.with_filter(lab)));
        events
    }

    /// The lines.
    pub(crate) fn lines(&self) -> Vec<String> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = String::from_utf8_lossy(&lines);
        lines.lines().map(str::to_owned).collect()
    }

    /// Those lines that are (`true`) or are not (`false`) of the access log.
    pub(crate) fn of_access_log(&self, are: bool) -> Vec<String> {
        let mut lines = self.lines();
        lines.retain(|line| is_access(&read(line)) == are);
        lines
    }
}

/// A line's fields.
pub(crate) fn read(line: &str) -> Value {
    serde_json::from_str(line).expect("a line of JSON")
}

/// A field's text; empty where it has none.
pub(crate) fn text<'v>(event: &'v Value, field: &str) -> &'v str {
    event[field].as_str().unwrap_or_default()
}

/// The lines as a tree, with the IDs called as `ids` says.
pub(crate) fn tree<'l>(
    lines: impl IntoIterator<Item = &'l String>,
    ids: &[(&str, &str)],
) -> SpanTree {
    SpanTree::from_log_lines(lines, ids)
}

/// Whether an event is of the access log: by the place that logs it, or because it speaks of a request.
fn is_access(event: &Value) -> bool {
    let speaks = |key: &String| key.starts_with("http.") || key.starts_with("url.");
    text(event, "target").starts_with("cloudwatch::access")
        || event
            .as_object()
            .is_some_and(|fields| fields.keys().any(speaks))
}
