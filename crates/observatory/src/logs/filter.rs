//! FilterLogEvents: the events of a group whose messages match a pattern, from all or some of its streams.

use log_query::pattern::Pattern;
use serde::Serialize;

use super::{
    call::{Answer, Call},
    error::LogsError,
    get::{MOST_BYTES, MOST_EVENTS, written},
    input::{STREAM_NAME, sized},
    streams::group_of,
    token,
};
use crate::store::logs::{Direction, EventQuery, Matcher, StreamChoice};

/// Streams that a call may name.
pub(super) const MOST_STREAMS: usize = 100;

/// Longest pattern, in characters.
pub(super) const MOST_PATTERN: usize = 1_024;

/// The start of 2024, before which the service reads forwards only, in milliseconds since the Unix epoch.
const BACKWARD_FROM: i64 = 1_704_067_200_000;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page<'a> {
    events: Vec<Event<'a>>,
    /// Always empty, as the service has it since 2020.
    searched_log_streams: [(); 0],
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    log_stream_name: &'a str,
    timestamp: i64,
    message: &'a str,
    ingestion_time: i64,
    event_id: String,
}

pub(super) async fn filter(call: Call) -> Answer {
    let mut input = call.input()?;
    let group = group_of(&mut input);
    let names = input.texts("logStreamNames", 1..=MOST_STREAMS, STREAM_NAME);
    let prefix = input.text("logStreamNamePrefix", STREAM_NAME);
    let start = input.moment("startTime");
    let end = input.moment("endTime");
    let pattern = input.text("filterPattern", sized(0, MOST_PATTERN));
    let given_token = input.text("nextToken", sized(1, usize::MAX));
    let limit = input.limit(MOST_EVENTS);
    let from_head = input.boolean("startFromHead").unwrap_or(true);
    // Streams are always interleaved, as the service has it since 2019; nothing is masked.
    input.boolean("interleaved");
    input.boolean("unmask");
    input.done()?;
    let streams = match (names, prefix) {
        (None, None) => StreamChoice::All,
        (Some(names), None) => StreamChoice::Named(names),
        (None, Some(prefix)) => StreamChoice::Prefix(prefix),
        (Some(_), Some(_)) => {
            return Err(LogsError::invalid(
                "logStreamNames and logStreamNamePrefix cannot both be specified.",
            ));
        }
    };
    if !from_head && start.is_none_or(|start| start < BACKWARD_FROM) {
        return Err(LogsError::invalid(
            "startFromHead can be false only with a startTime on or after Jan 1, 2024 00:00:00 UTC.",
        ));
    }
    let (direction, at) = match given_token.as_deref().map(token::event).transpose()? {
        Some((direction, at)) => (direction, Some(at)),
        None if from_head => (Direction::Forward, None),
        None => (Direction::Backward, None),
    };
    let query = EventQuery {
        streams,
        from: start.unwrap_or(0),
        to: end.unwrap_or(i64::MAX),
        matching: pattern.as_deref().map(matcher).transpose()?.flatten(),
        direction,
        at,
        limit,
        bytes: MOST_BYTES,
        ..EventQuery::of(&group?, call.now)
    };
    let page = call.state.store.log_events(&query).await?;
    written(&Page {
        events: page
            .events
            .iter()
            .map(|event| Event {
                log_stream_name: &event.stream,
                timestamp: event.timestamp,
                message: &event.message,
                ingestion_time: event.ingestion_time,
                event_id: token::digits(event.key()),
            })
            .collect(),
        searched_log_streams: [],
        next_token: page.next.map(|next| token::of_event(direction, next)),
    })
}

/// What a pattern matches; nothing for the empty one, which every message matches.
pub(super) fn matcher(pattern: &str) -> Result<Option<Matcher>, LogsError> {
    if pattern.is_empty() {
        return Ok(None);
    }
    let pattern = Pattern::parse(pattern).map_err(|error| LogsError::invalid(error.to_string()))?;
    Ok(Some(Matcher::new(move |message| pattern.matches(message))))
}
