//! How many spans are open at once: Honeycomb's `CONCURRENCY`.

use std::ops::Range;

use span_query::{Value, field};

use crate::Block;
use crate::passed::{Number, Passed, each_number};
use crate::series::Steps;
use crate::tally::NO_SLOT;

/// For each line and step how long its spans were open within it, in span nanoseconds, exactly.
///
/// A span counts in a step by the share of the step that it is open, hence from its beginning to its end, in all steps that
/// it crosses and that were asked for.
#[derive(Debug)]
pub(super) struct Concurrency {
    steps: Steps,
    /// Line by line, for each step: what spans that do not cover it all are open within it.
    partly: Vec<u128>,
    /// Likewise: how many spans more than in the step before cover the whole of it.
    wholly: Vec<i64>,
}

impl Concurrency {
    pub(super) fn new(steps: Steps) -> Concurrency {
        Concurrency {
            steps,
            partly: Vec::new(),
            wholly: Vec::new(),
        }
    }

    /// Takes in rows: for each of them its line, below `count`, or [`NO_SLOT`].
    pub(super) fn add(&mut self, passed: &Passed<'_>, lines: &[u32], count: usize) {
        self.grow(count);
        let Some(durations) = passed.column(field::DURATION_MS) else {
            return;
        };
        let times: Vec<i64> = passed.times().collect();
        each_number(durations, passed.rows, |place, duration| {
            let (line, start) = (lines[place], times[place]);
            if line == NO_SLOT {
                return;
            }
            let end = start.saturating_add(nanoseconds(duration));
            let start = start.max(self.steps.asked().start);
            if let Some(first) = self.steps.at(start) {
                let cells = line as usize * self.steps.count();
                self.open(cells, first, start..end, passed.weight(place));
            }
        });
    }

    /// Counts spans that are open all that time, from the step `first` on, in the line whose cells begin at `cells`.
    fn open(&mut self, cells: usize, first: usize, time: Range<i64>, weight: u32) {
        let end = time.end.min(self.steps.asked().end);
        if end <= time.start {
            return;
        }
        let last = self.steps.at(end - 1).unwrap_or(first);
        let within = |step: usize| {
            let part = self.steps.asked_of(step);
            u128::from(time.start.max(part.start).abs_diff(end.min(part.end))) * u128::from(weight)
        };
        self.partly[cells + first] += within(first);
        if last > first {
            self.partly[cells + last] += within(last);
            self.wholly[cells + first + 1] += i64::from(weight);
            self.wholly[cells + last] -= i64::from(weight);
        }
    }

    fn grow(&mut self, count: usize) {
        let cells = count * self.steps.count();
        if cells > self.partly.len() {
            self.partly.resize(cells, 0);
            self.wholly.resize(cells, 0);
        }
    }

    /// For each of `count` lines the mean number of open spans in each step, over the part of it that was asked for.
    pub(super) fn results(mut self, count: usize) -> Vec<Vec<Value>> {
        self.grow(count);
        let steps = self.steps.count();
        let line = |line: usize| {
            let mut wholly = 0;
            let result = |step: usize| {
                let cell = line * steps + step;
                wholly += self.wholly[cell];
                let part = self.steps.asked_of(step);
                let length = part.end.abs_diff(part.start);
                let open = self.partly[cell] as f64 / length as f64 + wholly as f64;
                Value::Float(open).in_one_form()
            };
            (0..steps).map(result).collect()
        };
        (0..count).map(line).collect()
    }
}

/// Keeps of a block's rows, which began before a time, those that are still open then.
pub(crate) fn keep_open_at(time: i64, block: &Block, rows: &mut Vec<u32>) {
    let (Some(times), Some(durations)) = (block.times(), block.column(field::DURATION_MS)) else {
        rows.clear();
        return;
    };
    let mut open = Vec::new();
    each_number(durations, rows, |place, duration| {
        let row = rows[place];
        if times[row as usize].saturating_add(nanoseconds(duration)) > time {
            open.push(row);
        }
    });
    *rows = open;
}

/// A duration in milliseconds as nanoseconds; a span that ends before it begins is open for none.
fn nanoseconds(duration: Number) -> i64 {
    match duration {
        Number::Int(duration) => duration.max(0).saturating_mul(1_000_000),
        Number::Float(duration) => (duration.max(0.0) * 1e6).round() as i64,
    }
}
