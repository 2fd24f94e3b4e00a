//! `PutLogEvents`: the limits of a call, and which of its events are taken.

use serde_json::{Value as Json, json};

use super::State;
use super::answer::{constraint, invalid};
use super::groups::{no_group, no_stream};
use super::stored::Rejected;
use crate::aws::{Refusal, list, text};

/// The most events of a call.
const MOST_EVENTS: usize = 10_000;
/// The most bytes of a call, and of an event by itself: UTF-8, and [`OVERHEAD`] an event.
const MOST_BYTES: usize = 1_048_576;
/// What each event counts beside its message.
const OVERHEAD: usize = 26;
/// Milliseconds.
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

impl State {
    pub(super) fn put_log_events(&mut self, body: &Json) -> Result<Json, Refusal> {
        let events = read(list(body, "logEvents"))?;
        check(&events)?;
        let (group_name, stream_name) = (text(body, "logGroupName"), text(body, "logStreamName"));
        let (group_name, stream_name) = (
            group_name.unwrap_or_default(),
            stream_name.unwrap_or_default(),
        );
        let now = self.now();
        let group = self.groups.get(group_name).ok_or_else(no_group)?;
        let oldest = group.retention.map(|days| now - days * DAY);
        group.streams.get(stream_name).ok_or_else(no_stream)?;

        let mut info = json!({});
        for (i, (timestamp, message)) in events.into_iter().enumerate() {
            let too_old = timestamp < now - 14 * DAY;
            let expired = oldest.is_some_and(|oldest| timestamp < oldest);
            let why = if timestamp > now + 2 * HOUR {
                // The first of them; all that follow are too new as well.
                if info.get("tooNewLogEventStartIndex").is_none() {
                    info["tooNewLogEventStartIndex"] = i.into();
                }
                "too-new"
            } else if too_old || expired {
                // Where they end; all before are rejected as well.
                for (is, end) in [
                    (too_old, "tooOldLogEventEndIndex"),
                    (expired, "expiredLogEventEndIndex"),
                ] {
                    if is {
                        info[end] = (i + 1).into();
                    }
                }
                if too_old { "too-old" } else { "expired" }
            } else {
                self.take(group_name, stream_name, timestamp, message.to_owned(), now);
                continue;
            };
            self.rejected.push(Rejected {
                group: group_name.to_owned(),
                stream: stream_name.to_owned(),
                timestamp,
                message: message.to_owned(),
                why,
            });
        }
        let mut answer = json!({ "nextSequenceToken": self.sequence_token() });
        if info != json!({}) {
            answer["rejectedLogEventsInfo"] = info;
        }
        Ok(answer)
    }

    /// Nobody needs it any more, and the service still gives one.
    pub(super) fn sequence_token(&self) -> String {
        format!("{:056}", self.next_id + 1)
    }
}

/// Timestamps and messages.
fn read(events: &[Json]) -> Result<Vec<(i64, &str)>, Refusal> {
    let mut read = Vec::with_capacity(events.len());
    for (number, event) in (1..).zip(events) {
        let refuse = |value: &str, field: &str, must: &str| {
            let member = format!("logEvents.{number}.member.{field}");
            Err(constraint(value, &member, must).of("event"))
        };
        let Some(timestamp) = event["timestamp"].as_i64() else {
            return refuse("null", "timestamp", "not be null");
        };
        if timestamp < 0 {
            let value = format!("'{timestamp}'");
            return refuse(&value, "timestamp", "have value greater than or equal to 0");
        }
        match event["message"].as_str() {
            None => return refuse("null", "message", "not be null"),
            Some("") => return refuse("''", "message", "have length greater than or equal to 1"),
            Some(message) => read.push((timestamp, message)),
        }
    }
    Ok(read)
}

/// The limits of a call; what breaks one of them is refused whole.
fn check(events: &[(i64, &str)]) -> Result<(), Refusal> {
    let (Some((first, _)), Some((last, _))) = (events.first(), events.last()) else {
        return Err(constraint(
            "'[]'",
            "logEvents",
            "have length greater than or equal to 1",
        )
        .of("empty"));
    };
    if events.len() > MOST_EVENTS {
        let must = format!("have length less than or equal to {MOST_EVENTS}");
        let value = format!("'[{} events]'", events.len());
        return Err(constraint(&value, "logEvents", &must).of("count"));
    }
    let size = |length: fn(&str) -> usize| {
        let sizes = events.iter().map(move |(_, message)| length(message));
        sizes.sum::<usize>()
    };
    let overhead = OVERHEAD * events.len();
    if let Some(largest) = events
        .iter()
        .map(|(_, message)| message.len() + OVERHEAD)
        .max()
        && largest > MOST_BYTES
    {
        let message = format!("Log event too large: {largest} bytes exceeds limit of {MOST_BYTES}");
        return Err(invalid(message).of("event-bytes"));
    }
    let bytes = size(str::len) + overhead;
    if bytes > MOST_BYTES {
        let message = format!("Upload too large: {bytes} bytes exceeds limit of {MOST_BYTES}");
        return Err(invalid(message).of(if bytes - overhead <= MOST_BYTES {
            "overhead"
        } else if size(|message| message.chars().count()) + overhead <= MOST_BYTES {
            "characters"
        } else {
            "bytes"
        }));
    }
    if events.windows(2).any(|pair| pair[0].0 > pair[1].0) {
        let message = "Log events in a single PutLogEvents request must be in chronological order.";
        return Err(invalid(message).of("order"));
    }
    if last - first > DAY {
        let message = "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.";
        return Err(invalid(message).of("24-hours"));
    }
    Ok(())
}
