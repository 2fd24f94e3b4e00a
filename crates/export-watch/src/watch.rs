//! Counts spans on their way to the exporter and tells what became of them. Where they go is in `destination`, why they failed in `refusal`.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use opentelemetry::Context;
use opentelemetry_sdk::{
    Resource,
    error::{OTelSdkError, OTelSdkResult},
    trace::{BatchConfigBuilder, BatchSpanProcessor, Span, SpanData, SpanExporter, SpanProcessor},
};

use crate::{Refusal, refusal::XrayLoss};

/// How long a shutdown waits for the last batch: with the two seconds that running requests are given, a program ends within five.
pub const EXIT_WITHIN: Duration = Duration::from_millis(2500);

/// How long a finished span waits for others before it is sent, unless `OTEL_BSP_SCHEDULE_DELAY` says otherwise.
///
/// The specification's default is five seconds, long for somebody who waits for a page to show their span.
const SCHEDULE_DELAY: Duration = Duration::from_millis(500);

type Tell = dyn Fn(&str) + Send + Sync;

/// Counts spans that ended and spans that were accepted, and tells the first refusal of each kind. Cheap to clone.
#[derive(Clone)]
pub struct ExportWatch {
    state: Arc<State>,
}

struct State {
    destination: String,
    tell: Box<Tell>,
    ended: AtomicU64,
    exported: AtomicU64,
    delivered: AtomicU64,
    refusals: Mutex<Vec<Refusal>>,
    timed_out: Mutex<bool>,
}

/// What became of the spans; see [`ExportWatch::outcome`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Outcome {
    /// Sampled spans that ended.
    pub ended: u64,
    /// Spans in batches that the destination accepted; of X-Ray's batches also those that it took beside others that it refused.
    pub delivered: u64,
    /// The latest reason, if a batch was refused or spans never got into one.
    pub refusal: Option<Refusal>,
}

impl Outcome {
    /// Spans that ended and were not accepted.
    pub fn lost(&self) -> u64 {
        self.ended.saturating_sub(self.delivered)
    }
}

impl fmt::Debug for ExportWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExportWatch")
            .field("outcome", &self.outcome())
            .finish_non_exhaustive()
    }
}

impl ExportWatch {
    /// A watch for exports to `destination`, which is named in what it tells; it tells on standard error.
    pub fn new(destination: impl Into<String>) -> Self {
        Self::telling(destination, |line| eprintln!("telemetry: {line}"))
    }

    /// The same, telling elsewhere.
    pub fn telling(
        destination: impl Into<String>,
        tell: impl Fn(&str) + Send + Sync + 'static,
    ) -> Self {
        Self {
            state: Arc::new(State {
                destination: destination.into(),
                tell: Box::new(tell),
                ended: AtomicU64::new(0),
                exported: AtomicU64::new(0),
                delivered: AtomicU64::new(0),
                refusals: Mutex::new(Vec::new()),
                timed_out: Mutex::new(false),
            }),
        }
    }

