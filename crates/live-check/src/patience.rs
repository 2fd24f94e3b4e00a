//! How long is waited: for an answer, and until what was sent can be found again.

use std::time::Duration;

use tokio::time::Instant;

/// A service on the other side of the world answers within a second or two.
pub(crate) const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// What X-Ray and CloudWatch Logs have taken can mostly be found within five seconds.
const FOUND_WITHIN: Duration = Duration::from_secs(30);
const BETWEEN: Duration = Duration::from_secs(1);

/// The end of the wait for what was sent.
pub(crate) struct Patience(Instant);

impl Patience {
    pub(crate) fn new() -> Self {
        Self(Instant::now() + FOUND_WITHIN)
    }

    /// Waits a little; `false` when it is time to give up.
    pub(crate) async fn again(&self) -> bool {
        let next = Instant::now() + BETWEEN;
        if next > self.0 {
            return false;
        }
        tokio::time::sleep_until(next).await;
        true
    }

    /// The whole of it in words.
    pub(crate) fn whole() -> String {
        format!("{} s", FOUND_WITHIN.as_secs())
    }
}
