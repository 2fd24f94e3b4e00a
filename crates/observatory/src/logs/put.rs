//! PutLogEvents: which events are taken, and which are not and why. How its body is read is `parse`'s.

mod parse;

use serde_json::{Value, json};

use self::parse::{Events, Request};
use super::{
    call::{Answer, Call, Output},
    error::LogsError,
    input::{GROUP_NAME, Input, STREAM_NAME, sized},
};
use crate::{
    journal::{Refused, arrivals::Kind, refusals::By},
    store::{
        StoreError,
        logs::{self, EVENT_OVERHEAD, LogBatch, NewEvents},
    },
};

/// Largest call and largest event, in bytes of messages and 26 for each event.
/// (<https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html>)
const MOST_BYTES: usize = 1_048_576;

/// Events in a call.
const MOST_EVENTS: usize = 10_000;

const HOUR: i64 = 60 * 60 * 1000;

/// How far ahead an event may be.
const AHEAD: i64 = 2 * HOUR;

/// How old an event may be, whatever its group keeps.
const OLD: i64 = 14 * 24 * HOUR;

/// From the first to the last event of a call that are neither.
const SPAN: i64 = 24 * HOUR;

/// Bodies larger than this are read on a thread that may take its time.
const READ_IN_PLACE: usize = 16 * 1024;

pub(super) async fn put(call: Call) -> Answer {
    let body = call.body.clone();
    let now = call.now;
    let read = move || Put::read(&body, now);
    let put = if call.body.len() <= READ_IN_PLACE {
        read()?
    } else {
        tokio::task::spawn_blocking(read)
            .await
            .map_err(|_| StoreError::NotStored("the events could not be read".to_owned()))??
    };
    let (group, stream) = (put.group, put.stream);
    let group_name = group.clone();
    let target = call
        .read(move |connection| logs::target(connection, &group, &stream, now))
        .await?;
    let expired = put.age.expired(&put.new, target.kept_from);
    let taken = put.age.too_old.max(expired)..put.age.too_new;
    if !taken.is_empty() {
        let batch = LogBatch::new(target, now, &put.new, taken);
        let events = batch.events() as u64;
        call.state.store.put_log_events(batch).await?;
        let brought = [(&group_name[..], events)];
        call.state
            .arrivals
            .add(Kind::LogEvents, By::Logs, "", &brought);
    }
    let number = put.new.events.len();
    let output: Output = json!({
        "nextSequenceToken": sequence_token(now),
        "rejectedLogEventsInfo": put.age.rejected(number, expired),
    })
    .into();
    Ok(output.with_refused(put.age.refused(number, expired)))
}

/// A token that nobody needs: the service ignores it and gives one still.
pub(super) fn sequence_token(now: i64) -> String {
    format!("49{now:054}")
}

/// A call that can be taken, perhaps in part.
struct Put {
    group: String,
    stream: String,
    new: NewEvents,
    age: Age,
}

impl Put {
    fn read(body: &[u8], now: i64) -> Result<Self, LogsError> {
        let request: Request = serde_json::from_slice(body).map_err(|error| {
            LogsError::serialization(format!("the body cannot be read: {error}"))
        })?;
        let mut input = Input::of(request.others);
        let group = input.required_text("logGroupName", GROUP_NAME);
        let stream = input.required_text("logStreamName", STREAM_NAME);
        input.text("sequenceToken", sized(1, usize::MAX));
        let entity = input.object("entity");
        let events = input.required(request.events, "logEvents");
        check_count(&mut input, &events);
        input.done()?;
        if let Some(entity) = entity {
            check_entity(entity)?;
        }
        check_sizes(&events.new)?;
        let times = &events.new.events;
        if !times.is_sorted_by_key(|(time, _)| *time) {
            return Err(LogsError::invalid(
                "Log events in a single PutLogEvents request must be in chronological order.",
            ));
        }
        let age = Age::new(&events.new, now);
        if let [(first, _), .., (last, _)] = times[age.too_old.min(age.too_new)..age.too_new]
            && last - first > SPAN
        {
            return Err(LogsError::invalid(
                "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
            ));
        }
        Ok(Self {
            group,
            stream,
            new: events.new,
            age,
        })
    }
}

