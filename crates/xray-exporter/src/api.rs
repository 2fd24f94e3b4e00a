//! The transport by `PutTraceSegments`, the API of the service itself. What the service's answers mean is in `answer`.

use std::time::Duration;

use aws_sdk_xray::Client;
use rand::Rng;
use tokio::time::{Instant, sleep, timeout_at};

use crate::{
    Delivery, GivenUp, Sending, Transport,
    answer::{Failed, Unprocessed, unprocessed},
};

/// Most documents in one `PutTraceSegments`.
/// Source: AWS X-Ray API Reference, "PutTraceSegments".
const BATCH: usize = 50;

/// No pause is longer than this, however many attempts there were.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Sends documents by `PutTraceSegments`, 50 at a time.
///
/// What the service hands back as unprocessed is sent again, unless its error code says that the document itself is wrong.
/// Requests that fail as a whole are tried again by the SDK, as the client's configuration says, and then given up.
/// When nobody answers at all, the batches that are left are given up with it.
///
/// Give it a client of its own: connections of a client that is used elsewhere may hang on a runtime that is blocked or gone.
#[derive(Debug)]
pub struct Api {
    client: Client,
    attempts: u32,
    first_pause: Duration,
    within: Duration,
}

impl Api {
    /// Sends with `client`.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            attempts: 3,
            first_pause: Duration::from_millis(100),
            within: Duration::from_secs(8),
        }
    }

    /// How often a document is sent at most; 3 unless said otherwise, and at least once.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// The longest pause before the second attempt; it doubles with each further one, and the pause itself is random between zero and that.
    /// 100 ms unless said otherwise; with zero there are no pauses.
    #[must_use]
    pub fn with_first_pause(mut self, pause: Duration) -> Self {
        self.first_pause = pause;
        self
    }

    /// How long one export may take altogether; what is not accepted by then is given up. 8 s unless said otherwise.
    #[must_use]
    pub fn with_deadline(mut self, within: Duration) -> Self {
        self.within = within;
        self
    }

    async fn send_all(&self, mut documents: Vec<String>) -> Delivery {
        let deadline = Instant::now() + self.within;
        let mut delivery = Delivery::default();
        for attempt in 1..=self.attempts {
            let again = self.send_once(documents, deadline, &mut delivery).await;
            if again.is_empty() {
                break;
            }
            let pause = pause(longest_pause(self.first_pause, attempt), &mut rand::rng());
            if attempt == self.attempts || !is_before(deadline, Instant::now(), pause) {
                delivery.given_up.extend(again);
                break;
            }
            if !pause.is_zero() {
                sleep(pause).await;
            }
            documents = again.into_iter().map(|again| again.document).collect();
        }
        delivery
    }

    /// Sends each document once. What may be sent again comes back; what became of the others goes into `delivery`.
    async fn send_once(
        &self,
        documents: Vec<String>,
        deadline: Instant,
        delivery: &mut Delivery,
    ) -> Vec<GivenUp> {
        let mut again = Vec::new();
        let mut nobody: Option<Failed> = None;
        for batch in batches(documents) {
            let answer = match nobody.take() {
                Some(failed) => Err(failed),
                None => self.put(&batch, deadline).await,
            };
            match answer {
                Ok(entries) => {
                    delivery.accepted += batch.len().saturating_sub(entries.len());
                    let (retried, given_up): (Vec<_>, Vec<_>) = unprocessed(batch, entries)
                        .into_iter()
                        .partition(|entry| entry.may_be_retried);
                    again.extend(retried.into_iter().map(|entry| entry.given_up));
                    delivery
                        .given_up
                        .extend(given_up.into_iter().map(|entry| entry.given_up));
                }
                Err(failed) => {
                    delivery.given_up.extend(
                        batch
                            .into_iter()
                            .map(|document| GivenUp::new(document, &failed.code, &failed.message)),
                    );
                    nobody = failed.nobody_answered.then_some(failed);
                }
            }
        }
        again
    }

    async fn put(&self, batch: &[String], deadline: Instant) -> Result<Vec<Unprocessed>, Failed> {
        let request = self
            .client
            .put_trace_segments()
            .set_trace_segment_documents(Some(batch.to_vec()));
        match timeout_at(deadline, request.send()).await {
            Ok(Ok(answer)) => Ok(answer.unprocessed_trace_segments.unwrap_or_default()),
            Ok(Err(error)) => Err(Failed::from_sdk(&error)),
            Err(_) => Err(Failed::no_answer(self.within)),
        }
    }
}

impl Transport for Api {
    fn send(&self, documents: Vec<String>) -> Sending<'_> {
        Box::pin(self.send_all(documents))
    }
}

fn batches(documents: Vec<String>) -> impl Iterator<Item = Vec<String>> {
    let mut documents = documents.into_iter();
    std::iter::from_fn(move || {
        let batch: Vec<String> = documents.by_ref().take(BATCH).collect();
        (!batch.is_empty()).then_some(batch)
    })
}

/// Whether there is time left after a pause that begins now.
fn is_before(deadline: Instant, now: Instant, pause: Duration) -> bool {
    now + pause < deadline
}

/// The ceiling doubles with each attempt, from `first` on.
fn longest_pause(first: Duration, attempt: u32) -> Duration {
    let doublings = attempt.saturating_sub(1).min(16);
    first.saturating_mul(1 << doublings).min(LONGEST_PAUSE)
}

/// Full jitter: anything from zero to the ceiling, so that many programs do not come back at once.
fn pause(ceiling: Duration, random: &mut impl Rng) -> Duration {
    random.random_range(Duration::ZERO..=ceiling)
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    #[track_caller]
    fn check(first: u64, attempt: u32, wanted: u64) {
        assert_eq!(
            longest_pause(Duration::from_millis(first), attempt),
            Duration::from_millis(wanted)
        );
    }

    #[test]
    fn the_ceiling_doubles_up_to_two_seconds() {
        check(100, 1, 100);
        check(100, 2, 200);
        check(100, 3, 400);
        check(100, 6, 2000);
        check(100, u32::MAX, 2000);
        check(0, 5, 0);
    }

    #[test]
    fn there_is_no_pause_that_ends_after_the_deadline() {
        let now = Instant::now();
        let deadline = now + Duration::from_millis(100);
        assert!(is_before(deadline, now, Duration::from_millis(99)));
        assert!(!is_before(deadline, now, Duration::from_millis(100)));
    }

    #[test]
    fn pauses_are_spread_from_zero_to_the_ceiling() {
        let mut random = StdRng::seed_from_u64(7);
        let ceiling = Duration::from_millis(100);
        let pauses: Vec<_> = (0..1000).map(|_| pause(ceiling, &mut random)).collect();
        assert!(pauses.iter().all(|pause| *pause <= ceiling));
        let (least, most) = (pauses.iter().min().unwrap(), pauses.iter().max().unwrap());
        assert!(*least < ceiling / 20 && *most > ceiling * 19 / 20);
    }
}
