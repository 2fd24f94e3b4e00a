//! GetLogRecord and GetLogGroupFields: all fields of one event, and which fields a group's events have.

use std::collections::BTreeMap;

use log_query::insights::fields_of;
use serde_json::{Map, Value, json};

use super::{
    call::{Answer, Call},
    error::LogsError,
    input::sized,
    streams::group_of,
    token,
};
use crate::store::logs::{Direction, EventQuery, LogEvent};

const MINUTE: i64 = 60 * 1000;

/// How long back the fields of a group are looked for.
const LAST: i64 = 15 * MINUTE;

/// How far from a moment, if one is given.
const AROUND: i64 = 8 * MINUTE;

/// Events that are looked at, the newest first.
const LOOKED_AT: usize = 10_000;

/// Bytes of such events.
const LOOKED_AT_BYTES: usize = 16 * 1024 * 1024;

pub(super) async fn record(call: Call) -> Answer {
    let mut input = call.input()?;
    let pointer = input.required_text("logRecordPointer", sized(0, usize::MAX));
    // Nothing is masked here, so there is nothing to unmask.
    input.boolean("unmask");
    input.done()?;
    let id = token::event_of_pointer(&pointer).ok_or_else(|| {
        LogsError::invalid("The specified logRecordPointer is not the @ptr of a query's results")
    })?;
    let event = call.state.store.log_event(id, call.now).await?;
    let event =
        event.ok_or_else(|| LogsError::not_found("The specified log record does not exist."))?;
    let mut fields: Map<String, Value> = fields_of(&event.as_event())
        .into_iter()
        .map(|(name, value)| (name, value.into()))
        .collect();
    fields.insert("@ptr".to_owned(), pointer.into());
    Ok(json!({ "logRecord": fields }).into())
}

pub(super) async fn group_fields(call: Call) -> Answer {
    let mut input = call.input()?;
    let group = group_of(&mut input);
    let time = input.moment("time");
    input.done()?;
    let (from, to) = match time.map(|seconds| seconds.saturating_mul(1_000)) {
        Some(middle) => (middle.saturating_sub(AROUND), middle.saturating_add(AROUND)),
        None => (call.now - LAST, call.now),
    };
    let query = EventQuery {
        from,
        to,
        direction: Direction::Backward,
        limit: LOOKED_AT,
        bytes: LOOKED_AT_BYTES,
        ..EventQuery::of(&group?, call.now)
    };
    let page = call.state.store.log_events(&query).await?;
    let counted = tokio::task::spawn_blocking(move || count(&page.events))
        .await
        .map_err(|_| crate::store::StoreError::Closed)?;
    Ok(json!({ "logGroupFields": counted }).into())
}

/// Each field and in how many of a hundred events it is: the most frequent first, then by name.
fn count(events: &[LogEvent]) -> Vec<Value> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for event in events {
        for (name, _) in fields_of(&event.as_event()) {
            *counts.entry(name).or_default() += 1;
        }
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
        .into_iter()
        .map(|(name, count)| json!({ "name": name, "percent": count * 100 / events.len() }))
        .collect()
}
