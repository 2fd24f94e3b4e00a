//! Bounds on what one span may carry, and how what lies beyond them is cut with a visible mark.
//! Nothing here decides whether a span is stored.

use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value},
    resource::v1::Resource,
    trace::v1::Span,
};
use prost::Message;

/// Longest text, and largest value in bytes, kept whole.
pub const MAX_VALUE_BYTES: usize = 64 * 1024;

/// Most attributes, events and links kept of one span, and attributes of one event, link, resource or scope.
pub const MAX_ENTRIES: usize = 1_000;

/// Cuts what lies over the bounds and counts what it drops in the span's own `dropped_*_count`.
pub(crate) fn bound_span(span: &mut Span) {
    bound_text(&mut span.name);
    bound_text(&mut span.trace_state);
    bound_attributes(&mut span.attributes, &mut span.dropped_attributes_count);
    bound_entries(&mut span.events, &mut span.dropped_events_count);
    for event in &mut span.events {
        bound_text(&mut event.name);
        bound_attributes(&mut event.attributes, &mut event.dropped_attributes_count);
    }
    bound_entries(&mut span.links, &mut span.dropped_links_count);
    for link in &mut span.links {
        bound_text(&mut link.trace_state);
        bound_attributes(&mut link.attributes, &mut link.dropped_attributes_count);
    }
    if let Some(status) = &mut span.status {
        bound_text(&mut status.message);
    }
}

/// As [`bound_span`], for a resource.
pub(crate) fn bound_resource(resource: &mut Resource) {
    bound_attributes(
        &mut resource.attributes,
        &mut resource.dropped_attributes_count,
    );
}

/// As [`bound_span`], for an instrumentation scope.
pub(crate) fn bound_scope(scope: &mut InstrumentationScope) {
    bound_text(&mut scope.name);
    bound_text(&mut scope.version);
    bound_attributes(&mut scope.attributes, &mut scope.dropped_attributes_count);
}

/// Cuts a text that is too long and says how long it was.
pub(crate) fn bound_text(text: &mut String) {
    let length = text.len();
    if length > MAX_VALUE_BYTES {
        text.truncate(text.floor_char_boundary(MAX_VALUE_BYTES));
        text.push_str(&mark(length));
        text.shrink_to_fit();
    }
}

fn mark(bytes: usize) -> String {
    format!("… [truncated, {bytes} bytes]")
}

fn bound_entries<T>(entries: &mut Vec<T>, dropped: &mut u32) {
    if entries.len() > MAX_ENTRIES {
        let beyond = u32::try_from(entries.len() - MAX_ENTRIES).unwrap_or(u32::MAX);
        *dropped = dropped.saturating_add(beyond);
        entries.truncate(MAX_ENTRIES);
    }
}

fn bound_attributes(attributes: &mut Vec<KeyValue>, dropped: &mut u32) {
    bound_entries(attributes, dropped);
    for attribute in attributes {
        bound_text(&mut attribute.key);
        if let Some(value) = &mut attribute.value {
            bound_value(value);
        }
    }
}

fn bound_value(value: &mut AnyValue) {
    match &mut value.value {
        Some(Value::StringValue(text)) => bound_text(text),
        // Bytes cannot carry a mark, so the mark takes their place.
        Some(Value::BytesValue(bytes)) if bytes.len() > MAX_VALUE_BYTES => {
            value.value = Some(Value::StringValue(mark(bytes.len())));
        }
        Some(Value::ArrayValue(array)) => {
            let whole = array.encoded_len();
            if whole > MAX_VALUE_BYTES {
                array.values.iter_mut().for_each(bound_value);
                array.values.truncate(fitting(&array.values));
                array.values.push(AnyValue {
                    value: Some(Value::StringValue(mark(whole))),
                });
            }
        }
        Some(Value::KvlistValue(list)) => {
            let whole = list.encoded_len();
            if whole > MAX_VALUE_BYTES {
                for entry in &mut list.values {
                    bound_text(&mut entry.key);
                    if let Some(value) = &mut entry.value {
                        bound_value(value);
                    }
                }
                list.values.truncate(fitting(&list.values));
                list.values.push(KeyValue {
                    key: "…".to_owned(),
                    value: Some(AnyValue {
                        value: Some(Value::StringValue(mark(whole))),
                    }),
                    ..KeyValue::default()
                });
            }
        }
        _ => {}
    }
}

/// How many of the first messages fit into the bound together.
fn fitting<M: Message>(messages: &[M]) -> usize {
    let mut room = MAX_VALUE_BYTES;
    messages
        .iter()
        .take_while(|message| {
            let size = message.encoded_len();
            let fits = size <= room;
            room = room.saturating_sub(size);
            fits
        })
        .count()
}
