//! Answering a query: rows in, a table out.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;

use crate::calculate::Gathered;
use crate::filter::passes;
use crate::{Error, Op, Order, Query, Relation, Row, Term, Test, Value};

/// What to do instead of a calculation, filter or step that rows alone cannot answer.
const NO_SERIES: &str = "leave it out: the answer is one table, without a series over time";
const NO_TRACES: &str = "leave it out: the rows are looked at one by one, not as parts of a trace";

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
    /// [`Error::NotSupported`] for what rows one by one cannot answer: series over time, relations, regular expressions.
    pub fn run<R: Borrow<Row>>(&self, rows: impl IntoIterator<Item = R>) -> Result<Table, Error> {
        if self.time.needs_now() {
            return Err(Error::NoNow);
        }
        self.run_at(rows, 0)
    }

    /// Answers the query over the rows, counting a lone `time_range` back from `now`, in epoch seconds.
    ///
    /// # Errors
    ///
    /// [`Error::NotSupported`] as from [`Query::run`].
    pub fn run_at<R: Borrow<Row>>(
        &self,
        rows: impl IntoIterator<Item = R>,
        now: u64,
    ) -> Result<Table, Error> {
        self.for_rows_alone()?;
        Ok(self.answer(rows, self.time.unix_nano(now)))
    }

    /// Refuses by name what needs more than one row after the other.
    fn for_rows_alone(&self) -> Result<(), Error> {
        let refused = |path: String, what: String, instead| {
            Err(Error::NotSupported {
                path,
                what,
                instead,
            })
        };
        for (index, calculation) in self.calculations.iter().enumerate() {
            let instead = match calculation.op {
                Op::Heatmap => "ask for percentiles instead, such as P50, P95 and P99",
                Op::Concurrency | Op::RateAvg | Op::RateSum | Op::RateMax => NO_SERIES,
                _ => continue,
            };
            let what = format!("`{}`", calculation.op.name());
            return refused(format!("calculations[{index}].op"), what, instead);
        }
        if self.granularity.is_some() {
            return refused("granularity".into(), "`granularity`".into(), NO_SERIES);
        }
        for (index, column) in self.breakdowns.iter().enumerate() {
            if column.relation != Relation::Own {
                return refused(
                    format!("breakdowns[{index}]"),
                    format!("`{column}`"),
                    NO_TRACES,
                );
            }
        }
        for (index, filter) in self.filters.iter().enumerate() {
            let path = |key| format!("filters[{index}].{key}");
            if filter.column.relation != Relation::Own {
                return refused(path("column"), format!("`{}`", filter.column), NO_TRACES);
            }
            if let Test::Matches(_) = filter.test {
                let instead =
                    "look for plain text instead, with `starts-with`, `ends-with` or `contains`";
                return refused(path("op"), format!("`{}`", filter.op()), instead);
            }
        }
        Ok(())
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
                .map(|column| row.get(&column.name).clone().in_one_form())
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
            .map(|calculation| calculation.title.clone());
        let breakdowns = self.breakdowns.iter().map(ToString::to_string);
        Table {
            columns: breakdowns.chain(titles).collect(),
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
