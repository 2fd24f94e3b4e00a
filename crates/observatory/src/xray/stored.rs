//! Traces as X-Ray shows them, read from the store: the documents that were sent, and documents made of the spans that none
//! of them tells of. So a trace that came over OpenTelemetry is one of X-Ray's too.

use std::{collections::HashSet, ops::ControlFlow};

use rusqlite::Connection;
use serde_json::Value;
use xray_query::Trace;
use xray_segment::{Segment, trace_id, translate};

use crate::{
    model::{StoredSpan, TraceId},
    store::{self, Lookup, Store, StoreError, TraceRow},
};

/// A document of a trace.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RawDocument {
    /// Its JSON: as it was sent, or as it was made of a span.
    pub(crate) text: String,
    /// It was sent as a document; if not, it was made of a span.
    pub(crate) is_sent: bool,
}

/// Some traces, newest first, ties by ID.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Traces {
    pub(crate) traces: Vec<Trace>,
    /// There are more than were asked for.
    pub(crate) is_cut: bool,
}

/// All documents of a trace, those that were sent first; none if the trace is not known.
pub(crate) async fn documents(store: &Store, id: TraceId) -> Result<Vec<RawDocument>, StoreError> {
    store
        .read(move |connection| match store::trace_row(connection, id)? {
            Some(trace) => documents_of(&mut Lookup::new(connection), &trace),
            None => Ok(Vec::new()),
        })
        .await
}

/// The traces that began in a time range, in nanoseconds since the Unix epoch, both ends included; the newest `limit` of them.
pub(crate) async fn traces_between(
    store: &Store,
    from: i64,
    to: i64,
    limit: usize,
) -> Result<Traces, StoreError> {
    store
        .read(move |connection| {
            let mut lookup = Lookup::new(connection);
            let mut found = Traces::default();
            store::window(connection, (from, to), None, |row| {
                if found.traces.len() == limit {
                    found.is_cut = true;
                    return Ok(ControlFlow::Break(()));
                }
                found.traces.push(trace(&mut lookup, &row)?);
                Ok(ControlFlow::Continue(()))
            })?;
            Ok(found)
        })
        .await
}

/// A trace by its ID.
pub(crate) fn trace_by_id(
    connection: &Connection,
    id: TraceId,
) -> Result<Option<Trace>, StoreError> {
    store::trace_row(connection, id)?
        .map(|row| trace(&mut Lookup::new(connection), &row))
        .transpose()
}

/// A trace put together.
pub(crate) fn trace(lookup: &mut Lookup<'_>, row: &TraceRow) -> Result<Trace, StoreError> {
    let texts = store::texts(lookup.connection, row)?;
    let mut segments: Vec<Segment> = texts
        .iter()
        .filter_map(|text| xray_segment::read(text).ok())
        .collect();
    segments.extend(translated(lookup, row, &segments)?);
    Ok(Trace::assemble(trace_id::to_xray(row.id.0), segments))
}

/// A trace's documents.
pub(crate) fn documents_of(
    lookup: &mut Lookup<'_>,
    row: &TraceRow,
) -> Result<Vec<RawDocument>, StoreError> {
    let texts = store::texts(lookup.connection, row)?;
    let segments: Vec<Segment> = texts
        .iter()
        .filter_map(|text| xray_segment::read(text).ok())
        .collect();
    let made = translated(lookup, row, &segments)?;
    let sent = texts.into_iter().map(|text| RawDocument {
        text,
        is_sent: true,
    });
    let made = made.iter().map(|segment| RawDocument {
        text: json(segment),
        is_sent: false,
    });
    Ok(sent.chain(made).collect())
}

/// Documents as values, which keep every field.
pub(crate) fn values(documents: &[RawDocument]) -> Vec<Value> {
    documents
        .iter()
        .filter_map(|document| serde_json::from_str(&document.text).ok())
        .collect()
}

/// Documents of the spans that the trace's documents do not tell of.
fn translated(
    lookup: &mut Lookup<'_>,
    row: &TraceRow,
    documents: &[Segment],
) -> Result<Vec<Segment>, StoreError> {
    let mut told = HashSet::new();
    documents
        .iter()
        .for_each(|document| tell(document, &mut told));
    // Each ID of a document is a span in the store. If there are no more of them, no span need be read.
    if i64::try_from(told.len()) == Ok(row.spans) {
        return Ok(Vec::new());
    }
    let spans = store::other_spans(lookup, row, |id| told.contains(&id))?;
    Ok(spans.iter().flat_map(made_of).collect())
}

fn tell(segment: &Segment, told: &mut HashSet<u64>) {
    told.extend(trace_id::segment_id(&segment.id));
    segment.subsegments.iter().for_each(|part| tell(part, told));
}

/// A span whose IDs cannot be X-Ray's gives none; the store takes no such span.
fn made_of(stored: &StoredSpan) -> Vec<Segment> {
    translate::segments(
        &stored.resource,
        &stored.span,
        &translate::Options::default(),
    )
    .unwrap_or_default()
}

/// A document's JSON.
fn json(segment: &Segment) -> String {
    // Its maps have texts for keys, so it can be written.
    serde_json::to_string(segment).unwrap_or_default()
}
