//! Answers from one reading connection: a trace's spans, services, operations, totals.
//! The list of traces has its own module, `list`.

use rusqlite::{Connection, OptionalExtension, Row};
use span_record::kind_word;

use super::{error::StoreError, lookup::Lookup, retention::used_bytes, schema::SPAN_BITS};
use crate::model::{Operation, StoreStatus, StoredSpan, TraceId};

/// All spans of a trace, earliest start first, ties by span ID.
pub(crate) fn trace(connection: &Connection, id: TraceId) -> Result<Vec<StoredSpan>, StoreError> {
    let key: Option<i64> = connection
        .prepare_cached("SELECT key FROM trace WHERE id = ?")?
        .query_row([&id.0[..]], |row| row.get(0))
        .optional()?;
    let Some(key) = key else {
        return Ok(Vec::new());
    };
    let mut spans = spans_of(&mut Lookup::new(connection), key, id)?;
    spans.sort_by(|a, b| {
        (a.span.start_time_unix_nano, &a.span.span_id)
            .cmp(&(b.span.start_time_unix_nano, &b.span.span_id))
    });
    Ok(spans)
}

/// All spans of the trace with this key, in no order.
fn spans_of(lookup: &mut Lookup<'_>, key: i64, id: TraceId) -> Result<Vec<StoredSpan>, StoreError> {
    let connection = lookup.connection;
    let mut select = connection
        .prepare_cached("SELECT operation, origin, body FROM span WHERE key >= ? AND key < ?")?;
    let mut rows = select.query([key << SPAN_BITS, (key + 1) << SPAN_BITS])?;
    let mut spans = Vec::new();
    while let Some(row) = rows.next()? {
        spans.push(stored(lookup, row, id)?);
    }
    Ok(spans)
}

/// A span from the columns operation, origin and body.
pub(super) fn stored(
    lookup: &mut Lookup<'_>,
    row: &Row<'_>,
    id: TraceId,
) -> Result<StoredSpan, StoreError> {
    let operation = lookup.operation(row.get(0)?)?;
    let origin = lookup.origin(row.get(1)?)?;
    let body = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
    Ok(StoredSpan {
        resource: origin.resource,
        resource_schema_url: origin.resource_schema_url,
        scope: origin.scope,
        scope_schema_url: origin.scope_schema_url,
        span: span_record::span(body, id, &operation.name, operation.kind)?,
    })
}

/// The names of the services that have spans, sorted.
pub(crate) fn services(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT name FROM service WHERE EXISTS
             (SELECT 1 FROM operation WHERE service = service.id AND spans > 0)
         ORDER BY name",
    )?;
    Ok(select
        .query_map((), |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}

/// The operations of a service, sorted.
pub(crate) fn operations(
    connection: &Connection,
    service: &str,
) -> Result<Vec<Operation>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT operation.name, kind FROM operation JOIN service ON service.id = service
         WHERE service.name = ? AND operation.spans > 0",
    )?;
    let mut operations: Vec<Operation> = select
        .query_map([service], |row| {
            Ok(Operation {
                name: row.get(0)?,
                kind: kind_word(row.get(1)?).to_owned(),
            })
        })?
        .collect::<Result<_, _>>()?;
    operations.sort();
    operations.dedup();
    Ok(operations)
}

/// Totals, and the bytes of the pages in use.
pub(crate) fn status(connection: &Connection) -> Result<StoreStatus, StoreError> {
    let number = |row: &Row<'_>, at| {
        row.get::<_, i64>(at)
            .map(|number| u64::try_from(number).unwrap_or(0))
    };
    let (traces, spans, segments) = connection
        .prepare_cached("SELECT traces, spans, segments FROM total")?
        .query_row((), |row| {
            Ok((number(row, 0)?, number(row, 1)?, number(row, 2)?))
        })?;
    let log_events = connection
        .prepare_cached("SELECT coalesce(sum(events), 0) FROM log_group")?
        .query_row((), |row| number(row, 0))?;
    Ok(StoreStatus {
        traces,
        spans,
        segments,
        log_events,
        bytes: used_bytes(connection)?,
    })
}
