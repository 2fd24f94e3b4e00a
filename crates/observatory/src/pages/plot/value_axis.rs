//! The axis of values at a chart's left: where its ticks are, what they say.

use maud::{Markup, html};

use super::{Unit, unit::amount};
use crate::pages::minimap::number;

/// From the lowest tick to the highest; always with zero.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ValueAxis {
    low: f64,
    high: f64,
    /// Ascending, with what stands beside each.
    ticks: Vec<(f64, String)>,
}

/// Round numbers, equally far apart.
struct Rounds {
    /// From one to the next, in units of `by`.
    step: f64,
    by: f64,
    suffix: &'static str,
}

impl Rounds {
    /// About `most` of them from `low` to `high`, which are finite.
    fn between(low: f64, high: f64, unit: Unit, most: u32) -> Self {
        let (by, suffix) = unit.scale(high.abs().max(low.abs()));
        let length = high / by - low / by;
        let is_whole = unit == Unit::Count && by == 1.0;
        let step = if length > 0.0 && length.is_finite() {
            round_step(length / f64::from(most.max(1)), is_whole)
        } else {
            1.0
        };
        Self { step, by, suffix }
    }

    /// How many steps a value is from zero.
    fn place(&self, value: f64) -> f64 {
        value / self.by / self.step
    }

    /// The number so many steps from zero.
    fn value(&self, place: f64) -> f64 {
        place * self.step * self.by
    }

    /// That number with its unit.
    fn label(&self, place: f64) -> String {
        let value = place * self.step;
        let decimals = (-self.step.log10().floor()).clamp(0.0, 9.0) as usize;
        match value {
            0.0 => "0".to_owned(),
            _ if value.abs() >= 1e6 || self.step < 1e-6 => {
                format!("{}{}", amount(value), self.suffix)
            }
            _ => format!("{value:.decimals$}{}", self.suffix),
        }
    }

    /// All from one place to another.
    fn ticks(&self, first: f64, last: f64) -> Vec<(f64, String)> {
        let places = (0..=(last - first) as usize).map(|at| first + at as f64);
        places
            .map(|place| (self.value(place), self.label(place)))
            .collect()
    }
}

/// What is not finite has no place on an axis; these bounds keep its length finite.
fn bounded(value: f64) -> f64 {
    if value.is_nan() {
        0.0
    } else {
        value.clamp(-4e307, 4e307)
    }
}

/// The round numbers from `low` to `high`, about `most`, with what stands beside each.
pub(crate) fn round_values(low: f64, high: f64, unit: Unit, most: u32) -> Vec<(f64, String)> {
    let (low, high) = (bounded(low), bounded(high));
    let rounds = Rounds::between(low, high, unit, most);
    let (first, last) = (rounds.place(low).ceil(), rounds.place(high).floor());
    if last < first {
        Vec::new()
    } else {
        rounds.ticks(first, last)
    }
}

impl ValueAxis {
    /// An axis for values from `lowest` to `highest`, with about `most` steps between round numbers.
    pub(crate) fn over(lowest: f64, highest: f64, unit: Unit, most: u32) -> Self {
        let (lowest, highest) = (bounded(lowest).min(0.0), bounded(highest).max(0.0));
        let rounds = Rounds::between(lowest, highest, unit, most);
        let (first, last) = (rounds.place(lowest).floor(), rounds.place(highest).ceil());
        // Zero alone still has something above it.
        let last = if last <= first { first + 1.0 } else { last };
        Self {
            low: rounds.value(first),
            high: rounds.value(last),
            ticks: rounds.ticks(first, last),
        }
    }

    /// Pixels from the top of a plot of this height.
    pub(crate) fn y(&self, value: f64, height: f64) -> f64 {
        let share = (value / self.length() - self.low / self.length()).clamp(0.0, 1.0);
        height + 1.0 - share * height
    }

    fn length(&self) -> f64 {
        self.high - self.low
    }

