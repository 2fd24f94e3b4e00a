//! Every row of a moment: which blocks, pieces and spans it is made of, and reading them for a question.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, OptionalExtension};
use span_columns::{Block, Column, Field, Part, Source, Wanted};

use super::{
    Shared, make,
    piece::{Piece, kept},
    recent::{Arrivals, Made},
    write::{HAS_NUMBERS, HAS_TEXT, decode_traces, kinds},
};
use crate::store::{StoreError, lookup::Lookup};

/// What there was at one moment.
pub(crate) struct Snapshot {
    blocks: Vec<StoredBlock>,
    recent: Vec<Made>,
    /// The keys of the other spans, and what was made of them if that must be kept.
    others: Others,
    /// The traces with lower keys have been deleted.
    kept_from: i64,
}

enum Others {
    Keys(Vec<i64>),
    Pieces(Vec<Piece>),
}

struct StoredBlock {
    id: i64,
    is_of_documents: bool,
    rows: usize,
    extent: Option<(i64, i64)>,
    first_trace: i64,
}

impl Snapshot {
    /// What there is now, which the connection's transaction must go on showing.
    pub(crate) fn take(connection: &Connection, shared: &Shared) -> Result<Self, StoreError> {
        shared.cache().begin();
        // Before the moment begins: what is put into blocks meanwhile is read there.
        let mut recent = shared.recent().all();
        let blocks = connection
            .prepare_cached(
                "SELECT id, segments, rows, first_time, last_time, first_trace FROM block ORDER BY id",
            )?
            .query_map((), |row| {
                let (first, last): (Option<i64>, Option<i64>) = (row.get(3)?, row.get(4)?);
                Ok(StoredBlock {
                    id: row.get(0)?,
                    is_of_documents: row.get(1)?,
                    rows: usize::try_from(row.get::<_, i64>(2)?).unwrap_or(0),
                    extent: first.zip(last),
                    first_trace: row.get(5)?,
                })
            })?
            .collect::<Result<_, _>>()?;
        let kept_from: Option<i64> = connection
            .prepare_cached("SELECT min(key) FROM trace")?
            .query_row((), |row| row.get(0))?;
        let numbers = arrivals(connection)?;
        recent.retain(|made| are_there(&numbers, made.arrivals));
        let mut keys = open_spans(connection)?;
        for number in numbers {
            if !recent.iter().any(|made| made.arrivals.has(number)) {
                keys_of(connection, number, &mut keys)?;
            }
        }
        Ok(Self {
            blocks,
            recent,
            others: Others::Keys(keys),
            kept_from: kept_from.unwrap_or(i64::MAX),
        })
    }

    /// With what would have to be read in the same transaction read now.
    pub(crate) fn detached(mut self, connection: &Connection) -> Result<Self, StoreError> {
        if let Others::Keys(keys) = self.others {
            let mut pieces = Vec::new();
            let mut lookup = Lookup::new(connection);
            make::pieces(&mut lookup, keys, None, &mut || true, &mut |piece| {
                pieces.push(piece);
                Ok(())
            })?;
            self.others = Others::Pieces(pieces);
        }
        Ok(self)
    }
}

impl Arrivals {
    fn has(&self, number: i64) -> bool {
        (self.first..=self.last).contains(&number)
    }
}

/// The numbers of all arrivals, ascending.
pub(super) fn arrivals(connection: &Connection) -> Result<Vec<i64>, StoreError> {
    let mut select = connection.prepare_cached("SELECT seq FROM arrival ORDER BY seq")?;
    let numbers = select.query_map((), |row| row.get(0))?;
    Ok(numbers.collect::<Result<_, _>>()?)
}

fn are_there(numbers: &[i64], arrivals: Arrivals) -> bool {
    let from = numbers.partition_point(|number| *number < arrivals.first);
    let to = numbers.partition_point(|number| *number <= arrivals.last);
    to - from == arrivals.count
}

fn open_spans(connection: &Connection) -> Result<Vec<i64>, StoreError> {
    let mut select = connection.prepare_cached("SELECT key FROM open_span ORDER BY key")?;
    let keys = select.query_map((), |row| row.get(0))?;
    Ok(keys.collect::<Result<_, _>>()?)
}

/// Adds the keys that an arrival lists.
pub(super) fn keys_of(
    connection: &Connection,
    arrival: i64,
    keys: &mut Vec<i64>,
) -> Result<(), StoreError> {
    let mut select = connection.prepare_cached("SELECT keys FROM arrival WHERE seq = ?")?;
    let listed = select.query_row([arrival], |row| {
        let bytes = row.get_ref(0)?.as_blob()?;
        keys.extend(
            bytes
                .as_chunks()
                .0
                .iter()
                .map(|key| i64::from_le_bytes(*key)),
        );
        Ok(())
    });
    listed.optional()?;
    Ok(())
}

