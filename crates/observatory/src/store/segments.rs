//! Reads X-Ray's documents back, trace by trace, and the spans that none of them tells of.
//! What the documents say is not looked at here.

use std::ops::ControlFlow;

use rusqlite::{Connection, OptionalExtension, Row};
use span_record::{UNKNOWN_SERVICE, body};

use super::{
    error::StoreError, lookup::Lookup, read::stored, schema::SPAN_BITS, transaction::low_key,
};
use crate::model::{StoredSpan, TraceId};

/// A trace as its row has it; times in nanoseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TraceRow {
    key: i64,
    pub(crate) id: TraceId,
    /// Earliest start of a span.
    pub(crate) start: i64,
    /// Latest end of a span.
    pub(crate) end: i64,
    /// How many spans it has.
    pub(crate) spans: i64,
}

const COLUMNS: &str = "key, id, start, end, spans";

/// A place in the traces as [`window`] goes through them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Place {
    pub(crate) start: i64,
    pub(crate) id: TraceId,
}

impl TraceRow {
    fn read(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            key: row.get(0)?,
            id: TraceId(row.get(1)?),
            start: row.get(2)?,
            end: row.get(3)?,
            spans: row.get(4)?,
        })
    }

    pub(crate) fn place(&self) -> Place {
        Place {
            start: self.start,
            id: self.id,
        }
    }
}

/// A trace by its ID.
pub(crate) fn trace_row(
    connection: &Connection,
    id: TraceId,
) -> Result<Option<TraceRow>, StoreError> {
    Ok(connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM trace WHERE id = ?"))?
        .query_row([&id.0[..]], TraceRow::read)
        .optional()?)
}

/// Goes through the traces that began from `from` to `to`, both included: newest first, ties by ID; only those that come after a
/// place if one is given.
pub(crate) fn window(
    connection: &Connection,
    (from, to): (i64, i64),
    after: Option<Place>,
    mut visit: impl FnMut(TraceRow) -> Result<ControlFlow<()>, StoreError>,
) -> Result<(), StoreError> {
    let to = after.map_or(to, |after| after.start.min(to));
    let mut select = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM trace WHERE start <= ? AND start >= ? ORDER BY start DESC, id"
    ))?;
    let mut rows = select.query([to, from])?;
    while let Some(row) = rows.next()? {
        let trace = TraceRow::read(row)?;
        if after.is_some_and(|after| trace.start == after.start && trace.id <= after.id) {
            continue;
        }
        if visit(trace)?.is_break() {
            break;
        }
    }
    Ok(())
}

/// The documents that were sent for a trace, by ID.
pub(crate) fn texts(lookup: &mut Lookup<'_>, trace: &TraceRow) -> Result<Vec<String>, StoreError> {
    if !lookup.has_documents()? {
        return Ok(Vec::new());
    }
    let mut select = lookup
        .connection
        .prepare_cached("SELECT document FROM segment WHERE trace = ? ORDER BY id")?;
    let texts = select.query_map([trace.key], |row| row.get(0))?;
    Ok(texts.collect::<Result<_, _>>()?)
}

/// The documents of a trace whose service was not known when they came.
pub(crate) fn orphans(connection: &Connection, trace: TraceId) -> Result<Vec<String>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT document FROM segment JOIN trace ON trace.key = segment.trace
         WHERE trace.id = ? AND in_progress = 0 AND length(segment.spans) > 0",
    )?;
    let texts = select.query_map([&trace.0[..]], |row| row.get(0))?;
    Ok(texts.collect::<Result<_, _>>()?)
}

/// The spans of a trace whose IDs are not told, in the order of their keys.
pub(crate) fn other_spans(
    lookup: &mut Lookup<'_>,
    trace: &TraceRow,
    is_told: impl Fn(u64) -> bool,
) -> Result<Vec<StoredSpan>, StoreError> {
    let connection = lookup.connection;
    let mut select = connection
        .prepare_cached("SELECT operation, origin, body FROM span WHERE key >= ? AND key < ?")?;
    let mut rows = select.query([trace.key << SPAN_BITS, (trace.key + 1) << SPAN_BITS])?;
    let mut spans = Vec::new();
    while let Some(row) = rows.next()? {
        let encoded = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
        if !body::span_id(encoded).is_some_and(&is_told) {
            spans.push(stored(lookup, row, trace.id)?);
        }
    }
    Ok(spans)
}

/// The service of a span, unless it is not known or named none.
pub(crate) fn service_of(
    connection: &Connection,
    trace: TraceId,
    span: u64,
) -> Result<Option<String>, StoreError> {
    let Some(trace) = trace_row(connection, trace)? else {
        return Ok(None);
    };
    let mut select = connection.prepare_cached(
        "SELECT body, service.name FROM span JOIN operation ON operation.id = span.operation
         JOIN service ON service.id = operation.service WHERE key = ?",
    )?;
    // Where another span took its place, it lies in the next one.
    let mut low = low_key(span);
    loop {
        let key = trace.key << SPAN_BITS | i64::from(low);
        let found = select
            .query_row([key], |row| {
                let is_it = body::span_id(row.get_ref(0)?.as_blob()?) == Some(span);
                Ok((is_it, row.get::<_, String>(1)?))
            })
            .optional()?;
        match found {
            None => return Ok(None),
            Some((true, name)) => return Ok((name != UNKNOWN_SERVICE).then_some(name)),
            Some((false, _)) => low = low.wrapping_add(1),
        }
    }
}
