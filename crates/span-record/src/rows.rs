//! A stored span as the rows that Honeycomb makes of it: the span, each of its events, each of its links.
//!
//! Later wins: the span's own fields, then attributes of the resource, the scope, the span.

use std::{borrow::Cow, collections::BTreeSet};

use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, KeyValue, any_value::Value as Any},
    trace::v1::status::StatusCode,
};
use span_columns::{BlockBuilder, Full, Head, ValueRef};
use span_query::field;

use crate::{StoredSpan, UNKNOWN_SERVICE, kind_word};

/// Maps are taken apart into fields of their own (`map.key`) so deep; what lies deeper is one field of JSON.
const MAX_DEPTH: usize = 5;

/// A field's value: of the span itself where it is there as such.
#[derive(Debug)]
enum Cell<'a> {
    Plain(ValueRef<'a>),
    Made(String),
}

impl Cell<'_> {
    fn value(&self) -> ValueRef<'_> {
        match self {
            Self::Plain(value) => *value,
            Self::Made(text) => ValueRef::Text(text),
        }
    }
}

/// The fields of one row but for its IDs, which its head has; of those with the same name the last one counts.
pub struct Fields<'a, 'w> {
    /// Those that the row must have; all if not told.
    wanted: Option<&'w BTreeSet<String>>,
    cells: Vec<(Cow<'a, str>, Cell<'a>)>,
}

impl<'a> Fields<'a, '_> {
    /// Adds them as a row.
    ///
    /// # Errors
    ///
    /// [`Full`] if there is no room.
    pub fn push(&self, head: Head, rows: &mut BlockBuilder) -> Result<(), Full> {
        let cells = self.cells.iter();
        rows.push(
            head,
            cells.map(|(name, cell)| (name.as_ref(), cell.value())),
        )
    }

    fn wants(&self, name: &str) -> bool {
        self.wanted.is_none_or(|wanted| wanted.contains(name))
    }

    fn set(&mut self, name: &'static str, value: impl Into<ValueRef<'a>>) {
        if self.wants(name) {
            self.cells.push((name.into(), Cell::Plain(value.into())));
        }
    }

    fn set_id(&mut self, name: &'static str, bytes: &[u8]) {
        if self.wants(name) {
            let hex = otlp_json::hex(bytes);
            self.cells.push((name.into(), Cell::Made(hex)));
        }
    }

    fn attributes(&mut self, attributes: &'a [KeyValue]) {
        for attribute in attributes {
            if let Some(value) = &attribute.value {
                self.attribute(Cow::Borrowed(&attribute.key), value, 0);
            }
        }
    }

    fn attribute(&mut self, key: Cow<'a, str>, value: &'a AnyValue, depth: usize) {
        let cell = match &value.value {
            Some(Any::KvlistValue(map)) if depth < MAX_DEPTH => {
                for entry in &map.values {
                    if let Some(value) = &entry.value {
                        let key = format!("{key}.{}", entry.key);
                        self.attribute(Cow::Owned(key), value, depth + 1);
                    }
                }
                return;
            }
            _ if !self.wants(&key) => return,
            Some(Any::StringValue(text)) => Cell::Plain(ValueRef::Text(text)),
            Some(Any::BoolValue(flag)) => Cell::Plain((*flag).into()),
            Some(Any::IntValue(number)) => Cell::Plain((*number).into()),
            Some(Any::DoubleValue(number)) => Cell::Plain((*number).into()),
            Some(_) => Cell::Made(otlp_json::plain_value(value).to_string()),
            None => return,
        };
        self.cells.push((key, cell));
    }
}

/// Visits the rows of a span: its own first, then its events', then its links'.
pub fn each<'a>(
    stored: &'a StoredSpan,
    wanted: Option<&BTreeSet<String>>,
    visit: &mut dyn FnMut(Head, &Fields<'a, '_>),
) {
    let span = &stored.span;
    let is_error = span
        .status
        .as_ref()
        .is_some_and(|status| status.code == StatusCode::Error as i32);
    let mut fields = Fields {
        wanted,
        cells: Vec::with_capacity(24 + span.attributes.len()),
    };
    let head = Head {
        unix_nano: Some(clamp(span.start_time_unix_nano)),
        weight: sample_rate(stored),
        trace_id: id(&span.trace_id),
        span_id: id(&span.span_id),
        parent_id: id(&span.parent_span_id),
    };
    own(stored, is_error, &mut fields);
    visit(head, &fields);
    let head = Head {
        span_id: [0; 8],
        parent_id: head.span_id,
        ..head
    };
    for event in &span.events {
        annotation(stored, "span_event", is_error, &mut fields);
        fields.set(field::NAME, event.name.as_str());
        let since = event
            .time_unix_nano
            .saturating_sub(span.start_time_unix_nano);
        fields.set("meta.time_since_span_start_ms", milliseconds(since));
        fields.attributes(&event.attributes);
        let unix_nano = Some(clamp(event.time_unix_nano));
        visit(Head { unix_nano, ..head }, &fields);
    }
    for link in &span.links {
        annotation(stored, "link", is_error, &mut fields);
        fields.set_id("trace.link.trace_id", &link.trace_id);
        fields.set_id("trace.link.span_id", &link.span_id);
        fields.attributes(&link.attributes);
        visit(head, &fields);
    }
}

