//! The calculations over one group: fed row by row, then asked for the result.

use std::collections::BTreeSet;

use crate::{Op, Value};

/// What one calculation has gathered so far.
pub(crate) enum Gathered {
    Count(u64),
    Distinct(BTreeSet<Value>),
    Sum(Sum),
    Avg {
        sum: Sum,
        count: u64,
    },
    Min(Value),
    Max(Value),
    /// Every number with its weight: a nearest rank is exact only when all of them are kept.
    Percentile {
        thousandths: u16,
        numbers: Vec<(Value, u32)>,
    },
}

impl Gathered {
    pub(crate) fn new(op: Op) -> Gathered {
        match op {
            Op::Count => Gathered::Count(0),
            Op::CountDistinct => Gathered::Distinct(BTreeSet::new()),
            Op::Sum => Gathered::Sum(Sum::default()),
            Op::Avg => Gathered::Avg {
                sum: Sum::default(),
                count: 0,
            },
            Op::Min => Gathered::Min(Value::Null),
            Op::Max => Gathered::Max(Value::Null),
            Op::Percentile(thousandths) => Gathered::Percentile {
                thousandths,
                numbers: Vec::new(),
            },
            Op::Heatmap | Op::Concurrency | Op::RateAvg | Op::RateSum | Op::RateMax => {
                unreachable!("refused before any row is looked at")
            }
        }
    }

    /// Takes in one row's value of the calculation's column, and how many rows it stands for.
    pub(crate) fn add(&mut self, value: &Value, weight: u32) {
        match self {
            Gathered::Count(count) => *count += u64::from(weight),
            Gathered::Distinct(values) => {
                if *value != Value::Null && !values.contains(value) {
                    values.insert(value.clone());
                }
            }
            _ if !value.is_number() => {}
            Gathered::Sum(sum) => sum.add(value, weight),
            Gathered::Avg { sum, count } => {
                sum.add(value, weight);
                *count += u64::from(weight);
            }
            Gathered::Min(least) => {
                if *least == Value::Null || value < least {
                    *least = value.clone();
                }
            }
            Gathered::Max(greatest) => {
                if *greatest == Value::Null || value > greatest {
                    *greatest = value.clone();
                }
            }
            Gathered::Percentile { numbers, .. } => numbers.push((value.clone(), weight)),
        }
    }

    pub(crate) fn result(self) -> Value {
        let result = match self {
            Gathered::Count(count) => count.into(),
            Gathered::Distinct(values) => (values.len() as u64).into(),
            Gathered::Sum(sum) => sum.result(),
            Gathered::Avg { count: 0, .. } => Value::Null,
            Gathered::Avg { sum, count } => Value::Float(sum.as_float() / count as f64),
            Gathered::Min(value) | Gathered::Max(value) => value,
            Gathered::Percentile {
                thousandths,
                numbers,
            } => nearest_rank(thousandths, numbers),
        };
        result.finite().in_one_form()
    }
}

/// The smallest number whose weight, with that of all before it, is at least the share asked for.
fn nearest_rank(thousandths: u16, mut numbers: Vec<(Value, u32)>) -> Value {
    numbers.sort();
    let weight = |(_, weight): &(Value, u32)| u128::from(*weight);
    let total: u128 = numbers.iter().map(weight).sum();
    let mut seen = 0;
    numbers
        .into_iter()
        .find(|number| {
            seen += weight(number);
            seen * 1000 >= total * u128::from(thousandths)
        })
        .map_or(Value::Null, |(value, _)| value)
}

/// Integers are summed exactly, floats with Neumaier's correction, so that a million small durations lose nothing.
#[derive(Default)]
pub(crate) struct Sum {
    ints: i128,
    floats: Option<f64>,
    correction: f64,
    any: bool,
}

impl Sum {
    fn add(&mut self, value: &Value, weight: u32) {
        self.any = true;
        match value {
            Value::Int(int) => self.ints += i128::from(*int) * i128::from(weight),
            Value::Float(float) => {
                let term = float * f64::from(weight);
                let before = self.floats.unwrap_or(0.0);
                let after = before + term;
                self.correction += if before.abs() >= term.abs() {
                    (before - after) + term
                } else {
                    (term - after) + before
                };
                self.floats = Some(after);
            }
            _ => {}
        }
    }

    fn as_float(&self) -> f64 {
        let floats = self.floats.unwrap_or(0.0);
        // Past the largest float the correction is not a number.
        let floats = if floats.is_finite() {
            floats + self.correction
        } else {
            floats
        };
        self.ints as f64 + floats
    }

    fn result(self) -> Value {
        match (i64::try_from(self.ints), self.floats) {
            _ if !self.any => Value::Null,
            (Ok(int), None) => Value::Int(int),
            _ => Value::Float(self.as_float()),
        }
    }
}
