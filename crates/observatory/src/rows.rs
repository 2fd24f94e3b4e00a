//! A stored span as the rows that Honeycomb makes of it: the span, each of its events, each of its links.
//!
//! Later wins: the span's own fields, then attributes of the resource, the scope, the span.

use std::{borrow::Cow, collections::BTreeSet};

use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, KeyValue, any_value::Value as Any},
    trace::v1::{Span, status::StatusCode},
};
use span_query::{Row, Value, field};

use crate::{
    model::StoredSpan,
    store::{UNKNOWN_SERVICE, kind_word},
};

/// Maps are taken apart into fields of their own (`map.key`) so deep; what lies deeper is one field of JSON.
const MAX_DEPTH: usize = 5;

/// Which fields rows must have, and what was seen of the others.
pub(crate) struct Columns<'a> {
    /// All if not told.
    wanted: Option<BTreeSet<&'a str>>,
    unseen: BTreeSet<&'a str>,
    /// Every name met while a wanted one was still to be seen, for suggestions.
    met: BTreeSet<String>,
}

impl<'a> Columns<'a> {
    pub(crate) fn new(wanted: BTreeSet<&'a str>) -> Self {
        let own: BTreeSet<&str> = field::ALL.into_iter().collect();
        Self {
            unseen: wanted.difference(&own).copied().collect(),
            wanted: Some(wanted),
            met: BTreeSet::new(),
        }
    }

    /// Rows with all their fields.
    pub(crate) fn all() -> Self {
        Self {
            wanted: None,
            unseen: BTreeSet::new(),
            met: BTreeSet::new(),
        }
    }

    /// Every name that a query over these rows could have meant.
    pub(crate) fn known(&self) -> impl Iterator<Item = &str> {
        let wanted = self.wanted.iter().flatten().copied();
        let seen = wanted.filter(|name| !self.unseen.contains(name));
        field::ALL
            .into_iter()
            .chain(seen)
            .chain(self.met.iter().map(String::as_str))
    }

    /// Whether rows are to have this field, which one of them could have.
    pub(crate) fn wants(&mut self, name: &str) -> bool {
        if !self.unseen.is_empty() {
            self.unseen.remove(name);
            if !self.met.contains(name) {
                self.met.insert(name.to_owned());
            }
        }
        self.wanted
            .as_ref()
            .is_none_or(|wanted| wanted.contains(name))
    }

    fn set<V: Into<Value>>(
        &mut self,
        row: &mut Row,
        name: &'static str,
        value: impl FnOnce() -> V,
    ) {
        if self.wants(name) {
            row.set(name, value());
        }
    }

    fn attributes(&mut self, row: &mut Row, attributes: &[KeyValue]) {
        for attribute in attributes {
            if let Some(value) = &attribute.value {
                self.attribute(row, Cow::Borrowed(&attribute.key), value, 0);
            }
        }
    }

    fn attribute(&mut self, row: &mut Row, key: Cow<'_, str>, value: &AnyValue, depth: usize) {
        let plain: Value = match &value.value {
            Some(Any::KvlistValue(map)) if depth < MAX_DEPTH => {
                for entry in &map.values {
                    if let Some(value) = &entry.value {
                        let key = format!("{key}.{}", entry.key);
                        self.attribute(row, Cow::Owned(key), value, depth + 1);
                    }
                }
                return;
            }
            _ if !self.wants(&key) => return,
            Some(Any::StringValue(text)) => text.clone().into(),
            Some(Any::BoolValue(flag)) => (*flag).into(),
            Some(Any::IntValue(number)) => (*number).into(),
            Some(Any::DoubleValue(number)) => (*number).into(),
            Some(_) => otlp_json::plain_value(value).to_string().into(),
            None => return,
        };
        row.set(key.into_owned(), plain);
    }
}

/// The rows of a span: its own first, then its events', then its links'.
pub(crate) fn of(stored: &StoredSpan, columns: &mut Columns<'_>) -> Vec<Row> {
    let span = &stored.span;
    let is_error = span
        .status
        .as_ref()
        .is_some_and(|status| status.code == StatusCode::Error as i32);
    let rate = sample_rate(stored);
    let mut rows = vec![own(stored, is_error, columns)];
    for event in &span.events {
        let mut row = annotation(stored, "span_event", is_error, columns);
        columns.set(&mut row, field::NAME, || event.name.clone());
        let since = event
            .time_unix_nano
            .saturating_sub(span.start_time_unix_nano);
        columns.set(&mut row, "meta.time_since_span_start_ms", || {
            milliseconds(since)
        });
        columns.attributes(&mut row, &event.attributes);
        rows.push(row.at_unix_nano(event.time_unix_nano));
    }
    for link in &span.links {
        let mut row = annotation(stored, "link", is_error, columns);
        columns.set(&mut row, "trace.link.trace_id", || hex(&link.trace_id));
        columns.set(&mut row, "trace.link.span_id", || hex(&link.span_id));
        columns.attributes(&mut row, &link.attributes);
        rows.push(row.at_unix_nano(span.start_time_unix_nano));
    }
    rows.into_iter()
        .map(|row| row.with_sample_rate(rate))
        .collect()
}

