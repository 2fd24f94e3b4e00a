//! Equal steps of time: how long they are, and which one a row is in.

use std::ops::Range;

use span_query::Query;

/// The step of a row that is in none.
pub(crate) const NO_STEP: u32 = u32::MAX;

const SECOND: i64 = 1_000_000_000;
/// As many steps as are chosen at most where the query does not say how long one is.
const MOST_CHOSEN: i64 = 120;

/// Lengths of a step that clocks and calendars count by, in seconds; beyond them it goes on in days.
const LENGTHS: [i64; 18] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, DAY,
];
const DAY: i64 = 86_400;

/// Steps from a multiple of their length on, so that an hour's begin with the hour, and stay where they are when asked again.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Steps {
    /// Where the first step begins, in nanoseconds since the Unix epoch.
    start: i64,
    /// How long each is, in nanoseconds.
    length: i64,
    count: usize,
    /// The time asked for, within the steps: it may begin and end in the middle of one.
    asked: Range<i64>,
}

impl Steps {
    /// Steps over a time, in nanoseconds since the Unix epoch; `granularity` is in seconds.
    ///
    /// Without a granularity there are up to 120 (and one more where the time begins in the middle of one), and at least
    /// 48 where the time is so many seconds long.
    /// With one that would make more than [`Query::MOST_STEPS`] each step is longer than was asked for.
    pub(crate) fn over(time: Range<i64>, granularity: Option<u64>) -> Steps {
        let asked = time.start..time.end.max(time.start.saturating_add(1));
        let seconds = match granularity {
            Some(granularity) => {
                let most = i128::from(SECOND) * i128::from(Query::MOST_STEPS);
                i128::from(granularity).max(div_ceil(length_of(&asked), most))
            }
            None => chosen(&asked),
        };
        let length = i64::try_from(seconds * i128::from(SECOND)).unwrap_or(i64::MAX);
        Steps::of_length(asked, length)
    }

    fn of_length(asked: Range<i64>, length: i64) -> Steps {
        // The first multiple may be out of reach of the clock.
        let start = asked
            .start
            .checked_sub(asked.start.rem_euclid(length))
            .unwrap_or(asked.start);
        let covered = i128::from(asked.end) - i128::from(start);
        let count = div_ceil(covered, length.into());
        Steps {
            start,
            length,
            count: count as usize,
            asked,
        }
    }

    /// The same time in shorter steps, as many as a heatmap shows, so that both have one axis.
    #[must_use]
    pub(crate) fn finer(&self) -> Steps {
        let room = MOST_CHOSEN as usize / self.count;
        let parts = [100, 50, 20, 10, 5, 2]
            .into_iter()
            .find(|parts| *parts <= room);
        match parts {
            Some(parts) if self.length == SECOND => Steps {
                length: self.length / parts as i64,
                count: self.count * parts,
                ..self.clone()
            },
            _ => self.clone(),
        }
    }

    /// The same steps with all of the last one asked for.
    #[must_use]
    pub(crate) fn with_all_of_the_last(mut self) -> Steps {
        let covered = i128::from(self.length) * self.count as i128;
        let end = i128::from(self.start) + covered;
        self.asked.end = i64::try_from(end).unwrap_or(i64::MAX);
        self
    }

    /// The same time in one step.
    #[must_use]
    pub(crate) fn whole(&self) -> Steps {
        Steps {
            start: self.asked.start,
            length: i64::try_from(length_of(&self.asked)).unwrap_or(i64::MAX),
            count: 1,
            asked: self.asked.clone(),
        }
    }

    /// Where the first step begins, in nanoseconds since the Unix epoch.
    pub(crate) fn start(&self) -> i64 {
        self.start
    }

    /// How long each step is, in nanoseconds.
    pub(crate) fn length(&self) -> i64 {
        self.length
    }

    /// How many steps there are.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// The time asked for, in nanoseconds since the Unix epoch.
    pub(crate) fn asked(&self) -> &Range<i64> {
        &self.asked
    }

    /// The part of a step that was asked for, in nanoseconds since the Unix epoch.
    pub(crate) fn asked_of(&self, step: usize) -> Range<i64> {
        let start = i128::from(self.start) + i128::from(self.length) * step as i128;
        let start = i64::try_from(start).unwrap_or(i64::MAX);
        let end = start.saturating_add(self.length);
        start.max(self.asked.start)..end.min(self.asked.end)
    }

    /// The step that a time is in, if it was asked for.
    pub(crate) fn at(&self, time: i64) -> Option<usize> {
        self.asked
            .contains(&time)
            .then(|| (time.abs_diff(self.start) / self.length as u64) as usize)
    }