    /// The ticks' texts, left of a plot of this height.
    pub(crate) fn labels(&self, height: f64) -> Markup {
        html! {
            svg.scale width="100%" height=(height + 2.0) aria-hidden="true" {
                @for (value, label) in &self.ticks {
                    text x="100%" y=(number((self.y(*value, height) + 3.5).clamp(10.0, height))) { (label) }
                }
            }
        }
    }

    /// Lines behind a plot of this height, one at each tick but the lowest; zero is drawn firmly.
    pub(crate) fn rules(&self, height: f64) -> Markup {
        html! {
            @for (at, (value, _)) in self.ticks.iter().enumerate().filter(|(at, (value, _))| *at > 0 || *value == 0.0) {
                @let y = number(self.y(*value, height) + if at == 0 { 0.5 } else { 0.0 });
                line .rule[*value != 0.0] .ground[*value == 0.0] x1="0" x2="100%" y1=(y) y2=(y) {}
            }
        }
    }
}

/// The smallest of 1, 2, 5, 10, … that is not less.
fn round_step(least: f64, is_whole: bool) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let round = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|round| *round >= least * 0.999_999_999);
    let round = round.unwrap_or(least);
    if is_whole { round.max(1.0) } else { round }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Unit = Unit::Time(1_000_000);

    #[track_caller]
    fn check(unit: Unit, lowest: f64, highest: f64, labels: &[&str]) {
        let axis = ValueAxis::over(lowest, highest, unit, 4);
        let found: Vec<&str> = axis.ticks.iter().map(|(_, label)| &label[..]).collect();
        assert_eq!(found, labels, "{lowest} to {highest}");
        for value in [lowest, highest, 0.0, f64::MAX, f64::MIN] {
            let y = axis.y(value, 100.0);
            assert!((1.0..=101.0).contains(&y), "{value}: {y}");
        }
    }

    #[test]
    fn ticks_are_round_and_have_their_unit() {
        check(
            MS,
            3.0,
            380.0,
            &["0", "100 ms", "200 ms", "300 ms", "400 ms"],
        );
        check(MS, 0.0, 0.9, &["0", "500 µs", "1000 µs"]);
        check(MS, 0.0, 1_500.0, &["0", "0.5 s", "1.0 s", "1.5 s"]);
        check(MS, 0.0, 90_000.0, &["0", "50 s", "100 s"]);
        check(
            MS,
            0.0,
            240_000.0,
            &["0", "1 min", "2 min", "3 min", "4 min"],
        );
        check(Unit::Count, 0.0, 3.0, &["0", "1", "2", "3"]);
        check(Unit::Count, 0.0, 0.0, &["0", "1"]);
        check(Unit::Count, 0.0, 12_000.0, &["0", "5k", "10k", "15k"]);
        check(Unit::Plain, 0.0, 0.7, &["0", "0.2", "0.4", "0.6", "0.8"]);
        check(Unit::Plain, -3.0, -1.0, &["-3", "-2", "-1", "0"]);
        check(Unit::Plain, -40.0, 55.0, &["-50", "0", "50", "100"]);
    }

    #[test]
    fn no_number_is_too_large_or_too_small() {
        check(Unit::Plain, 0.0, 1e-30, &["0", "5e-31", "1e-30"]);
        for (lowest, highest) in [
            (f64::MIN, f64::MAX),
            (f64::NAN, f64::INFINITY),
            (0.0, f64::MIN_POSITIVE),
            (0.0, 5e-324),
            (1e300, 1e301),
        ] {
            let axis = ValueAxis::over(lowest, highest, MS, 4);
            assert!((2..=10).contains(&axis.ticks.len()), "{axis:?}");
            assert!(
                axis.ticks.iter().all(|(value, _)| value.is_finite()),
                "{axis:?}"
            );
            assert!(axis.length() > 0.0 && axis.length().is_finite(), "{axis:?}");
            assert!(axis.y(highest, 100.0).is_finite());
        }
    }
}