/// Where a moment's blocks are read.
pub(crate) enum Reach<'a> {
    /// On a connection whose transaction shows the moment.
    Held(&'a Connection),
    /// On one that others use and write on between two reads. Blocks do not change; of one that is deleted meanwhile no
    /// rows are found.
    Shared(&'a Mutex<Connection>),
}

impl Reach<'_> {
    pub(crate) fn with<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match self {
            Self::Held(connection) => read(connection),
            Self::Shared(connection) => {
                read(&connection.lock().unwrap_or_else(PoisonError::into_inner))
            }
        }
    }
}

/// A moment's rows as a question reads them.
pub(crate) struct Rows<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) shared: &'a Shared,
    pub(crate) reach: Reach<'a>,
    /// Of spans that were made of documents only.
    pub(crate) only_of_documents: bool,
}

impl Rows<'_> {
    fn wants(&self, is_of_documents: bool) -> bool {
        is_of_documents || !self.only_of_documents
    }

    /// The parts wanted of a stored block.
    fn load(&self, stored: &StoredBlock, wanted: &Wanted) -> Result<Option<Block>, StoreError> {
        let parts: Vec<Part> = match &wanted.columns {
            Some(columns) => {
                let ids = [Part::TraceId, Part::SpanId, Part::ParentId];
                let columns = columns.iter().map(|name| Part::Column(name.clone()));
                let all = [Part::Time, Part::Weight]
                    .into_iter()
                    .chain(ids)
                    .chain(columns);
                all.filter(|part| wanted.wants(part)).collect()
            }
            None => {
                let parts = self
                    .reach
                    .with(|connection| parts_of(connection, stored.id))?;
                parts
                    .into_iter()
                    .filter(|part| wanted.wants(part))
                    .collect()
            }
        };
        let mut columns = Vec::with_capacity(parts.len());
        for part in parts {
            let known = self.shared.cache().get(stored.id, &part);
            let column = match known {
                Some(column) => column,
                None => {
                    // A block that was deleted meanwhile has no rows, even if some of its columns are still known.
                    let found = self.reach.with(|connection| {
                        let found = column(connection, stored, &part)?;
                        Ok((found.is_some() || is_there(connection, stored.id)?).then_some(found))
                    })?;
                    let Some(found) = found else {
                        return Ok(None);
                    };
                    let Some(column) = found else {
                        continue;
                    };
                    let column = Arc::new(column);
                    self.shared.cache().keep(stored.id, &part, &column);
                    column
                }
            };
            columns.push((part, column));
        }
        if columns.is_empty() {
            return Ok(None);
        }
        let damaged = |_| StoreError::DamagedBlock(stored.id);
        let block = Block::of_parts(stored.rows, columns).map_err(damaged)?;
        if stored.first_trace >= self.snapshot.kept_from {
            return Ok(Some(block));
        }
        let traces = self.reach.with(|connection| {
            let mut select = connection.prepare_cached("SELECT traces FROM block WHERE id = ?")?;
            let traces = select.query_row([stored.id], |row| {
                Ok(decode_traces(row.get_ref(0)?.as_blob()?, stored.rows))
            });
            Ok(traces.optional()?)
        })?;
        Ok(traces.map(|traces| kept(&block, &traces, self.snapshot.kept_from)))
    }

    /// Visits the pieces that are not stored, with the columns wanted at least.
    fn each_piece(
        &self,
        columns: Option<&BTreeSet<String>>,
        visit: &mut dyn FnMut(&Piece),
    ) -> Result<(), StoreError> {
        let mut visit = |piece: &Piece| {
            if self.wants(piece.is_of_documents) {
                visit(piece);
            }
        };
        for made in &self.snapshot.recent {
            made.pieces.iter().for_each(&mut visit);
        }
        match &self.snapshot.others {
            Others::Pieces(pieces) => pieces.iter().for_each(visit),
            Others::Keys(keys) => self.reach.with(|connection| {
                let mut lookup = Lookup::new(connection);
                make::pieces(
                    &mut lookup,
                    keys.clone(),
                    columns,
                    &mut || true,
                    &mut |piece| {
                        visit(&piece);
                        Ok(())
                    },
                )?;
                Ok(())
            })?,
        }
        Ok(())
    }

    /// The columns that the rows have, by name.
    pub(crate) fn fields(&self) -> Result<Vec<Field>, StoreError> {
        let mut found: BTreeMap<String, (u64, u8)> = BTreeMap::new();
        let mut add = |name: &str, rows: u64, kinds: u8| match found.get_mut(name) {
            Some(known) => *known = (known.0 + rows, known.1 | kinds),
            None => drop(found.insert(name.to_owned(), (rows, kinds))),
        };
        // Numbers of blocks are never used again: what was put into blocks since is still read as pieces.
        let last = self.snapshot.blocks.last().map_or(0, |block| block.id);
        self.reach.with(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT part, sum(block_column.rows), max(kinds & 1), max(kinds & 2)
                 FROM block CROSS JOIN block_column ON block_column.block = block.id
                 WHERE block.segments >= ? AND block.id <= ? GROUP BY part",
            )?;
            let mut rows = select.query(rusqlite::params![self.only_of_documents, last])?;
            while let Some(row) = rows.next()? {
                let part = Part::from_key(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?);
                if let Some(name) = part.as_ref().and_then(part_name) {
                    let rows = row.get::<_, i64>(1)?;
                    let kinds = row.get::<_, u8>(2)? | row.get::<_, u8>(3)?;
                    add(&name, u64::try_from(rows).unwrap_or(0), kinds);
                }
            }
            Ok(())
        })?;
        self.each_piece(None, &mut |piece| {
            for (part, column) in piece.block.parts() {
                if let Some(name) = part_name(part) {
                    add(&name, column.present() as u64, kinds(column));
                }
            }
        })?;
        Ok(found
            .into_iter()
            .map(|(name, (rows, kinds))| Field {
                name,
                is_number: kinds & HAS_NUMBERS != 0,
                is_text: kinds & HAS_TEXT != 0,
                rows,
            })
            .collect())
    }
}

