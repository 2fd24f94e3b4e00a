//! Batches that `PutLogEvents` takes, as a pure function of the events. Who sends them is in `cloudwatch`.

use crate::{LogEvent, OVERHEAD, Oversize, oversize::fit};

/// Most events in a batch.
/// Source, here and below: CloudWatch Logs API Reference, "PutLogEvents".
pub const MAX_BATCH_EVENTS: usize = 10_000;

/// Most bytes of a batch, with [`OVERHEAD`] for each event.
pub const MAX_BATCH_BYTES: usize = 1_048_576;

/// Most bytes of a message: what one event leaves of a batch.
pub const MAX_MESSAGE_BYTES: usize = MAX_BATCH_BYTES - OVERHEAD;

/// Most milliseconds between a batch's first event and its last: 24 hours.
pub const MAX_BATCH_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// Makes batches that the service takes.
///
/// In all of them together the events are in order of time, those of the same time in the order in which they came, and none is missing.
/// A batch ends only where the next event would break a limit.
///
/// Two kinds of event fail a whole request and are changed instead: an empty message becomes a space, and a time before 1970 becomes 1970, which the service refuses as too old by itself.
/// An event that is too large is made to fit as `oversize` says.
///
/// ```
/// use cloudwatch_layer::{LogEvent, Oversize, batches};
///
/// let day = 24 * 60 * 60 * 1000;
/// let events = vec![
///     LogEvent::new(day + 1, "more than a day after the first"),
///     LogEvent::new(0, "first"),
///     LogEvent::new(day, "a day after the first"),
/// ];
/// let batches = batches(events, Oversize::Truncate);
/// assert_eq!(batches[0].len(), 2);
/// assert_eq!(batches[1][0].message, "more than a day after the first");
/// ```
pub fn batches(events: Vec<LogEvent>, oversize: Oversize) -> Vec<Vec<LogEvent>> {
    traced(events, oversize)
        .into_iter()
        .map(|batch| batch.into_iter().map(|part| part.event).collect())
        .collect()
}

/// An event as it is sent: one that came in, or a part of one.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) event: LogEvent,
    /// Which of the events that came in it is of.
    pub(crate) origin: usize,
}

/// [`batches`], with each event's origin.
pub(crate) fn traced(events: Vec<LogEvent>, oversize: Oversize) -> Vec<Vec<Part>> {
    let mut parts: Vec<Part> = Vec::with_capacity(events.len());
    for (origin, event) in events.into_iter().enumerate() {
        let timestamp = event.timestamp.max(0);
        let message = if event.message.is_empty() {
            " ".to_owned()
        } else {
            event.message
        };
        let pieces = fit(message, oversize, MAX_MESSAGE_BYTES);
        parts.extend(pieces.into_iter().map(|message| Part {
            event: LogEvent { timestamp, message },
            origin,
        }));
    }
    // Stable: events of one time keep their order.
    parts.sort_by_key(|part| part.event.timestamp);

    let mut batches: Vec<Vec<Part>> = Vec::new();
    let (mut bytes, mut first) = (0, 0);
    for part in parts {
        let fits = batches.last().is_some_and(|batch| {
            batch.len() < MAX_BATCH_EVENTS
                && bytes + part.event.bytes() <= MAX_BATCH_BYTES
                && part.event.timestamp - first <= MAX_BATCH_MILLIS
        });
        if !fits {
            batches.push(Vec::new());
            bytes = 0;
            first = part.event.timestamp;
        }
        bytes += part.event.bytes();
        if let Some(batch) = batches.last_mut() {
            batch.push(part);
        }
    }
    batches
}
