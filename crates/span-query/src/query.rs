//! A query once it has been read: what may be asked, with every name resolved. Reading and answering are elsewhere.

use std::collections::BTreeSet;

use crate::Value;
use crate::nearest::nearest;

/// A query that has been read and found sound.
///
/// Made from JSON: `text.parse()`, [`Query::from_json`], or through serde wherever a request body holds one.
#[derive(Clone, Debug)]
pub struct Query {
    pub(crate) breakdowns: Vec<String>,
    pub(crate) calculations: Vec<Calculation>,
    pub(crate) filters: Vec<Filter>,
    pub(crate) combination: Combination,
    pub(crate) orders: Vec<Order>,
    pub(crate) havings: Vec<Having>,
    pub(crate) limit: usize,
    pub(crate) time: Time,
}

#[derive(Clone, Debug)]
pub(crate) struct Calculation {
    pub(crate) op: Op,
    pub(crate) column: Option<String>,
    /// What the learner called it, else Honeycomb's `OP(column)`.
    pub(crate) title: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Count,
    CountDistinct,
    Sum,
    Avg,
    Min,
    Max,
    /// In thousandths, so that ranks are computed in integers.
    Percentile(u16),
}

/// Every operator that is evaluated, by Honeycomb's name.
pub(crate) const OPS: [(&str, Op); 19] = [
    ("COUNT", Op::Count),
    ("COUNT_DISTINCT", Op::CountDistinct),
    ("SUM", Op::Sum),
    ("AVG", Op::Avg),
    ("MIN", Op::Min),
    ("MAX", Op::Max),
    ("P001", Op::Percentile(1)),
    ("P01", Op::Percentile(10)),
    ("P05", Op::Percentile(50)),
    ("P10", Op::Percentile(100)),
    ("P20", Op::Percentile(200)),
    ("P25", Op::Percentile(250)),
    ("P50", Op::Percentile(500)),
    ("P75", Op::Percentile(750)),
    ("P80", Op::Percentile(800)),
    ("P90", Op::Percentile(900)),
    ("P95", Op::Percentile(950)),
    ("P99", Op::Percentile(990)),
    ("P999", Op::Percentile(999)),
];

#[derive(Clone, Debug)]
pub(crate) struct Filter {
    pub(crate) column: String,
    pub(crate) test: Test,
    /// Whether the filter keeps the rows for which the test is false.
    pub(crate) negated: bool,
}

/// The positive tests; the negative operators are these with [`Filter::negated`].
#[derive(Clone, Debug)]
pub(crate) enum Test {
    Compare(Compare, Value),
    StartsWith(String),
    EndsWith(String),
    Contains(String),
    Exists,
    In(Vec<Value>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compare {
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Combination {
    And,
    Or,
}

#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) by: Term,
    pub(crate) descending: bool,
}

/// A column of the result, by its index.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Term {
    Breakdown(usize),
    Calculation(usize),
}

#[derive(Clone, Debug)]
pub(crate) struct Having {
    /// Index of the calculation.
    pub(crate) calculation: usize,
    pub(crate) compare: Compare,
    pub(crate) negated: bool,
    pub(crate) value: Value,
}

/// Epoch seconds and seconds, as given.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Time {
    pub(crate) start: Option<u64>,
    pub(crate) end: Option<u64>,
    pub(crate) range: Option<u64>,
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
    /// The columns of the data that the query reads.
    pub fn columns(&self) -> BTreeSet<&str> {
        let calculated = self
            .calculations
            .iter()
            .filter_map(|calculation| calculation.column.as_deref());
        let filtered = self.filters.iter().map(|filter| filter.column.as_str());
        self.breakdowns
            .iter()
            .map(String::as_str)
            .chain(calculated)
            .chain(filtered)
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
