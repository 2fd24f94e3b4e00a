//! One trace in the making: spans opened and closed, and the lines that are logged meanwhile.
//! Which spans, and how long they take, is decided by those who make them.

use std::sync::Arc;

use crate::line::{Field, Level, line};
use crate::people::{People, Person};
use crate::random::Random;
use crate::story::{SECOND, Story};
use crate::{Kind, LogEvent, Resource, Span, SpanId, TraceId, Value};

/// What befell a trace, for the truth.
#[derive(Default)]
pub(crate) struct Fate {
    /// A long home feed was answered by the bad release: by this span.
    pub(crate) slow_feed: Option<SpanId>,
    /// The home feed or another request left out the display name: when in nanoseconds, and its `request_id`.
    pub(crate) gave_up: Option<(u64, String)>,
    /// When, in nanoseconds, the log says that a search fell back.
    pub(crate) fell_back: Vec<u64>,
}

/// A trace in the making.
pub(crate) struct Scene<'a> {
    pub(crate) story: &'a Story,
    pub(crate) people: &'a People,
    pub(crate) random: Random,
    pub(crate) spans: Vec<Span>,
    pub(crate) logs: Vec<LogEvent>,
    pub(crate) fate: Fate,
    id: TraceId,
}

/// A span that is open: its index among the trace's.
#[derive(Clone, Copy)]
pub(crate) struct Open(usize);

impl<'a> Scene<'a> {
    /// A trace that begins at this nanosecond.
    pub(crate) fn new(story: &'a Story, people: &'a People, mut random: Random, at: u64) -> Self {
        let mut id = [0; 16];
        id[..4].copy_from_slice(&((at / SECOND) as u32).to_be_bytes());
        id[4..8].copy_from_slice(&(random.bits() as u32).to_be_bytes());
        id[8..].copy_from_slice(&random.bits().to_be_bytes());
        Self {
            story,
            people,
            random,
            spans: Vec::new(),
            logs: Vec::new(),
            fate: Fate::default(),
            id: TraceId(id),
        }
    }

    pub(crate) fn person(&self, user: usize) -> &'a Person {
        &self.people.all[user]
    }

    /// Begins a span; it has an end once it is closed.
    pub(crate) fn open(
        &mut self,
        parent: Option<Open>,
        resource: &Arc<Resource>,
        name: &'static str,
        kind: Kind,
        at: u64,
        attributes: Vec<(&'static str, Value)>,
    ) -> Open {
        let span_id = SpanId((self.random.bits() | 1).to_be_bytes());
        self.spans.push(Span {
            trace_id: self.id,
            span_id,
            parent_id: parent.map(|Open(parent)| self.spans[parent].span_id),
            resource: Arc::clone(resource),
            name,
            kind,
            start: at,
            end: at,
            attributes,
            events: Vec::new(),
            error: None,
        });
        Open(self.spans.len() - 1)
    }

    pub(crate) fn span(&mut self, open: Open) -> &mut Span {
        &mut self.spans[open.0]
    }

    pub(crate) fn close(&mut self, open: Open, at: u64) {
        self.spans[open.0].end = at;
    }

    pub(crate) fn set(&mut self, open: Open, name: &'static str, value: impl Into<Value>) {
        self.spans[open.0].attributes.push((name, value.into()));
    }

    /// A moment later by a latency: its median in milliseconds, and how widely it spreads.
    pub(crate) fn later(&mut self, at: u64, median: f64, sigma: f64) -> u64 {
        at + self.random.latency(median, sigma)
    }

    /// Logs something within a span, in the stream of the span's instance.
    pub(crate) fn log(
        &mut self,
        within: Open,
        at: u64,
        level: Level,
        message: &str,
        fields: &[(&str, Field<'_>)],
    ) {
        let span = &self.spans[within.0];
        let stream = match span.attribute("service.instance.id") {
            Some(Value::Text(instance)) => instance,
            _ => span.resource.service,
        };
        self.logs.push(LogEvent {
            stream,
            timestamp: (at / 1_000_000) as i64,
            message: line(at, level, message, span, fields),
        });
    }
}
