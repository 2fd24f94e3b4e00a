//! The layer, its queue and its handle, in front of a sink that keeps what it is given.

mod flush;
mod keep;
mod notices;
mod queue;
mod quiet;
mod sending;
mod shutdown;
mod sinks;

use std::{
    sync::{Arc, Condvar, Mutex},
    thread,
    time::{Duration, UNIX_EPOCH},
};

use cloudwatch_layer::{CloudWatchLayer, Handle, LayerBuilder, ManualClock, Report, Sink};
use tracing::Dispatch;
use tracing_subscriber::layer::SubscriberExt as _;

/// Long, since the clock stands still until a test moves it.
pub(crate) const INTERVAL: Duration = Duration::from_secs(7);
pub(crate) const FLUSH_WITHIN: Duration = Duration::from_secs(11);
pub(crate) const SHUTDOWN_WITHIN: Duration = Duration::from_secs(13);

/// A layer under test, with what is told of it.
pub(crate) struct Setup {
    pub(crate) clock: ManualClock,
    pub(crate) handle: Handle,
    pub(crate) dispatch: Dispatch,
    told: Arc<(Mutex<Vec<String>>, Condvar)>,
}

impl Setup {
    pub(crate) fn new(sink: impl Sink) -> Self {
        Self::with(sink, |builder| builder)
    }

    pub(crate) fn with(
        sink: impl Sink,
        configure: impl FnOnce(LayerBuilder) -> LayerBuilder,
    ) -> Self {
        let clock = ManualClock::new(UNIX_EPOCH + Duration::from_secs(1_000_000));
        let told = Arc::new((Mutex::new(Vec::new()), Condvar::new()));
        let telling = Arc::clone(&told);
        let builder = CloudWatchLayer::builder(sink)
            .with_clock(clock.clone())
            .with_interval(INTERVAL)
            .with_flush_within(FLUSH_WITHIN)
            .with_shutdown_within(SHUTDOWN_WITHIN)
            .with_notice(move |line| {
                telling.0.lock().unwrap().push(line.to_owned());
                telling.1.notify_all();
            });
        let (layer, handle) = configure(builder).build();
        Self {
            clock,
            handle,
            dispatch: Dispatch::new(tracing_subscriber::registry().with(layer)),
            told,
        }
    }

    pub(crate) fn within<T>(&self, run: impl FnOnce() -> T) -> T {
        tracing::dispatcher::with_default(&self.dispatch, run)
    }

    /// Logs events with these messages.
    pub(crate) fn log<'a>(&self, messages: impl IntoIterator<Item = &'a str>) {
        self.within(|| {
            for message in messages {
                tracing::info!("{message}");
            }
        });
    }

    /// Shuts down, and lets the time that it may take pass by.
    pub(crate) fn shut_down_too_late(&self) -> Report {
        thread::scope(|scope| {
            let shutdown = scope.spawn(|| self.handle.shutdown_blocking());
            self.clock
                .wait_until(|sleeping| sleeping == [SHUTDOWN_WITHIN]);
            self.clock.advance(SHUTDOWN_WITHIN);
            shutdown.join().unwrap()
        })
    }

    /// What was told so far.
    pub(crate) fn told(&self) -> Vec<String> {
        self.told.0.lock().unwrap().clone()
    }

    /// Blocks until something was told.
    pub(crate) fn wait_until_told(&self) {
        let (lines, changed) = &*self.told;
        let (lines, timeout) = changed
            .wait_timeout_while(lines.lock().unwrap(), Duration::from_secs(20), |lines| {
                lines.is_empty()
            })
            .unwrap();
        drop(lines);
        assert!(!timeout.timed_out());
    }
}

/// The part of a line that differs in these tests.
pub(crate) fn message(line: &str) -> String {
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    line["message"].as_str().unwrap().to_owned()
}

pub(crate) fn sent(sent: u64) -> Report {
    Report {
        sent,
        ..Report::default()
    }
}

/// Runs `future` where there is no runtime but one without timers or threads.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}
