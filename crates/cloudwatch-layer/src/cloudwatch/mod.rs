//! The sink that is CloudWatch Logs itself: batches, made-on-demand group and stream, further attempts. What answers mean is in `answer`, names in `names`.

mod answer;
mod builder;
mod names;
mod pause;
mod requests;

use std::{
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

pub use builder::CloudWatchBuilder;
pub use names::NameError;

use answer::{Failed, Fate, fate};
use names::StreamName;
use requests::{Put, Requests};

use crate::{
    Clock, Delivery, LogEvent, Oversize, Sending, Sink, Tell,
    batch::{Part, traced},
};

/// Sends events by `PutLogEvents`, in batches that the service takes.
///
/// - Group, retention and stream are made before the first batch, and again when the service says that they are gone (once for each batch). That they exist is no error.
///   Nor is it one when the keys may not make them: then they must exist, and the first batch shows it.
/// - What passes by itself is tried again with full jitter, by this sink alone: throttling, 5xx, time-outs, connections refused or broken off. The SDK's own attempts are switched off.
///   A batch of which the service's answer was lost may be there twice.
/// - What does not pass is given up at once: keys that are refused, parameters that are invalid.
/// - While it tries, later events wait in the layer's queue.
///
/// Give it a client of its own: connections of a client that is used elsewhere may hang on a runtime that is blocked or gone.
#[derive(Debug)]
pub struct CloudWatch {
    requests: Requests,
    stream: StreamName,
    oversize: Oversize,
    retry_for: Duration,
    first_pause: Duration,
    clock: Arc<dyn Clock>,
    /// The stream that is known to exist.
    ready: Mutex<Option<String>>,
    tell: TellOnce,
}

/// What [`Sink::tell_with`] gave.
#[derive(Default)]
struct TellOnce(OnceLock<Tell>);

impl std::fmt::Debug for TellOnce {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TellOnce")
    }
}

impl CloudWatch {
    async fn put_all(&self, events: Vec<LogEvent>) -> Delivery {
        let mut ends = Ends::new(events.len());
        for batch in traced(events, self.oversize) {
            match self.put_batch(&batch).await {
                Ok(info) => {
                    for (index, part) in batch.iter().enumerate() {
                        ends.add(part, Some(fate(info.as_ref(), index)));
                    }
                }
                Err(failed) => {
                    for part in &batch {
                        ends.add(part, None);
                    }
                    ends.why = Some(failed.told());
                }
            }
        }
        ends.delivery()
    }

    /// Puts one batch, with as many attempts as there is time for.
    async fn put_batch(&self, batch: &[Part]) -> Result<requests::Refused, Failed> {
        let mut give_up = self.clock.sleep(self.retry_for);
        let mut attempt = 1;
        let mut made_again = false;
        let mut token = None;
        loop {
            let failed = match self.attempt(batch, token.clone()).await {
                Ok(Put::Done(refused)) => return Ok(refused),
                Ok(Put::NoSuchStream(failed)) => {
                    *self.ready() = None;
                    if made_again {
                        return Err(failed);
                    }
                    made_again = true;
                    continue;
                }
                Ok(Put::OtherToken(expected, failed)) => {
                    if token.is_some() || expected.is_none() {
                        return Err(failed);
                    }
                    token = expected;
                    continue;
                }
                Err(failed) => failed,
            };
            if !failed.may_be_retried {
                return Err(failed);
            }
            self.tell(&failed, "; trying again");
            let pause = pause::pause(pause::ceiling(self.first_pause, attempt), &mut rand::rng());
            tokio::select! {
                biased;
                () = &mut give_up => return Err(failed),
                () = self.clock.sleep(pause) => {}
            }
            attempt += 1;
        }
    }

    /// Makes what is missing, and puts the batch once.
    async fn attempt(&self, batch: &[Part], token: Option<String>) -> Result<Put, Failed> {
        let stream = self.stream.on(&crate::json::time::date(self.clock.now()));
        let is_ready = self.ready().as_ref() == Some(&stream);
        if !is_ready {
            self.requests
                .make(&stream, |failed| {
                    self.tell(failed, "; it may exist already")
                })
                .await?;
            *self.ready() = Some(stream.clone());
        }
        self.requests.put(&stream, batch, token).await
    }

    fn ready(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, failed: &Failed, then: &str) {
        if let Some(tell) = self.tell.0.get() {
            tell(&format!("{}{then}", failed.told()));
        }
    }
}

impl Sink for CloudWatch {
    fn put(&self, events: Vec<LogEvent>) -> Sending<'_> {
        Box::pin(self.put_all(events))
    }

    fn destination(&self) -> String {
        format!("CloudWatch Logs, group {}", self.requests.group())
    }

    fn tell_with(&self, tell: Tell) {
        // A second layer over the same sink: the first one tells.
        let _ = self.tell.0.set(tell);
    }
}

/// What became of the events, some of which were sent in parts: one part that was lost is the event lost.
struct Ends {
    /// `None`: given up.
    of: Vec<Option<Fate>>,
    why: Option<String>,
}

impl Ends {
    fn new(events: usize) -> Self {
        Self {
            of: vec![Some(Fate::Taken); events],
            why: None,
        }
    }

    fn add(&mut self, part: &Part, end: Option<Fate>) {
        let known = &mut self.of[part.origin];
        if *known == Some(Fate::Taken) || end.is_none() {
            *known = end;
        }
    }

    fn delivery(self) -> Delivery {
        let mut delivery = Delivery {
            why: self.why,
            ..Delivery::default()
        };
        for end in self.of {
            match end {
                None => delivery.failed += 1,
                Some(Fate::Taken) => delivery.sent += 1,
                Some(fate) => delivery.rejected.count(fate),
            }
        }
        delivery
    }
}