    /// The SDK's [`BatchSpanProcessor`] round `exporter`, both watched.
    ///
    /// Its queue and batch sizes are the SDK's (`OTEL_BSP_*`); a finished span waits half a second at most for others.
    pub fn batch<E: SpanExporter + 'static>(
        &self,
        exporter: E,
    ) -> WatchedProcessor<BatchSpanProcessor> {
        let mut config = BatchConfigBuilder::default();
        if std::env::var_os("OTEL_BSP_SCHEDULE_DELAY").is_none() {
            config = config.with_scheduled_delay(SCHEDULE_DELAY);
        }
        self.processor(
            BatchSpanProcessor::builder(self.exporter(exporter))
                .with_batch_config(config.build())
                .build(),
        )
    }

    /// Counts what `exporter` is given and what it says was accepted.
    pub fn exporter<E: SpanExporter>(&self, exporter: E) -> WatchedExporter<E> {
        WatchedExporter {
            watch: self.clone(),
            exporter,
        }
    }

    /// Counts the spans that end before `processor` queues them, so that those it drops are known too.
    pub fn processor<P: SpanProcessor>(&self, processor: P) -> WatchedProcessor<P> {
        WatchedProcessor {
            watch: self.clone(),
            processor,
        }
    }

    /// What became of the spans so far; exact once the provider has been shut down.
    pub fn outcome(&self) -> Outcome {
        let state = &self.state;
        let ended = state.ended.load(Ordering::Acquire);
        let delivered = state.delivered.load(Ordering::Acquire);
        let refused = lock(&state.refusals).last().copied();
        let refusal = if *lock(&state.timed_out) {
            Some(refused.unwrap_or(Refusal::NoAnswer))
        } else if refused.is_none() && state.exported.load(Ordering::Acquire) < ended {
            Some(Refusal::QueueFull)
        } else {
            refused
        };
        Outcome {
            ended,
            delivered,
            refusal,
        }
    }

    /// Tells the outcome in one line: all delivered, or how many were lost and why. Call it after the provider's shutdown.
    pub fn tell_outcome(&self) -> Outcome {
        let outcome = self.outcome();
        let State {
            destination, tell, ..
        } = &*self.state;
        let (lost, ended) = (outcome.lost(), outcome.ended);
        match outcome.refusal {
            _ if lost == 0 => tell(&format!("{ended} spans were delivered to {destination}")),
            Some(refusal) => tell(&format!(
                "{lost} of {ended} spans were lost: {destination} {refusal}"
            )),
            None => tell(&format!(
                "{lost} of {ended} spans were lost on the way to {destination}"
            )),
        }
        outcome
    }

    fn refused(&self, error: &OTelSdkError) {
        let refusal = Refusal::from_error(error);
        let first = {
            let mut refusals = lock(&self.state.refusals);
            let first = !refusals.contains(&refusal);
            // The latest reason is the last one, and each stands there once.
            refusals.retain(|known| *known != refusal);
            refusals.push(refusal);
            first
        };
        if first {
            // X-Ray's exporter knows better what to check.
            let advice =
                XrayLoss::from_error(error).map_or_else(|| refusal.advice(), |loss| loss.reason);
            (self.state.tell)(&format!("{} {refusal}: {advice}", self.state.destination));
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An exporter whose results are counted; made by [`ExportWatch::exporter`].
#[derive(Debug)]
pub struct WatchedExporter<E> {
    watch: ExportWatch,
    exporter: E,
}

impl<E: SpanExporter> SpanExporter for WatchedExporter<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len() as u64;
        self.watch.state.exported.fetch_add(spans, Ordering::AcqRel);
        let result = self.exporter.export(batch).await;
        let delivered = match &result {
            Ok(()) => spans,
            // Of exporters only X-Ray's says how much of a batch was taken.
            Err(error) => {
                XrayLoss::from_error(error).map_or(0, |loss| spans.saturating_sub(loss.lost))
            }
        };
        self.watch
            .state
            .delivered
            .fetch_add(delivered, Ordering::AcqRel);
        if let Err(error) = &result {
            self.watch.refused(error);
        }
        result
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn shutdown(&self) -> OTelSdkResult {
        self.exporter.shutdown()
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

/// A processor whose ended spans are counted; made by [`ExportWatch::processor`].
#[derive(Debug)]
pub struct WatchedProcessor<P> {
    watch: ExportWatch,
    processor: P,
}

impl<P: SpanProcessor> SpanProcessor for WatchedProcessor<P> {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.processor.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        if span.span_context.is_sampled() {
            self.watch.state.ended.fetch_add(1, Ordering::AcqRel);
        }
        self.processor.on_end(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.processor.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        let result = self.processor.shutdown_with_timeout(timeout);
        if matches!(result, Err(OTelSdkError::Timeout(_))) {
            *lock(&self.watch.state.timed_out) = true;
        }
        result
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.processor.set_resource(resource);
    }
}
