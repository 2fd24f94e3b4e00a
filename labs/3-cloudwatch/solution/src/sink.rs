//! The way of the events to CloudWatch Logs: batch by batch, and what is done when the service does not take one.

use std::{
    error::Error,
    iter::successors,
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use aws_sdk_cloudwatchlogs::{
    Client, config::retry::RetryConfig, error::ProvideErrorMetadata, types::InputLogEvent,
    types::RejectedLogEventsInfo,
};
use cloudwatch_layer::{Delivery, LogEvent, Rejected, Sending, Sink, Tell};

use crate::{
    batches::batches,
    group::{self, GROUP},
    waiting::Waiting,
};

/// How often a batch is sent before it is given up: with the waits between, that is up to a minute later.
pub const ATTEMPTS: u32 = 20;

/// The most that the first wait takes.
pub const FIRST_WAIT: Duration = Duration::from_millis(100);

/// The most that any wait takes.
pub const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Sends events to a stream of the log group [`GROUP`].
pub struct CloudWatchSink {
    client: Client,
    stream: String,
    service: String,
    waiting: Box<dyn Waiting>,
    prepared: AtomicBool,
    tell: OnceLock<Tell>,
}

/// Why a call was not answered well.
#[derive(Debug)]
pub struct Refused {
    /// Whether it may go well the next time: the service was too busy, failed, or did not answer.
    pub may_pass: bool,
    /// The service's code and words.
    pub why: String,
}

impl CloudWatchSink {
    /// To `stream`, which is made when the first event is sent, so that a service that is down keeps no program from starting.
    pub fn new(client: &Client, stream: &str, waiting: impl Waiting) -> Self {
        // Sent once: when to send again is decided here, and not by the SDK as well.
        let config = client.config().to_builder();
        let config = config.retry_config(RetryConfig::disabled()).build();
        Self {
            client: Client::from_conf(config),
            stream: stream.to_owned(),
            service: "CloudWatch Logs".to_owned(),
            waiting: Box::new(waiting),
            prepared: AtomicBool::new(false),
            tell: OnceLock::new(),
        }
    }

    /// What the service is called in what is told.
    #[must_use]
    pub fn called(mut self, service: &str) -> Self {
        service.clone_into(&mut self.service);
        self
    }

    async fn put_all(&self, events: Vec<LogEvent>) -> Delivery {
        let mut all = Delivery::default();
        for batch in batches(events) {
            let one = self.deliver(&batch).await;
            all.sent += one.sent;
            all.rejected.too_old += one.rejected.too_old;
            all.rejected.too_new += one.rejected.too_new;
            all.rejected.expired += one.rejected.expired;
            all.failed += one.failed;
            all.why = one.why.or(all.why);
        }
        all
    }

    /// Sends one batch until the service has answered well, or there is no use in going on.
    async fn deliver(&self, batch: &[LogEvent]) -> Delivery {
        // #region step 6
        let mut attempt = 1;
        loop {
            match self.put_once(batch).await {
                // What the service rejects in a good answer it would reject again: the batch is done.
                Ok(delivery) => return delivery,
                Err(refused) if refused.may_pass && attempt < ATTEMPTS => {
                    let wait = wait_after(attempt, self.waiting.chance());
                    self.waiting.pause(wait).await;
                    attempt += 1;
                }
                Err(refused) => return Delivery::failed(batch.len(), refused.why),
            }
        }
        // #endregion
    }

    /// One `PutLogEvents`. When it is refused, that is told at once: a batch may be tried again for a minute.
    async fn put_once(&self, batch: &[LogEvent]) -> Result<Delivery, Refused> {
        let answer = self.call(batch).await;
        if let Err(refused) = &answer {
            self.tell(refused);
        }
        answer
    }

    fn tell(&self, refused: &Refused) {
        if let Some(tell) = self.tell.get() {
            tell(&refused.why);
        }
    }

    /// The call itself, and before the first one what it needs: group, stream and retention.
    async fn call(&self, batch: &[LogEvent]) -> Result<Delivery, Refused> {
        if !self.prepared.load(Ordering::Acquire) {
            match group::prepare(&self.client, &self.stream).await {
                Ok(()) => self.prepared.store(true, Ordering::Release),
                Err(error) => {
                    let refused = Refused::new(&error);
                    if refused.may_pass {
                        return Err(refused);
                    }
                    // All may be there all the same, made by somebody with more rights; if it is not, the call says so.
                    self.tell(&refused);
                }
            }
        }
        let events = batch.iter().filter_map(|event| {
            let event = InputLogEvent::builder()
                .timestamp(event.timestamp)
                .message(&event.message);
            event.build().ok()
        });
        let sent = self
            .client
            .put_log_events()
            .log_group_name(GROUP)
            .log_stream_name(&self.stream)
            .set_log_events(Some(events.collect()))
            .send()
            .await;
        match sent {
            // A 200 is no promise: what is too old or too new is rejected in it.
            Ok(answer) => Ok(delivery(batch.len(), answer.rejected_log_events_info())),
            Err(error) => {
                let refused = Refused::new(&error);
                if error.code() == Some("ResourceNotFoundException") {
                    // Somebody has deleted it: the next batch makes it again.
                    self.prepared.store(false, Ordering::Release);
                }
                Err(refused)
            }
        }
    }
}

/// How long to wait after the attempt of this number, counted from 1; `chance` is from 0 to 1.
pub fn wait_after(attempt: u32, chance: f64) -> Duration {
    // #region step 6
    // The most doubles with each attempt. Any time up to it is drawn ("full jitter"): programs that were refused together
    // don't come back together.
    let doubled = 2_u32.saturating_pow(attempt - 1);
    let most = FIRST_WAIT.saturating_mul(doubled).min(LONGEST_WAIT);
    most.mul_f64(chance)
    // #endregion
}

impl Sink for CloudWatchSink {
    fn put(&self, events: Vec<LogEvent>) -> Sending<'_> {
        Box::pin(self.put_all(events))
    }

    fn destination(&self) -> String {
        format!(
            "{}, log group {GROUP}, stream {}",
            self.service, self.stream
        )
    }

    fn tell_with(&self, tell: Tell) {
        let _ = self.tell.set(tell);
    }
}

