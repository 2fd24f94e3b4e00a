//! X-Ray's segment documents as span trees: whose part a subsegment is, and what of a document is shown. Sending them is elsewhere.

use std::collections::HashSet;

use serde_json::{Map, Value as Json};
use xray_segment::{Annotation, Cause, Exception, Link, Segment};

use crate::error::SegmentError;
use crate::record::{Record, RecordLink};
use crate::span::{Event, Finish, Kind, Status};
use crate::tree::SpanTree;
use crate::value::{Attributes, Value, bytes_of_hex};

impl SpanTree {
    /// A tree of segment documents: embedded subsegments, and independent ones by their `parent_id`.
    ///
    /// A document of type `subsegment`, and whatever is inside another, is a SUBSEGMENT; all else is a SEGMENT, whose name is its service.
    /// What depends on the machine is left out: IDs, times, stacks, the runtime (`service.*` but for `service.version`), and the paths of a cause.
    /// An in-progress version that a complete one follows is not shown.
    ///
    /// # Errors
    /// If a text is no segment document, or one of its segments has no `id` or no `trace_id`.
    pub fn from_segments<D: AsRef<str>>(
        documents: impl IntoIterator<Item = D>,
    ) -> Result<Self, SegmentError> {
        let mut segments = Vec::new();
        for (number, document) in (1..).zip(documents) {
            segments.push(read(document.as_ref(), number)?);
        }
        Ok(Self::from_typed_segments(&segments))
    }

    /// A tree of segments that were read already; the same as [`SpanTree::from_segments`] of their documents.
    ///
    /// Segments without IDs are taken as they are: each is a root.
    pub fn from_typed_segments<'a>(segments: impl IntoIterator<Item = &'a Segment>) -> Self {
        let mut records = Vec::new();
        for segment in segments {
            let trace_id = trace_id(segment.trace_id.as_deref().unwrap_or_default());
            records_of(segment, &trace_id, None, &mut records);
        }
        Self::build(without_superseded(records))
    }
}

/// Reads a document and sees that all of its segments can be placed. `number` is what the error calls it.
pub(crate) fn read(document: &str, number: usize) -> Result<Segment, SegmentError> {
    // An object it must be: a list would be taken for the fields in their order.
    let segment: Segment = serde_json::from_str::<Map<String, Json>>(document)
        .and_then(|fields| serde_json::from_value(Json::Object(fields)))
        .map_err(|error| SegmentError::Json { number, error })?;
    let missing = |segment: &Segment, field| SegmentError::Missing {
        number,
        name: segment.name.clone(),
        field,
    };
    if segment.trace_id.as_deref().is_none_or(str::is_empty) {
        return Err(missing(&segment, "trace_id"));
    }
    let mut open = vec![&segment];
    while let Some(inner) = open.pop() {
        if inner.id.is_empty() {
            return Err(missing(inner, "id"));
        }
        open.extend(&inner.subsegments);
    }
    Ok(segment)
}

/// Notes a segment and all inside it. `inside` is the ID of the segment that embeds it.
fn records_of(segment: &Segment, trace: &[u8], inside: Option<&[u8]>, records: &mut Vec<Record>) {
    let id = id(&segment.id);
    let parent_id = match (inside, &segment.parent_id) {
        (Some(inside), _) => inside.to_vec(),
        (None, Some(parent)) => self::id(parent),
        (None, None) => Vec::new(),
    };
    let subsegment = inside.is_some() || segment.kind.as_deref() == Some("subsegment");
    for part in &segment.subsegments {
        records_of(part, trace, Some(&id), records);
    }
    records.push(Record {
        trace_id: trace.to_vec(),
        span_id: id,
        parent_id,
        start: nanoseconds(segment.start_time),
        name: segment.name.clone(),
        kind: if subsegment {
            Kind::Subsegment
        } else {
            Kind::Segment
        },
        status: Status::Unset,
        attributes: attributes(segment),
        events: events(segment.cause.as_ref()),
        links: segment.links.iter().map(link).collect(),
        scope: None,
        resource: None,
        finish: if segment.in_progress || segment.end_time.is_none() {
            Finish::NotEnded
        } else {
            Finish::Ended
        },
    });
}

/// Drops what a complete document has replaced, and all but the last of several in-progress versions.
fn without_superseded(records: Vec<Record>) -> Vec<Record> {
    let id = |record: &Record| (record.trace_id.clone(), record.span_id.clone());
    let is_open = |record: &Record| record.finish == Finish::NotEnded && !record.span_id.is_empty();
    let mut complete: HashSet<_> = records.iter().filter(|r| !is_open(r)).map(id).collect();
    let mut kept: Vec<Record> = records
        .into_iter()
        .rev()
        .filter(|record| !is_open(record) || complete.insert(id(record)))
        .collect();
    kept.reverse();
    kept
}