/// The column that a part is; time and weight are none.
fn part_name(part: &Part) -> Option<String> {
    match part {
        Part::Time | Part::Weight => None,
        Part::TraceId => Some(span_query::field::TRACE_ID.to_owned()),
        Part::SpanId => Some(span_query::field::SPAN_ID.to_owned()),
        Part::ParentId => Some(span_query::field::PARENT_ID.to_owned()),
        Part::Column(name) => Some(name.clone()),
    }
}

fn is_there(connection: &Connection, block: i64) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM block WHERE id = ?")?
        .exists([block])?)
}

fn parts_of(connection: &Connection, block: i64) -> Result<Vec<Part>, StoreError> {
    let mut select = connection.prepare_cached("SELECT part FROM block_column WHERE block = ?")?;
    let parts = select.query_map([block], |row| Ok(Part::from_key(row.get_ref(0)?.as_str()?)))?;
    let parts: Vec<Option<Part>> = parts.collect::<Result<_, _>>()?;
    Ok(parts.into_iter().flatten().collect())
}

fn column(
    connection: &Connection,
    stored: &StoredBlock,
    part: &Part,
) -> Result<Option<Column>, StoreError> {
    let mut select =
        connection.prepare_cached("SELECT body FROM block_column WHERE block = ? AND part = ?")?;
    let decoded = select.query_row(rusqlite::params![stored.id, part.key()], |row| {
        Ok(Column::decode(row.get_ref(0)?.as_blob()?, stored.rows))
    });
    let damaged = |_| StoreError::DamagedBlock(stored.id);
    decoded.optional()?.transpose().map_err(damaged)
}

impl Source for Rows<'_> {
    type Error = StoreError;

    fn blocks(&self, wanted: &Wanted, visit: &mut dyn FnMut(&Block)) -> Result<(), StoreError> {
        for stored in &self.snapshot.blocks {
            if self.wants(stored.is_of_documents)
                && wanted.wants_extent(stored.extent)
                && let Some(block) = self.load(stored, wanted)?
            {
                visit(&block);
            }
        }
        self.each_piece(wanted.columns.as_ref(), &mut |piece| {
            if !wanted.wants_extent(piece.block.extent()) {
                return;
            }
            let needs_cut = piece
                .traces
                .iter()
                .any(|trace| *trace < self.snapshot.kept_from);
            if needs_cut {
                visit(&kept(&piece.block, &piece.traces, self.snapshot.kept_from));
            } else {
                visit(&piece.block);
            }
        })
    }

    fn names(&self) -> Result<BTreeSet<String>, StoreError> {
        let own = span_query::field::ALL.map(str::to_owned);
        let fields = self.fields()?.into_iter().map(|field| field.name);
        Ok(own.into_iter().chain(fields).collect())
    }
}
