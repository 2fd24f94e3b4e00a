//! What concurrency and rates are in the table: one value for each group, over all steps.

use hashbrown::HashMap;
use span_query::{Calculation, Op, Value};

use super::concurrency::Concurrency;
use super::rates::{differing, mean_difference};
use super::{NO_STEP, Steps};
use crate::passed::Passed;
use crate::tally::{NO_SLOT, Tally};

/// What has been gathered for them so far.
///
/// Concurrency is the mean over the time asked for, a rate the mean change from one step that has a value to the next.
#[derive(Debug)]
pub(crate) struct Totals {
    ops: Vec<Op>,
    concurrency: Option<Concurrency>,
    rates: Option<Rates>,
}

/// Only the steps of a group that have a row: there may be as many groups as rows.
#[derive(Debug)]
struct Rates {
    steps: Steps,
    tally: Tally,
    /// The slot of a group's step, and the reverse.
    found: HashMap<(u32, u32), u32>,
    parts: Vec<(u32, u32)>,
    slots: Vec<u32>,
}

impl Totals {
    /// For a query's calculations; `None` if no concurrency and no rate is among them.
    pub(crate) fn new(calculations: &[Calculation], steps: &Steps) -> Option<Totals> {
        let ops: Vec<Op> = calculations
            .iter()
            .map(|calculation| calculation.op)
            .collect();
        let concurrency = ops.contains(&Op::Concurrency);
        let rates = ops.iter().copied().any(is_rate);
        (concurrency || rates).then(|| Totals {
            concurrency: concurrency.then(|| Concurrency::new(steps.whole())),
            rates: rates.then(|| Rates::new(calculations, steps.clone())),
            ops,
        })
    }

    /// Takes in rows, `count` being the number of groups so far.
    pub(crate) fn add(&mut self, passed: &Passed<'_>, count: usize) {
        if let Some(concurrency) = &mut self.concurrency {
            concurrency.add(passed, passed.groups, count);
        }
        if let Some(rates) = &mut self.rates {
            rates.add(passed);
        }
    }

    /// For each calculation its result in each of `count` groups; `None` for those that are no concurrency and no rate.
    pub(crate) fn results(self, count: usize) -> Vec<Option<Vec<Value>>> {
        let concurrency: Option<Vec<Value>> = self
            .concurrency
            .map(|concurrency| concurrency.results(count).into_iter().flatten().collect());
        let mut rates = self.rates.map(|rates| rates.results(count));
        let result = |(index, op): (usize, &Op)| match op {
            Op::Concurrency => concurrency.clone(),
            op if is_rate(*op) => rates
                .as_mut()
                .map(|rates| std::mem::take(&mut rates[index])),
            _ => None,
        };
        self.ops.iter().enumerate().map(result).collect()
    }
}

fn is_rate(op: Op) -> bool {
    matches!(op, Op::RateAvg | Op::RateSum | Op::RateMax)
}

impl Rates {
    fn new(calculations: &[Calculation], steps: Steps) -> Rates {
        // Others than rates read nothing.
        let tallied: Vec<Calculation> = calculations
            .iter()
            .map(|calculation| match is_rate(calculation.op) {
                true => differing(calculation),
                false => Calculation::new(Op::Concurrency, None),
            })
            .collect();
        Rates {
            steps,
            tally: Tally::new(&tallied),
            found: HashMap::new(),
            parts: Vec::new(),
            slots: Vec::new(),
        }
    }

    fn add(&mut self, passed: &Passed<'_>) {
        self.steps.read(passed.times(), &mut self.slots);
        for (slot, group) in self.slots.iter_mut().zip(passed.groups) {
            *slot = match *slot {
                NO_STEP => NO_SLOT,
                step => *self.found.entry((*group, step)).or_insert_with(|| {
                    self.parts.push((*group, step));
                    self.parts.len() as u32 - 1
                }),
            };
        }
        self.tally.add(passed, &self.slots, self.parts.len());
    }

    fn results(self, count: usize) -> Vec<Vec<Value>> {
        let mut order: Vec<(u32, u32, usize)> = self
            .parts
            .iter()
            .enumerate()
            .map(|(slot, (group, step))| (*group, *step, slot))
            .collect();
        order.sort_unstable();
        let of_calculation = |tallied: Vec<Value>| {
            let mut results = vec![Value::Null; count];
            for steps in order.chunk_by(|a, b| a.0 == b.0) {
                let values = steps.iter().map(|(_, _, slot)| &tallied[*slot]);
                results[steps[0].0 as usize] = mean_difference(values);
            }
            results
        };
        let tallied = self.tally.results(self.parts.len());
        tallied.into_iter().map(of_calculation).collect()
    }
}
