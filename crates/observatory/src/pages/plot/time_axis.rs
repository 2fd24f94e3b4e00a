//! The axis of points in time under a chart: where its ticks are, what they say.

use maud::{Markup, html};

use crate::pages::{minimap::number, moments::stamp};

/// Steps between ticks, in seconds.
const STEPS: [i64; 17] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400,
];
const DAY: i64 = 86_400;

/// A line on the axis.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Tick {
    /// Milliseconds since the Unix epoch.
    pub(crate) at: i64,
    pub(crate) label: String,
}

/// Ticks at round points in time from `from` to `to` (milliseconds since the Unix epoch), about `most` of them.
///
/// The first one, and each at midnight, has its date; the others have the time of day, with seconds where ticks are closer than a minute.
pub(crate) fn ticks(from: i64, to: i64, most: i64) -> Vec<Tick> {
    let least = (to.saturating_sub(from) / 1_000 / most.max(1)).max(1);
    let step = STEPS
        .into_iter()
        .find(|step| *step >= least)
        .unwrap_or_else(|| least.saturating_add(DAY - 1) / DAY * DAY);
    let step_ms = step.saturating_mul(1_000);
    let first = from.div_euclid(step_ms).saturating_mul(step_ms);
    let first = if first < from {
        first.saturating_add(step_ms)
    } else {
        first
    };
    let mut ticks: Vec<Tick> = Vec::new();
    let mut at = first;
    while at <= to {
        let text = stamp(at);
        let (date, clock) = text.split_once(' ').unwrap_or((&text, ""));
        let is_dated = at % (DAY * 1_000) == 0;
        let label = match (is_dated, step) {
            (true, _) => date.get(5..).unwrap_or(date),
            (false, 0..60) => clock.get(..8).unwrap_or(clock),
            (false, _) => clock.get(..5).unwrap_or(clock),
        };
        ticks.push(Tick {
            at,
            label: label.to_owned(),
        });
        let Some(next) = at.checked_add(step_ms) else {
            break;
        };
        at = next;
    }
    ticks
}

/// How far into the range a point in time is, in percent.
pub(crate) fn percent(at: i64, from: i64, to: i64) -> f64 {
    at.saturating_sub(from) as f64 / to.saturating_sub(from).max(1) as f64 * 100.0
}

/// The ticks' texts under a plot of the same width.
pub(crate) fn labels(ticks: &[Tick], from: i64, to: i64) -> Markup {
    html! {
        svg.axis.time-axis width="100%" height="20" aria-hidden="true" {
            @for tick in ticks {
                @let at = percent(tick.at, from, to);
                line x1={ (number(at)) "%" } x2={ (number(at)) "%" } y1="0" y2="5" {}
                text x={ (number(at)) "%" } y="17" .end[at > 94.0] .mid[at > 5.0 && at <= 94.0] { (tick.label) }
            }
        }
    }
}

/// Lines behind a plot of this height, one at each tick.
pub(crate) fn rules(ticks: &[Tick], from: i64, to: i64, height: f64) -> Markup {
    html! {
        @for tick in ticks { @let at = number(percent(tick.at, from, to)); line.rule x1={ (at) "%" } x2={ (at) "%" } y1="0" y2=(height) {} }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_700_049_600_000; // 2023-11-15 12:00:00

    #[track_caller]
    fn check(from: i64, to: i64, labels: &[&str]) {
        let ticks = ticks(from, to, 6);
        let found: Vec<&str> = ticks.iter().map(|tick| &tick.label[..]).collect();
        assert_eq!(found, labels);
        assert!(ticks.iter().all(|tick| (from..=to).contains(&tick.at)));
    }

    #[test]
    fn ticks_are_at_round_times() {
        check(NOON, NOON, &["12:00:00"]);
        check(NOON + 1, NOON + 999, &[]);
        check(
            NOON,
            NOON + 4_000,
            &["12:00:00", "12:00:01", "12:00:02", "12:00:03", "12:00:04"],
        );
        check(
            NOON + 60_000,
            NOON + 3_600_000,
            &["12:10", "12:20", "12:30", "12:40", "12:50", "13:00"],
        );
        check(
            NOON,
            NOON + 86_400_000,
            &["12:00", "18:00", "11-16", "06:00", "12:00"],
        );
        check(
            NOON,
            NOON + 5 * 86_400_000,
            &["11-16", "11-17", "11-18", "11-19", "11-20"],
        );
        assert!(ticks(0, 253_402_300_799_000, 6).len() <= 7);
        assert!(ticks(i64::MIN, i64::MAX, 6).len() <= 14);
        assert!(ticks(i64::MAX - 9, i64::MAX, 6).len() <= 1);
    }
}
