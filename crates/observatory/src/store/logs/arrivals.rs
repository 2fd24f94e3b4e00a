//! Log events in the order in which they came, for whoever follows them. In the order of their time they are read by `events`.

use std::sync::Arc;

use rusqlite::{Connection, Row, params};

use super::{
    chunk::place_of,
    list,
    model::{LogEvent, LogFailure, Matcher},
    walk::read,
};

/// Events looked at for one answer.
const LOOKED_AT_EVENTS: usize = 100_000;

/// An answer takes no further event after so many bytes of messages.
const ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// Which events to follow.
#[derive(Clone, Debug, Default)]
pub struct ArrivalQuery {
    /// A group's name; `None`: all groups.
    pub group: Option<String>,
    /// One of its streams.
    pub stream: Option<String>,
    /// What messages must match; `None`: anything.
    pub matching: Option<Matcher>,
    /// Those that came after the event of this ID; `None`: the last ones.
    pub after: Option<u64>,
    /// At most so many.
    pub limit: usize,
    /// Now, in milliseconds since the Unix epoch: events that a group's retention has expired are not there.
    pub now: i64,
}

/// Events that came.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arrivals {
    /// In the order in which they came.
    pub events: Vec<LogEvent>,
    /// Where to go on: all that came up to the event of this ID was looked at.
    pub seen: u64,
}

/// A chunk's row without its body.
struct Found {
    id: i64,
    first: i64,
    group: String,
    stream: String,
}

impl Found {
    fn read(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            id: row.get(0)?,
            first: row.get(1)?,
            group: row.get(2)?,
            stream: row.get(3)?,
        })
    }
}

/// What came after an event, or the last events that came.
pub(crate) fn arrivals(
    connection: &Connection,
    query: &ArrivalQuery,
) -> Result<Arrivals, LogFailure> {
    let group = match &query.group {
        Some(name) => Some(list::group(connection, name)?.id),
        None => None,
    };
    let stream = match (group, &query.stream) {
        (Some(group), Some(name)) => Some(list::stream(connection, group, name)?),
        _ => None,
    };
    let (compare, order) = match query.after {
        Some(_) => (">=", "ASC"),
        None => ("<=", "DESC"),
    };
    let (from, after) = query.after.map_or((i64::MAX, 0), |id| (place_of(id).0, id));
    let mut select = connection.prepare_cached(&format!(
        "SELECT log_chunk.id, log_chunk.first, log_group.name, log_stream.name FROM log_chunk
         JOIN log_stream ON log_stream.id = log_chunk.stream
         JOIN log_group ON log_group.id = log_chunk.log_group
         WHERE log_chunk.id {compare} ?1 AND (?2 IS NULL OR log_chunk.log_group = ?2) AND (?3 IS NULL OR log_chunk.stream = ?3)
         ORDER BY log_chunk.id {order}"
    ))?;
    let mut rows = select.query(params![from, group, stream])?;
    let mut arrivals = Arrivals {
        events: Vec::new(),
        seen: after,
    };
    let (mut looked_at, mut bytes) = (0, 0);
    while let Some(row) = rows.next()? {
        let found = Found::read(row)?;
        let Some((chunk, ingestion_time)) = read(connection, found.id, found.first)? else {
            continue;
        };
        let kept_from = list::group(connection, &found.group)?.kept_from(query.now);
        let (group, stream): (Arc<str>, Arc<str>) = (found.group.into(), found.stream.into());
        let event = |place: usize| LogEvent {
            id: chunk.event_id(place),
            group: Arc::clone(&group),
            stream: Arc::clone(&stream),
            timestamp: chunk.times()[place],
            ingestion_time,
            message: chunk.message(place).to_owned(),
        };
        let places: Box<dyn Iterator<Item = usize>> = match query.after {
            Some(_) => Box::new(0..chunk.len()),
            None => Box::new((0..chunk.len()).rev()),
        };
        for place in places {
            let id = chunk.event_id(place);
            if query.after.is_some_and(|after| id <= after) {
                continue;
            }
            arrivals.seen = arrivals.seen.max(id);
            looked_at += 1;
            let matching = query.matching.as_ref();
            let is_kept = chunk.times()[place] >= kept_from;
            if is_kept && matching.is_none_or(|matching| matching.matches(chunk.message(place))) {
                bytes += chunk.message(place).len();
                arrivals.events.push(event(place));
            }
            if arrivals.events.len() >= query.limit
                || bytes >= ANSWER_BYTES
                || looked_at >= LOOKED_AT_EVENTS
            {
                return Ok(arrivals.in_order(query));
            }
        }
    }
    Ok(arrivals.in_order(query))
}

impl Arrivals {
    fn in_order(mut self, query: &ArrivalQuery) -> Self {
        if query.after.is_none() {
            self.events.reverse();
        }
        self
    }
}
