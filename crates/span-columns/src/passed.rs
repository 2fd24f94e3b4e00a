//! The rows of one block that pass a query's filters: what calculations, series, heatmaps and BubbleUp are fed with.

use span_query::Value;

use crate::block::{NO_TIME, Part};
use crate::column::{Data, Presence, each_code};
use crate::{Block, Column};

/// Rows of one block that pass, in their order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Passed<'a> {
    /// The block; it may have more columns than asked for.
    pub(crate) block: &'a Block,
    /// The rows' indices in the block, ascending.
    pub(crate) rows: &'a [u32],
    /// For each of `rows` the number of its group; zeros without breakdowns.
    pub(crate) groups: &'a [u32],
    /// For each of `rows` how many spans it stands for; `None` if every row stands for itself alone.
    pub(crate) weights: Option<&'a [u32]>,
}

impl<'a> Passed<'a> {
    /// A column of the rows' own.
    pub(crate) fn column(&self, name: &str) -> Option<&'a Column> {
        self.block.column(name)
    }

    /// How many spans the row at this place in `rows` stands for.
    pub(crate) fn weight(&self, place: usize) -> u32 {
        self.weights.map_or(1, |weights| weights[place])
    }

    /// When each of `rows` was, in nanoseconds since the Unix epoch; [`NO_TIME`] for a row without a time.
    pub(crate) fn times(&self) -> impl Iterator<Item = i64> {
        let times = self.block.times();
        self.rows
            .iter()
            .map(move |row| times.map_or(NO_TIME, |times| times[*row as usize]))
    }
}

/// A number as it is: integers are exact.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Number {
    Int(i64),
    Float(f64),
}

impl Number {
    /// The order of `span_query::Value`.
    pub(crate) fn is_less(self, than: Number) -> bool {
        match (self, than) {
            (Number::Int(a), Number::Int(b)) => a < b,
            (Number::Float(a), Number::Float(b)) => a < b,
            (a, b) => Value::from(a) < Value::from(b),
        }
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Value {
        match number {
            Number::Int(int) => Value::Int(int),
            Number::Float(float) => Value::Float(float),
        }
    }
}

/// Shows each of `rows` that has a number, by its place in `rows`.
pub(crate) fn each_number(column: &Column, rows: &[u32], mut show: impl FnMut(usize, Number)) {
    match &column.data {
        Data::Coded { dictionary, codes } => {
            let of_code: Vec<Option<Number>> = dictionary
                .values()
                .map(|value| match value {
                    crate::ValueRef::Int(int) => Some(Number::Int(int)),
                    crate::ValueRef::Float(float) => Some(Number::Float(float)),
                    _ => None,
                })
                .collect();
            each_code!(codes, codes => for (place, row) in rows.iter().enumerate() {
                if let Some(number) = of_code[codes[*row as usize] as usize] {
                    show(place, number);
                }
            });
        }
        Data::Integers { numbers, presence } => {
            each_present(numbers, presence, rows, |place, n| {
                show(place, Number::Int(n));
            })
        }
        Data::Floats { numbers, presence } => each_present(numbers, presence, rows, |place, n| {
            show(place, Number::Float(n));
        }),
        Data::TraceIds(_) | Data::SpanIds(_) => {}
    }
}

fn each_present<T: Copy>(
    numbers: &[T],
    presence: &Presence,
    rows: &[u32],
    mut show: impl FnMut(usize, T),
) {
    let all = matches!(presence, Presence::All);
    for (place, row) in rows.iter().enumerate() {
        if all || presence.has(*row as usize) {
            show(place, numbers[*row as usize]);
        }
    }
}

/// How many spans each of `rows` stands for, into `weights`, which is emptied first; `false` if each stands for itself.
pub(crate) fn read_weights(block: &Block, rows: &[u32], weights: &mut Vec<u32>) -> bool {
    weights.clear();
    let Some(column) = block.part(&Part::Weight) else {
        return false;
    };
    weights.resize(rows.len(), 1);
    each_number(column, rows, |place, number| {
        if let Number::Int(weight) = number {
            weights[place] = u32::try_from(weight).unwrap_or(u32::MAX).max(1);
        }
    });
    weights.iter().any(|weight| *weight != 1)
}
