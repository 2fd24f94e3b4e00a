//! Lists log groups and streams, and finds the numbers that names stand for.

use std::{collections::HashSet, sync::Arc};

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    model::{
        GroupQuery, Listed, LogFailure, LogGroup, LogStream, StreamChoice, StreamOrder, StreamQuery,
    },
    scope::{Scope, Streams},
};
use crate::store::StoreError;

/// Milliseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// What reading and writing need of a group.
#[derive(Clone, Debug)]
pub(crate) struct GroupRow {
    pub(crate) id: i64,
    pub(crate) name: Arc<str>,
    /// Days that events are kept.
    pub(crate) retention: Option<i64>,
    /// Longest time between the first and the last event of a chunk.
    pub(crate) span: i64,
}

impl GroupRow {
    fn read(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            id: row.get(0)?,
            name: row.get::<_, String>(1)?.into(),
            retention: row.get(2)?,
            span: row.get(3)?,
        })
    }

    /// The earliest time of an event that has not expired; the clock in milliseconds.
    pub(crate) fn kept_from(&self, now: i64) -> i64 {
        self.retention
            .map_or(i64::MIN, |days| now.saturating_sub(days * DAY))
    }

    /// Its events from one time to another that have not expired.
    pub(crate) fn scope(&self, streams: Streams, (from, to): (i64, i64), now: i64) -> Scope {
        Scope {
            group: self.id,
            name: Arc::clone(&self.name),
            span: self.span,
            streams,
            from: from.max(self.kept_from(now)),
            to,
        }
    }
}

/// A group by its name.
pub(crate) fn group(connection: &Connection, name: &str) -> Result<GroupRow, LogFailure> {
    connection
        .prepare_cached("SELECT id, name, retention, span FROM log_group WHERE name = ?")?
        .query_row([name], GroupRow::read)
        .optional()?
        .ok_or(LogFailure::NoGroup)
}

/// Every group, by name.
pub(crate) fn all_groups(connection: &Connection) -> Result<Vec<GroupRow>, rusqlite::Error> {
    let mut select = connection
        .prepare_cached("SELECT id, name, retention, span FROM log_group ORDER BY name")?;
    let groups = select.query_map((), GroupRow::read)?;
    groups.collect()
}

/// The number of a stream.
pub(crate) fn stream(connection: &Connection, group: i64, name: &str) -> Result<i64, LogFailure> {
    connection
        .prepare_cached("SELECT id FROM log_stream WHERE log_group = ? AND name = ?")?
        .query_row(params![group, name], |row| row.get(0))
        .optional()?
        .ok_or(LogFailure::NoStream)
}

/// The numbers of the streams chosen.
pub(crate) fn streams(
    connection: &Connection,
    group: i64,
    choice: &StreamChoice,
) -> Result<Streams, LogFailure> {
    Ok(match choice {
        StreamChoice::All => Streams::All,
        StreamChoice::Named(names) => Streams::These(
            names
                .iter()
                .map(|name| stream(connection, group, name))
                .collect::<Result<_, _>>()?,
        ),
        StreamChoice::Prefix(prefix) => {
            let mut select = connection.prepare_cached(
                "SELECT id FROM log_stream WHERE log_group = ?1 AND name >= ?2 AND substr(name, 1, length(?2)) = ?2",
            )?;
            let found = select.query_map(params![group, prefix], |row| row.get(0))?;
            Streams::These(found.collect::<Result<HashSet<_>, _>>()?)
        }
    })
}

/// A page of groups, by name.
pub(crate) fn log_groups(
    connection: &Connection,
    query: &GroupQuery,
) -> Result<Listed<LogGroup>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT name, created, retention, bytes,
                (SELECT count(*) FROM log_stream WHERE log_group = log_group.id),
                (SELECT max(last) FROM log_stream WHERE log_group = log_group.id)
         FROM log_group
         WHERE name > ?1 AND name >= ?2 AND substr(name, 1, length(?2)) = ?2 AND instr(name, ?3) > 0
         ORDER BY name LIMIT ?4",
    )?;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let rows = select.query_map(
        params![
            text(&query.after),
            text(&query.prefix),
            text(&query.contains),
            one_more(query.limit)
        ],
        |row| {
            Ok(LogGroup {
                name: row.get(0)?,
                created: row.get(1)?,
                retention_days: row.get(2)?,
                bytes: u64::try_from(row.get::<_, i64>(3)?).unwrap_or(0),
                streams: u64::try_from(row.get::<_, i64>(4)?).unwrap_or(0),
                last_event: row.get(5)?,
            })
        },
    )?;
    Ok(listed(rows.collect::<Result<_, _>>()?, query.limit))
}

/// A page of a group's streams.
pub(crate) fn log_streams(
    connection: &Connection,
    query: &StreamQuery,
) -> Result<Listed<LogStream>, LogFailure> {
    let group = group(connection, &query.group)?;
    let (compare, order) = if query.descending {
        ("<", "DESC")
    } else {
        (">", "ASC")
    };
    let (column, sort) = match query.order {
        StreamOrder::Name => ("0", String::new()),
        StreamOrder::LastEvent => {
            let column = "coalesce(last, 0)";
            (column, format!("{column} {order}, "))
        }
    };
    let mut select = connection.prepare_cached(&format!(
        "SELECT name, created, (SELECT min(first) FROM log_chunk WHERE stream = log_stream.id), last, ingested
         FROM log_stream
         WHERE log_group = ?1 AND name >= ?2 AND substr(name, 1, length(?2)) = ?2
               AND (?3 OR ({column}, name) {compare} (?4, ?5))
         ORDER BY {sort}name {order} LIMIT ?6"
    ))?;
    let (last, name) = query.after.clone().unwrap_or_default();
    let last = match query.order {
        StreamOrder::Name => 0,
        StreamOrder::LastEvent => last,
    };
    let rows = select.query_map(
        params![
            group.id,
            query.prefix.clone().unwrap_or_default(),
            query.after.is_none(),
            last,
            name,
            one_more(query.limit)
        ],
        |row| {
            Ok(LogStream {
                name: row.get(0)?,
                created: row.get(1)?,
                first_event: row.get(2)?,
                last_event: row.get(3)?,
                last_ingestion: row.get(4)?,
            })
        },
    )?;
    Ok(listed(rows.collect::<Result<_, _>>()?, query.limit))
}

fn one_more(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1)
}

fn listed<T>(mut items: Vec<T>, limit: usize) -> Listed<T> {
    let more = items.len() > limit;
    items.truncate(limit);
    Listed { items, more }
}
