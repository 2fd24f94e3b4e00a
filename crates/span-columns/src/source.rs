//! Where rows come from, and which of their columns a query needs.

use std::collections::BTreeSet;
use std::ops::Range;

use span_query::field;

use crate::{Block, Part};

/// What a source must give; it may give more.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Wanted {
    /// The columns of the data, or `None` for all that there are.
    pub columns: Option<BTreeSet<String>>,
    /// Whether trace, span and parent IDs are needed, each.
    pub ids: [bool; 3],
    /// The times asked for, in nanoseconds since the Unix epoch: blocks without any such row may be left out.
    /// `None` asks for all rows, those without a time too.
    pub time: Option<Range<i64>>,
    /// Only rows at these moments, in nanoseconds since the Unix epoch and ascending: other blocks may be left out.
    pub moments: Option<Vec<i64>>,
}

impl Wanted {
    /// These columns, or all, in this time; IDs as far as a column is one of theirs.
    pub fn new(columns: Option<BTreeSet<String>>, time: Option<Range<i64>>) -> Wanted {
        let has = |name: &str| {
            columns
                .as_ref()
                .is_none_or(|columns| columns.contains(name))
        };
        Wanted {
            ids: [field::TRACE_ID, field::SPAN_ID, field::PARENT_ID].map(has),
            columns,
            time,
            moments: None,
        }
    }

    /// The same, with the IDs that are needed: trace, span, parent.
    #[must_use]
    pub fn with_ids(mut self, ids: [bool; 3]) -> Wanted {
        for (wanted, more) in self.ids.iter_mut().zip(ids) {
            *wanted |= more;
        }
        self
    }

    /// The same, of blocks with a row at one of these moments.
    #[must_use]
    pub(crate) fn at(mut self, mut moments: Vec<i64>) -> Wanted {
        moments.sort_unstable();
        self.moments = Some(moments);
        self
    }

    /// Whether a part of a block is needed. Time and weight always are.
    pub fn wants(&self, part: &Part) -> bool {
        match part {
            Part::Time | Part::Weight => true,
            Part::TraceId => self.ids[0],
            Part::SpanId => self.ids[1],
            Part::ParentId => self.ids[2],
            Part::Column(name) => match &self.columns {
                Some(columns) => columns.contains(name),
                None => true,
            },
        }
    }

    /// Whether a block with this [extent](Block::extent) may hold a row that is asked for.
    pub fn wants_extent(&self, extent: Option<(i64, i64)>) -> bool {
        let is_in_time = match (&self.time, extent) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(time), Some((first, last))) => first < time.end && time.start <= last,
        };
        let has_moment = match (&self.moments, extent) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(moments), Some((first, last))) => {
                let next = moments.partition_point(|moment| *moment < first);
                moments.get(next).is_some_and(|moment| *moment <= last)
            }
        };
        is_in_time && has_moment
    }
}

/// Where the rows of a query come from.
pub trait Source {
    /// Why rows cannot be had.
    type Error;

    /// Shows every block with a row in the time wanted, with the columns wanted at least, always in the same order.
    ///
    /// Rows outside the time wanted may be among them. One query may ask several times.
    ///
    /// # Errors
    ///
    /// When rows cannot be had.
    fn blocks(&self, wanted: &Wanted, visit: &mut dyn FnMut(&Block)) -> Result<(), Self::Error>;

    /// The names that a query over these rows may mean: columns that stored rows have, whatever their time, and those
    /// that such rows may always have.
    ///
    /// # Errors
    ///
    /// When they cannot be had.
    fn names(&self) -> Result<BTreeSet<String>, Self::Error>;

    /// Whether rows can have trace and span IDs; where they cannot, nobody looks for them.
    fn has_ids(&self) -> bool {
        true
    }
}

/// Blocks in memory.
impl Source for [Block] {
    type Error = std::convert::Infallible;

    fn blocks(&self, wanted: &Wanted, visit: &mut dyn FnMut(&Block)) -> Result<(), Self::Error> {
        self.iter()
            .filter(|block| wanted.wants_extent(block.extent()))
            .for_each(visit);
        Ok(())
    }

    fn names(&self) -> Result<BTreeSet<String>, Self::Error> {
        Ok(self.iter().flat_map(Block::names).collect())
    }
}
