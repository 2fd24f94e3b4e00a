//! The layer itself, and how it is built: an event becomes a line of JSON and goes into the queue. What happens then is in `sender`.

use std::{fmt, sync::Arc, time::Duration};

use tracing::{
    Event, Subscriber,
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{Layer, layer::Context, registry::LookupSpan};

use crate::{
    Clock, Handle, Json, Sink, SystemClock, Tell, WhenFull,
    batch::{MAX_BATCH_BYTES, MAX_BATCH_EVENTS},
    handle::Owner,
    json::{Kept, spans, time::millis},
    notice::{Notice, on_stderr},
    queue::{Limits, Queue},
    quiet::{self, Writing},
    sender::Sender,
};

/// Sends each event of `tracing` as a line of JSON (see [`Json`]) to a [`Sink`], by a bounded queue and a thread in the background.
///
/// It takes what the subscriber lets through: put a filter before it (`layer.with_filter(LevelFilter::INFO)`), or each detail of each library is sent.
///
/// Not sent, and not counted, are events of the sink itself and of the clients below it, and those that exporters cause (a context in which OpenTelemetry suppresses telemetry).
/// An event that is logged while another is being written, by a field's `Debug`, is dropped and counted: it would never end.
pub struct CloudWatchLayer {
    owner: Arc<Owner>,
    json: Json,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for CloudWatchLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CloudWatchLayer")
            .field("json", &self.json)
            .finish_non_exhaustive()
    }
}

impl CloudWatchLayer {
    /// A layer in front of `sink`, to be configured and built.
    pub fn builder(sink: impl Sink) -> LayerBuilder {
        LayerBuilder {
            sink: Arc::new(sink),
            limits: Limits {
                events: 100_000,
                bytes: 16 * 1024 * 1024,
                when_full: WhenFull::Drop,
                batch_events: MAX_BATCH_EVENTS,
                batch_bytes: MAX_BATCH_BYTES,
            },
            interval: Duration::from_millis(500),
            flush_within: Duration::from_secs(10),
            shutdown_within: Duration::from_millis(2500),
            json: Json::new(),
            clock: Arc::new(SystemClock),
            tell: Arc::new(on_stderr),
        }
    }
}

/// Configures a [`CloudWatchLayer`].
#[must_use = "`build` makes the layer"]
pub struct LayerBuilder {
    sink: Arc<dyn Sink>,
    limits: Limits,
    interval: Duration,
    flush_within: Duration,
    shutdown_within: Duration,
    json: Json,
    clock: Arc<dyn Clock>,
    tell: Tell,
}

impl fmt::Debug for LayerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LayerBuilder")
            .field("limits", &self.limits)
            .field("interval", &self.interval)
            .finish_non_exhaustive()
    }
}

impl LayerBuilder {
    /// Most events that wait or are under way; 100,000 unless said otherwise, and at least one.
    pub fn with_queue_events(mut self, events: usize) -> Self {
        self.limits.events = events.max(1);
        self
    }

    /// Most bytes of the events that wait or are under way, 26 for each counted in; 16 MiB unless said otherwise.
    /// An event that is larger by itself is dropped.
    pub fn with_queue_bytes(mut self, bytes: usize) -> Self {
        self.limits.bytes = bytes;
        self
    }

    /// What happens to an event that finds the queue full; it is dropped unless said otherwise.
    pub fn with_when_full(mut self, when_full: WhenFull) -> Self {
        self.limits.when_full = when_full;
        self
    }

    /// Events that are sent at once, without waiting for the interval; 10,000 unless said otherwise, and at least one.
    /// No [`Sink::put`] is given more.
    pub fn with_batch_events(mut self, events: usize) -> Self {
        self.limits.batch_events = events.max(1);
        self
    }

    /// The same in bytes, 26 for each event counted in; 1,048,576 unless said otherwise.
    pub fn with_batch_bytes(mut self, bytes: usize) -> Self {
        self.limits.batch_bytes = bytes.max(1);
        self
    }

    /// How long an event waits for others; half a second unless said otherwise.
    pub fn with_interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// How long [`Handle::flush`] waits; 10 s unless said otherwise.
    pub fn with_flush_within(mut self, within: Duration) -> Self {
        self.flush_within = within;
        self
    }

    /// How long [`Handle::shutdown`] waits; 2.5 s unless said otherwise.
    pub fn with_shutdown_within(mut self, within: Duration) -> Self {
        self.shutdown_within = within;
        self
    }

    /// How events become lines.
    pub fn with_json(mut self, json: Json) -> Self {
        self.json = json;
        self
    }

    /// What time it is, and when the interval and the deadlines are over.
    pub fn with_clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Where the first trouble of each kind and the summary are told; on standard error unless said otherwise.
    /// What `tell` logs is not sent.
    pub fn with_notice(mut self, tell: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.tell = Arc::new(tell);
        self
    }

    /// Starts two threads, one that keeps the time and one for the sink, and makes the layer.
    ///
    /// When the system has no thread to give, that is told, and all events are dropped and counted.
    pub fn build(self) -> (CloudWatchLayer, Handle) {
        let queue = Arc::new(Queue::new(self.limits));
        let notice = Arc::new(Notice::new(self.tell, self.sink.destination()));
        let told = Arc::clone(&notice);
        self.sink
            .tell_with(Arc::new(move |line| told.trouble_of_sink(line)));
        let sender = Sender {
            queue: Arc::clone(&queue),
            clock: Arc::clone(&self.clock),
            notice: Arc::clone(&notice),
            interval: self.interval,
            shutdown_within: self.shutdown_within,
        };
        let running = sender
            .start(self.sink)
            .map_err(|error| {
                queue.close();
                notice.trouble(&format!("Stopped: no thread to send on: {error}"));
            })
            .ok();
        let owner = Arc::new(Owner { queue });
        let layer = CloudWatchLayer {
            owner: Arc::clone(&owner),
            json: self.json,
            clock: Arc::clone(&self.clock),
        };
        let handle = Handle {
            owner,
            running,
            clock: self.clock,
            flush_within: self.flush_within,
        };
        (layer, handle)
    }
}

impl<S> Layer<S> for CloudWatchLayer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if !quiet::is_sender() {
            spans::on_new_span(attributes, id, &context);
        }
    }

    fn on_record(&self, id: &Id, record: &Record<'_>, context: Context<'_, S>) {
        if !quiet::is_sender() {
            spans::on_record(id, record, &context);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if quiet::is_sender() {
            return;
        }
        let Some(_writing) = Writing::begin() else {
            self.owner.queue.drop_one();
            return;
        };
        let now = self.clock.now();
        self.json
            .write(event, &context, now, Kept::NotSuppressed, |line| {
                self.owner.queue.push(millis(now), line);
            });
    }
}
