//! The sink over the AWS SDK, against a service on a port of its own that answers as a test says.

mod batches;
mod failures;
mod made_on_demand;
mod names;
mod outage;
mod refusals;
mod service;

use std::{
    sync::{Arc, Mutex},
    time::{Duration, UNIX_EPOCH},
};

use cloudwatch_layer::{CloudWatch, CloudWatchBuilder, Delivery, LogEvent, ManualClock, Sink as _};

use crate::service::Service;

pub(crate) const GROUP: &str = "cruddur";

/// A sink under test.
pub(crate) struct Setup {
    pub(crate) sink: CloudWatch,
    pub(crate) clock: ManualClock,
    told: Arc<Mutex<Vec<String>>>,
}

/// The clock stands at 2026-11-26 07:46:50.
pub(crate) fn clock() -> ManualClock {
    ManualClock::new(UNIX_EPOCH + Duration::from_secs(1_795_679_210))
}

impl Setup {
    /// Without pauses between attempts.
    pub(crate) fn new(service: &Service) -> Self {
        Self::with(service, |builder| builder)
    }

    pub(crate) fn with(
        service: &Service,
        configure: impl FnOnce(CloudWatchBuilder) -> CloudWatchBuilder,
    ) -> Self {
        let clock = clock();
        let builder = CloudWatch::builder(service.client(), GROUP)
            .with_stream("backend")
            .with_first_pause(Duration::ZERO)
            .with_clock(clock.clone());
        let sink = configure(builder).build().unwrap();
        let told = Arc::new(Mutex::new(Vec::new()));
        let telling = Arc::clone(&told);
        sink.tell_with(Arc::new(move |line: &str| {
            telling.lock().unwrap().push(line.to_owned());
        }));
        Self { sink, clock, told }
    }

    pub(crate) fn put(&self, events: Vec<LogEvent>) -> Delivery {
        run(self.sink.put(events))
    }

    pub(crate) fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }
}

/// `count` events, one a millisecond.
pub(crate) fn events(count: usize) -> Vec<LogEvent> {
    (0..count)
        .map(|number| LogEvent::new(1_795_679_210_000 + number as i64, format!("event {number}")))
        .collect()
}

/// Runs what needs a tokio runtime on one of its own.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}
