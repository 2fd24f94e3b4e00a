//! One column's counts inside and outside a box, gathered block by block.

use span_query::Value;

use super::bins::Bins;
use super::{Counts, INSIDE, OUTSIDE};
use crate::column::{Data, each_code};
use crate::passed::{Number, Passed, each_number};
use crate::values::Values;
use crate::{Column, ValueRef};

/// More different numbers than this are counted in bins.
const MOST_NUMBERS: usize = 20;
/// A column with more different values that are no numbers is one of IDs.
const MOST_TEXTS: usize = 50_000;

/// What has been counted of a column.
#[derive(Debug, Default)]
pub(super) struct ColumnCounts {
    values: Values,
    /// By the number that `values` gives; that of null is unused.
    counts: Vec<Counts>,
    /// How many of `values` are numbers, and how many are none.
    numbers: usize,
    texts: usize,
    /// All numbers, once there are too many to count each.
    bins: Option<Box<Bins>>,
    /// Rows that have a value.
    rows: u64,
}

/// All that was counted of a column.
pub(super) struct Counted {
    /// Each value with its counts, but for the numbers that are in bins.
    pub(super) values: Vec<(Value, Counts)>,
    /// All numbers, if there were too many to count each.
    pub(super) bins: Option<Box<Bins>>,
    /// Rows that have a value.
    pub(super) rows: u64,
}

impl ColumnCounts {
    /// Takes in the values of rows, `sides` saying for each of them where it is.
    pub(super) fn add(&mut self, column: &Column, passed: &Passed<'_>, sides: &[u8]) {
        match &column.data {
            Data::Coded { dictionary, codes } => {
                let mut counts = vec![Counts::default(); dictionary.len() + 1];
                let mut absent = 0;
                each_code!(codes, codes => {
                    for (place, (row, side)) in passed.rows.iter().zip(sides).enumerate() {
                        let code = codes[*row as usize] as usize;
                        counts[code][usize::from(*side)] += u64::from(passed.weight(place));
                        absent += u64::from(code == 0);
                    }
                });
                self.rows += passed.rows.len() as u64 - absent;
                for (code, counts) in (1_u32..).zip(counts.into_iter().skip(1)) {
                    if self.has_too_many() {
                        return;
                    }
                    if counts != Counts::default() {
                        self.add_value(dictionary.get(code), counts);
                    }
                }
            }
            Data::Integers { .. } | Data::Floats { .. } => {
                each_number(column, passed.rows, |place, number| {
                    let mut counts = Counts::default();
                    counts[usize::from(sides[place])] = passed.weight(place).into();
                    self.rows += 1;
                    self.add_number(number, counts);
                });
            }
            Data::TraceIds(_) | Data::SpanIds(_) => {}
        }
    }

    /// Whether the column has more different texts than one may have whose values can be compared: counting is given up.
    fn has_too_many(&self) -> bool {
        self.texts > MOST_TEXTS
    }

    fn add_value(&mut self, value: ValueRef<'_>, counts: Counts) {
        match value {
            ValueRef::Int(int) => self.add_number(Number::Int(int), counts),
            ValueRef::Float(float) => self.add_number(Number::Float(float), counts),
            value => self.texts += usize::from(self.add_counts(value, counts)),
        }
    }

    fn add_number(&mut self, number: Number, counts: Counts) {
        if let Some(bins) = &mut self.bins {
            return bins.add(as_float(number), counts);
        }
        let value = match number {
            Number::Int(int) => ValueRef::Int(int),
            Number::Float(float) => ValueRef::Float(float),
        };
        self.numbers += usize::from(self.add_counts(value, counts));
        if self.numbers > MOST_NUMBERS {
            let mut bins = Bins::new();
            for (number, counts) in (0..).zip(&mut self.counts) {
                let number = self.values.with(number, |value| match value {
                    ValueRef::Int(int) => Some(int as f64),
                    ValueRef::Float(float) => Some(float),
                    _ => None,
                });
                if let Some(number) = number {
                    bins.add(number, std::mem::take(counts));
                }
            }
            self.bins = Some(Box::new(bins));
        }
    }

    /// Counts a value; says whether it is one that was not there before.
    fn add_counts(&mut self, value: ValueRef<'_>, counts: Counts) -> bool {
        let number = self.values.number(value) as usize;
        let is_new = number >= self.counts.len();
        if is_new {
            self.counts.resize(number + 1, Counts::default());
        }
        let sum = &mut self.counts[number];
        sum[INSIDE] += counts[INSIDE];
        sum[OUTSIDE] += counts[OUTSIDE];
        is_new
    }

    /// All that was counted; `None` of a column whose counting was given up.
    pub(super) fn counted(self) -> Option<Counted> {
        if self.has_too_many() {
            return None;
        }
        let counted = (0..)
            .zip(&self.counts)
            .filter(|(_, counts)| **counts != Counts::default());
        Some(Counted {
            values: counted
                .map(|(number, counts)| (self.values.value(number), *counts))
                .collect(),
            bins: self.bins,
            rows: self.rows,
        })
    }
}

fn as_float(number: Number) -> f64 {
    match number {
        Number::Int(int) => int as f64,
        Number::Float(float) => float,
    }
}
