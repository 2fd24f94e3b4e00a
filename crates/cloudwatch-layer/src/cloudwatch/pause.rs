//! How long to wait before the next attempt.

use std::time::Duration;

use rand::Rng;

/// No pause is longer than this, however many attempts there were: a service that is back is not kept waiting.
const LONGEST: Duration = Duration::from_secs(2);

/// The ceiling doubles with each attempt, from `first` on.
pub(crate) fn ceiling(first: Duration, attempt: u32) -> Duration {
    let doublings = attempt.saturating_sub(1).min(16);
    first.saturating_mul(1 << doublings).min(LONGEST)
}

/// Full jitter: anything from zero to the ceiling, so that many programs do not come back at once.
pub(crate) fn pause(ceiling: Duration, random: &mut impl Rng) -> Duration {
    random.random_range(Duration::ZERO..=ceiling)
}
