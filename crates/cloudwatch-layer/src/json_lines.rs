//! Events as lines of JSON to a writer: the same lines that `layer` sends, to look at.

use std::{
    fmt,
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use tracing::{
    Event, Subscriber,
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{Layer, layer::Context, registry::LookupSpan};

use crate::{
    Clock, Json, SystemClock,
    json::{Kept, spans},
    quiet::Writing,
};

/// A layer that writes each event as one line of JSON; see [`Json`] for what is in it.
///
/// ```
/// use cloudwatch_layer::JsonLines;
/// use tracing_subscriber::layer::SubscriberExt as _;
///
/// let subscriber = tracing_subscriber::registry().with(JsonLines::new(std::io::stderr()));
/// tracing::subscriber::with_default(subscriber, || {
///     tracing::info!(status = 200, "answered");
/// });
/// ```
pub struct JsonLines<W> {
    writer: Mutex<W>,
    json: Json,
    clock: Arc<dyn Clock>,
}

impl<W> fmt::Debug for JsonLines<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonLines")
            .field("json", &self.json)
            .finish_non_exhaustive()
    }
}

impl JsonLines<io::Stderr> {
    /// Writes to standard error.
    pub fn stderr() -> Self {
        Self::new(io::stderr())
    }
}

impl<W: Write + Send + 'static> JsonLines<W> {
    /// Writes to `writer`, each line by one `write_all`. A line that can't be written is lost: a closed pipe ends no program.
    pub fn new(writer: W) -> Self {
        Self {
            writer: Mutex::new(writer),
            json: Json::new(),
            clock: Arc::new(SystemClock),
        }
    }

    /// How events become lines.
    #[must_use]
    pub fn with_json(mut self, json: Json) -> Self {
        self.json = json;
        self
    }

    /// What time it is.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }
}

impl<S, W> Layer<S> for JsonLines<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: Write + Send + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        spans::on_new_span(attributes, id, &context);
    }

    fn on_record(&self, id: &Id, record: &Record<'_>, context: Context<'_, S>) {
        spans::on_record(id, record, &context);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let Some(_writing) = Writing::begin() else {
            return;
        };
        let now = self.clock.now();
        self.json.write(event, &context, now, Kept::All, |line| {
            line.push('\n');
            let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = writer.write_all(line.as_bytes());
        });
    }
}