fn own(stored: &StoredSpan, is_error: bool, columns: &mut Columns<'_>) -> Row {
    let span = &stored.span;
    let mut row = Row::new().at_unix_nano(span.start_time_unix_nano);
    let duration = span
        .end_time_unix_nano
        .saturating_sub(span.start_time_unix_nano);
    columns.set(&mut row, field::TRACE_ID, || hex(&span.trace_id));
    columns.set(&mut row, field::SPAN_ID, || hex(&span.span_id));
    if !is_root(span) {
        columns.set(&mut row, field::PARENT_ID, || hex(&span.parent_span_id));
    }
    columns.set(&mut row, field::NAME, || span.name.clone());
    columns.set(&mut row, field::DURATION_MS, || milliseconds(duration));
    for kind in [field::SPAN_KIND, "type"] {
        columns.set(&mut row, kind, || kind_word(span.kind));
    }
    let status = span.status.as_ref();
    if let Some(status) = status.filter(|status| !status.message.is_empty()) {
        columns.set(&mut row, field::STATUS_MESSAGE, || status.message.clone());
    }
    let code = status.map_or(0, |status| status.code);
    columns.set(&mut row, field::STATUS_CODE, || i64::from(code));
    if is_error {
        columns.set(&mut row, field::ERROR, || true);
    }
    if !span.trace_state.is_empty() {
        columns.set(&mut row, "trace.trace_state", || span.trace_state.clone());
    }
    columns.set(&mut row, field::NUM_EVENTS, || count(span.events.len()));
    columns.set(&mut row, field::NUM_LINKS, || count(span.links.len()));
    columns.set(&mut row, field::SIGNAL_TYPE, || "trace");
    sender(stored, &mut row, columns);
    // The first exception is what most questions about errors ask for, so it is the span's too.
    if let Some(exception) = span.events.iter().find(|event| event.name == "exception") {
        let copied: Vec<KeyValue> = exception
            .attributes
            .iter()
            .filter(|attribute| {
                matches!(
                    attribute.key.as_str(),
                    "exception.type"
                        | "exception.message"
                        | "exception.stacktrace"
                        | "exception.escaped"
                )
            })
            .cloned()
            .collect();
        columns.attributes(&mut row, &copied);
    }
    columns.attributes(&mut row, &span.attributes);
    row
}

/// A row for something that a span carries.
fn annotation(
    stored: &StoredSpan,
    kind: &'static str,
    is_error: bool,
    columns: &mut Columns<'_>,
) -> Row {
    let span = &stored.span;
    let mut row = Row::new();
    columns.set(&mut row, field::TRACE_ID, || hex(&span.trace_id));
    columns.set(&mut row, field::PARENT_ID, || hex(&span.span_id));
    columns.set(&mut row, "parent_name", || span.name.clone());
    columns.set(&mut row, field::ANNOTATION_TYPE, || kind);
    columns.set(&mut row, field::SIGNAL_TYPE, || "trace");
    if is_error {
        columns.set(&mut row, field::ERROR, || true);
    }
    sender(stored, &mut row, columns);
    row
}

/// What the resource and the scope say.
fn sender(stored: &StoredSpan, row: &mut Row, columns: &mut Columns<'_>) {
    columns.set(row, field::SERVICE_NAME, || UNKNOWN_SERVICE);
    columns.attributes(row, &stored.resource.attributes);
    if !stored.scope.name.is_empty() {
        columns.set(row, field::LIBRARY_NAME, || stored.scope.name.clone());
    }
    if !stored.scope.version.is_empty() {
        columns.set(row, field::LIBRARY_VERSION, || stored.scope.version.clone());
    }
    columns.attributes(row, &stored.scope.attributes);
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

fn is_root(span: &Span) -> bool {
    span.parent_span_id.iter().all(|byte| *byte == 0)
}

fn milliseconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1e6
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn hex(bytes: &[u8]) -> String {
    otlp_json::hex(bytes)
}
