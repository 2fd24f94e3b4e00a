//! OpenTelemetry's nanoseconds as X-Ray's seconds.

const NANOS: u64 = 1_000_000_000;

/// Seconds since the Unix epoch, true to the microsecond.
///
/// Whole seconds and the rest are added, so that only the sum is rounded: a double of today's seconds has steps of a quarter microsecond.
pub(super) fn seconds(nanos: u64) -> f64 {
    (nanos / NANOS) as f64 + (nanos % NANOS) as f64 / NANOS as f64
}
