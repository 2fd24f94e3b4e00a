//! Time in tests: so many milliseconds after a fixed whole second.

use std::time::{Duration, SystemTime};

/// The fixed second.
pub(crate) const START: u64 = 1_700_000_000;

pub(crate) fn at_ms(milliseconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(START) + Duration::from_millis(milliseconds)
}

/// Whether `taken` of `requests` is within four standard deviations of what `rate` gives.
#[track_caller]
pub(crate) fn assert_binomial(what: &str, taken: usize, requests: usize, rate: f64) {
    let mean = requests as f64 * rate;
    let deviation = (requests as f64 * rate * (1.0 - rate)).sqrt();
    let bounds = (mean - 4.0 * deviation)..=(mean + 4.0 * deviation);
    assert!(
        bounds.contains(&(taken as f64)),
        "{what}: {taken} of {requests} at {rate}, outside {bounds:?}"
    );
}
