//! Events counted by time: for the histogram over a query's records. How it is drawn is `histogram`'s.

use std::collections::BTreeMap;

/// Widths in seconds, each a multiple of the one before, up to a day; then days, doubled.
const WIDTHS: [i64; 13] = [
    1, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400,
];
/// Buckets that are kept while events come in; when there are more, they become wider.
const KEPT: usize = 500;
/// Buckets that are shown.
const SHOWN: i64 = 75;

/// Counts in buckets that become wider as the time over which events are spread grows.
#[derive(Clone, Debug)]
pub(crate) struct Spread {
    /// Seconds.
    width: i64,
    /// By the number of the bucket since the Unix epoch.
    counts: BTreeMap<i64, u64>,
}

/// Buckets of one width that follow each other without a gap.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Buckets {
    /// Where the first begins, in milliseconds since the Unix epoch.
    pub(crate) start: i64,
    /// How wide one is, in milliseconds.
    pub(crate) width: i64,
    pub(crate) counts: Vec<u64>,
}

impl Default for Spread {
    fn default() -> Self {
        Self {
            width: WIDTHS[0],
            counts: BTreeMap::new(),
        }
    }
}

/// The next wider width that is a multiple of this one.
fn wider(width: i64) -> i64 {
    WIDTHS
        .into_iter()
        .find(|one| *one > width)
        .unwrap_or(width.saturating_mul(2))
}

impl Spread {
    /// Counts an event; its time is in milliseconds since the Unix epoch.
    pub(crate) fn add(&mut self, unix_ms: i64) {
        let bucket = unix_ms.div_euclid(self.width * 1_000);
        *self.counts.entry(bucket).or_default() += 1;
        while self.counts.len() > KEPT {
            self.widen();
        }
    }

    fn widen(&mut self) {
        let width = wider(self.width);
        let factor = width / self.width;
        let mut counts = BTreeMap::new();
        for (bucket, count) in &self.counts {
            *counts.entry(bucket.div_euclid(factor)).or_default() += count;
        }
        (self.width, self.counts) = (width, counts);
    }

    /// Buckets from `from` to `to`, in milliseconds, both inclusive; an open end is where the last event is, or `now` if that is later.
    /// `None` if there is no event and no end.
    pub(crate) fn buckets(&self, from: i64, to: i64, now: i64) -> Option<Buckets> {
        let width = self.width * 1_000;
        let first = self.counts.keys().next().map(|bucket| bucket * width);
        let last = self.counts.keys().next_back().map(|bucket| bucket * width);
        let from = if from > 0 { from } else { first? };
        let to = if to < i64::MAX {
            to
        } else {
            last.unwrap_or(now).max(now)
        };
        let to = to.max(from);
        let mut spread = self.clone();
        // Both ends may stand in a bucket that is not full.
        while to / (spread.width * 1_000) - from / (spread.width * 1_000) >= SHOWN {
            spread.widen();
        }
        let width = spread.width * 1_000;
        let numbers = from.div_euclid(width)..=to.div_euclid(width);
        let start = numbers.start() * width;
        let counts = numbers.map(|bucket| spread.counts.get(&bucket).copied().unwrap_or(0));
        Some(Buckets {
            start,
            width,
            counts: counts.collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000_000;

    fn spread(times: impl IntoIterator<Item = i64>) -> Spread {
        let mut spread = Spread::default();
        times.into_iter().for_each(|at| spread.add(at));
        spread
    }

    #[track_caller]
    fn check(spread: &Spread, from: i64, to: i64, width_seconds: i64, total: u64) -> Buckets {
        let buckets = spread.buckets(from, to, NOW).expect("buckets");
        assert_eq!(buckets.width, width_seconds * 1_000);
        assert_eq!(buckets.counts.iter().sum::<u64>(), total);
        assert!(
            (1..=75).contains(&buckets.counts.len()),
            "{}",
            buckets.counts.len()
        );
        assert!(
            buckets.start <= from.max(1) || from == 0,
            "{}",
            buckets.start
        );
        buckets
    }

    #[test]
    fn an_hour_is_cut_into_minutes_and_a_day_into_halves_of_hours() {
        let hour = 3_600_000;
        let spread = spread([NOW - hour, NOW - 60_000, NOW - 59_999, NOW]);
        let buckets = check(&spread, NOW - hour, i64::MAX, 60, 4);
        assert_eq!(buckets.start % 60_000, 0);
        // NOW is within a minute, so that an hour touches 61 of them.
        assert_eq!(buckets.counts.len(), 61);
        assert_eq!(
            buckets.counts[0] + buckets.counts[59] + buckets.counts[60],
            4
        );
        check(&spread, NOW - 6 * hour, i64::MAX, 300, 4);
        check(&spread, NOW - 24 * hour, i64::MAX, 1_800, 4);
    }

    #[test]
    fn ends_are_where_the_range_has_them_or_where_events_are() {
        let spread = spread([NOW - 10_000, NOW + 9_000]);
        let buckets = check(&spread, 0, i64::MAX, 1, 2);
        assert_eq!((buckets.start, buckets.counts.len()), (NOW - 10_000, 20));
        let buckets = check(&spread, NOW - 12_000, NOW + 30_000, 1, 2);
        assert_eq!((buckets.start, buckets.counts.len()), (NOW - 12_000, 43));
        assert_eq!(Spread::default().buckets(0, i64::MAX, NOW), None);
        let empty = Spread::default()
            .buckets(NOW - 5_000, i64::MAX, NOW)
            .expect("an empty range");
        assert_eq!(empty.counts, [0; 6]);
    }

    #[test]
    fn buckets_grow_with_what_they_hold_and_lose_nothing() {
        let day = 86_400_000;
        let hourly = spread((0..2_000).map(|n| n * 3_600_000));
        assert!(hourly.counts.len() <= KEPT);
        let buckets = check(&hourly, 0, 2_000 * 3_600_000, 2 * 86_400, 2_000);
        assert_eq!(buckets.counts[0], 48);
        // From the epoch to the year 9999.
        let ages = spread((0..1_000).map(|n| n * 2_930 * day));
        let buckets = ages.buckets(0, i64::MAX, NOW).expect("buckets");
        assert_eq!(buckets.counts.iter().sum::<u64>(), 1_000);
        assert!(buckets.counts.len() <= 75);
    }

    #[test]
    fn each_width_is_a_multiple_of_the_one_before() {
        let mut width = WIDTHS[0];
        for _ in 0..20 {
            let next = wider(width);
            assert!(next > width && next % width == 0, "{width} {next}");
            width = next;
        }
    }
}
