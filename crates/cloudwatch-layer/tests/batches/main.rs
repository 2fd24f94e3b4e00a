//! Batches as `PutLogEvents` takes them: for any events, and at the edge of each limit.

mod edges;
mod oversize;
mod properties;

use cloudwatch_layer::LogEvent;

/// The service's limits, written down once more: a slip in the crate's own constants is to be seen.
pub(crate) const DAY: i64 = 86_400_000;
pub(crate) const LARGEST_MESSAGE: usize = 1_048_550;

/// Whether the service takes `batch`, by all that is written of `PutLogEvents`.
pub(crate) fn legal(batch: &[LogEvent]) -> Result<(), String> {
    let bytes: usize = batch.iter().map(|event| event.message.len() + 26).sum();
    let times = || batch.iter().map(|event| event.timestamp);
    let rules = [
        (!batch.is_empty(), "has no events"),
        (batch.len() <= 10_000, "has more than 10,000 events"),
        (bytes <= 1_048_576, "has more than 1,048,576 bytes"),
        (times().is_sorted(), "is not in order of time"),
        (
            times().max() <= times().min().map(|first| first.saturating_add(DAY)),
            "has more than 24 hours",
        ),
        (
            batch
                .iter()
                .all(|event| event.message.len() <= LARGEST_MESSAGE),
            "has an event that is too large",
        ),
        (
            batch.iter().all(|event| !event.message.is_empty()),
            "has an empty message",
        ),
        (times().all(|time| time >= 0), "has a time before 1970"),
    ];
    match rules.iter().find(|(holds, _)| !holds) {
        Some((_, broken)) => Err(format!("a batch of {} {broken}", batch.len())),
        None => Ok(()),
    }
}
