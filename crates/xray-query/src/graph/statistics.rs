//! Counts how requests went and how long they took. Whose they are is for others.

use std::collections::BTreeMap;

use xray_segment::Segment;

use super::{HistogramEntry, ServiceStatistics};
use crate::view::{duration, micros};

/// What is known of some segments or calls.
#[derive(Default)]
pub(crate) struct Statistics {
    counts: ServiceStatistics,
    /// Milliseconds, and how many took so long.
    histogram: Histogram,
}

impl Statistics {
    /// Counts one; not while it is in progress.
    pub(crate) fn add(&mut self, segment: &Segment) {
        let Some(seconds) = duration(segment) else {
            return;
        };
        let counts = &mut self.counts;
        counts.total_count += 1;
        counts.total_response_time = micros(counts.total_response_time + seconds);
        if segment.fault {
            counts.fault_statistics.total_count += 1;
        } else if segment.throttle {
            counts.error_statistics.throttle_count += 1;
            counts.error_statistics.total_count += 1;
        } else if segment.error {
            counts.error_statistics.other_count += 1;
            counts.error_statistics.total_count += 1;
        } else {
            counts.ok_count += 1;
        }
        self.histogram.add(seconds);
    }

    pub(crate) fn counts(&self) -> ServiceStatistics {
        self.counts.clone()
    }

    pub(crate) fn histogram(&self) -> Vec<HistogramEntry> {
        self.histogram.entries()
    }
}

/// How many took how long.
#[derive(Default)]
pub(crate) struct Histogram(BTreeMap<i64, u64>);

impl Histogram {
    pub(crate) fn add(&mut self, seconds: f64) {
        #[allow(clippy::cast_possible_truncation, reason = "saturates")]
        let key = (seconds * 1000.0).round() as i64;
        *self.0.entry(key).or_default() += 1;
    }

    /// Shortest first.
    pub(crate) fn entries(&self) -> Vec<HistogramEntry> {
        self.0
            .iter()
            .map(|(&key, &count)| HistogramEntry {
                #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
                value: key as f64 / 1000.0,
                count,
            })
            .collect()
    }
}
