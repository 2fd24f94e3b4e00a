//! Percentiles: the exact nearest rank, for which every number is kept.

use span_query::Value;

use crate::passed::Number;

/// The numbers of each slot.
#[derive(Debug, Default)]
pub(super) struct Percentiles(Vec<Numbers>);

/// The numbers of one slot, as small as they allow.
///
/// Within 2^53 an integer is exactly one float, and a result shows a whole number as an integer, whatever it was.
#[derive(Clone, Debug)]
enum Numbers {
    /// Each stands for itself alone.
    Plain(Vec<f64>),
    /// With their weights.
    Weighted(Vec<(f64, u32)>),
    /// With integers beyond 2^53.
    Exact(Vec<(Value, u32)>),
}

impl Percentiles {
    pub(super) fn grow(&mut self, count: usize) {
        self.0.resize(count, Numbers::default());
    }

    pub(super) fn add(&mut self, slot: usize, number: Number, weight: u32) {
        let numbers = &mut self.0[slot];
        let float = match number {
            Number::Float(float) => float,
            Number::Int(int) if int.unsigned_abs() <= 1 << 53 => int as f64,
            Number::Int(int) => {
                let mut exact = std::mem::take(numbers).into_exact();
                exact.push((Value::Int(int), weight));
                *numbers = Numbers::Exact(exact);
                return;
            }
        };
        match numbers {
            Numbers::Plain(floats) if weight == 1 => floats.push(float),
            Numbers::Plain(floats) => {
                let mut weighted: Vec<(f64, u32)> =
                    floats.iter().map(|float| (*float, 1)).collect();
                weighted.push((float, weight));
                *numbers = Numbers::Weighted(weighted);
            }
            Numbers::Weighted(floats) => floats.push((float, weight)),
            Numbers::Exact(values) => values.push((Value::Float(float), weight)),
        }
    }

    /// The smallest number whose weight, with that of all before it, is at least the share asked for.
    pub(super) fn nearest_rank(&mut self, slot: usize, thousandths: u16) -> Value {
        match &mut self.0[slot] {
            Numbers::Plain(floats) => {
                let share = floats.len() as u128 * u128::from(thousandths);
                let rank = share.div_ceil(1000).saturating_sub(1) as usize;
                if rank >= floats.len() {
                    return Value::Null;
                }
                let (_, float, _) = floats.select_nth_unstable_by(rank, f64::total_cmp);
                Value::Float(*float)
            }
            Numbers::Weighted(floats) => {
                floats.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
                ranked(floats, thousandths).map_or(Value::Null, |float| Value::Float(*float))
            }
            Numbers::Exact(values) => {
                values.sort_unstable();
                ranked(values, thousandths).cloned().unwrap_or_default()
            }
        }
    }
}

fn ranked<T>(sorted: &[(T, u32)], thousandths: u16) -> Option<&T> {
    let total: u128 = sorted.iter().map(|(_, weight)| u128::from(*weight)).sum();
    let mut seen = 0;
    let reached = sorted.iter().find(|(_, weight)| {
        seen += u128::from(*weight);
        seen * 1000 >= total * u128::from(thousandths)
    });
    reached.map(|(number, _)| number)
}

impl Default for Numbers {
    fn default() -> Numbers {
        Numbers::Plain(Vec::new())
    }
}

impl Numbers {
    fn into_exact(self) -> Vec<(Value, u32)> {
        let value = |(float, weight): (f64, u32)| (Value::Float(float), weight);
        match self {
            Numbers::Plain(floats) => floats.into_iter().map(|float| value((float, 1))).collect(),
            Numbers::Weighted(floats) => floats.into_iter().map(value).collect(),
            Numbers::Exact(values) => values,
        }
    }
}
