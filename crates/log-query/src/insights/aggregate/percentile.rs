//! Percentiles: exactly while a group's values are few, then by a logarithmic histogram (DDSketch).

use std::collections::BTreeMap;

/// As many values of a group are kept as they are.
const EXACT: usize = 4_096;
/// After that, a percentile is off by 0.5 % of its value at most.
const ERROR: f64 = 0.005;
/// The most buckets on either side of zero; beyond, the smallest are joined.
const MAX_BUCKETS: usize = 4_096;

/// The values' distribution.
#[derive(Clone)]
pub(in super::super) enum Percentile {
    Values(Vec<f64>),
    Buckets(Buckets),
}

impl Default for Percentile {
    fn default() -> Self {
        Self::Values(Vec::new())
    }
}

/// How many values there are by the logarithm of their size.
#[derive(Clone, Default)]
pub(in super::super) struct Buckets {
    negative: BTreeMap<i32, u64>,
    zeros: u64,
    positive: BTreeMap<i32, u64>,
    /// The least and the greatest value, which no percentile is beyond.
    ends: Option<(f64, f64)>,
}

impl Percentile {
    /// Tells by how many bytes it has grown.
    pub(super) fn add(&mut self, value: f64) -> usize {
        match self {
            Self::Buckets(buckets) => buckets.add(value),
            Self::Values(values) => {
                values.push(value);
                if values.len() > EXACT {
                    let mut buckets = Buckets::default();
                    for value in &*values {
                        buckets.add(*value);
                    }
                    *self = Self::Buckets(buckets);
                }
                size_of::<f64>()
            }
        }
    }

    /// The least value that at least so many percent of the values do not exceed (the nearest rank).
    pub(super) fn at(&self, percent: f64) -> Option<f64> {
        match self {
            Self::Values(values) => {
                let mut sorted = values.clone();
                sorted.sort_unstable_by(f64::total_cmp);
                sorted.get(rank(percent, sorted.len() as u64)?).copied()
            }
            Self::Buckets(buckets) => buckets.at(percent),
        }
    }
}

/// Counted from 0; `None` if there are no values.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts are far below 2^53"
)]
fn rank(percent: f64, count: u64) -> Option<usize> {
    let last = count.checked_sub(1)?;
    let rank = (percent * count as f64 / 100.0).ceil() as u64;
    usize::try_from(rank.saturating_sub(1).min(last)).ok()
}

/// Each bucket's upper bound is so many times its lower one.
fn growth() -> f64 {
    (1.0 + ERROR) / (1.0 - ERROR)
}

impl Buckets {
    fn add(&mut self, value: f64) -> usize {
        let (least, most) = self.ends.unwrap_or((value, value));
        self.ends = Some((least.min(value), most.max(value)));
        let side = if value > 0.0 {
            &mut self.positive
        } else if value < 0.0 {
            &mut self.negative
        } else {
            self.zeros += 1;
            return 0;
        };
        #[allow(clippy::cast_possible_truncation, reason = "71,000 at most")]
        let bucket = (value.abs().ln() / growth().ln()).ceil() as i32;
        let before = side.len();
        *side.entry(bucket).or_default() += 1;
        if side.len() > MAX_BUCKETS
            && let Some((_, count)) = side.pop_first()
            && let Some(mut next) = side.first_entry()
        {
            *next.get_mut() += count;
        }
        // A tree's nodes are about two thirds full.
        (side.len() - before) * 24
    }

    fn at(&self, percent: f64) -> Option<f64> {
        let count = |side: &BTreeMap<i32, u64>| side.values().sum::<u64>();
        let all = count(&self.negative) + self.zeros + count(&self.positive);
        let mut left = rank(percent, all)? as u64;
        // The middle of a bucket, by which its bounds are off equally.
        let middle = |bucket: i32| 2.0 * growth().powi(bucket) / (growth() + 1.0);
        let negative = self
            .negative
            .iter()
            .rev()
            .map(|(at, count)| (-middle(*at), *count));
        let positive = self
            .positive
            .iter()
            .map(|(at, count)| (middle(*at), *count));
        for (value, count) in negative.chain([(0.0, self.zeros)]).chain(positive) {
            if left < count {
                let (least, most) = self.ends?;
                return Some(value.clamp(least, most));
            }
            left -= count;
        }
        None
    }
}
