//! How different a column is inside a box and outside, and which of its values show it.

use span_query::Value;

use super::bins::Bins;
use super::column::Counted;
use super::{Counts, Difference, INSIDE, OUTSIDE, Share};

/// As many values as are shown of a column.
const MOST_SHARES: usize = 40;
/// About as many ranges as numbers are divided into.
const MOST_RANGES: usize = 20;
/// A column with no more different values is none of IDs, however few rows there are.
const FEW_VALUES: usize = 20;
/// So few different numbers are values of their own, however few rows there are.
const FEW_NUMBERS: usize = 5;

/// What two sides of the same rows have in all.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sides {
    /// Spans that the rows stand for.
    pub(super) spans: Counts,
    pub(super) rows: Counts,
}

impl Sides {
    /// What part of a side's spans these are, of those inside and of those outside.
    fn shares(&self, counts: Counts) -> [f64; 2] {
        [INSIDE, OUTSIDE].map(|side| counts[side] as f64 / self.spans[side] as f64)
    }

    fn distance(&self, counts: Counts) -> f64 {
        let [inside, outside] = self.shares(counts);
        (inside - outside).abs()
    }

    /// The distance to expect of a value where the sides were drawn by chance: that of two means of so many rows.
    fn by_chance(&self, counts: Counts) -> f64 {
        let all = (self.spans[INSIDE] + self.spans[OUTSIDE]) as f64;
        let share = (counts[INSIDE] + counts[OUTSIDE]) as f64 / all;
        let few = self.rows[INSIDE].min(self.rows[OUTSIDE]) as f64;
        let many = self.rows[INSIDE].max(self.rows[OUTSIDE]) as f64;
        (mean_deviation(few, share) * (1.0 + few / many).sqrt()).min(2.0 * share)
    }
}

/// How far the share that is found in so many rows is from the true one, on average (de Moivre).
fn mean_deviation(rows: f64, share: f64) -> f64 {
    const NORMAL_FROM: f64 = 30.0;
    let expected = (rows * share).floor();
    if expected >= NORMAL_FROM {
        return (std::f64::consts::FRAC_2_PI * share * (1.0 - share) / rows).sqrt();
    }
    let mut deviation = 2.0 * share * (1.0 - share).powf(rows - expected);
    for number in 1..=expected as u32 {
        deviation *= share * (rows - f64::from(number)) / f64::from(number);
    }
    deviation
}

/// The column's difference, and in front how far it is beyond that of sides drawn by chance: by this columns are compared,
/// since of a column with many values no two samples are alike.
///
/// `None` for a column that is the same on both sides, or has a value of its own on nearly every row.
pub(super) fn difference(
    column: String,
    counted: Counted,
    sides: &Sides,
) -> Option<(f64, Difference)> {
    let distribution = Distribution::of(counted)?;
    let known = distribution.shares.iter().map(counts_of);
    let present = known
        .chain([distribution.others])
        .fold(Counts::default(), plus);
    let absent = [INSIDE, OUTSIDE].map(|side| sides.spans[side] - present[side]);

    let known = distribution.shares.iter().map(counts_of);
    let mut all: Vec<Counts> = known.chain([distribution.others, absent]).collect();
    // In one order, in whatever order values came, so that rounding makes no difference.
    all.sort_unstable();
    let sum = |of: &dyn Fn(Counts) -> f64| all.iter().map(|counts| of(*counts)).sum::<f64>() / 2.0;
    let distance = sum(&|counts| sides.distance(counts));
    let by_chance = sum(&|counts| sides.by_chance(counts));
    if distance == 0.0 {
        return None;
    }

    let Distribution {
        mut shares,
        mut others,
        is_ranges,
    } = distribution;
    if !is_ranges {
        shares.sort_by(|a, b| {
            let distance = |share| sides.distance(counts_of(share));
            (distance(b).total_cmp(&distance(a))).then_with(|| a.value.cmp(&b.value))
        });
        for cut in shares.drain(MOST_SHARES.min(shares.len())..) {
            others = plus(others, counts_of(&cut));
        }
    }
    let pair = |counts: Counts| (counts[INSIDE], counts[OUTSIDE]);
    let difference = Difference {
        column,
        distance,
        is_ranges,
        shares,
        others: pair(others),
        absent: pair(absent),
    };
    Some((distance - by_chance, difference))
}

