//! Which events go into which `PutLogEvents` call. A function of the events alone: no clock, no service.

use cloudwatch_layer::LogEvent;

/// The most events in a call.
pub const MOST_EVENTS: usize = 10_000;

/// The most bytes in a call: of each event its message in UTF-8, and [`OVERHEAD`].
pub const MOST_BYTES: usize = 1_048_576;

/// What the service adds to the size of each event, in bytes.
pub const OVERHEAD: usize = 26;

/// The longest time from the first event of a call to its last, in milliseconds.
pub const LONGEST: i64 = 24 * 60 * 60 * 1000;

/// Cuts `events` into calls that the service takes: as few as it allows, in the order of time, nothing left out.
pub fn batches(events: Vec<LogEvent>) -> Vec<Vec<LogEvent>> {
    // #region step 3
    // TODO(step 3): as many calls as the limits make necessary.
    vec![events]
    // #endregion
}
