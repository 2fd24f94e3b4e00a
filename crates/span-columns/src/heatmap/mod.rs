//! How many rows have a value within a band, in each step of time: Honeycomb's `HEATMAP`.

mod bands;

use crate::passed::{Number, Passed, each_number};
use crate::series::{NO_STEP, Steps};
use crate::{Heatmap, Scale};
use bands::Bands;

/// A heatmap in the making. Which bands there are is known only when all values are, so they are kept until then.
#[derive(Debug)]
pub(crate) struct HeatmapBuilder {
    column: String,
    steps: Steps,
    values: Vec<f64>,
    /// The step of each of `values`; there are no more than [`Query::MOST_STEPS`](span_query::Query::MOST_STEPS) and one.
    value_steps: Vec<u16>,
    /// The weight of each of `values`, as far as one is not 1.
    weights: Vec<u32>,
    without_number: u64,
    row_steps: Vec<u32>,
}

impl HeatmapBuilder {
    /// Of a column, over the same time as a series with these steps.
    pub(crate) fn new(column: &str, steps: &Steps) -> HeatmapBuilder {
        HeatmapBuilder {
            column: column.to_owned(),
            steps: steps.finer(),
            values: Vec::new(),
            value_steps: Vec::new(),
            weights: Vec::new(),
            without_number: 0,
            row_steps: Vec::new(),
        }
    }

    /// Takes in rows.
    pub(crate) fn add(&mut self, passed: &Passed<'_>) {
        let mut numbers = 0;
        if let Some(column) = passed.column(&self.column) {
            self.steps.read(passed.times(), &mut self.row_steps);
            self.values.reserve(passed.rows.len());
            self.value_steps.reserve(passed.rows.len());
            each_number(column, passed.rows, |place, number| {
                numbers += 1;
                let step = self.row_steps[place];
                if step == NO_STEP {
                    return;
                }
                let weight = passed.weight(place);
                if weight != 1 {
                    self.weights.resize(self.values.len(), 1);
                    self.weights.push(weight);
                }
                self.values.push(match number {
                    Number::Int(int) => int as f64,
                    Number::Float(float) => float,
                });
                self.value_steps.push(step as u16);
            });
        }
        self.without_number += passed.rows.len() as u64 - numbers;
    }

    /// The heatmap of all rows so far.
    pub(crate) fn finish(self) -> Heatmap {
        let bands = Bands::of(&self.values);
        let steps = self.steps.count();
        let mut counts = vec![vec![0; steps]; bands.count()];
        let weights = self.weights.iter().copied().chain(std::iter::repeat(1));
        for ((value, step), weight) in self.values.iter().zip(&self.value_steps).zip(weights) {
            counts[bands.at(*value)][usize::from(*step)] += u64::from(weight);
        }
        Heatmap {
            column: self.column,
            start_unix_nano: self.steps.start(),
            step_nano: self.steps.length() as u64,
            steps,
            scale: bands.scale(),
            edges: bands.into_edges(),
            counts,
            without_number: self.without_number,
        }
    }
}

/// A heatmap of no row.
pub(crate) fn empty(column: &str) -> Heatmap {
    Heatmap {
        column: column.to_owned(),
        start_unix_nano: 0,
        step_nano: 0,
        steps: 0,
        scale: Scale::Linear,
        edges: Vec::new(),
        counts: Vec::new(),
        without_number: 0,
    }
}