/// What a column is divided into.
struct Distribution {
    shares: Vec<Share>,
    /// What is none of them, as one.
    others: Counts,
    is_ranges: bool,
}

impl Distribution {
    fn of(counted: Counted) -> Option<Distribution> {
        let (numbers, texts): (Vec<_>, Vec<_>) = counted
            .values
            .into_iter()
            .partition(|(value, _)| value.is_number());
        let bins = match counted.bins {
            Some(bins) => Some(bins),
            None if texts.is_empty() && numbers.len() > FEW_NUMBERS => {
                let are_few = is_few(numbers.len(), counted.rows);
                (!are_few).then(|| Box::new(Bins::of(&numbers)))
            }
            None => None,
        };
        let total = |counts: &[(Value, Counts)]| {
            counts
                .iter()
                .map(|(_, counts)| *counts)
                .fold(Counts::default(), plus)
        };
        let sum = |counts: Counts| counts[INSIDE] + counts[OUTSIDE];
        match bins {
            Some(bins) if sum(bins.total()) >= sum(total(&texts)) => Some(Distribution {
                shares: bins
                    .ranges(MOST_RANGES)
                    .into_iter()
                    .map(|range| Share {
                        value: Value::Float(range.from).in_one_form(),
                        to: Value::Float(range.to).in_one_form(),
                        inside: range.counts[INSIDE],
                        outside: range.counts[OUTSIDE],
                    })
                    .collect(),
                others: total(&texts),
                is_ranges: true,
            }),
            bins => {
                let values = [numbers, texts].concat();
                if values.len() > FEW_VALUES && !is_few(values.len(), counted.rows) {
                    return None;
                }
                Some(Distribution {
                    others: bins.map_or(Counts::default(), |bins| bins.total()),
                    shares: values
                        .into_iter()
                        .map(|(value, counts)| Share {
                            value,
                            to: Value::Null,
                            inside: counts[INSIDE],
                            outside: counts[OUTSIDE],
                        })
                        .collect(),
                    is_ranges: false,
                })
            }
        }
    }
}

/// Whether a value is on two rows at least, on average.
fn is_few(values: usize, rows: u64) -> bool {
    values as u64 * 2 <= rows
}

fn counts_of(share: &Share) -> Counts {
    [share.inside, share.outside]
}

fn plus(a: Counts, b: Counts) -> Counts {
    [INSIDE, OUTSIDE].map(|side| a[side] + b[side])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_found_in_few_rows_is_as_far_off_as_all_that_can_be_found_are_on_average() {
        for (rows, share) in [(1_u32, 0.5_f64), (5, 0.02), (7, 0.5), (40, 0.1), (60, 0.45)] {
            let mut chance = (1.0 - share).powf(f64::from(rows));
            let mut wanted = 0.0;
            for found in 0..=rows {
                wanted += chance * (f64::from(found) / f64::from(rows) - share).abs();
                chance *= share / (1.0 - share) * f64::from(rows - found) / f64::from(found + 1);
            }
            let deviation = mean_deviation(rows.into(), share);
            assert!(
                (deviation - wanted).abs() < 1e-12,
                "{rows} {share}: {deviation}, not {wanted}"
            );
        }
        let normal = mean_deviation(1_000.0, 0.031);
        let exact = mean_deviation(1_000.0, 0.029_999);
        assert!((normal / exact - 1.0).abs() < 0.03, "{normal} {exact}");
    }
}
