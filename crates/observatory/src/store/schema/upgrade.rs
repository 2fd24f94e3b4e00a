//! What format 4 wants to know of the spans that a store of an earlier format has.

use opentelemetry_proto::tonic::trace::v1::ResourceSpans;
use prost::Message;
use rusqlite::{Transaction, params};

use super::SPAN_BITS;
use span_record::OF_DOCUMENTS;

/// Spans of one arrival.
const ARRIVAL_SPANS: usize = 8 * 1024;

/// Lists every span: as open if a complete document may take its place, else as arrived.
pub(super) fn list_spans(transaction: &Transaction<'_>) -> Result<(), rusqlite::Error> {
    let mut listed = transaction
        .prepare("SELECT trace, spans FROM segment WHERE length(spans) > 0 ORDER BY trace, id")?;
    let mut open = transaction
        .prepare("INSERT OR IGNORE INTO open_span (key) SELECT key FROM span WHERE key = ?")?;
    let mut rows = listed.query(())?;
    while let Some(row) = rows.next()? {
        let trace: i64 = row.get(0)?;
        for low in row.get_ref(1)?.as_blob()?.as_chunks().0 {
            open.execute([trace << SPAN_BITS | i64::from(u32::from_le_bytes(*low))])?;
        }
    }
    let mut arrive = transaction.prepare("INSERT INTO arrival (keys) VALUES (?)")?;
    let mut keys: Vec<u8> = Vec::with_capacity(ARRIVAL_SPANS * 8);
    let mut spans = transaction.prepare(
        "SELECT key FROM span WHERE NOT EXISTS (SELECT 1 FROM open_span WHERE open_span.key = span.key) ORDER BY key",
    )?;
    let mut rows = spans.query(())?;
    while let Some(row) = rows.next()? {
        keys.extend_from_slice(&row.get::<_, i64>(0)?.to_le_bytes());
        if keys.len() == ARRIVAL_SPANS * 8 {
            arrive.execute([&keys])?;
            keys.clear();
        }
    }
    if !keys.is_empty() {
        arrive.execute([&keys])?;
    }
    Ok(())
}

/// Marks the origins of spans that were made of documents: those without a scope in traces that have documents.
pub(super) fn mark_origins(transaction: &Transaction<'_>) -> Result<(), rusqlite::Error> {
    let mut select = transaction.prepare(
        "SELECT id, encoded FROM origin WHERE id IN (
            SELECT origin FROM (SELECT DISTINCT trace FROM segment) CROSS JOIN span
            ON span.key >= trace << ?1 AND span.key < (trace + 1) << ?1)",
    )?;
    let origins: Vec<(i64, Vec<u8>)> = select
        .query_map([SPAN_BITS], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let mut mark = transaction.prepare("UPDATE origin SET encoded = ? WHERE id = ?")?;
    for (id, encoded) in origins {
        let has_scope = ResourceSpans::decode(&encoded[..])
            .is_ok_and(|origin| origin.scope_spans.iter().any(|scope| scope.scope.is_some()));
        if !has_scope {
            mark.execute(params![[&OF_DOCUMENTS, &encoded[..]].concat(), id])?;
        }
    }
    Ok(())
}
