//! A log event as a row: what the service generates, then the fields that Logs Insights discovers in its message.

use log_query::{
    Event,
    insights::{Found, discovered},
};
use span_query::{Row, Value};

use crate::rows::Columns;

/// The event's own fields: when it happened in milliseconds since the Unix epoch, its text, its group and its stream.
pub(crate) const OWN: [&str; 4] = ["@timestamp", "@message", "@log", "@logStream"];

/// The row of an event. Where a discovered field has the name of one of the event's own, it has one `@` more.
pub(crate) fn of(event: &Event<'_>, columns: &mut Columns<'_>) -> Row {
    let own: [Value; 4] = [
        event.timestamp.into(),
        event.message.into(),
        event.group.into(),
        event.stream.into(),
    ];
    let mut row = Row::new();
    for (name, value) in OWN.into_iter().zip(own) {
        if columns.wants(name) {
            row.set(name, value);
        }
    }
    discovered(event.message, &mut |name, found| {
        if columns.wants(&name) {
            row.set(name, plain(found));
        }
    });
    let nanoseconds = u64::try_from(event.timestamp).unwrap_or(0);
    row.at_unix_nano(nanoseconds.saturating_mul(1_000_000))
}

fn plain(found: Found) -> Value {
    match found {
        Found::Bool(flag) => flag.into(),
        Found::Number(number) => number.into(),
        Found::Text(text) => text.into(),
    }
}
