//! Deleting: whole traces and log events, first come first gone, when the store is over its limit; expired log events; and all of it on request.

use rusqlite::{Connection, TransactionBehavior, params};

use super::{blocks, logs, schema::SPAN_BITS};

/// Deletes until so much of the limit is used, so that it is not reached again at once.
const REFILL: f64 = 0.95;

/// Spans deleted in one transaction: senders wait for it.
const SLICE_SPANS: i64 = 20_000;

/// Traces deleted in one transaction.
const SLICE_TRACES: i64 = 10_000;

/// Deletes what arrived first while the database is larger than `limit` bytes; says whether anything was.
///
/// Traces and log events each lose the same share.
/// Arrival decides, not the time a trace tells: a recording of last year sent today is what somebody wants to look at.
/// The freed pages are used again, so the file stays near the limit instead of being made smaller.
pub(crate) fn enforce(connection: &mut Connection, limit: u64) -> Result<bool, rusqlite::Error> {
    let mut used = used_bytes(connection)?;
    if used <= limit {
        return Ok(false);
    }
    let wanted = (limit as f64 * REFILL) as u64;
    while used > wanted {
        let share = used.saturating_sub(wanted) as f64 / used.max(1) as f64;
        let logs = delete_logs(connection, share, 0)?;
        let traces = delete_slice(connection, share, i64::from(!logs))?;
        if !logs && !traces && !delete_logs(connection, share, 1)? {
            break;
        }
        used = used_bytes(connection)?;
    }
    Ok(true)
}

/// Deletes about that share of the log events; says whether any was.
fn delete_logs(
    connection: &mut Connection,
    share: f64,
    least: i64,
) -> Result<bool, rusqlite::Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let deleted = logs::delete_oldest(&transaction, share, least)?;
    transaction.commit()?;
    Ok(deleted > 0)
}

/// Deletes log events that have expired; says whether some are left.
pub(crate) fn expire(connection: &mut Connection, now: i64) -> Result<bool, rusqlite::Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let others = logs::delete_expired(&transaction, now)?;
    transaction.commit()?;
    Ok(others)
}

/// Bytes of the pages in use.
pub(crate) fn used_bytes(connection: &Connection) -> Result<u64, rusqlite::Error> {
    let number = |pragma: &str| {
        connection
            .prepare_cached(pragma)?
            .query_row((), |row| row.get::<_, i64>(0))
    };
    let used = number("PRAGMA page_count")? - number("PRAGMA freelist_count")?;
    Ok(u64::try_from(used * number("PRAGMA page_size")?).unwrap_or(0))
}

/// Deletes about as many traces as are over what is wanted, going by the size of all: documents make some traces large,
/// and a slice of the usual length might be most of a small store.
fn delete_slice(
    connection: &mut Connection,
    share: f64,
    least: i64,
) -> Result<bool, rusqlite::Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut end = None;
    let (mut traces, mut spans) = (0_i64, 0_i64);
    {
        let stored: i64 =
            transaction.query_row("SELECT traces FROM total", (), |row| row.get(0))?;
        let most = ((stored as f64 * share) as i64).clamp(least, SLICE_TRACES);
        let mut oldest =
            transaction.prepare_cached("SELECT key, spans FROM trace ORDER BY key LIMIT ?")?;
        let mut rows = oldest.query([most])?;
        while let Some(row) = rows.next()? {
            let more: i64 = row.get(1)?;
            if end.is_some() && spans + more > SLICE_SPANS {
                break;
            }
            end = Some(row.get::<_, i64>(0)? + 1);
            traces += 1;
            spans += more;
        }
    }
    let Some(end) = end else {
        return Ok(false);
    };
    let end_span = end << SPAN_BITS;
    for table in ["operation", "origin"] {
        let mut counts = transaction.prepare_cached(&format!(
            "SELECT {table}, count(*) FROM span WHERE key < ? GROUP BY {table}"
        ))?;
        let counts: Vec<(i64, i64)> = counts
            .query_map([end_span], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        for (id, gone) in counts {
            let change = format!("UPDATE {table} SET spans = spans - ? WHERE id = ?");
            transaction
                .prepare_cached(&change)?
                .execute(params![gone, id])?;
            let unused = format!("DELETE FROM {table} WHERE id = ? AND spans <= 0");
            transaction.prepare_cached(&unused)?.execute([id])?;
        }
    }
    transaction.execute("DELETE FROM span WHERE key < ?", [end_span])?;
    let segments = transaction.execute("DELETE FROM segment WHERE trace < ?", [end])? as i64;
    transaction.execute("DELETE FROM trace WHERE key < ?", [end])?;
    blocks::delete_before(&transaction, end)?;
    transaction.execute(
        "DELETE FROM service WHERE id NOT IN (SELECT service FROM operation)",
        (),
    )?;
    transaction.execute(
        "UPDATE total SET traces = traces - ?, spans = spans - ?, segments = segments - ?",
        [traces, spans, segments],
    )?;
    transaction.commit()?;
    Ok(true)
}

/// Deletes everything and gives the space back.
pub(crate) fn reset(connection: &mut Connection) -> Result<(), rusqlite::Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(
        "DELETE FROM span; DELETE FROM segment; DELETE FROM xray_setting; DELETE FROM trace; DELETE FROM arrival; DELETE FROM open_span; DELETE FROM block; DELETE FROM block_column; DELETE FROM origin; DELETE FROM operation; DELETE FROM service;
         DELETE FROM log_chunk; DELETE FROM log_stream; DELETE FROM log_tag; DELETE FROM log_group;
         UPDATE total SET traces = 0, spans = 0, segments = 0;",
    )?;
    transaction.commit()?;
    // What was asked for is done; a reader in the way may keep the file large a little longer.
    if let Err(error) = connection.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);") {
        eprintln!("observatory: the emptied store's file was not made smaller: {error}");
    }
    Ok(())
}
