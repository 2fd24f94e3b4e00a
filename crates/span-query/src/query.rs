//! A query once it has been read: what may be asked, with every name resolved. Reading and answering are elsewhere.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::nearest::nearest;
use crate::{Calculation, Column, Combination, Compare, Filter, Value};

/// A query that has been read and found sound.
///
/// Made from JSON: `text.parse()`, [`Query::from_json`], or through serde wherever a request body holds one.
/// Turned back into JSON by serde or [`Query::to_json`]. Whoever changes a field keeps the indices and bounds right.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The columns whose values make the groups, none of them [`Relation::Any`](crate::Relation::Any).
    pub breakdowns: Vec<Column>,
    /// What is calculated over each group; at least one.
    pub calculations: Vec<Calculation>,
    /// The conditions on rows.
    pub filters: Vec<Filter>,
    /// How the filters go together.
    pub combination: Combination,
    /// What the groups are sorted by, the first first.
    pub orders: Vec<Order>,
    /// The conditions on groups, all of which must hold.
    pub havings: Vec<Having>,
    /// How many groups there are at most: 1 to 1,000.
    pub limit: usize,
    /// The time asked for.
    pub time: Time,
    /// Length of a step of a series over time, in seconds; `None` leaves it to whoever draws.
    pub granularity: Option<u64>,
}

/// What an answer's rows are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// The column of the answer.
    pub by: Term,
    /// Whether the greatest comes first; null is last either way.
    pub descending: bool,
}

/// A column of the answer, by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// In [`Query::breakdowns`].
    Breakdown(usize),
    /// In [`Query::calculations`]; never a [heatmap](crate::Op::Heatmap).
    Calculation(usize),
}

/// A condition on a group's result.
#[derive(Clone, Debug, PartialEq)]
pub struct Having {
    /// Index in [`Query::calculations`]; never a [heatmap](crate::Op::Heatmap).
    pub calculation: usize,
    /// How the result is compared.
    pub compare: Compare,
    /// Whether the comparison must be false.
    pub negated: bool,
    /// A number.
    pub value: Value,
}

/// The time asked for, as it was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Time {
    /// The first second, since the Unix epoch.
    pub start: Option<u64>,
    /// The second before which it ends, since the Unix epoch.
    pub end: Option<u64>,
    /// How many seconds: after the start, before the end, or with neither before now.
    pub range: Option<u64>,
}

/// A column that a query names and the data does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownColumn {
    /// The column as the query names it.
    pub name: String,
    /// The column that was probably meant.
    pub nearest: Option<String>,
}

impl Query {
    /// How many steps a series over time has at most, as at Honeycomb.
    pub const MOST_STEPS: u64 = 1000;

    /// How many groups there are where the query does not say.
    pub const DEFAULT_LIMIT: usize = 100;

    /// The columns of the data that the query reads, of whatever span.
    pub fn columns(&self) -> BTreeSet<&str> {
        let calculated = self
            .calculations
            .iter()
            .filter_map(|calculation| calculation.column.as_deref());
        let filtered = self.filters.iter().map(|filter| &filter.column);
        self.breakdowns
            .iter()
            .chain(filtered)
            .map(|column| column.name.as_str())
            .chain(calculated)
            .collect()
    }

    /// The columns that the query reads and `known` does not name, by name: most often a misspelling.
    ///
    /// No error in itself, since a column may be absent today and there tomorrow; a caller that knows its data says so.
    pub fn unknown_columns<'a>(
        &self,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Vec<UnknownColumn> {
        let known: BTreeSet<&str> = known.into_iter().collect();
        self.columns()
            .into_iter()
            .filter(|name| !known.contains(name))
            .map(|name| UnknownColumn {
                name: name.to_owned(),
                nearest: nearest(name, known.iter().copied()).map(str::to_owned),
            })
            .collect()
    }
}

impl Time {
    /// The nanoseconds since the Unix epoch that count; `None` when all do.
    pub fn unix_nano(self, now: u64) -> Option<Range<u128>> {
        let (start, end) = match (self.start, self.end, self.range) {
            (None, None, None) => return None,
            (None, None, Some(range)) => (now.saturating_sub(range), now),
            (Some(start), None, Some(range)) => (start, start.saturating_add(range)),
            (None, Some(end), Some(range)) => (end.saturating_sub(range), end),
            (start, end, _) => (start.unwrap_or(0), end.unwrap_or(u64::MAX)),
        };
        let nanoseconds = |seconds: u64| u128::from(seconds) * 1_000_000_000;
        Some(nanoseconds(start)..nanoseconds(end))
    }

    /// Whether it counts back from now.
    pub fn needs_now(self) -> bool {
        self.start.is_none() && self.end.is_none() && self.range.is_some()
    }

    /// How many seconds, if the query alone says so.
    pub fn seconds(self) -> Option<u64> {
        match self {
            Time {
                range: Some(range), ..
            } => Some(range),
            Time {
                start: Some(start),
                end: Some(end),
                ..
            } => Some(end.saturating_sub(start)),
            _ => None,
        }
    }
}
