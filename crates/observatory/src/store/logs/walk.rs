//! Goes through log events in the order of their time, forwards or backwards, from any place: chunks are read as they are
//! reached and their events merged.

use std::{
    collections::{BinaryHeap, HashMap},
    ops::{ControlFlow, Range},
    sync::Arc,
};

use log_query::Event;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Rows};

use super::{
    chunk::Chunk,
    model::{Direction, EventKey},
    scope::{Scope, Streams},
};
use crate::store::StoreError;

/// Bytes of chunks begun that are kept in memory; of what lies beyond, chunks are read again when their turn comes.
///
/// Only calls whose events reach over the same time are in memory together, so it takes hundreds of streams to come here.
const OPEN_BYTES: usize = 16 * 1024 * 1024;

/// Visits the events of all scopes; `at` is where to begin, and forwards belongs to what comes.
///
/// Gives whether all were visited: `false` if `visit` broke off.
pub(crate) fn walk(
    connection: &Connection,
    scopes: &[Scope],
    direction: Direction,
    at: Option<EventKey>,
    visit: &mut dyn FnMut(&Event<'_>) -> ControlFlow<()>,
) -> Result<bool, StoreError> {
    let scopes: Vec<Scope> = scopes
        .iter()
        .map(|scope| scope.clone().narrowed(direction, at))
        .filter(|scope| scope.from <= scope.to && !scope.streams.is_none())
        .collect();
    let mut statements = scopes
        .iter()
        .map(|scope| connection.prepare_cached(scope.sql(direction)))
        .collect::<Result<Vec<CachedStatement<'_>>, _>>()?;
    let mut cursors = Vec::with_capacity(scopes.len());
    for (scope, statement) in scopes.iter().zip(&mut statements) {
        let (from, to) = (scope.from, scope.to);
        let bounds = match direction {
            Direction::Forward => [scope.key(), from.saturating_sub(scope.span), to, from],
            Direction::Backward => [scope.key(), from, to.saturating_add(scope.span), to],
        };
        let mut cursor = Cursor {
            rows: statement.query(bounds)?,
            next: None,
        };
        cursor.advance(scope, direction)?;
        cursors.push(cursor);
    }
    let mut walk = Walk {
        connection,
        direction,
        at,
        heap: BinaryHeap::new(),
        open_bytes: 0,
        names: HashMap::new(),
    };
    loop {
        // Every chunk that may have an event before the first that is known is opened first.
        let upcoming = loop {
            let nearest = cursors
                .iter()
                .enumerate()
                .filter_map(|(number, cursor)| Some((cursor.next.as_ref()?.edge, number)))
                .min();
            let Some((edge, number)) = nearest else {
                break None;
            };
            if walk.heap.peek().is_some_and(|first| first.rank < (edge, 0)) {
                break Some((edge, 0));
            }
            let scope = &scopes[number];
            if let Some(found) = cursors[number].next.take() {
                walk.open(number, scope, found)?;
            }
            cursors[number].advance(scope, direction)?;
        };
        let Some(open) = walk.heap.pop() else {
            return Ok(true);
        };
        let scope = &scopes[open.scope];
        if walk.visit_until(open, scope, upcoming, visit)?.is_break() {
            return Ok(false);
        }
    }
}

/// A chunk that is known of and not read yet.
struct Found {
    id: i64,
    stream: i64,
    first: i64,
    /// The time at which the walk meets it, as its rank has it.
    edge: i64,
}

/// The chunks of one scope.
struct Cursor<'a> {
    rows: Rows<'a>,
    next: Option<Found>,
}

impl Cursor<'_> {
    fn advance(&mut self, scope: &Scope, direction: Direction) -> Result<(), StoreError> {
        self.next = loop {
            let Some(row) = self.rows.next()? else {
                break None;
            };
            let (stream, first) = (row.get(1)?, row.get(2)?);
            if matches!(&scope.streams, Streams::These(streams) if !streams.contains(&stream)) {
                continue;
            }
            let edge = match direction {
                Direction::Forward => first,
                Direction::Backward => row.get::<_, i64>(3)?.saturating_neg(),
            };
            break Some(Found {
                id: row.get(0)?,
                stream,
                first,
                edge,
            });
        };
        Ok(())
    }
}

/// An event's place in the walk: smaller comes first in either direction.
type Rank = (i64, u64);

fn rank(direction: Direction, time: i64, id: u64) -> Rank {
    match direction {
        Direction::Forward => (time, id),
        Direction::Backward => (time.saturating_neg(), !id),
    }
}

/// A chunk with events that are still to be visited.
struct Open {
    /// Of its next event.
    rank: Rank,
    scope: usize,
    stream: i64,
    first: i64,
    id: i64,
    ingestion_time: i64,
    /// `None` while it is not in memory.
    chunk: Option<Chunk>,
    /// Places still to be visited: from the front when going forwards, from the back when not.
    left: Range<usize>,
}

impl PartialEq for Open {
    fn eq(&self, other: &Self) -> bool {
        self.rank == other.rank
    }
}

impl Eq for Open {}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Open {
    /// The heap gives the largest: the one whose turn is next.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        other.rank.cmp(&self.rank)
    }
}