fn own<'a>(stored: &'a StoredSpan, is_error: bool, fields: &mut Fields<'a, '_>) {
    let span = &stored.span;
    let duration = span
        .end_time_unix_nano
        .saturating_sub(span.start_time_unix_nano);
    fields.set(field::NAME, span.name.as_str());
    fields.set(field::DURATION_MS, milliseconds(duration));
    for kind in [field::SPAN_KIND, "type"] {
        fields.set(kind, kind_word(span.kind));
    }
    let status = span.status.as_ref();
    if let Some(status) = status.filter(|status| !status.message.is_empty()) {
        fields.set(field::STATUS_MESSAGE, status.message.as_str());
    }
    let code = status.map_or(0, |status| status.code);
    fields.set(field::STATUS_CODE, i64::from(code));
    if is_error {
        fields.set(field::ERROR, true);
    }
    if !span.trace_state.is_empty() {
        fields.set("trace.trace_state", span.trace_state.as_str());
    }
    fields.set(field::NUM_EVENTS, count(span.events.len()));
    fields.set(field::NUM_LINKS, count(span.links.len()));
    fields.set(field::SIGNAL_TYPE, "trace");
    sender(stored, fields);
    // The first exception is what most questions about errors ask for, so it is the span's too.
    if let Some(exception) = span.events.iter().find(|event| event.name == "exception") {
        let copied = exception.attributes.iter().filter(|attribute| {
            matches!(
                attribute.key.as_str(),
                "exception.type"
                    | "exception.message"
                    | "exception.stacktrace"
                    | "exception.escaped"
            )
        });
        for attribute in copied {
            fields.attributes(std::slice::from_ref(attribute));
        }
    }
    fields.attributes(&span.attributes);
}

/// A row for something that a span carries, in the place of the one before.
fn annotation<'a>(
    stored: &'a StoredSpan,
    kind: &'static str,
    is_error: bool,
    fields: &mut Fields<'a, '_>,
) {
    fields.cells.clear();
    fields.set("parent_name", stored.span.name.as_str());
    fields.set(field::ANNOTATION_TYPE, kind);
    fields.set(field::SIGNAL_TYPE, "trace");
    if is_error {
        fields.set(field::ERROR, true);
    }
    sender(stored, fields);
}

/// What the resource and the scope say.
fn sender<'a>(stored: &'a StoredSpan, fields: &mut Fields<'a, '_>) {
    fields.set(field::SERVICE_NAME, UNKNOWN_SERVICE);
    fields.attributes(&stored.resource.attributes);
    if !stored.scope.name.is_empty() {
        fields.set(field::LIBRARY_NAME, stored.scope.name.as_str());
    }
    if !stored.scope.version.is_empty() {
        fields.set(field::LIBRARY_VERSION, stored.scope.version.as_str());
    }
    fields.attributes(&stored.scope.attributes);
}

/// How many spans this one stands for, as its sampler noted.
fn sample_rate(stored: &StoredSpan) -> u32 {
    let lists = [
        &stored.span.attributes,
        &stored.scope.attributes,
        &stored.resource.attributes,
    ];
    let noted = ["sampleRate", "SampleRate"].into_iter().find_map(|key| {
        lists
            .iter()
            .flat_map(|list| list.iter())
            .find(|attribute| attribute.key == key)
    });
    let rate = match noted.and_then(|attribute| attribute.value.as_ref()?.value.as_ref()) {
        Some(Any::IntValue(number)) => *number as f64,
        Some(Any::DoubleValue(number)) => number.round(),
        Some(Any::StringValue(text)) => text.parse().unwrap_or(1.0_f64).round(),
        _ => 1.0,
    };
    rate.clamp(1.0, f64::from(i32::MAX)) as u32
}

/// An ID of the right length, as stored ones are.
fn id<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().unwrap_or([0; N])
}

fn clamp(nanoseconds: u64) -> i64 {
    i64::try_from(nanoseconds).unwrap_or(i64::MAX)
}

fn milliseconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1e6
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
