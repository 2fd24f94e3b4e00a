//! Answering a query: rows in, a table out.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;

use crate::calculate::Gathered;
use crate::filter::passes;
use crate::query::{Order, Term, Time};
use crate::{Error, Query, Row, Value};

/// The answer: one row for each group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Table {
    /// The breakdowns, then the calculations: by their name, else as `COUNT` or `P95(duration_ms)`.
    pub columns: Vec<String>,
    /// The groups in order, each with one value for each column.
    pub rows: Vec<Vec<Value>>,
    /// How many groups there were before the limit cut them.
    pub groups: usize,
}

impl Query {
    /// Answers the query over the rows.
    ///
    /// # Errors
    ///
    /// [`Error::NoNow`] when the query has a `time_range` without `start_time` and `end_time`: see [`Query::run_at`].
    pub fn run<R: Borrow<Row>>(&self, rows: impl IntoIterator<Item = R>) -> Result<Table, Error> {
        Ok(self.answer(rows, self.time.range(None).ok_or(Error::NoNow)?))
    }

    /// Answers the query over the rows, counting a lone `time_range` back from `now`, in epoch seconds.
    pub fn run_at<R: Borrow<Row>>(&self, rows: impl IntoIterator<Item = R>, now: u64) -> Table {
        let range = self.time.range(Some(now));
        self.answer(rows, range.unwrap_or(None))
    }

    fn answer<R: Borrow<Row>>(
        &self,
        rows: impl IntoIterator<Item = R>,
        time: Option<Range<u128>>,
    ) -> Table {
        let start = || -> Vec<Gathered> {
            self.calculations
                .iter()
                .map(|c| Gathered::new(c.op))
                .collect()
        };
        let mut groups: BTreeMap<Vec<Value>, Vec<Gathered>> = BTreeMap::new();
        if self.breakdowns.is_empty() {
            groups.insert(Vec::new(), start());
        }
        for row in rows {
            let row = row.borrow();
            let in_time = match (&time, row.unix_nano()) {
                (None, _) => true,
                (Some(range), Some(nanoseconds)) => range.contains(&nanoseconds.into()),
                (Some(_), None) => false,
            };
            if !in_time || !passes(row, &self.filters, self.combination) {
                continue;
            }
            let key = self
                .breakdowns
                .iter()
                .map(|column| row.get(column).clone().in_one_form())
                .collect();
            let gathered = groups.entry(key).or_insert_with(start);
            for (calculation, gathered) in self.calculations.iter().zip(gathered) {
                let value = calculation
                    .column
                    .as_deref()
                    .map_or(&Value::Null, |column| row.get(column));
                gathered.add(value, row.sample_rate());
            }
        }

        let mut groups: Vec<Group> = groups
            .into_iter()
            .map(|(key, gathered)| Group {
                key,
                results: gathered.into_iter().map(Gathered::result).collect(),
            })
            .filter(|group| {
                self.havings.iter().all(|having| {
                    having
                        .compare
                        .holds(&group.results[having.calculation], &having.value)
                        != having.negated
                })
            })
            .collect();
        // Stable, and the map was in the order of the breakdown values: they decide between equals.
        groups.sort_by(|a, b| {
            self.orders.iter().fold(Ordering::Equal, |so_far, order| {
                so_far.then_with(|| order.compare(a, b))
            })
        });

        let found = groups.len();
        groups.truncate(self.limit);
        let titles = self
            .calculations
            .iter()
            .map(|calculation| &calculation.title);
        Table {
            columns: self.breakdowns.iter().chain(titles).cloned().collect(),
            rows: groups
                .into_iter()
                .map(|group| [group.key, group.results].concat())
                .collect(),
            groups: found,
        }
    }
}

/// One group of rows: its breakdown values and its calculations' results.
struct Group {
    key: Vec<Value>,
    results: Vec<Value>,
}

impl Order {
    fn compare(&self, a: &Group, b: &Group) -> Ordering {
        let (a, b) = match self.by {
            Term::Breakdown(index) => (&a.key[index], &b.key[index]),
            Term::Calculation(index) => (&a.results[index], &b.results[index]),
        };
        // Null is the greatest value, and stays last when the others are turned round.
        if self.descending && *a != Value::Null && *b != Value::Null {
            b.cmp(a)
        } else {
            a.cmp(b)
        }
    }
}

impl Time {
    /// The nanoseconds that count, `Some(None)` when all do; `None` when that hangs on a now that is not known.
    fn range(self, now: Option<u64>) -> Option<Option<Range<u128>>> {
        let (start, end) = match (self.start, self.end, self.range) {
            (None, None, None) => return Some(None),
            (None, None, Some(range)) => (now?.saturating_sub(range), now?),
            (Some(start), None, Some(range)) => (start, start.saturating_add(range)),
            (None, Some(end), Some(range)) => (end.saturating_sub(range), end),
            (start, end, _) => (start.unwrap_or(0), end.unwrap_or(u64::MAX)),
        };
        let nanoseconds = |seconds: u64| u128::from(seconds) * 1_000_000_000;
        Some(Some(nanoseconds(start)..nanoseconds(end)))
    }
}
