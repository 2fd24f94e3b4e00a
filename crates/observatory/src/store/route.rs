//! What the other traces of one route look like: the newest traces whose root has the same service and name, each as far as
//! it takes to say what is usual. What follows from that is for the pages.
//!
//! The cost is bounded three times: by the traces that are looked at, by those that are taken, and by their spans. Of spans
//! other than roots no body is decoded.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};
use span_record::body;

use super::{
    Store, error::StoreError, lookup::Lookup, read::stored, schema::SPAN_BITS, transaction::low_key,
};
use crate::model::{StoredSpan, TraceId};

/// Traces of a route that are taken.
pub(crate) const MOST_TRACES: usize = 200;
/// Traces that are looked at to find them, newest first.
pub(crate) const MOST_LOOKED_AT: usize = 20_000;
/// Spans of all of them together.
const MOST_SPANS: usize = 40_000;

/// A route and what is known of its traces.
#[derive(Clone, Debug, Default)]
pub(crate) struct Route {
    /// Service of the root.
    pub(crate) service: String,
    /// Name of the root.
    pub(crate) name: String,
    /// Other traces than the one that was asked about, newest first.
    pub(crate) traces: Vec<RouteTrace>,
    /// Service and name of the operations that their spans are of.
    pub(crate) operations: Vec<(String, String)>,
    /// Traces were left that nobody looked at, older than the newest [`MOST_LOOKED_AT`]: there may be others of the route among them.
    pub(crate) is_cut: bool,
}

/// One trace of a route.
#[derive(Clone, Debug)]
pub(crate) struct RouteTrace {
    /// Its ID.
    pub(crate) id: TraceId,
    /// Earliest start, in nanoseconds since the Unix epoch.
    pub(crate) start: u64,
    /// From the earliest start to the latest end, in nanoseconds.
    pub(crate) duration: u64,
    /// Spans with status `ERROR`.
    pub(crate) errors: u64,
    /// Its root.
    pub(crate) root: Option<StoredSpan>,
    /// Its spans.
    pub(crate) spans: Vec<RouteSpan>,
}

/// One span of a trace of a route.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct RouteSpan {
    /// Place in [`Route::operations`].
    pub(crate) operation: usize,
    /// In nanoseconds.
    pub(crate) duration: u64,
}

impl Store {
    /// The newest other traces of the route of this one; `None` if the trace is not known.
    pub(crate) async fn route(&self, id: TraceId) -> Result<Option<Route>, StoreError> {
        self.read(move |connection| route(connection, id, MOST_LOOKED_AT))
            .await
    }
}

fn route(
    connection: &Connection,
    id: TraceId,
    most_looked_at: usize,
) -> Result<Option<Route>, StoreError> {
    let lead: Option<i64> = connection
        .prepare_cached("SELECT lead_operation FROM trace WHERE id = ?")?
        .query_row([&id.0[..]], |row| row.get(0))
        .optional()?;
    let Some(lead) = lead else {
        return Ok(None);
    };
    let mut lookup = Lookup::new(connection);
    let operation = lookup.operation(lead)?;
    // The same name may have been seen with several kinds.
    let wanted: Vec<(i64, i64)> = connection
        .prepare_cached("SELECT id, spans FROM operation WHERE service = ? AND name = ?")?
        .query_map(params![operation.service, operation.name], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?
        .collect::<Result<_, _>>()?;
    // There cannot be more such traces than there are spans of that name.
    let mut left = wanted.iter().map(|(_, spans)| spans).sum::<i64>();
    let mut found = Route {
        service: lookup.service(operation.service)?,
        name: operation.name.clone(),
        ..Route::default()
    };
    let mut operations: HashMap<(String, String), usize> = HashMap::new();
    let mut room = MOST_SPANS;
    let mut select = connection.prepare_cached(
        "SELECT key, id, start, end, spans, errors, lead_operation, lead_span FROM trace ORDER BY start DESC, id LIMIT ?",
    )?;
    let mut rows = select.query([i64::try_from(most_looked_at + 1).unwrap_or(i64::MAX)])?;
    let mut looked_at = 0;
    while let Some(row) = rows.next()? {
        if looked_at == most_looked_at {
            found.is_cut = true;
            break;
        }
        looked_at += 1;
        let lead: i64 = row.get(6)?;
        if !wanted.iter().any(|(operation, _)| *operation == lead) {
            continue;
        }
        left -= 1;
        let other = TraceId(row.get(1)?);
        if other != id {
            let number = |at| {
                row.get::<_, i64>(at)
                    .map(|number| u64::try_from(number).unwrap_or(0))
            };
            let (key, spans): (i64, usize) = (
                row.get(0)?,
                usize::try_from(number(4)?).unwrap_or(usize::MAX),
            );
            if spans > room {
                break;
            }
            room -= spans;
            let span: i64 = row.get(7)?;
            found.traces.push(RouteTrace {
                id: other,
                start: number(2)?,
                duration: number(3)?.saturating_sub(number(2)?),
                errors: number(5)?,
                root: span_of(&mut lookup, key, other, span.cast_unsigned())?,
                spans: spans_of(&mut lookup, key, &mut operations)?,
            });
        }
        if found.traces.len() == MOST_TRACES || left <= 0 {
            break;
        }
    }
    found.operations = vec![Default::default(); operations.len()];
    for (operation, place) in operations {
        found.operations[place] = operation;
    }
    Ok(Some(found))
}

/// A span by its trace's key and its ID.
fn span_of(
    lookup: &mut Lookup<'_>,
    trace: i64,
    id: TraceId,
    span: u64,
) -> Result<Option<StoredSpan>, StoreError> {
    let connection = lookup.connection;
    let mut select =
        connection.prepare_cached("SELECT operation, origin, body FROM span WHERE key = ?")?;
    // Where another span took its place, it lies in the next one.
    let mut low = low_key(span);
    loop {
        let mut rows = select.query([trace << SPAN_BITS | i64::from(low)])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let encoded = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
        if body::span_id(encoded) == Some(span) {
            return stored(lookup, row, id).map(Some);
        }
        low = low.wrapping_add(1);
    }
}

/// Operations and durations of a trace's spans.
fn spans_of(
    lookup: &mut Lookup<'_>,
    trace: i64,
    operations: &mut HashMap<(String, String), usize>,
) -> Result<Vec<RouteSpan>, StoreError> {
    let connection = lookup.connection;
    let mut select = connection
        .prepare_cached("SELECT operation, duration FROM span WHERE key >= ? AND key < ?")?;
    let mut rows = select.query([trace << SPAN_BITS, (trace + 1) << SPAN_BITS])?;
    let mut spans = Vec::new();
    while let Some(row) = rows.next()? {
        let operation = lookup.operation(row.get(0)?)?;
        let named = (lookup.service(operation.service)?, operation.name.clone());
        let next = operations.len();
        spans.push(RouteSpan {
            operation: *operations.entry(named).or_insert(next),
            duration: u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0),
        });
    }
    Ok(spans)
}

#[cfg(test)]
#[path = "route_tests.rs"]
mod tests;
