//! What changes log groups, streams and events, within a transaction.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{
    chunk::{NewEvents, Packed, pack},
    list,
    model::LogFailure,
};

/// Chunks deleted in one go while others wait to be stored.
const SLICE_CHUNKS: i64 = 256;

/// Chunks deleted in one transaction.
const MOST_CHUNKS: i64 = 5_000;

/// The events of one call, ready to be written.
#[derive(Debug)]
pub(crate) struct LogBatch {
    group: i64,
    stream: i64,
    /// When they came, in milliseconds since the Unix epoch.
    pub(crate) ingested: i64,
    chunks: Vec<Packed>,
}

/// Where a call's events go, and how old they may be there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    group: i64,
    stream: i64,
    /// The earliest time that has not expired.
    pub(crate) kept_from: i64,
}

/// Finds a stream of a group.
pub(crate) fn target(
    connection: &Connection,
    group: &str,
    stream: &str,
    now: i64,
) -> Result<Target, LogFailure> {
    let group = list::group(connection, group)?;
    Ok(Target {
        group: group.id,
        stream: list::stream(connection, group.id, stream)?,
        kept_from: group.kept_from(now),
    })
}

impl LogBatch {
    pub(crate) fn new(
        target: Target,
        ingested: i64,
        new: &NewEvents,
        events: std::ops::Range<usize>,
    ) -> Self {
        Self {
            group: target.group,
            stream: target.stream,
            ingested,
            chunks: pack(new, events),
        }
    }

    /// How many events it has.
    pub(crate) fn events(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.events).sum()
    }

    /// Its size in memory, about.
    pub(crate) fn bytes(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.body.len()).sum()
    }

    /// Writes it; `false` if the stream is gone.
    pub(crate) fn store(&self, transaction: &Transaction<'_>) -> Result<bool, rusqlite::Error> {
        let Some(last) = self.chunks.last().map(|chunk| chunk.last) else {
            return Ok(true);
        };
        let found = transaction
            .prepare_cached(
                "UPDATE log_stream SET last = max(coalesce(last, ?3), ?3), ingested = max(coalesce(ingested, ?4), ?4)
                 WHERE id = ?1 AND log_group = ?2",
            )?
            .execute(params![self.stream, self.group, last, self.ingested])?;
        if found == 0 {
            return Ok(false);
        }
        let mut insert = transaction.prepare_cached(
            "INSERT INTO log_chunk (log_group, stream, first, last, events, ingested, bytes, body)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        let (mut bytes, mut events, mut span) = (0_i64, 0_i64, 0);
        for chunk in &self.chunks {
            let size = i64::try_from(chunk.bytes).unwrap_or(i64::MAX);
            bytes += size;
            events += i64::from(chunk.events as u32);
            span = span.max(chunk.last - chunk.first);
            insert.execute(params![
                self.group,
                self.stream,
                chunk.first,
                chunk.last,
                chunk.events as u32,
                self.ingested,
                size,
                chunk.body
            ])?;
        }
        transaction
            .prepare_cached(
                "UPDATE log_group SET bytes = bytes + ?2, events = events + ?3, span = max(span, ?4) WHERE id = ?1",
            )?
            .execute(params![self.group, bytes, events, span])?;
        Ok(true)
    }
}

/// Makes a group; `false` if there is one of that name.
pub(crate) fn create_group(
    transaction: &Transaction<'_>,
    name: &str,
    now: i64,
) -> Result<bool, rusqlite::Error> {
    let made = transaction
        .prepare_cached("INSERT OR IGNORE INTO log_group (name, created) VALUES (?, ?)")?
        .execute(params![name, now])?;
    Ok(made == 1)
}

/// Deletes a group with all that it holds; `false` if there is none of that name.
pub(crate) fn delete_group(
    transaction: &Transaction<'_>,
    name: &str,
) -> Result<bool, rusqlite::Error> {
    let id: Option<i64> = transaction
        .prepare_cached("DELETE FROM log_group WHERE name = ? RETURNING id")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    let Some(id) = id else {
        return Ok(false);
    };
    for table in ["log_chunk", "log_stream", "log_tag"] {
        let delete = format!("DELETE FROM {table} WHERE log_group = ?");
        transaction.prepare_cached(&delete)?.execute([id])?;
    }
    Ok(true)
}

