//! A log event as a row: what the service generates, then the fields that Logs Insights discovers in its message.

use std::collections::BTreeSet;

use log_query::{
    Event,
    insights::{Found, discovered},
};
use span_columns::{BlockBuilder, Full, Head, ValueRef};

/// The event's own fields: when it happened in milliseconds since the Unix epoch, its text, its group and its stream.
pub(crate) const OWN: [&str; 4] = ["@timestamp", "@message", "@log", "@logStream"];

/// Adds the row of an event, with the fields wanted or with all.
///
/// Where a discovered field has the name of one of the event's own, it has one `@` more.
pub(crate) fn push(
    event: &Event<'_>,
    wanted: Option<&BTreeSet<String>>,
    rows: &mut BlockBuilder,
) -> Result<(), Full> {
    let wants = |name: &str| wanted.is_none_or(|wanted| wanted.contains(name));
    let mut found = Vec::new();
    if wanted.is_none_or(|wanted| wanted.iter().any(|name| !OWN.contains(&name.as_str()))) {
        discovered(event.message, &mut |name, value| {
            if wants(&name) {
                found.push((name, value));
            }
        });
    }
    let own: [ValueRef<'_>; 4] = [
        event.timestamp.into(),
        event.message.into(),
        event.group.into(),
        event.stream.into(),
    ];
    let own = OWN.into_iter().zip(own).filter(|(name, _)| wants(name));
    let found = found
        .iter()
        .map(|(name, found)| (name.as_str(), plain(found)));
    let head = Head {
        unix_nano: Some(event.timestamp.saturating_mul(1_000_000)),
        ..Head::default()
    };
    rows.push(head, own.chain(found))
}

/// The value, whole numbers as integers.
fn plain(found: &Found) -> ValueRef<'_> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match found {
        Found::Bool(flag) => (*flag).into(),
        Found::Number(number) if number.fract() == 0.0 && number.abs() <= EXACT => {
            ValueRef::Int(*number as i64)
        }
        Found::Number(number) => (*number).into(),
        Found::Text(text) => text.as_str().into(),
    }
}
