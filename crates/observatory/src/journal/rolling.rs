//! A count that also knows how much of it is of the last minute and of the last hour, in room that does not grow.

/// Slots of a ring.
const SLOTS: usize = 60;

/// Counts over time; all times are seconds since the Unix epoch.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rolling {
    total: u64,
    seconds: Ring,
    minutes: Ring,
}

/// Sixty slots, each for the time that it was last written for.
#[derive(Clone, Debug)]
struct Ring([(u64, u64); SLOTS]);

impl Default for Ring {
    fn default() -> Self {
        Self([(0, 0); SLOTS])
    }
}

impl Ring {
    fn add(&mut self, time: u64, count: u64) {
        let slot = &mut self.0[(time % SLOTS as u64) as usize];
        if slot.0 != time {
            *slot = (time, 0);
        }
        slot.1 = slot.1.saturating_add(count);
    }

    /// What was counted at `time` and in the 59 slots before it.
    fn sum(&self, time: u64) -> u64 {
        let counted = self
            .0
            .iter()
            .filter(|(of, _)| *of <= time && time - of < SLOTS as u64);
        counted.map(|(_, count)| count).sum()
    }
}

impl Rolling {
    pub(crate) fn add(&mut self, now: u64, count: u64) {
        self.total = self.total.saturating_add(count);
        self.seconds.add(now, count);
        self.minutes.add(now / 60, count);
    }

    pub(crate) fn at(&self, now: u64) -> Count {
        Count {
            total: self.total,
            minute: self.seconds.sum(now),
            hour: self.minutes.sum(now / 60),
        }
    }
}

/// How many.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Count {
    /// Since the program started.
    pub total: u64,
    /// In the last 60 seconds.
    pub minute: u64,
    /// In this minute of the clock and the 59 before it.
    pub hour: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_older_than_a_ring_is_in_the_total_alone() {
        let start = 1_700_000_040;
        let mut rolling = Rolling::default();
        for second in 0..90 {
            rolling.add(start + second, 2);
        }
        for (later, minute, hour) in [
            (0, 0, 0),
            (89, 120, 180),
            (120, 58, 180),
            (148, 2, 180),
            (149, 0, 180),
            (59 * 60 + 59, 0, 180),
            (60 * 60, 0, 60),
            (61 * 60, 0, 0),
            (1_000_000, 0, 0),
        ] {
            let found = rolling.at(start + later);
            if later > 0 {
                assert_eq!((found.minute, found.hour), (minute, hour), "{later} s");
            }
            assert_eq!(found.total, 180);
        }
    }

    #[test]
    fn the_time_may_go_back() {
        let mut rolling = Rolling::default();
        rolling.add(1_000_000, 1);
        rolling.add(999_000, 1);
        assert_eq!(rolling.at(999_000).total, 2);
        assert_eq!(rolling.at(999_000).minute, 1);
    }
}
