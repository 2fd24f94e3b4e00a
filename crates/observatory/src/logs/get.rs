//! GetLogEvents: a stream's events in pages, either way.

use serde::Serialize;

use super::{
    call::{Answer, Call, Output},
    error::LogsError,
    input::{STREAM_NAME, sized},
    streams::group_of,
    token,
};
use crate::store::logs::{Direction, EventKey, EventQuery, LogEvent, StreamChoice};

/// Events on a page.
pub(super) const MOST_EVENTS: usize = 10_000;

/// Bytes of events on a page.
pub(super) const MOST_BYTES: usize = 1024 * 1024;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page<'a> {
    events: Vec<Event<'a>>,
    next_forward_token: String,
    next_backward_token: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    timestamp: i64,
    message: &'a str,
    ingestion_time: i64,
}

pub(super) async fn get(call: Call) -> Answer {
    let mut input = call.input()?;
    let group = group_of(&mut input);
    let stream = input.required_text("logStreamName", STREAM_NAME);
    let start = input.moment("startTime");
    let end = input.moment("endTime");
    let from_head = input.boolean("startFromHead").unwrap_or(false);
    let given_token = input.text("nextToken", sized(1, usize::MAX));
    let limit = input.limit(MOST_EVENTS);
    // Nothing is masked here, so there is nothing to unmask.
    input.boolean("unmask");
    input.done()?;
    let from = start.unwrap_or(0);
    let (direction, at) = match given_token.as_deref().map(token::event).transpose()? {
        Some((direction, at)) => (direction, Some(at)),
        None if from_head => (Direction::Forward, None),
        None => (Direction::Backward, None),
    };
    let query = EventQuery {
        streams: StreamChoice::Named(vec![stream]),
        from,
        // Events at the end are not included.
        to: end.map_or(i64::MAX, |end| end - 1),
        direction,
        at,
        limit,
        bytes: MOST_BYTES,
        ..EventQuery::of(&group?, call.now)
    };
    let mut events = call.state.store.log_events(&query).await?.events;
    if direction == Direction::Backward {
        events.reverse();
    }
    // Of an empty page, the place where it was looked for: the same token again says that this is the end.
    let empty = at.unwrap_or(EventKey::at(from));
    let before = events.first().map_or(empty, LogEvent::key);
    let after = events.last().map_or(empty, |last| last.key().after());
    written(&Page {
        events: events
            .iter()
            .map(|event| Event {
                timestamp: event.timestamp,
                message: &event.message,
                ingestion_time: event.ingestion_time,
            })
            .collect(),
        next_forward_token: token::of_event(Direction::Forward, after),
        next_backward_token: token::of_event(Direction::Backward, before),
    })
}

/// An answer of many events.
pub(super) fn written(answer: &impl Serialize) -> Answer {
    serde_json::to_string(answer)
        .map(Output::written)
        .map_err(|error| LogsError::invalid(error.to_string()))
}
