//! Calculations over rows, slot by slot: a slot is a group, or a group in a step of time.

mod distinct;
mod percentile;
mod sum;

use span_query::{Calculation, Op, Value};

use crate::passed::{Number, Passed, each_number};
use distinct::Distinct;
use percentile::Percentiles;
use sum::Sum;

/// The slot of a row that does not count.
pub(crate) const NO_SLOT: u32 = u32::MAX;

/// What several calculations have gathered so far, in slots.
#[derive(Debug)]
pub(crate) struct Tally {
    gathered: Vec<(Option<String>, Gathered)>,
    /// For each calculation what it reads: an index of `gathered`. `None` for what is calculated elsewhere.
    read: Vec<(Op, Option<usize>)>,
}

/// What is gathered of one column; several calculations may read it.
#[derive(Debug)]
enum Gathered {
    Count(Vec<u64>),
    Distinct(Distinct),
    Sum(Vec<Sum>),
    Min(Vec<Option<Number>>),
    Max(Vec<Option<Number>>),
    Percentiles(Percentiles),
}

impl Tally {
    /// For these calculations; heatmaps, concurrency and rates are no tallies, their results are null.
    pub(crate) fn new<'a>(calculations: impl IntoIterator<Item = &'a Calculation>) -> Tally {
        let mut tally = Tally {
            gathered: Vec::new(),
            read: Vec::new(),
        };
        for calculation in calculations {
            let gathered = Gathered::new(calculation.op).map(|new| {
                let same = |(column, gathered): &(Option<String>, Gathered)| {
                    *column == calculation.column
                        && std::mem::discriminant(gathered) == std::mem::discriminant(&new)
                };
                tally.gathered.iter().position(same).unwrap_or_else(|| {
                    tally.gathered.push((calculation.column.clone(), new));
                    tally.gathered.len() - 1
                })
            });
            tally.read.push((calculation.op, gathered));
        }
        tally
    }

    /// Takes in rows: for each of them its slot, below `count` or [`NO_SLOT`].
    pub(crate) fn add(&mut self, passed: &Passed<'_>, slots: &[u32], count: usize) {
        for (column, gathered) in &mut self.gathered {
            let column = column.as_deref().and_then(|name| passed.column(name));
            gathered.grow(count);
            match (gathered, column) {
                (Gathered::Count(counts), _) => add_counts(counts, passed, slots),
                (_, None) => {}
                (Gathered::Distinct(distinct), Some(column)) => {
                    distinct.add(column, passed.rows, slots);
                }
                (Gathered::Sum(sums), Some(column)) => {
                    each(passed, column, slots, |slot, number, weight| {
                        sums[slot].add(number, weight);
                    });
                }
                (Gathered::Min(least), Some(column)) => {
                    each(passed, column, slots, |slot, number, _| {
                        if least[slot].is_none_or(|least| number.is_less(least)) {
                            least[slot] = Some(number);
                        }
                    });
                }
                (Gathered::Max(greatest), Some(column)) => {
                    each(passed, column, slots, |slot, number, _| {
                        if greatest[slot].is_none_or(|greatest| greatest.is_less(number)) {
                            greatest[slot] = Some(number);
                        }
                    });
                }
                (Gathered::Percentiles(numbers), Some(column)) => {
                    each(passed, column, slots, |slot, number, weight| {
                        numbers.add(slot, number, weight);
                    });
                }
            }
        }
    }

    /// For each calculation its result in each of `count` slots.
    pub(crate) fn results(mut self, count: usize) -> Vec<Vec<Value>> {
        for (_, gathered) in &mut self.gathered {
            gathered.grow(count);
        }
        self.read
            .iter()
            .map(|(op, index)| match index {
                Some(index) => (0..count)
                    .map(|slot| self.gathered[*index].1.result(*op, slot))
                    .map(|result| result.finite().in_one_form())
                    .collect(),
                None => vec![Value::Null; count],
            })
            .collect()
    }
}

impl Gathered {
    fn new(op: Op) -> Option<Gathered> {
        Some(match op {
            Op::Count => Gathered::Count(Vec::new()),
            Op::CountDistinct => Gathered::Distinct(Distinct::default()),
            Op::Sum | Op::Avg => Gathered::Sum(Vec::new()),
            Op::Min => Gathered::Min(Vec::new()),
            Op::Max => Gathered::Max(Vec::new()),
            Op::Percentile(_) => Gathered::Percentiles(Percentiles::default()),
            Op::Heatmap | Op::Concurrency | Op::RateAvg | Op::RateSum | Op::RateMax => return None,
        })
    }

    fn grow(&mut self, count: usize) {
        match self {
            Gathered::Count(counts) => counts.resize(count, 0),
            Gathered::Distinct(distinct) => distinct.grow(count),
            Gathered::Sum(sums) => sums.resize(count, Sum::default()),
            Gathered::Min(numbers) | Gathered::Max(numbers) => numbers.resize(count, None),
            Gathered::Percentiles(numbers) => numbers.grow(count),
        }
    }

    fn result(&mut self, op: Op, slot: usize) -> Value {
        match (self, op) {
            (Gathered::Count(counts), _) => counts[slot].into(),
            (Gathered::Distinct(distinct), _) => distinct.count(slot).into(),
            (Gathered::Sum(sums), Op::Avg) => sums[slot].mean(),
            (Gathered::Sum(sums), _) => sums[slot].total(),
            (Gathered::Min(numbers) | Gathered::Max(numbers), _) => {
                numbers[slot].map(Value::from).unwrap_or_default()
            }
            (Gathered::Percentiles(numbers), Op::Percentile(thousandths)) => {
                numbers.nearest_rank(slot, thousandths)
            }
            (Gathered::Percentiles(_), _) => Value::Null,
        }
    }
}

fn add_counts(counts: &mut [u64], passed: &Passed<'_>, slots: &[u32]) {
    for (place, slot) in slots.iter().enumerate() {
        if let Some(count) = counts.get_mut(*slot as usize) {
            *count += u64::from(passed.weight(place));
        }
    }
}

/// Shows each number with its slot and weight.
fn each(
    passed: &Passed<'_>,
    column: &crate::Column,
    slots: &[u32],
    mut show: impl FnMut(usize, Number, u32),
) {
    each_number(column, passed.rows, |place, number| {
        if slots[place] != NO_SLOT {
            show(slots[place] as usize, number, passed.weight(place));
        }
    });
}
