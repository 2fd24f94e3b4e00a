//! A block: rows that do not change any more, column by column. Where blocks are kept is their owner's affair.

use std::collections::BTreeMap;
use std::sync::Arc;

use span_query::field;

use crate::column::{Data, Presence};
use crate::{Column, DecodeError};

/// So many rows a block may have.
pub const MAX_ROWS: usize = 1 << 16;
/// The time of a row that has none.
pub const NO_TIME: i64 = i64::MIN;

/// A part of a block, which is one column: what every row has, or a column of the data.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Part {
    /// When each row was, in nanoseconds since the Unix epoch.
    Time,
    /// How many spans each row stands for; missing if every row stands for itself alone.
    Weight,
    /// Trace IDs; missing if no row has one. It answers for the column `trace.trace_id` too.
    TraceId,
    /// Span IDs; missing if no row has one. It answers for the column `trace.span_id` too.
    SpanId,
    /// The parent spans' IDs; missing if no row has one. It answers for the column `trace.parent_id` too.
    ParentId,
    /// A column by its name.
    Column(String),
}

impl Part {
    /// A word for the part, to store it under: `:time` and the like, or `=` and the column's name.
    pub fn key(&self) -> String {
        match self {
            Part::Time => ":time".to_owned(),
            Part::Weight => ":weight".to_owned(),
            Part::TraceId => ":trace".to_owned(),
            Part::SpanId => ":span".to_owned(),
            Part::ParentId => ":parent".to_owned(),
            Part::Column(name) => format!("={name}"),
        }
    }

    /// The part that was stored under this key.
    pub fn from_key(key: &str) -> Option<Part> {
        match key {
            ":time" => Some(Part::Time),
            ":weight" => Some(Part::Weight),
            ":trace" => Some(Part::TraceId),
            ":span" => Some(Part::SpanId),
            ":parent" => Some(Part::ParentId),
            _ => Some(Part::Column(key.strip_prefix('=')?.to_owned())),
        }
    }

    /// The part with the IDs that answers for a column of this name.
    pub(crate) fn of_ids(name: &str) -> Option<Part> {
        match name {
            field::TRACE_ID => Some(Part::TraceId),
            field::SPAN_ID => Some(Part::SpanId),
            field::PARENT_ID => Some(Part::ParentId),
            _ => None,
        }
    }
}

/// Rows, column by column. Cloning it copies no column.
///
/// Made by a [`BlockBuilder`](crate::BlockBuilder), or of parts that were stored: [`Block::of_parts`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    rows: usize,
    parts: BTreeMap<Part, Arc<Column>>,
}

impl Block {
    /// A block of `rows` rows with these parts; those that are missing have no value in any row.
    ///
    /// # Errors
    ///
    /// When a part has another number of rows, or is none that can be in its place.
    pub fn of_parts(
        rows: usize,
        parts: impl IntoIterator<Item = (Part, Arc<Column>)>,
    ) -> Result<Block, DecodeError> {
        let parts: BTreeMap<Part, Arc<Column>> = parts.into_iter().collect();
        for (part, column) in &parts {
            if column.rows() != rows {
                return Err(DecodeError::Rows(column.rows(), rows));
            }
            let fits = match part {
                Part::Time => matches!(
                    &column.data,
                    Data::Integers {
                        presence: Presence::All,
                        ..
                    }
                ),
                Part::Weight => matches!(&column.data, Data::Integers { .. } | Data::Coded { .. }),
                Part::TraceId => matches!(&column.data, Data::TraceIds(_)),
                Part::SpanId | Part::ParentId => matches!(&column.data, Data::SpanIds(_)),
                Part::Column(_) => true,
            };
            if !fits {
                return Err(DecodeError::Invalid("kind"));
            }
        }
        Ok(Block { rows, parts })
    }

    /// The block whose parts are these bytes.
    ///
    /// # Errors
    ///
    /// For bytes that [`Block::encode`] did not write.
    pub fn decode<'a>(
        rows: usize,
        parts: impl IntoIterator<Item = (Part, &'a [u8])>,
    ) -> Result<Block, DecodeError> {
        let decoded: Result<Vec<_>, DecodeError> = parts
            .into_iter()
            .map(|(part, bytes)| Ok((part, Arc::new(Column::decode(bytes, rows)?))))
            .collect();
        Block::of_parts(rows, decoded?)
    }

    /// Each part as bytes.
    pub fn encode(&self) -> impl Iterator<Item = (&Part, Vec<u8>)> {
        self.parts
            .iter()
            .map(|(part, column)| (part, column.encode()))
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The parts that are there.
    pub fn parts(&self) -> impl Iterator<Item = (&Part, &Arc<Column>)> {
        self.parts.iter()
    }

    /// A part, if it is there.
    pub fn part(&self, part: &Part) -> Option<&Arc<Column>> {
        self.parts.get(part)
    }

    /// The column of this name: one of the data's, else the IDs'.
    pub fn column(&self, name: &str) -> Option<&Column> {
        let ids = || self.parts.get(&Part::of_ids(name)?);
        let named = self.parts.get(&Part::Column(name.to_owned()));
        named.or_else(ids).map(Arc::as_ref)
    }

    /// The names of its columns, those of the IDs too.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.parts.keys().filter_map(|part| match part {
            Part::Time | Part::Weight => None,
            Part::TraceId => Some(field::TRACE_ID.to_owned()),
            Part::SpanId => Some(field::SPAN_ID.to_owned()),
            Part::ParentId => Some(field::PARENT_ID.to_owned()),
            Part::Column(name) => Some(name.clone()),
        })
    }

    /// The same rows with those parts only that `keep` wants.
    #[must_use]
    pub fn with_parts(&self, keep: impl Fn(&Part) -> bool) -> Block {
        let kept = self.parts.iter().filter(|(part, _)| keep(part));
        Block {
            rows: self.rows,
            parts: kept
                .map(|(part, column)| (part.clone(), Arc::clone(column)))
                .collect(),
        }
    }

    /// The earliest and the latest time of its rows, in nanoseconds since the Unix epoch; `None` if none has a time.
    pub fn extent(&self) -> Option<(i64, i64)> {
        let times = || Some(self.times()?.iter().filter(|time| **time != NO_TIME));
        Some((*times()?.min()?, *times()?.max()?))
    }

    /// About how much memory its columns take, in bytes.
    pub fn memory(&self) -> usize {
        self.parts.values().map(|column| column.memory()).sum()
    }

    /// Each row's time, [`NO_TIME`] for a row that has none; `None` if no row has one.
    pub fn times(&self) -> Option<&[i64]> {
        match &self.parts.get(&Part::Time)?.data {
            Data::Integers { numbers, .. } => Some(numbers),
            _ => None,
        }
    }

    /// Each row's trace ID, zeros for a row that has none; `None` if no row has one.
    pub fn trace_ids(&self) -> Option<&[[u8; 16]]> {
        match &self.parts.get(&Part::TraceId)?.data {
            Data::TraceIds(ids) => Some(ids),
            _ => None,
        }
    }

    /// Each row's span ID (or its parent's), zeros for a row that has none; `None` if no row has one.
    pub fn span_ids(&self, part: &Part) -> Option<&[[u8; 8]]> {
        match &self.parts.get(part)?.data {
            Data::SpanIds(ids) => Some(ids),
            _ => None,
        }
    }
}
