//! Building a block row by row.

use std::collections::BTreeMap;
use std::sync::Arc;

use span_query::{Row, Value, field};

use crate::block::{MAX_ROWS, NO_TIME, Part};
use crate::column::{Column, ColumnBuilder, Data, Presence};
use crate::{Block, ValueRef};

/// With so many bytes of different texts a block is full.
pub const MAX_TEXT: usize = 64 << 20;

/// Whatever is later is taken for this, so that a time range without an end holds it.
const LAST_TIME: i64 = i64::MAX - 1;

/// What a row has beside its columns.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Head {
    /// When it was, in nanoseconds since the Unix epoch.
    pub unix_nano: Option<i64>,
    /// How many spans it stands for; 0 is taken as 1.
    pub weight: u32,
    /// Its trace; zeros are none.
    pub trace_id: [u8; 16],
    /// Its span; zeros are none.
    pub span_id: [u8; 8],
    /// The parent span; zeros are none.
    pub parent_id: [u8; 8],
}

/// A block that is full: begin another.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the block is full: {MAX_ROWS} rows or {MAX_TEXT} bytes of different texts")]
pub struct Full;

/// Rows on their way into a block.
#[derive(Clone, Debug, Default)]
pub struct BlockBuilder {
    pub(crate) times: Vec<i64>,
    pub(crate) weights: ColumnBuilder,
    pub(crate) trace_ids: Vec<[u8; 16]>,
    pub(crate) span_ids: Vec<[u8; 8]>,
    pub(crate) parent_ids: Vec<[u8; 8]>,
    pub(crate) columns: BTreeMap<String, ColumnBuilder>,
    pub(crate) text: usize,
}

impl BlockBuilder {
    /// Without rows.
    pub fn new() -> BlockBuilder {
        BlockBuilder::default()
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.times.len()
    }

    /// How many rows more it may have, if there is room for their text.
    pub(crate) fn room(&self) -> usize {
        MAX_ROWS.saturating_sub(self.rows())
    }

    /// Whether another row would be refused.
    pub fn is_full(&self) -> bool {
        self.rows() >= MAX_ROWS || self.text >= MAX_TEXT
    }

    /// Adds a row with these columns; the later value of a name replaces the earlier.
    ///
    /// A value for the column of an ID (`trace.trace_id`, …) stands beside the head's ID and is what that column shows.
    ///
    /// # Errors
    ///
    /// [`Full`] if there is no room.
    pub fn push<'a>(
        &mut self,
        head: Head,
        columns: impl IntoIterator<Item = (&'a str, ValueRef<'a>)>,
    ) -> Result<(), Full> {
        if self.is_full() {
            return Err(Full);
        }
        let row = self.rows();
        self.times
            .push(head.unix_nano.map_or(NO_TIME, |time| time.min(LAST_TIME)));
        self.weights
            .set(row, ValueRef::Int(head.weight.max(1).into()));
        self.trace_ids.push(head.trace_id);
        self.span_ids.push(head.span_id);
        self.parent_ids.push(head.parent_id);
        for (name, value) in columns {
            if !self.columns.contains_key(name) {
                self.columns
                    .insert(name.to_owned(), ColumnBuilder::default());
            }
            if let Some(column) = self.columns.get_mut(name) {
                let before = column.text_len();
                column.set(row, value);
                self.text += column.text_len() - before;
            }
        }
        Ok(())
    }

    /// Adds a row whose IDs are among its fields.
    ///
    /// # Errors
    ///
    /// [`Full`] if there is no room.
    pub fn push_row(&mut self, row: &Row) -> Result<(), Full> {
        let head = Head {
            unix_nano: row
                .unix_nano()
                .map(|time| i64::try_from(time).unwrap_or(LAST_TIME)),
            weight: row.sample_rate(),
            trace_id: id_in(row.get(field::TRACE_ID)).unwrap_or_default(),
            span_id: id_in(row.get(field::SPAN_ID)).unwrap_or_default(),
            parent_id: id_in(row.get(field::PARENT_ID)).unwrap_or_default(),
        };
        let is_id = |name: &str, value: &Value| match name {
            field::TRACE_ID => id_in::<16>(value).is_some(),
            field::SPAN_ID | field::PARENT_ID => id_in::<8>(value).is_some(),
            _ => false,
        };
        let columns = row
            .fields()
            .filter(|(name, value)| !is_id(name, value))
            .map(|(name, value)| (name, ValueRef::from(value)));
        self.push(head, columns)
    }

    /// The rows so far as a block; the builder can go on.
    pub fn block(&self) -> Block {
        let rows = self.rows();
        let numbers = self.times.clone();
        let presence = Presence::All;
        let mut parts = vec![(Part::Time, Data::Integers { numbers, presence })];
        if self.trace_ids.iter().any(|id| *id != [0; 16]) {
            parts.push((Part::TraceId, Data::TraceIds(self.trace_ids.clone())));
        }
        for (part, ids) in [
            (Part::SpanId, &self.span_ids),
            (Part::ParentId, &self.parent_ids),
        ] {
            if ids.iter().any(|id| *id != [0; 8]) {
                parts.push((part, Data::SpanIds(ids.clone())));
            }
        }
        let mut parts: BTreeMap<Part, Arc<Column>> = parts
            .into_iter()
            .map(|(part, data)| (part, Arc::new(Column { rows, data })))
            .collect();
        let weights = self.weights.column(rows);
        if (0..rows).any(|row| self.weights.get(row) != ValueRef::Int(1)) {
            parts.insert(Part::Weight, Arc::new(weights));
        }
        for (name, builder) in &self.columns {
            let ids = Part::of_ids(name).and_then(|part| parts.get(&part));
            let column = match ids {
                Some(ids) => completed(builder, ids),
                None => builder.column(rows),
            };
            parts.insert(Part::Column(name.clone()), Arc::new(column));
        }
        Block::of_parts(rows, parts).unwrap_or_default()
    }
}

/// A column for the IDs in which some rows have another value than their ID: those, and the IDs of all others as text.
fn completed(builder: &ColumnBuilder, ids: &Column) -> Column {
    let mut builder = builder.clone();
    for row in 0..ids.rows() {
        if builder.get(row) == ValueRef::Null {
            ids.with(row, |id| builder.set(row, id));
        }
    }
    builder.column(ids.rows())
}

/// The ID that a value is as text: lower-case hexadecimal digits, not all zero.
fn id_in<const N: usize>(value: &Value) -> Option<[u8; N]> {
    let Value::String(text) = value else {
        return None;
    };
    id_of_text(text)
}

/// The ID that a text is: as many lower-case hexadecimal digits as it must have, not all zero.
pub(crate) fn id_of_text<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    if text.len() != 2 * N {
        return None;
    }
    let mut id = [0; N];
    for (byte, pair) in id.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    (id != [0; N]).then_some(id)
}
