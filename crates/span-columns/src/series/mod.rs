//! Calculations over time: every calculation of a query, but its heatmaps, in each step and for each line that is drawn.

mod concurrency;
mod rates;
mod steps;
mod totals;

use span_query::{Calculation, Op, Value};

use crate::passed::Passed;
use crate::tally::{NO_SLOT, Tally};
use crate::{Series, SeriesGroup};
use concurrency::Concurrency;
use rates::differences;

pub(crate) use concurrency::keep_open_at;
pub(crate) use steps::{NO_STEP, Steps};
pub(crate) use totals::Totals;

/// A series in the making.
#[derive(Debug)]
pub(crate) struct SeriesBuilder {
    calculations: Vec<Calculation>,
    steps: Steps,
    tally: Tally,
    /// If it is asked for.
    concurrency: Option<Concurrency>,
    /// Each row's step, then its slot: a line's step.
    slots: Vec<u32>,
}

impl SeriesBuilder {
    /// For a query's calculations.
    pub(crate) fn new(calculations: &[Calculation], steps: Steps) -> SeriesBuilder {
        let drawn = |calculation: &&Calculation| calculation.op != Op::Heatmap;
        let calculations: Vec<Calculation> = calculations.iter().filter(drawn).cloned().collect();
        let has_concurrency = calculations.iter().any(|drawn| drawn.op == Op::Concurrency);
        let tallied: Vec<Calculation> = calculations.iter().map(rates::differing).collect();
        SeriesBuilder {
            tally: Tally::new(&tallied),
            concurrency: has_concurrency.then(|| Concurrency::new(steps.clone())),
            calculations,
            steps,
            slots: Vec::new(),
        }
    }

    /// Takes in rows: for each of them its line, below `count`, or [`NO_SLOT`].
    pub(crate) fn add(&mut self, passed: &Passed<'_>, lines: &[u32], count: usize) {
        if let Some(concurrency) = &mut self.concurrency {
            concurrency.add(passed, lines, count);
        }
        let steps = self.steps.count() as u32;
        self.steps.read(passed.times(), &mut self.slots);
        for (slot, line) in self.slots.iter_mut().zip(lines) {
            *slot = match (*slot, *line) {
                (NO_STEP, _) | (_, NO_SLOT) => NO_SLOT,
                (step, line) => line * steps + step,
            };
        }
        self.tally
            .add(passed, &self.slots, count * self.steps.count());
    }

    /// The series with these lines, each with its breakdowns' values, of the `count` that there are.
    pub(crate) fn finish(self, lines: Vec<(u32, Vec<Value>)>, count: usize) -> Series {
        let steps = self.steps.count();
        let concurrency = self
            .concurrency
            .map(|concurrency| concurrency.results(count));
        let tallied = self.tally.results(count * steps);
        let groups = lines.into_iter().map(|(line, key)| SeriesGroup {
            key,
            values: self
                .calculations
                .iter()
                .zip(&tallied)
                .map(|(calculation, tallied)| {
                    let place = line as usize * steps;
                    match (calculation.op, &concurrency) {
                        (Op::Concurrency, Some(results)) => results[line as usize].clone(),
                        (Op::RateAvg | Op::RateSum | Op::RateMax, _) => {
                            differences(&tallied[place..place + steps])
                        }
                        _ => tallied[place..place + steps].to_vec(),
                    }
                })
                .collect(),
        });
        Series {
            groups: groups.collect(),
            start: self.steps.start().div_euclid(1_000_000_000),
            step: (self.steps.length() / 1_000_000_000) as u64,
            steps,
            calculations: self
                .calculations
                .iter()
                .map(|calculation| calculation.title.clone())
                .collect(),
        }
    }
}
