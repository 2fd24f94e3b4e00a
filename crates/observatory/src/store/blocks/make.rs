//! Makes pieces of spans that are found by their keys.

use std::{collections::BTreeSet, ops::ControlFlow};

use rusqlite::{Connection, OptionalExtension};
use span_record::rows;

use super::piece::{Piece, PieceBuilder};
use crate::{
    model::TraceId,
    store::{StoreError, lookup::Lookup, read::stored, schema::SPAN_BITS},
};

/// Spans that may lie between two that are wanted before the next one is looked up anew.
const MOST_SKIPPED: usize = 16;

/// Spans made into rows between two looks at whether to stop.
const LOOK_EVERY: usize = 256;

/// Makes pieces of the spans with these keys and visits each when it is full, the last ones as they are.
///
/// Rows have the columns wanted, or all. Keys of spans that are gone are passed over, and one that comes twice is taken once.
/// `go_on` is asked now and then; what it breaks off gives `false`.
pub(super) fn pieces(
    lookup: &mut Lookup<'_>,
    mut keys: Vec<i64>,
    wanted: Option<&BTreeSet<String>>,
    go_on: &mut dyn FnMut() -> bool,
    visit: &mut dyn FnMut(Piece) -> Result<(), StoreError>,
) -> Result<bool, StoreError> {
    keys.sort_unstable();
    keys.dedup();
    let mut builders = [PieceBuilder::default(), PieceBuilder::default()];
    let mut done = 0;
    let flow = each_span(lookup, &keys, &mut |key, span, is_of_documents, bytes| {
        done += 1;
        if done % LOOK_EVERY == 0 && !go_on() {
            return Ok(ControlFlow::Break(()));
        }
        let builder = &mut builders[usize::from(is_of_documents)];
        builder.count(bytes);
        let trace = key >> SPAN_BITS;
        let mut full = Vec::new();
        rows::each(span, wanted, &mut |head, fields| {
            if builder.is_full() {
                full.extend(builder.take(is_of_documents));
            }
            // There is room.
            let _ = builder.push(trace, head, fields);
        });
        full.into_iter().try_for_each(&mut *visit)?;
        Ok(ControlFlow::Continue(()))
    })?;
    if flow.is_break() {
        return Ok(false);
    }
    for (builder, is_of_documents) in builders.iter_mut().zip([false, true]) {
        builder.take(is_of_documents).map_or(Ok(()), &mut *visit)?;
    }
    Ok(true)
}

type VisitSpan<'a> = &'a mut dyn FnMut(
    i64,
    &crate::model::StoredSpan,
    bool,
    usize,
) -> Result<ControlFlow<()>, StoreError>;

/// Visits the spans that are still there, in the order of their keys, which are sorted: with whether each was made of a
/// document, and the size of its body.
fn each_span(
    lookup: &mut Lookup<'_>,
    keys: &[i64],
    visit: VisitSpan<'_>,
) -> Result<ControlFlow<()>, StoreError> {
    let connection = lookup.connection;
    let Some(last) = keys.last() else {
        return Ok(ControlFlow::Continue(()));
    };
    // Spans that arrive together lie side by side for the most part.
    let mut select = connection.prepare_cached(
        "SELECT operation, origin, body, key FROM span WHERE key >= ? AND key <= ? ORDER BY key",
    )?;
    let mut trace = None;
    let mut next = 0;
    while next < keys.len() {
        let mut rows = select.query([keys[next], *last])?;
        let mut skipped = 0;
        while let Some(row) = rows.next()? {
            let key: i64 = row.get(3)?;
            while next < keys.len() && keys[next] < key {
                next += 1;
            }
            let Some(wanted) = keys.get(next) else {
                return Ok(ControlFlow::Continue(()));
            };
            if *wanted > key {
                skipped += 1;
                if skipped > MOST_SKIPPED {
                    break;
                }
                continue;
            }
            skipped = 0;
            next += 1;
            let id = match trace {
                Some((known, id)) if known == key >> SPAN_BITS => id,
                _ => {
                    let Some(id) = trace_id(connection, key >> SPAN_BITS)? else {
                        continue;
                    };
                    trace = Some((key >> SPAN_BITS, id));
                    id
                }
            };
            let is_of_documents = lookup.origin(row.get(1)?)?.is_of_documents;
            let bytes = row.get_ref(2)?.as_blob().map_or(0, <[u8]>::len);
            let span = stored(lookup, row, id)?;
            if visit(key, &span, is_of_documents, bytes)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        if skipped <= MOST_SKIPPED {
            break;
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn trace_id(connection: &Connection, key: i64) -> Result<Option<TraceId>, StoreError> {
    let mut select = connection.prepare_cached("SELECT id FROM trace WHERE key = ?")?;
    let id = select.query_row([key], |row| row.get(0)).optional()?;
    Ok(id.map(TraceId))
}