fn attributes(segment: &Segment) -> Attributes {
    let mut shown = Attributes::new();
    let texts = [
        ("namespace", &segment.namespace),
        ("origin", &segment.origin),
        ("user", &segment.user),
    ];
    for (key, text) in texts {
        if let Some(text) = text {
            shown.insert(key.to_owned(), Value::String(text.clone()));
        }
    }
    let flags = [
        ("error", segment.error),
        ("throttle", segment.throttle),
        ("fault", segment.fault),
        ("inferred", segment.inferred),
    ];
    for (key, _) in flags.into_iter().filter(|(_, set)| *set) {
        shown.insert(key.to_owned(), Value::Bool(true));
    }
    // As JSON they have no more than what is set.
    let json = [
        ("http", serde_json::to_value(&segment.http)),
        ("sql", serde_json::to_value(&segment.sql)),
    ];
    for (key, json) in json {
        flatten(key, &json.unwrap_or_default(), &mut shown);
    }
    flatten("aws", &Json::Object(segment.aws.clone()), &mut shown);
    if let Some(version) = segment.service.as_ref().and_then(|s| s.version.clone()) {
        shown.insert("service.version".to_owned(), Value::String(version));
    }
    for (key, annotation) in &segment.annotations {
        let value = match annotation {
            Annotation::Bool(value) => Value::Bool(*value),
            Annotation::Number(number) => value(&Json::Number(number.clone())),
            Annotation::String(text) => Value::String(text.clone()),
        };
        shown.insert(format!("annotations.{key}"), value);
    }
    for (namespace, values) in &segment.metadata {
        let values = values.iter();
        shown.extend(values.map(|(key, is)| (format!("metadata.{namespace}.{key}"), value(is))));
    }
    shown
}

/// One event an exception, the outermost first. What another subsegment has recorded is an event that says so.
fn events(cause: Option<&Cause>) -> Vec<Event> {
    let event = |attributes| Event {
        name: "exception".to_owned(),
        attributes,
    };
    match cause {
        None => Vec::new(),
        Some(Cause::Id(_)) => vec![event([("elsewhere".to_owned(), Value::Bool(true))].into())],
        Some(Cause::Exceptions { exceptions, .. }) => exceptions
            .iter()
            .map(|exception| event(exception_attributes(exception)))
            .collect(),
    }
}

fn exception_attributes(exception: &Exception) -> Attributes {
    let text = |text: &Option<String>| text.clone().map(Value::String);
    [
        ("message", text(&exception.message)),
        // Said of what somebody else threw, and of nothing else.
        (
            "remote",
            exception.remote.filter(|remote| *remote).map(Value::Bool),
        ),
        ("type", text(&exception.kind)),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some((key.to_owned(), value?)))
    .collect()
}

fn link(link: &Link) -> RecordLink {
    let mut attributes = Attributes::new();
    for (key, is) in &link.attributes {
        attributes.insert(key.clone(), value(is));
    }
    RecordLink {
        trace_id: trace_id(&link.trace_id),
        span_id: link.id.as_deref().map(id).unwrap_or_default(),
        attributes,
    }
}

/// Objects become keys with dots, all else is a value.
fn flatten(key: &str, json: &Json, shown: &mut Attributes) {
    match json {
        Json::Null => {}
        Json::Object(map) => {
            for (inner, json) in map {
                flatten(&format!("{key}.{inner}"), json, shown);
            }
        }
        json => {
            shown.insert(key.to_owned(), value(json));
        }
    }
}

pub(crate) fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::I64(whole),
            None => Value::F64(number.as_f64().unwrap_or(f64::NAN)),
        },
        Json::String(text) => Value::String(text.clone()),
        Json::Array(values) => Value::Array(values.iter().map(value).collect()),
        Json::Object(map) => Value::Map(map_of(map)),
    }
}

fn map_of(map: &Map<String, Json>) -> Attributes {
    map.iter()
        .map(|(key, json)| (key.clone(), value(json)))
        .collect()
}

/// An ID's bytes, as OpenTelemetry has them; the text's own bytes if it is no hexadecimal number.
fn id(text: &str) -> Vec<u8> {
    bytes_of_hex(text).unwrap_or_else(|| text.as_bytes().to_vec())
}

/// A trace ID's 16 bytes, without version and hyphens.
fn trace_id(text: &str) -> Vec<u8> {
    match text.strip_prefix("1-") {
        Some(rest) => bytes_of_hex(&rest.replace('-', "")),
        None => bytes_of_hex(text),
    }
    .unwrap_or_else(|| text.as_bytes().to_vec())
}

/// Only the order counts.
fn nanoseconds(seconds: f64) -> u64 {
    (seconds * 1e9) as u64
}
