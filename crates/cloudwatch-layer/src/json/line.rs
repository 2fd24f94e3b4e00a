//! An event's own fields, its spans' fields and the IDs, put together to one object.

use std::{cell::RefCell, fmt, sync::Arc, time::SystemTime};

use serde_json::Value;
use tracing::{Event, Subscriber};
use tracing_subscriber::{
    layer::Context,
    registry::{LookupSpan, Scope},
};

use super::{
    escape::write_string,
    fields::{Fields, Names, Recorder},
    ids::{self, Current},
    spans::SpanFields,
    time::write_rfc3339,
};

/// How events become lines of JSON.
///
/// - One object a line, without a line break in it.
/// - First `timestamp` (RFC 3339 in UTC, microseconds), `level` (`ERROR` to `TRACE`), `target` and, when the event has one, `message`.
/// - Within an OpenTelemetry span (that of the current [`Context`](opentelemetry::Context)): `trace_id` and `span_id` in hexadecimal, as W3C and the waterfall write them,
///   and `xray_trace_id`, the same ID as X-Ray writes it (`1-581cf771-a006649127e371903a2de979`). Without a span they are absent.
/// - Then the fields of `tracing`'s spans, from the root to the leaf, and the event's own.
///   A name that occurs twice is written once: the inner span's value wins over the outer's, the event's over all.
/// - A field that has one of the names above gets an underscore: `level_`, `trace_id_`. Only an event's `message` is *the* message.
/// - Booleans, integers and finite doubles are JSON's. An `i128` or `u128` beyond 64 bits is text, since readers would round it, and so are `NaN`, `Infinity` and `-Infinity`.
///   What is recorded with `%` or `?` is text. An error is the text of its causes, outermost first: `no profile: connection refused`.
#[derive(Clone)]
pub struct Json {
    ids: bool,
    constant: Arc<Fields>,
    add: Arc<[Add]>,
}

type Add = Box<dyn Fn(&mut Added<'_>) + Send + Sync>;

/// Fields that are added to an event; see [`Json::with_fields`].
#[derive(Debug)]
pub struct Added<'a>(&'a mut Fields, Names);

impl Added<'_> {
    /// Adds `name` with `value`; of two of the same name the later one is kept.
    pub fn set(&mut self, name: &'static str, value: impl Into<Value>) {
        let value = value.into();
        let name = self.1.of(name);
        self.0.set(name, |json| json.push_str(&value.to_string()));
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Json")
            .field("ids", &self.ids)
            .finish_non_exhaustive()
    }
}

impl Default for Json {
    fn default() -> Self {
        Self {
            ids: true,
            constant: Arc::default(),
            add: Arc::new([]),
        }
    }
}

/// What a thread keeps between events, so that most need one allocation, that of the finished line.
#[derive(Default)]
struct Scratch {
    line: String,
    /// The event's, as JSON; empty when it has none.
    message: String,
    members: Fields,
}

/// No thread keeps more than this, in bytes, after an event of unusual size.
const KEPT: usize = 64 * 1024;

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Whether events are written that exporters caused.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kept {
    /// All.
    All,
    /// Those that are not within a context in which telemetry is suppressed.
    NotSuppressed,
}

impl Json {
    /// As described above.
    pub fn new() -> Self {
        Self::default()
    }

    /// Leaves out `trace_id`, `span_id` and `xray_trace_id`; the names are free for fields then.
    #[must_use]
    pub fn without_ids(mut self) -> Self {
        self.ids = false;
        self
    }

    /// Adds the same field to every event, for instance the service's name. Fields of spans and events win over it.
    #[must_use]
    pub fn with_field(self, name: &'static str, value: impl Into<Value>) -> Self {
        let mut constant = Fields::default();
        constant.append(&self.constant, Names::Own);
        Added(&mut constant, Names::Own).set(name, value);
        Self {
            constant: Arc::new(constant),
            ..self
        }
    }

    /// Adds the fields that `add` sets, asked anew for each event on the thread that logs it. Fields of spans and events win over them.
    ///
    /// ```
    /// use cloudwatch_layer::Json;
    ///
    /// let json = Json::new().with_fields(|fields| {
    ///     fields.set("thread", std::thread::current().name());
    /// });
    /// ```
    #[must_use]
    pub fn with_fields(self, add: impl Fn(&mut Added<'_>) + Send + Sync + 'static) -> Self {
        let before = self.add;
        let both: Add = if before.is_empty() {
            Box::new(add)
        } else {
            Box::new(move |fields| {
                for before in &*before {
                    before(fields);
                }
                add(fields);
            })
        };
        Self {
            add: Arc::new([both]),
            ..self
        }
    }

    /// Writes `event`, which happened at `at`, and hands the line to `with`; `None` when it is not `kept`.
    pub(crate) fn write<S, T>(
        &self,
        event: &Event<'_>,
        context: &Context<'_, S>,
        at: SystemTime,
        kept: Kept,
        with: impl FnOnce(&mut String) -> T,
    ) -> Option<T>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let current = ids::current(event.metadata().target());
        if kept == Kept::NotSuppressed && matches!(current, Current::Suppressed) {
            return None;
        }
        // The thread's own may be gone: an event of a destructor at the thread's end.
        let mut scratch = SCRATCH
            .try_with(|scratch| {
                scratch
                    .try_borrow_mut()
                    .map(|mut scratch| std::mem::take(&mut *scratch))
            })
            .ok()
            .and_then(Result::ok)
            .unwrap_or_default();
        self.assemble(event, context, at, &current, &mut scratch);
        let result = with(&mut scratch.line);
        if scratch.line.capacity() + scratch.message.capacity() + scratch.members.capacity() <= KEPT
        {
            let _ = SCRATCH.try_with(|kept| kept.try_borrow_mut().map(|mut kept| *kept = scratch));
        }
        Some(result)
    }

    fn assemble<S>(
        &self,
        event: &Event<'_>,
        context: &Context<'_, S>,
        at: SystemTime,
        current: &Current,
        scratch: &mut Scratch,
    ) where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let Scratch {
            line,
            message,
            members,
        } = scratch;
        line.clear();
        message.clear();
        members.clear();

        let names = Names::Reserved { ids: self.ids };
        members.append(&self.constant, names);
        for add in &*self.add {
            add(&mut Added(members, names));
        }
        for span in context
            .event_scope(event)
            .into_iter()
            .flat_map(Scope::from_root)
        {
            if let Some(SpanFields(fields)) = span.extensions().get() {
                members.append(fields, names);
            }
        }
        event.record(&mut Recorder::event(members, names, message));

        let metadata = event.metadata();
        line.push_str("{\"timestamp\":\"");
        write_rfc3339(line, at);
        line.push_str("\",\"level\":\"");
        line.push_str(metadata.level().as_str());
        line.push_str("\",\"target\":");
        write_string(line, metadata.target());
        if !message.is_empty() {
            line.push_str(",\"message\":");
            line.push_str(message);
        }
        if let (true, &Current::Span(trace_id, span_id)) = (self.ids, current) {
            ids::write(line, trace_id, span_id);
        }
        for (name, json) in members.iter() {
            line.push(',');
            write_string(line, name);
            line.push(':');
            line.push_str(json);
        }
        line.push('}');
    }
}
