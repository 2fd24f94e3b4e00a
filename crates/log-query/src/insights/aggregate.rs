//! What `stats` calculates of a group, value by value. Which values belong to a group is not known here.

mod distinct;
mod percentile;

use std::cmp::Ordering;

use super::{function::Aggregate, natural, plan::Calculation, value::Value};
use distinct::Distinct;
use percentile::Percentile;

/// What is known of the values so far.
#[derive(Clone)]
pub(super) enum State {
    Count(u64),
    Distinct(Distinct),
    Sum(Mean),
    Average(Mean),
    Deviation(Mean),
    Percentile(Percentile),
    /// The value that `better` prefers over all others.
    Best {
        best: Value<'static>,
        better: fn(&Value<'_>, &Value<'_>) -> bool,
    },
    /// The value with the earliest or latest timestamp.
    At {
        value: Value<'static>,
        at: f64,
        latest: bool,
    },
}

impl State {
    pub(super) fn of(aggregate: Aggregate) -> Self {
        let best = |better| Self::Best {
            best: Value::Absent,
            better,
        };
        let at = |latest| Self::At {
            value: Value::Absent,
            at: 0.0,
            latest,
        };
        match aggregate {
            Aggregate::Count => Self::Count(0),
            Aggregate::CountDistinct => Self::Distinct(Distinct::default()),
            Aggregate::Sum => Self::Sum(Mean::default()),
            Aggregate::Avg => Self::Average(Mean::default()),
            Aggregate::Stddev => Self::Deviation(Mean::default()),
            Aggregate::Pct => Self::Percentile(Percentile::default()),
            Aggregate::Min => best(|new, best| beyond(new, best, Ordering::Less)),
            Aggregate::Max => best(|new, best| beyond(new, best, Ordering::Greater)),
            Aggregate::SortsFirst => best(|new, best| natural::ascending(new, best).is_lt()),
            Aggregate::SortsLast => best(|new, best| natural::ascending(new, best).is_gt()),
            Aggregate::Earliest => at(false),
            Aggregate::Latest => at(true),
        }
    }

    /// Takes in the values of a record; tells by how many bytes it has grown.
    pub(super) fn add(&mut self, calculation: &Calculation, values: &[Value<'_>]) -> usize {
        let Some(of) = calculation.of else {
            if let Self::Count(count) = self {
                *count += 1;
            }
            return 0;
        };
        let value = &values[of];
        if value.is_absent() {
            return 0;
        }
        match self {
            Self::Count(count) => *count += 1,
            Self::Distinct(distinct) => return distinct.add(value),
            Self::Sum(mean) | Self::Average(mean) | Self::Deviation(mean) => {
                if let Some(number) = value.number() {
                    mean.add(number);
                }
            }
            Self::Percentile(percentile) => {
                if let Some(number) = value.number() {
                    return percentile.add(number);
                }
            }
            Self::Best { best, better } => {
                if best.is_absent() || better(value, best) {
                    return replace(best, value);
                }
            }
            Self::At {
                value: kept,
                at,
                latest,
            } => {
                let timestamp = calculation.timestamp.and_then(|slot| values[slot].number());
                let Some(new) = timestamp else {
                    return 0;
                };
                if kept.is_absent() || if *latest { new > *at } else { new < *at } {
                    *at = new;
                    return replace(kept, value);
                }
            }
        }
        0
    }

    /// What comes of it; nothing if there were no values, except that they can be counted.
    pub(super) fn result(&self, calculation: &Calculation) -> Value<'static> {
        match self {
            Self::Count(count) => whole(*count),
            Self::Distinct(distinct) => whole(distinct.count()),
            Self::Sum(mean) => mean.sum(),
            Self::Average(mean) => mean.average(),
            Self::Deviation(mean) => mean.deviation(),
            Self::Percentile(percentile) => percentile
                .at(calculation.percent)
                .map_or(Value::Absent, Value::calculated),
            Self::Best { best: value, .. } | Self::At { value, .. } => value.clone(),
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "exact to 9,000,000,000,000,000")]
fn whole(count: u64) -> Value<'static> {
    Value::Number(count as f64)
}

fn replace(kept: &mut Value<'static>, value: &Value<'_>) -> usize {
    let before = kept.weight();
    *kept = value.borrowed().owned();
    kept.weight().saturating_sub(before)
}

/// Whether a value is less, or greater, than the best so far.
/// Numbers go before all that is none: a `-` for a missing value is neither the least nor the greatest.
fn beyond(new: &Value<'_>, best: &Value<'_>, wanted: Ordering) -> bool {
    match (new.number(), best.number()) {
        (Some(new), Some(best)) => new.total_cmp(&best) == wanted,
        (None, None) => natural::ascending(new, best) == wanted,
        (new, _) => new.is_some(),
    }
}

/// Count, sum, mean and squared deviation of numbers, by Welford's method; the sum by Neumaier's.
#[derive(Clone, Default)]
pub(super) struct Mean {
    count: f64,
    sum: f64,
    lost: f64,
    mean: f64,
    squares: f64,
}

impl Mean {
    fn add(&mut self, number: f64) {
        let sum = self.sum + number;
        self.lost += if self.sum.abs() >= number.abs() {
            (self.sum - sum) + number
        } else {
            (number - sum) + self.sum
        };
        self.sum = sum;
        self.count += 1.0;
        let from_mean = number - self.mean;
        self.mean += from_mean / self.count;
        self.squares += from_mean * (number - self.mean);
    }

    fn sum(&self) -> Value<'static> {
        self.if_any(self.sum + self.lost)
    }

    fn average(&self) -> Value<'static> {
        self.if_any((self.sum + self.lost) / self.count)
    }

    /// Of all values, not of a sample.
    fn deviation(&self) -> Value<'static> {
        self.if_any((self.squares / self.count).sqrt())
    }

    fn if_any(&self, value: f64) -> Value<'static> {
        if self.count == 0.0 {
            Value::Absent
        } else {
            Value::calculated(value)
        }
    }
}