impl Refused {
    fn new<E: ProvideErrorMetadata + Error + 'static>(error: &E) -> Self {
        let Some(code) = error.code() else {
            // Nobody answered, and the causes say why.
            let causes = successors(error.source(), |&cause| cause.source());
            let causes: Vec<String> = causes.map(ToString::to_string).collect();
            return Self {
                may_pass: true,
                why: format!("Unreachable: {}", causes.join(": ")),
            };
        };
        let busy = [
            "ThrottlingException",
            "ServiceUnavailableException",
            "InternalFailure",
            "InternalServerException",
            "OperationAbortedException",
        ];
        Self {
            may_pass: busy.contains(&code),
            why: format!("{code}: {}", error.message().unwrap_or("no reason given")),
        }
    }
}

/// What became of a batch that was answered with 200. The service says where in the batch the rejected ones begin or end.
fn delivery(events: usize, info: Option<&RejectedLogEventsInfo>) -> Delivery {
    let from_start = |end: Option<i32>| end.map_or(0, |end| u64::try_from(end).unwrap_or(0));
    let events = events as u64;
    let expired = from_start(info.and_then(|info| info.expired_log_event_end_index()));
    let too_old = from_start(info.and_then(|info| info.too_old_log_event_end_index()));
    let too_new = info.and_then(|info| info.too_new_log_event_start_index());
    let too_new = too_new.map_or(0, |start| events.saturating_sub(from_start(Some(start))));
    // Both are counted from the first event on: one that is before both ends is told of once, by the narrower reason.
    let (too_old, expired) = if expired < too_old {
        (too_old - expired, expired)
    } else {
        (too_old, expired - too_old)
    };
    let rejected = Rejected {
        too_old,
        too_new,
        expired,
    };
    Delivery {
        sent: events.saturating_sub(rejected.total()),
        rejected,
        ..Delivery::default()
    }
}
