//! Pages of log events, single events. What is read for one answer is bounded.

use std::{ops::ControlFlow, sync::Arc};

use log_query::Event;
use rusqlite::{Connection, OptionalExtension};

use super::{
    chunk::{EVENT_OVERHEAD, place_of},
    list,
    model::{Direction, EventKey, EventPage, EventQuery, LogEvent, LogFailure},
    scope::{Scope, Streams},
    walk::{read, walk},
};
use crate::store::StoreError;

/// Bytes of events looked at for one answer.
const LOOKED_AT_BYTES: usize = 64 * 1024 * 1024;

/// Events looked at for one answer.
const LOOKED_AT_EVENTS: usize = 100_000;

/// What may still be looked at.
struct Budget {
    bytes: usize,
    events: usize,
}

impl Budget {
    fn new() -> Self {
        Self {
            bytes: LOOKED_AT_BYTES,
            events: LOOKED_AT_EVENTS,
        }
    }

    /// Takes an event's part; `false` if nothing is left.
    fn take(&mut self, event: &Event<'_>) -> bool {
        if self.events == 0 || self.bytes == 0 {
            return false;
        }
        self.events -= 1;
        self.bytes = self.bytes.saturating_sub(size(event));
        true
    }
}

/// An event's size as the service counts it.
fn size(event: &Event<'_>) -> usize {
    event.message.len() + EVENT_OVERHEAD
}

fn key(event: &Event<'_>) -> EventKey {
    EventKey {
        time: event.timestamp,
        id: event.id,
    }
}

fn owned(event: &Event<'_>, names: &mut Names) -> LogEvent {
    LogEvent {
        id: event.id,
        group: names.group(event.group),
        stream: names.stream(event.stream),
        timestamp: event.timestamp,
        ingestion_time: event.ingestion_time,
        message: event.message.to_owned(),
    }
}

/// The last names met, so that events that follow each other share them.
#[derive(Default)]
struct Names {
    group: Option<Arc<str>>,
    stream: Option<Arc<str>>,
}

impl Names {
    fn group(&mut self, name: &str) -> Arc<str> {
        shared(&mut self.group, name)
    }

    fn stream(&mut self, name: &str) -> Arc<str> {
        shared(&mut self.stream, name)
    }
}

fn shared(known: &mut Option<Arc<str>>, name: &str) -> Arc<str> {
    match known {
        Some(known) if **known == *name => Arc::clone(known),
        _ => Arc::clone(known.insert(name.into())),
    }
}

/// A page of a group's events.
pub(crate) fn page(connection: &Connection, query: &EventQuery) -> Result<EventPage, LogFailure> {
    let group = list::group(connection, &query.group)?;
    let streams = list::streams(connection, group.id, &query.streams)?;
    let scope = group.scope(streams, (query.from, query.to), query.now);
    Ok(page_of(connection, &[scope], query)?)
}

/// A page of the events of all groups.
pub(crate) fn page_of_all(
    connection: &Connection,
    query: &EventQuery,
) -> Result<EventPage, StoreError> {
    let scopes: Vec<_> = list::all_groups(connection)?
        .iter()
        .map(|group| group.scope(Streams::All, (query.from, query.to), query.now))
        .collect();
    page_of(connection, &scopes, query)
}

/// Visits the events of some groups, or of all if none is told, newest first from a place on; `now` in milliseconds since
/// the Unix epoch.
///
/// Gives whether all were visited: `false` if `visit` broke off.
pub(crate) fn each_event(
    connection: &Connection,
    groups: &[String],
    between: (i64, i64),
    now: i64,
    at: Option<EventKey>,
    visit: &mut dyn FnMut(&Event<'_>) -> ControlFlow<()>,
) -> Result<bool, LogFailure> {
    let groups = if groups.is_empty() {
        list::all_groups(connection).map_err(StoreError::from)?
    } else {
        let named = groups.iter().map(|name| list::group(connection, name));
        named.collect::<Result<_, _>>()?
    };
    let scopes: Vec<_> = groups
        .iter()
        .map(|group| group.scope(Streams::All, between, now))
        .collect();
    Ok(walk(connection, &scopes, Direction::Backward, at, visit)?)
}

fn page_of(
    connection: &Connection,
    scopes: &[Scope],
    query: &EventQuery,
) -> Result<EventPage, StoreError> {
    let mut names = Names::default();
    let mut budget = Budget::new();
    let mut bytes = 0;
    let mut events = Vec::new();
    let mut stopped = None;
    walk(
        connection,
        scopes,
        query.direction,
        query.at,
        &mut |event| {
            let matches = query
                .matching
                .as_ref()
                .is_none_or(|matching| matching.matches(event.message));
            let is_full = events.len() >= query.limit
                || matches && !events.is_empty() && bytes + size(event) > query.bytes;
            if is_full || !budget.take(event) {
                stopped = Some(match query.direction {
                    Direction::Forward => key(event),
                    Direction::Backward => key(event).after(),
                });
                return ControlFlow::Break(());
            }
            if matches {
                bytes += size(event);
                events.push(owned(event, &mut names));
            }
            ControlFlow::Continue(())
        },
    )?;
    Ok(EventPage {
        events,
        next: stopped,
    })
}

/// The event of an ID, unless it is gone or has expired.
pub(crate) fn event(
    connection: &Connection,
    id: u64,
    now: i64,
) -> Result<Option<LogEvent>, StoreError> {
    let (chunk_id, place) = place_of(id);
    let row = connection
        .prepare_cached(
            "SELECT log_chunk.first, log_stream.name, log_group.name FROM log_chunk
             JOIN log_stream ON log_stream.id = log_chunk.stream
             JOIN log_group ON log_group.id = log_chunk.log_group WHERE log_chunk.id = ?",
        )?
        .query_row([chunk_id], |row| {
            Ok((
                row.get(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, String>(2)?,
            ))
        })
        .optional()?;
    let Some((first, stream, group)) = row else {
        return Ok(None);
    };
    let kept_from = match list::group(connection, &group) {
        Ok(group) => group.kept_from(now),
        Err(LogFailure::Store(error)) => return Err(error),
        Err(_) => return Ok(None),
    };
    let Some((chunk, ingestion_time)) = read(connection, chunk_id, first)? else {
        return Ok(None);
    };
    let is_there = place < chunk.len() && chunk.times()[place] >= kept_from;
    Ok(is_there.then(|| LogEvent {
        id,
        group: group.into(),
        stream: stream.into(),
        timestamp: chunk.times()[place],
        ingestion_time,
        message: chunk.message(place).to_owned(),
    }))
}