/// Makes a stream; `false` if the group has one of that name.
pub(crate) fn create_stream(
    transaction: &Transaction<'_>,
    group: i64,
    name: &str,
    now: i64,
) -> Result<bool, rusqlite::Error> {
    let made = transaction
        .prepare_cached(
            "INSERT OR IGNORE INTO log_stream (log_group, name, created) VALUES (?, ?, ?)",
        )?
        .execute(params![group, name, now])?;
    Ok(made == 1)
}

/// Deletes a stream with its events.
pub(crate) fn delete_stream(
    transaction: &Transaction<'_>,
    stream: i64,
) -> Result<(), rusqlite::Error> {
    delete_chunks(transaction, "stream = ?1", stream, i64::MAX)?;
    transaction.execute("DELETE FROM log_stream WHERE id = ?", [stream])?;
    Ok(())
}

/// Sets how many days a group's events are kept, and deletes those that are older; `None` keeps them for ever.
pub(crate) fn set_retention(
    transaction: &Transaction<'_>,
    group: i64,
    days: Option<u32>,
) -> Result<(), rusqlite::Error> {
    transaction
        .prepare_cached("UPDATE log_group SET retention = ?2 WHERE id = ?1")?
        .execute(params![group, days])?;
    Ok(())
}

/// Deletes some of the chunks that have expired; gives whether others are left.
pub(crate) fn delete_expired(
    transaction: &Transaction<'_>,
    now: i64,
) -> Result<bool, rusqlite::Error> {
    let mut left = SLICE_CHUNKS;
    for group in list::all_groups(transaction)? {
        if group.retention.is_none() {
            continue;
        }
        let (id, kept_from) = (group.id, group.kept_from(now));
        let condition = format!("log_group = ?1 AND last < {kept_from}");
        left -= delete_chunks(transaction, &condition, id, left)?;
        if left <= 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Deletes about that share of all chunks, the oldest first; gives how many.
pub(crate) fn delete_oldest(
    transaction: &Transaction<'_>,
    share: f64,
    least: i64,
) -> Result<i64, rusqlite::Error> {
    // Numbers are given in order, so this is how many there are, or a few more.
    let stored: i64 = transaction.query_row(
        "SELECT coalesce((SELECT max(id) FROM log_chunk) - (SELECT min(id) FROM log_chunk) + 1, 0)",
        (),
        |row| row.get(0),
    )?;
    let most = ((stored as f64 * share) as i64).clamp(least, MOST_CHUNKS);
    delete_chunks(transaction, "id > ?1", 0, most)
}

/// Deletes at most so many chunks, the ones that came first first, and takes their events and size off their groups'.
fn delete_chunks(
    transaction: &Transaction<'_>,
    condition: &str,
    parameter: i64,
    most: i64,
) -> Result<i64, rusqlite::Error> {
    let mut delete = transaction.prepare(&format!(
        "DELETE FROM log_chunk WHERE id IN (SELECT id FROM log_chunk WHERE {condition} ORDER BY id LIMIT ?2)
         RETURNING log_group, bytes, events"
    ))?;
    let mut rows = delete.query([parameter, most])?;
    let mut gone = std::collections::BTreeMap::<i64, (i64, i64)>::new();
    let mut number = 0;
    while let Some(row) = rows.next()? {
        let (bytes, events) = gone.entry(row.get(0)?).or_default();
        *bytes += row.get::<_, i64>(1)?;
        *events += row.get::<_, i64>(2)?;
        number += 1;
    }
    let mut update = transaction.prepare_cached(
        "UPDATE log_group SET bytes = bytes - ?2, events = events - ?3 WHERE id = ?1",
    )?;
    for (group, (bytes, events)) in gone {
        update.execute([group, bytes, events])?;
    }
    Ok(number)
}
