//! BubbleUp: what sets the rows inside a box on a heatmap apart from all others.

mod answer;
mod bins;
mod column;
mod difference;

use std::collections::BTreeMap;

use span_query::field;

use crate::passed::{Number, Passed, each_number};
use column::ColumnCounts;
use difference::{Sides, difference};

pub use answer::{BubbleUp, Difference, Selection, Share};

/// How many spans are inside and outside, in this order.
type Counts = [u64; 2];

/// The index of the rows inside in [`Counts`].
const INSIDE: usize = 0;
const OUTSIDE: usize = 1;

/// A BubbleUp in the making: counts of every column, of which nothing but the counts is kept.
#[derive(Debug)]
pub(crate) struct BubbleUpBuilder {
    selection: Selection,
    totals: Sides,
    columns: BTreeMap<String, ColumnCounts>,
    /// Of each row whether it is inside or outside.
    sides: Vec<u8>,
}

impl BubbleUpBuilder {
    /// For a box.
    pub(crate) fn new(selection: &Selection) -> BubbleUpBuilder {
        BubbleUpBuilder {
            selection: selection.clone(),
            totals: Sides::default(),
            columns: BTreeMap::new(),
            sides: Vec::new(),
        }
    }

    /// Takes in rows of a block that has all its columns.
    pub(crate) fn add(&mut self, passed: &Passed<'_>) {
        self.divide(passed);
        for (place, side) in self.sides.iter().enumerate() {
            self.totals.spans[usize::from(*side)] += u64::from(passed.weight(place));
            self.totals.rows[usize::from(*side)] += 1;
        }
        for name in passed.block.names() {
            if is_left_out(&name, &self.selection) {
                continue;
            }
            if let Some(column) = passed.column(&name) {
                let counts = self.columns.entry(name).or_default();
                counts.add(column, passed, &self.sides);
            }
        }
    }

    /// On which side each row is.
    fn divide(&mut self, passed: &Passed<'_>) {
        let box_ = &self.selection;
        self.sides.clear();
        self.sides.resize(passed.rows.len(), OUTSIDE as u8);
        let Some(column) = passed.column(&box_.column) else {
            return;
        };
        let times = box_.from_unix_nano..box_.to_unix_nano;
        let block = passed.block.times();
        each_number(column, passed.rows, |place, number| {
            let value = match number {
                Number::Int(int) => int as f64,
                Number::Float(float) => float,
            };
            let time = block.map(|times| times[passed.rows[place] as usize]);
            if (box_.min..=box_.max).contains(&value)
                && time.is_some_and(|time| times.contains(&time))
            {
                self.sides[place] = INSIDE as u8;
            }
        });
    }

    /// The columns' differences.
    pub(crate) fn finish(self) -> BubbleUp {
        let columns = self.columns.len();
        let mut differences: Vec<(f64, Difference)> = Vec::new();
        // Without rows on both sides there is nothing to compare.
        if self.totals.rows[INSIDE] > 0 && self.totals.rows[OUTSIDE] > 0 {
            differences = self
                .columns
                .into_iter()
                .filter_map(|(name, counts)| difference(name, counts.counted()?, &self.totals))
                .collect();
        }
        differences.sort_by(|(a_beyond, a), (b_beyond, b)| {
            (b_beyond.total_cmp(a_beyond))
                .then_with(|| b.distance.total_cmp(&a.distance))
                .then_with(|| a.column.cmp(&b.column))
        });
        BubbleUp {
            inside: self.totals.spans[INSIDE],
            outside: self.totals.spans[OUTSIDE],
            left_out: columns - differences.len(),
            differences: differences.into_iter().map(|(_, column)| column).collect(),
        }
    }
}

/// IDs tell every trace from every other, and the box's own column is what the box was made by.
fn is_left_out(name: &str, selection: &Selection) -> bool {
    [field::TRACE_ID, field::SPAN_ID, field::PARENT_ID].contains(&name) || name == selection.column
}
