//! The time axis above a trace's rows: where its ticks are, what they say, how it looks.

use maud::{Markup, html};

use super::{durations, minimap::number};

/// A line on the axis.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Tick {
    /// Nanoseconds since the trace's start.
    pub(crate) at: u64,
    /// What stands beside it.
    pub(crate) label: String,
}

/// Ticks at round distances, at most `most` of them, from `from` to `to` (nanoseconds since the trace's start).
pub(crate) fn ticks(from: u64, to: u64, most: u64) -> Vec<Tick> {
    let step = step((to.saturating_sub(from) / most.max(1)).max(1));
    let first = from
        .div_ceil(step)
        .checked_mul(step)
        .filter(|&first| first <= to);
    std::iter::successors(first, |at| at.checked_add(step).filter(|&next| next <= to))
        .map(|at| Tick {
            at,
            label: label(at),
        })
        .collect()
}

/// The axis with its ticks, which are at so many percent of its width.
pub(crate) fn svg(ticks: &[Tick], percent: impl Fn(u64) -> f64) -> Markup {
    html! {
        svg.axis width="100%" height="22" aria-hidden="true" {
            @for tick in ticks {
                @let at = percent(tick.at);
                line x1={ (number(at)) "%" } x2={ (number(at)) "%" } y1="14" y2="22" {}
                text x={ (number(at)) "%" } y="12" .end[at > 92.0] .mid[at > 4.0 && at <= 92.0] { (tick.label) }
            }
        }
    }
}

/// The smallest round step of at least `least` nanoseconds.
fn step(least: u64) -> u64 {
    const SECOND: u64 = 1_000_000_000;
    const DAY: u64 = 86_400 * SECOND;
    let mut power: u64 = 1;
    while power < 10 * SECOND {
        for factor in [1, 2, 5] {
            if factor * power >= least {
                return factor * power;
            }
        }
        power *= 10;
    }
    [
        10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400,
    ]
    .into_iter()
    .map(|seconds| seconds * SECOND)
    .find(|&step| step >= least)
    .unwrap_or_else(|| least.div_ceil(DAY).saturating_mul(DAY))
}

/// Ticks are round, but when zoomed far in they differ in digits that a rounded duration leaves out.
fn label(at: u64) -> String {
    if at == 0 {
        return "0".to_owned();
    }
    let rounded = durations::format(at);
    if at >= 60_000_000_000 || durations::parse(&rounded) == Ok(at) {
        return rounded;
    }
    let (unit, size) = match at {
        0..1_000_000 => ("µs", 1_000),
        1_000_000..1_000_000_000 => ("ms", 1_000_000),
        _ => ("s", 1_000_000_000),
    };
    let digits = match size {
        1_000 => 3,
        1_000_000 => 6,
        _ => 9,
    };
    let fraction = format!("{:0digits$}", at % size);
    let fraction = fraction.trim_end_matches('0');
    format!("{}.{fraction} {unit}", at / size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(from: u64, to: u64, labels: &[&str]) {
        let ticks = ticks(from, to, 5);
        let found: Vec<_> = ticks.iter().map(|tick| &tick.label[..]).collect();
        assert_eq!(found, labels, "{from}-{to}");
    }

    #[test]
    fn ticks_are_round_and_few() {
        check(0, 0, &["0"]);
        check(0, 3, &["0", "1 ns", "2 ns", "3 ns"]);
        check(0, 47_300_000, &["0", "10 ms", "20 ms", "30 ms", "40 ms"]);
        check(
            0,
            1_000_000_000,
            &["0", "200 ms", "400 ms", "600 ms", "800 ms", "1 s"],
        );
        check(0, 180_000_000_000, &["0", "1 m", "2 m", "3 m"]);
        check(
            12_340_000,
            12_345_000,
            &[
                "12.34 ms",
                "12.341 ms",
                "12.342 ms",
                "12.343 ms",
                "12.344 ms",
                "12.345 ms",
            ],
        );
        check(u64::MAX - 3, u64::MAX, &["213503 d 23 h"; 4]);
        check(9, 3, &[]);
        assert!(ticks(0, u64::MAX, 5).len() <= 6);
    }
}
