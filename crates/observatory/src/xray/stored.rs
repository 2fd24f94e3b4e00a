//! Traces as X-Ray shows them, read from the store: the documents that were sent, and documents made of the spans that none
//! of them tells of. So a trace that came over OpenTelemetry is one of X-Ray's too.

use std::{collections::HashSet, ops::ControlFlow};

use rusqlite::Connection;
use serde_json::Value;
use xray_query::Trace;
use xray_segment::{
    Segment, trace_id,
    translate::{self, Options},
};

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

/// All documents of a trace, those that were sent first; none if the trace is not known.
pub(crate) async fn documents(store: &Store, id: TraceId) -> Result<Vec<RawDocument>, StoreError> {
    store
        .read(move |connection| match store::trace_row(connection, id)? {
            Some(trace) => documents_of(&mut Lookup::new(connection), &trace),
            None => Ok(Vec::new()),
        })
        .await
}

/// Visits the traces that began in a time range, in nanoseconds since the Unix epoch, both ends included: the newest `most` of
/// them, newest first, ties by ID. When there are more, says when the last one visited began.
pub(crate) fn each_between(
    connection: &Connection,
    range: (i64, i64),
    most: usize,
    mut visit: impl FnMut(&Trace),
) -> Result<Option<i64>, StoreError> {
    let mut lookup = Lookup::new(connection);
    let (mut visited, mut last, mut cut) = (0, None, None);
    store::window(connection, range, None, |row| {
        if visited == most {
            cut = last;
            return Ok(ControlFlow::Break(()));
        }
        visit(&outline(&mut lookup, &row)?);
        visited += 1;
        last = Some(row.start);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(cut)
}

/// A trace by its ID.
pub(crate) fn trace_by_id(
    connection: &Connection,
    id: TraceId,
) -> Result<Option<Trace>, StoreError> {
    store::trace_row(connection, id)?
        .map(|row| trace(&mut Lookup::new(connection), &row, &Options::default()))
        .transpose()
}

/// A trace put together, for filters, summaries and graphs: the metadata of documents that are made of spans are not there.
pub(crate) fn outline(lookup: &mut Lookup<'_>, row: &TraceRow) -> Result<Trace, StoreError> {
    let options = Options {
        leave_out_metadata: true,
        ..Options::default()
    };
    trace(lookup, row, &options)
}

fn trace(lookup: &mut Lookup<'_>, row: &TraceRow, options: &Options) -> Result<Trace, StoreError> {
    let texts = store::texts(lookup, row)?;
    let mut segments: Vec<Segment> = texts
        .iter()
        .filter_map(|text| xray_segment::read(text).ok())
        .collect();
    segments.extend(translated(lookup, row, &segments, options)?);
    Ok(Trace::assemble(trace_id::to_xray(row.id.0), segments))
}

/// A trace's documents.
pub(crate) fn documents_of(
    lookup: &mut Lookup<'_>,
    row: &TraceRow,
) -> Result<Vec<RawDocument>, StoreError> {
    let texts = store::texts(lookup, row)?;
    let segments: Vec<Segment> = texts
        .iter()
        .filter_map(|text| xray_segment::read(text).ok())
        .collect();
    let made = translated(lookup, row, &segments, &Options::default())?;
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
    options: &Options,
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
    Ok(spans
        .iter()
        .flat_map(|span| made_of(span, options))
        .collect())
}

fn tell(segment: &Segment, told: &mut HashSet<u64>) {
    told.extend(trace_id::segment_id(&segment.id));
    segment.subsegments.iter().for_each(|part| tell(part, told));
}

/// A span whose IDs cannot be X-Ray's gives none; the store takes no such span.
fn made_of(stored: &StoredSpan, options: &Options) -> Vec<Segment> {
    translate::segments(&stored.resource, &stored.span, options).unwrap_or_default()
}

/// A document's JSON.
fn json(segment: &Segment) -> String {
    // Its maps have texts for keys, so it can be written.
    serde_json::to_string(segment).unwrap_or_default()
}
