//! How many different values each slot has.

use hashbrown::HashSet;

use super::NO_SLOT;
use crate::Column;
use crate::values::{NULL, Values};

/// Exact: every pair of slot and value that was seen, the slot in the upper half.
#[derive(Debug, Default)]
pub(super) struct Distinct {
    values: Values,
    seen: HashSet<u64>,
    counts: Vec<u64>,
    numbers: Vec<u32>,
}

impl Distinct {
    pub(super) fn grow(&mut self, count: usize) {
        self.counts.resize(count, 0);
    }

    pub(super) fn add(&mut self, column: &Column, rows: &[u32], slots: &[u32]) {
        self.values.read(Some(column), rows, &mut self.numbers);
        let mut last = None;
        for pair in slots.iter().copied().zip(self.numbers.iter().copied()) {
            if last.replace(pair) == Some(pair) || pair.0 == NO_SLOT || pair.1 == NULL {
                continue;
            }
            if self
                .seen
                .insert(u64::from(pair.0) << 32 | u64::from(pair.1))
            {
                self.counts[pair.0 as usize] += 1;
            }
        }
    }

    pub(super) fn count(&self, slot: usize) -> u64 {
        self.counts[slot]
    }
}