struct Walk<'a> {
    connection: &'a Connection,
    direction: Direction,
    at: Option<EventKey>,
    heap: BinaryHeap<Open>,
    open_bytes: usize,
    names: HashMap<i64, Arc<str>>,
}

impl Walk<'_> {
    /// Reads a chunk, and keeps it if events of it are to be visited.
    fn open(&mut self, number: usize, scope: &Scope, found: Found) -> Result<(), StoreError> {
        let Some((chunk, ingestion_time)) = read(self.connection, found.id, found.first)? else {
            return Ok(());
        };
        let times = chunk.times();
        let mut left = times.partition_point(|time| *time < scope.from)
            ..times.partition_point(|time| *time <= scope.to);
        if let Some(at) = self.at {
            let is_before = |place: usize| (times[place], chunk.event_id(place)) < (at.time, at.id);
            match self.direction {
                Direction::Forward => {
                    while !left.is_empty() && is_before(left.start) {
                        left.start += 1;
                    }
                }
                Direction::Backward => {
                    while !left.is_empty() && !is_before(left.end - 1) {
                        left.end -= 1;
                    }
                }
            }
        }
        if left.is_empty() {
            return Ok(());
        }
        self.open_bytes += chunk.size();
        let open = Open {
            rank: self.rank_of(&chunk, &left),
            scope: number,
            stream: found.stream,
            first: found.first,
            id: found.id,
            ingestion_time,
            chunk: Some(chunk),
            left,
        };
        self.heap.push(open);
        if self.open_bytes > OPEN_BYTES {
            self.put_aside();
        }
        Ok(())
    }

    /// Frees the memory of chunks begun, all but the one whose turn is next.
    fn put_aside(&mut self) {
        let next = self.heap.pop();
        let mut open = std::mem::take(&mut self.heap).into_vec();
        for open in &mut open {
            open.chunk = None;
        }
        self.heap = BinaryHeap::from(open);
        self.heap.extend(next);
        let kept = self.heap.peek().and_then(|open| open.chunk.as_ref());
        self.open_bytes = kept.map_or(0, Chunk::size);
    }

    fn next_place(&self, left: &Range<usize>) -> usize {
        match self.direction {
            Direction::Forward => left.start,
            Direction::Backward => left.end - 1,
        }
    }

    fn rank_of(&self, chunk: &Chunk, left: &Range<usize>) -> Rank {
        let place = self.next_place(left);
        rank(self.direction, chunk.times()[place], chunk.event_id(place))
    }

    /// Visits the events of one chunk for as long as none of another may come first.
    fn visit_until(
        &mut self,
        mut open: Open,
        scope: &Scope,
        upcoming: Option<Rank>,
        visit: &mut dyn FnMut(&Event<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, StoreError> {
        let chunk = match open.chunk.take() {
            Some(chunk) => chunk,
            None => match read(self.connection, open.id, open.first)? {
                Some((chunk, _)) => {
                    self.open_bytes += chunk.size();
                    chunk
                }
                None => return Ok(ControlFlow::Continue(())),
            },
        };
        let stream = self.name(open.stream)?;
        let other = self.heap.peek().map(|other| other.rank);
        let until = match (other, upcoming) {
            (Some(other), Some(upcoming)) => Some(other.min(upcoming)),
            (one, None) | (None, one) => one,
        };
        loop {
            let place = self.next_place(&open.left);
            let flow = visit(&Event {
                group: &scope.name,
                stream: &stream,
                timestamp: chunk.times()[place],
                ingestion_time: open.ingestion_time,
                message: chunk.message(place),
                id: chunk.event_id(place),
            });
            if flow.is_break() {
                return Ok(flow);
            }
            match self.direction {
                Direction::Forward => open.left.start += 1,
                Direction::Backward => open.left.end -= 1,
            }
            if open.left.is_empty() {
                self.open_bytes = self.open_bytes.saturating_sub(chunk.size());
                return Ok(ControlFlow::Continue(()));
            }
            open.rank = self.rank_of(&chunk, &open.left);
            if until.is_some_and(|until| open.rank >= until) {
                open.chunk = Some(chunk);
                self.heap.push(open);
                return Ok(ControlFlow::Continue(()));
            }
        }
    }

    fn name(&mut self, stream: i64) -> Result<Arc<str>, StoreError> {
        if let Some(name) = self.names.get(&stream) {
            return Ok(Arc::clone(name));
        }
        let name: String = self
            .connection
            .prepare_cached("SELECT name FROM log_stream WHERE id = ?")?
            .query_row([stream], |row| row.get(0))?;
        let name: Arc<str> = name.into();
        self.names.insert(stream, Arc::clone(&name));
        Ok(name)
    }
}

/// A chunk and when it came; `None` if it is gone.
pub(crate) fn read(
    connection: &Connection,
    id: i64,
    first: i64,
) -> Result<Option<(Chunk, i64)>, StoreError> {
    let row = connection
        .prepare_cached("SELECT events, ingested, body FROM log_chunk WHERE id = ?")?
        .query_row([id], |row| {
            Ok((row.get::<_, u32>(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let Some((events, ingested, body)) = row else {
        return Ok(None);
    };
    match Chunk::unpack(id, first, events as usize, body) {
        Some(chunk) => Ok(Some((chunk, ingested))),
        None => Err(StoreError::DamagedLog(id)),
    }
}
