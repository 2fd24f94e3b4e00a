//! The numbers of a node or an edge of the map, and how they are said: counts by outcome, rate, latency, shares.

use xray_query::ServiceStatistics;

use crate::pages::{attribute_table::grouped, durations};

/// The four ways in which a request can end, in the order of the ring.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Outcome {
    pub(super) ok: u64,
    pub(super) error: u64,
    pub(super) throttle: u64,
    pub(super) fault: u64,
}

/// The words for them, which are also the stylesheet's classes.
pub(super) const OUTCOMES: [&str; 4] = ["ok", "error", "throttle", "fault"];

impl Outcome {
    fn of(statistics: &ServiceStatistics) -> Self {
        Self {
            ok: statistics.ok_count,
            error: statistics.error_statistics.other_count,
            throttle: statistics.error_statistics.throttle_count,
            fault: statistics.fault_statistics.total_count,
        }
    }

    /// In the order of [`OUTCOMES`].
    pub(super) fn counts(&self) -> [u64; 4] {
        [self.ok, self.error, self.throttle, self.fault]
    }

    pub(super) fn total(&self) -> u64 {
        self.counts().into_iter().fold(0, u64::saturating_add)
    }

    /// Those that there are: the word and the share, `96% ok`.
    pub(super) fn parts(&self) -> impl Iterator<Item = (&'static str, String)> {
        let total = self.total();
        OUTCOMES
            .into_iter()
            .zip(self.counts())
            .filter(|&(_, count)| count > 0)
            .map(move |(word, count)| (word, format!("{} {word}", percent(count, total))))
    }

    /// `96% ok, 4% fault`.
    fn in_words(&self) -> String {
        self.parts()
            .map(|(_, part)| part)
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// The share of each, between 0 and 1; all 0 if there is nothing.
    pub(super) fn shares(&self) -> [f64; 4] {
        let total = self.total().max(1) as f64;
        self.counts().map(|count| count as f64 / total)
    }
}

/// Requests or calls, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Numbers {
    pub(super) count: u64,
    /// Mean time in nanoseconds; `None` where nothing was counted.
    pub(super) average: Option<u64>,
    pub(super) outcome: Outcome,
}

impl Numbers {
    pub(super) fn of(statistics: &ServiceStatistics) -> Self {
        let count = statistics.total_count;
        let mean = statistics.total_response_time / count as f64;
        Self {
            count,
            average: (count > 0).then(|| durations::nanoseconds(mean)),
            outcome: Outcome::of(statistics),
        }
    }

    /// `12.3 ms`, or a dash.
    pub(super) fn latency(&self) -> String {
        self.average.map_or("–".to_owned(), durations::format)
    }

    /// Requests per minute, if so many minutes are looked at.
    pub(super) fn rate(&self, minutes: f64) -> String {
        let rate = self.count as f64 / minutes.max(f64::MIN_POSITIVE);
        match rate {
            0.0 => "0/min".to_owned(),
            r if r < 0.01 => "<0.01/min".to_owned(),
            r if r < 1.0 => format!("{r:.2}/min"),
            r if r < 10.0 => format!("{r:.1}/min"),
            r => format!("{r:.0}/min"),
        }
    }

    /// `24 requests, 4.8/min, 12.3 ms on average; 96% ok, 4% fault`; `what` is a plural.
    pub(super) fn in_words(&self, minutes: f64, what: &str) -> String {
        if self.count == 0 {
            return format!("no {what} of its own were counted");
        }
        let what = if self.count == 1 {
            what.trim_end_matches('s')
        } else {
            what
        };
        format!(
            "{} {what}, {}, {} on average; {}",
            grouped(self.count),
            self.rate(minutes),
            self.latency(),
            self.outcome.in_words()
        )
    }
}

/// `92%`; what is there but little is not told as nothing, and what is not all not as all.
pub(super) fn percent(count: u64, total: u64) -> String {
    let share = 100.0 * count as f64 / total.max(1) as f64;
    match share {
        0.0 => "0%".to_owned(),
        s if s < 1.0 => "<1%".to_owned(),
        s if count < total && s > 99.0 => ">99%".to_owned(),
        s => format!("{s:.0}%"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_words() {
        for (count, total, text) in [
            (0, 0, "0%"),
            (0, 9, "0%"),
            (1, 1_000, "<1%"),
            (999, 1_000, ">99%"),
            (1, 3, "33%"),
            (3, 3, "100%"),
        ] {
            assert_eq!(percent(count, total), text);
        }
        for (count, minutes, text) in [
            (0, 5.0, "0/min"),
            (1, 1_440.0, "<0.01/min"),
            (3, 30.0, "0.10/min"),
            (12, 5.0, "2.4/min"),
            (120, 5.0, "24/min"),
        ] {
            let numbers = Numbers {
                count,
                ..Numbers::default()
            };
            assert_eq!(numbers.rate(minutes), text);
        }
    }
}
