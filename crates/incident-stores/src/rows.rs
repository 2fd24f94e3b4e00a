//! Spans as Honeycomb's rows, column by column: the same rows as the observatory makes of the same spans.
//!
//! Only the columns that a query names are made, since spans are read anew for each question.

use std::collections::BTreeSet;
use std::convert::Infallible;

use incident_recording::{Event, SCOPE, Span, TraceId, Value};
use span_columns::{Block, BlockBuilder, Head, Source, ValueRef, Wanted};
use span_query::field;

use crate::Stores;

/// The columns that rows have beside [`field::ALL`] and attributes.
const MADE: [&str; 3] = ["type", "parent_name", "meta.time_since_span_start_ms"];

/// Attributes of an exception that are its span's too.
const OF_EXCEPTIONS: [&str; 4] = [
    "exception.type",
    "exception.message",
    "exception.stacktrace",
    "exception.escaped",
];

/// The rows of the traces that are asked.
pub(crate) struct Rows<'s> {
    stores: &'s Stores,
}

impl<'s> Rows<'s> {
    pub(crate) fn of(stores: &'s Stores) -> Self {
        Self { stores }
    }
}

impl Source for Rows<'_> {
    type Error = Infallible;

    fn blocks(&self, wanted: &Wanted, visit: &mut dyn FnMut(&Block)) -> Result<(), Self::Error> {
        let mut block = BlockBuilder::new();
        let mut row = Row {
            columns: wanted.columns.as_ref(),
            cells: Vec::new(),
        };
        for span in self.stores.asked().flatten() {
            row.span(span);
            row.push(&mut block, head(span), visit);
            for event in &span.events {
                row.event(span, event);
                row.push(&mut block, head_of_event(span, event), visit);
            }
        }
        visit(&block.block());
        Ok(())
    }

    fn names(&self) -> Result<BTreeSet<String>, Self::Error> {
        let made = field::ALL.iter().chain(&MADE);
        let mut names: BTreeSet<String> = made.map(|name| (*name).to_owned()).collect();
        for span in self.stores.asked().flatten() {
            let events = span.events.iter().flat_map(|event| &event.attributes);
            let all = span.attributes.iter().chain(&span.resource.attributes);
            for (name, _) in all.chain(events) {
                if !names.contains(*name) {
                    names.insert((*name).to_owned());
                }
            }
        }
        Ok(names)
    }
}

fn head(span: &Span) -> Head {
    Head {
        unix_nano: i64::try_from(span.start).ok(),
        weight: 1,
        trace_id: id(span.trace_id),
        span_id: span.span_id.0,
        parent_id: span.parent_id.map_or([0; 8], |parent| parent.0),
    }
}

/// An event is a row of its own, beneath its span.
fn head_of_event(span: &Span, event: &Event) -> Head {
    Head {
        unix_nano: i64::try_from(event.time).ok(),
        span_id: [0; 8],
        parent_id: span.span_id.0,
        ..head(span)
    }
}

fn id(trace: TraceId) -> [u8; 16] {
    trace.0
}

/// One row that is being made, and of which columns.
struct Row<'r, 'w> {
    /// All if none are told.
    columns: Option<&'w BTreeSet<String>>,
    cells: Vec<(&'static str, ValueRef<'r>)>,
}

impl<'r> Row<'r, '_> {
    /// Adds the row, to a new block if this one is full, which is shown then.
    fn push(&mut self, block: &mut BlockBuilder, head: Head, visit: &mut dyn FnMut(&Block)) {
        if block.is_full() {
            visit(&std::mem::take(block).block());
        }
        let pushed = block.push(head, self.cells.drain(..));
        debug_assert!(pushed.is_ok(), "a new block has room");
    }

    fn set(&mut self, name: &'static str, value: impl Into<ValueRef<'r>>) {
        if self.columns.is_none_or(|columns| columns.contains(name)) {
            self.cells.push((name, value.into()));
        }
    }

    fn span(&mut self, span: &'r Span) {
        self.set(field::NAME, span.name);
        self.set(field::DURATION_MS, span.duration_ms());
        self.set(field::SPAN_KIND, span.kind.word());
        self.set("type", span.kind.word());
        if let Some(message) = span.error.filter(|message| !message.is_empty()) {
            self.set(field::STATUS_MESSAGE, message);
        }
        self.set(field::STATUS_CODE, if span.error.is_some() { 2 } else { 0 });
        if span.error.is_some() {
            self.set(field::ERROR, true);
        }
        self.set(field::NUM_EVENTS, count(span.events.len()));
        self.set(field::NUM_LINKS, 0);
        self.sender(span);
        if let Some(exception) = span.events.iter().find(|event| event.name == "exception") {
            for (name, value) in &exception.attributes {
                if OF_EXCEPTIONS.contains(name) {
                    self.set(name, shown(value));
                }
            }
        }
        for (name, value) in &span.attributes {
            self.set(name, shown(value));
        }
    }

    fn event(&mut self, span: &'r Span, event: &'r Event) {
        self.set("parent_name", span.name);
        self.set(field::ANNOTATION_TYPE, "span_event");
        if span.error.is_some() {
            self.set(field::ERROR, true);
        }
        self.sender(span);
        self.set(field::NAME, event.name);
        let since = event.time.saturating_sub(span.start);
        self.set("meta.time_since_span_start_ms", since as f64 / 1e6);
        for (name, value) in &event.attributes {
            self.set(name, shown(value));
        }
    }

    fn sender(&mut self, span: &'r Span) {
        self.set(field::SIGNAL_TYPE, "trace");
        for (name, value) in &span.resource.attributes {
            self.set(name, shown(value));
        }
        self.set(field::LIBRARY_NAME, SCOPE);
    }
}

fn shown(value: &Value) -> ValueRef<'_> {
    match value {
        Value::Bool(flag) => ValueRef::Bool(*flag),
        Value::Int(number) => ValueRef::Int(*number),
        Value::Float(number) => ValueRef::Float(*number),
        Value::Text(text) => ValueRef::Text(text),
        Value::Own(text) => ValueRef::Text(text),
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