fn check_count(input: &mut Input, events: &Events) {
    let constraint = match events.new.events.len() {
        0 => format!("Member must have length greater than or equal to {}", 1),
        number if number > MOST_EVENTS => {
            format!("Member must have length less than or equal to {MOST_EVENTS}")
        }
        _ => String::new(),
    };
    if !constraint.is_empty() && events.is_given {
        let number = events.new.events.len();
        let value = if number == 0 {
            "[]".to_owned()
        } else {
            format!("a list of {number}")
        };
        input.violated("logEvents", value, constraint);
    }
    for violation in &events.violations {
        violation.tell(input);
    }
}

/// The service keeps what an entity says of a sender; nothing that is answered here depends on it.
fn check_entity(mut entity: Input) -> Result<(), LogsError> {
    entity.map("keyAttributes", 2..=4, (sized(1, 32), sized(1, 512)));
    entity.map("attributes", 0..=10, (sized(1, 256), sized(1, 512)));
    entity.done()
}

fn check_sizes(new: &NewEvents) -> Result<(), LogsError> {
    let sizes = (0..new.events.len()).map(|place| new.message(place).len() + EVENT_OVERHEAD);
    let mut sum = 0;
    for size in sizes {
        if size > MOST_BYTES {
            return Err(LogsError::invalid(format!(
                "Log event too large: {size} bytes exceeds limit of {MOST_BYTES}"
            )));
        }
        sum += size;
    }
    if sum > MOST_BYTES {
        return Err(LogsError::invalid(format!(
            "Upload too large: {sum} bytes exceeds limit of {MOST_BYTES}"
        )));
    }
    Ok(())
}

/// Which events are too old or too far ahead to be taken; they are in order.
struct Age {
    /// Those before this place are more than 14 days old.
    too_old: usize,
    /// Those from this place on are more than two hours ahead.
    too_new: usize,
}

impl Age {
    fn new(new: &NewEvents, now: i64) -> Self {
        let before = |moment: i64| new.events.partition_point(|(time, _)| *time < moment);
        Self {
            too_old: before(now - OLD),
            too_new: before(now + AHEAD + 1),
        }
    }

    /// How many events the group no longer keeps.
    fn expired(&self, new: &NewEvents, kept_from: i64) -> usize {
        new.events.partition_point(|(time, _)| *time < kept_from)
    }

    /// The same in words, which the answer's numbers leave to the reader.
    fn refused(&self, number: usize, expired: usize) -> Option<Refused> {
        let too_new = number - self.too_new;
        let told: Vec<String> = [
            (self.too_old, "more than 14 days old"),
            (too_new, "more than two hours ahead"),
            (
                expired.saturating_sub(self.too_old),
                "older than their group keeps events",
            ),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} of {number} events {what}"))
        .collect();
        (!told.is_empty()).then(|| {
            let message = format!("rejectedLogEventsInfo: {}", told.join(", "));
            Refused::new(By::Logs, "RejectedLogEvents", message)
        })
    }

    /// Places of those that were not taken; nothing if all were.
    fn rejected(&self, number: usize, expired: usize) -> Option<Value> {
        let is_any = self.too_old > 0 || self.too_new < number || expired > 0;
        is_any.then(|| {
            json!({
                "tooOldLogEventEndIndex": Some(self.too_old).filter(|end| *end > 0),
                "tooNewLogEventStartIndex": Some(self.too_new).filter(|start| *start < number),
                "expiredLogEventEndIndex": Some(expired).filter(|end| *end > 0),
            })
        })
    }
}