    /// The step of each time, [`NO_STEP`] for one that was not asked for, into `steps`, which is emptied first.
    pub(crate) fn read(&self, times: impl Iterator<Item = i64>, steps: &mut Vec<u32>) {
        steps.clear();
        // Rows mostly come in the order of their times: the step before is tried first.
        let (mut part, mut step) = (0..0, NO_STEP);
        steps.extend(times.map(|time| {
            if !part.contains(&time) {
                match self.at(time) {
                    Some(found) => {
                        step = found as u32;
                        part = self.asked_of(found);
                    }
                    None => return NO_STEP,
                }
            }
            step
        }));
    }
}

fn length_of(time: &Range<i64>) -> i128 {
    i128::from(time.end) - i128::from(time.start)
}

/// Of positive numbers.
fn div_ceil(number: i128, by: i128) -> i128 {
    (number + by - 1) / by
}

/// The shortest length that makes no more steps than are wanted, in seconds.
fn chosen(time: &Range<i64>) -> i128 {
    let most = i128::from(SECOND) * i128::from(MOST_CHOSEN);
    let fits = |length: &i64| length_of(time) <= i128::from(*length) * most;
    let days = (0..).flat_map(|power| [2, 5, 10].map(|days| days * DAY * 10_i64.pow(power)));
    let found = LENGTHS.into_iter().chain(days.take(15)).find(fits);
    i128::from(found.unwrap_or(i64::MAX / SECOND))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many seconds from a time that is no multiple of anything.
    fn over(seconds: i64, granularity: Option<u64>) -> Steps {
        let start = 1_700_000_003 * SECOND + 7;
        Steps::over(start..start + seconds * SECOND, granularity)
    }

    #[test]
    fn lengths_are_round_and_make_as_many_steps_as_a_chart_has_room_for() {
        for (seconds, length) in [
            (1, 1),
            (60, 1),
            (120, 1),
            (600, 5),
            (3_600, 30),
            (7_200, 60),
            (86_400, 900),
            (7 * 86_400, 7_200),
            (30 * 86_400, 21_600),
            (365 * 86_400, 5 * 86_400),
        ] {
            let steps = over(seconds, None);
            assert_eq!(steps.length(), length * SECOND, "{seconds} s");
            assert!(steps.count() <= 121, "{seconds} s");
            assert!(steps.count() >= 48.min(seconds as usize), "{seconds} s");
            assert_eq!(steps.start() % steps.length(), 0, "{seconds} s");
        }
    }

    #[test]
    fn the_whole_of_the_clock_has_steps_too() {
        for time in [0..i64::MAX, i64::MIN..i64::MAX, i64::MIN..i64::MIN + 1] {
            for granularity in [None, Some(1), Some(u64::MAX)] {
                let steps = Steps::over(time.clone(), granularity);
                assert!((1..=1001).contains(&steps.count()), "{steps:?}");
                assert_eq!(steps.at(time.start), Some(0));
                assert_eq!(steps.at(time.end - 1), Some(steps.count() - 1));
                assert_eq!(steps.asked_of(steps.count() - 1).end, time.end);
                assert!(steps.asked_of(steps.count() - 1).contains(&(time.end - 1)));
            }
        }
    }

    #[test]
    fn a_granularity_is_kept_as_far_as_there_may_be_so_many_steps() {
        assert_eq!(over(600, Some(7)).length(), 7 * SECOND);
        assert_eq!(over(600, Some(7)).start() % (7 * SECOND), 0);
        assert_eq!(over(5_000, Some(1)).length(), 5 * SECOND);
        assert_eq!(over(60, Some(3_600)).count(), 1);
    }

    #[test]
    fn no_time_is_one_step() {
        let steps = Steps::over(5..5, None);
        assert_eq!(
            (steps.count(), steps.at(5), steps.at(6)),
            (1, Some(0), None)
        );
    }

    #[test]
    fn finer_steps_cover_the_same() {
        let steps = over(3, None);
        let finer = steps.finer();
        assert_eq!((steps.count(), finer.count()), (4, 80));
        assert_eq!(finer.length(), SECOND / 20);
        assert_eq!(finer.start(), steps.start());
        assert_eq!(over(600, None).finer(), over(600, None));
    }

    #[test]
    fn times_are_found_in_whatever_order() {
        let steps = Steps::over(10 * SECOND + 1..15 * SECOND, Some(2));
        let times = [14, 10, 12, 13, 9, 15, 11].map(|second| second * SECOND);
        let mut found = vec![99];
        steps.read(
            times.into_iter().chain([i64::MIN, 10 * SECOND + 1]),
            &mut found,
        );
        let none = NO_STEP;
        assert_eq!(found, [2, none, 1, 1, none, none, 0, none, 0]);
        assert_eq!(steps.asked_of(0), 10 * SECOND + 1..12 * SECOND);
        assert_eq!(steps.asked_of(2), 14 * SECOND..15 * SECOND);
    }
}
