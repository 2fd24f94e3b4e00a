//! What can be calculated over the rows of a group, by Honeycomb's names. Calculating is elsewhere.

use crate::Column;

/// One calculation of a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Calculation {
    /// What is calculated.
    pub op: Op,
    /// The column of the data that it is calculated over, always the row's own; `None` where the operator wants none.
    pub column: Option<String>,
    /// What the query calls it, else Honeycomb's `OP(column)`: the name of its column in the answer.
    pub title: String,
}

impl Calculation {
    /// A calculation under Honeycomb's name for it.
    pub fn new(op: Op, column: Option<String>) -> Calculation {
        let title = match &column {
            None => op.name().to_owned(),
            Some(column) => format!("{}({})", op.name(), Column::own(column)),
        };
        Calculation { op, column, title }
    }
}

/// A calculation's operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// How many rows.
    Count,
    /// How many different values.
    CountDistinct,
    /// The numbers' sum.
    Sum,
    /// The numbers' mean.
    Avg,
    /// The smallest number.
    Min,
    /// The greatest number.
    Max,
    /// The number of that rank, in thousandths, so that ranks are computed in integers.
    Percentile(u16),
    /// How often each range of numbers occurs in each step of time. No single value: not in the table, orders, havings.
    Heatmap,
    /// How many spans are open at once, on average.
    Concurrency,
    /// How much [`Op::Avg`] changes from one step of time to the next.
    RateAvg,
    /// How much [`Op::Sum`] changes from one step of time to the next.
    RateSum,
    /// How much [`Op::Max`] changes from one step of time to the next.
    RateMax,
}

impl Op {
    /// Every operator, by Honeycomb's name.
    pub const ALL: [(&str, Op); 24] = [
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
        ("HEATMAP", Op::Heatmap),
        ("CONCURRENCY", Op::Concurrency),
        ("RATE_AVG", Op::RateAvg),
        ("RATE_SUM", Op::RateSum),
        ("RATE_MAX", Op::RateMax),
    ];

    /// Honeycomb's name of it.
    ///
    /// # Panics
    ///
    /// For a percentile that Honeycomb has no name for.
    pub fn name(self) -> &'static str {
        Op::ALL
            .iter()
            .find(|(_, op)| *op == self)
            .map(|(name, _)| *name)
            .expect("a percentile that Honeycomb has")
    }

    /// Whether it is calculated over a column.
    pub fn wants_column(self) -> bool {
        !matches!(self, Op::Count | Op::Concurrency)
    }
}
