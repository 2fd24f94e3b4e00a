//! The bands that a heatmap divides values into: round edges, linear or logarithmic.

use crate::Scale;

/// As many bands as there are at most, but for one or two more at the ends.
const MOST_BANDS: f64 = 50.0;
/// Values that span more than this ratio are divided by ratios.
const LOGARITHMIC_FROM: f64 = 100.0;
/// Decades that ratios divide; what is less is in one band with zero.
const MOST_DECADES: i32 = 8;

/// Bands of values, of which the lowest holds the least and the highest the greatest.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bands {
    scale: Scale,
    /// Ascending, each once; at least two if there is a band.
    edges: Vec<f64>,
    finder: Finder,
}

/// Guesses a value's band in constant time; the edges have the last word.
#[derive(Clone, Debug, PartialEq)]
enum Finder {
    /// The bands of equal steps: how many of them from the first edge on make 1.
    Steps(f64),
    /// The band of the least value with the same upper bits, from the value with the bits `first` on.
    Bits { first: u64, bands: Vec<u16> },
}

/// Bits of a positive float that are left out in [`Finder::Bits`]: 64 parts remain of each power of two.
const LOWER_BITS: u32 = 46;

impl Bands {
    /// For these values, all finite; without any there is no band.
    pub(super) fn of(values: &[f64]) -> Bands {
        let (mut least, mut least_above_zero, mut greatest) =
            (f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY);
        let mut whole = true;
        for &value in values {
            least = least.min(value);
            greatest = greatest.max(value);
            whole &= value.trunc() == value;
            if value > 0.0 {
                least_above_zero = least_above_zero.min(value);
            }
        }
        if least > greatest {
            Bands {
                scale: Scale::Linear,
                edges: Vec::new(),
                finder: Finder::Steps(0.0),
            }
        } else if least >= 0.0 && greatest / least_above_zero > LOGARITHMIC_FROM {
            Bands::logarithmic(least, least_above_zero, greatest)
        } else {
            Bands::linear(least, greatest, whole)
        }
    }

    pub(super) fn scale(&self) -> Scale {
        self.scale
    }

    pub(super) fn count(&self) -> usize {
        self.edges.len().saturating_sub(1)
    }

    pub(super) fn into_edges(self) -> Vec<f64> {
        self.edges
    }

    /// The band of one of the values.
    pub(super) fn at(&self, value: f64) -> usize {
        let last = self.edges.len() - 2;
        let mut band = match &self.finder {
            Finder::Steps(to_one) => ((value - self.edges[0]) * to_one) as usize,
            Finder::Bits { first, bands } => {
                let place = (value.to_bits() >> LOWER_BITS).saturating_sub(*first) as usize;
                bands[place.min(bands.len() - 1)].into()
            }
        };
        band = band.min(last);
        while band > 0 && value < self.edges[band] {
            band -= 1;
        }
        while band < last && value >= self.edges[band + 1] {
            band += 1;
        }
        band
    }

    fn linear(least: f64, greatest: f64, whole: bool) -> Bands {
        // Halves, so that no difference is too large for a float.
        let half = greatest / 2.0 - least / 2.0;
        // All the same: bands of a hundredth of it.
        let span = if half > 0.0 {
            half / (MOST_BANDS / 2.0)
        } else {
            least.abs() / MOST_BANDS
        };
        let step = Step::at_least(if whole { span.max(1.0) } else { span });
        let mut first = (least / step.as_float()).floor();
        if step.times(first + 1.0) <= least {
            first += 1.0;
        }
        let last = greatest / step.as_float();
        // A whole number has a band of its own where there is room, also the greatest.
        let last = if whole {
            last.floor() + 1.0
        } else {
            last.ceil().max(first + 1.0)
        };
        let mut edges: Vec<f64> = Vec::new();
        let mut number = first;
        // Beyond 2^53 a number and the next may be the same.
        while number <= last && edges.len() <= 2 * MOST_BANDS as usize {
            edges.push(step.times(number));
            number += 1.0;
        }
        let edges = covering(edges, least, greatest);
        let to_one = 1.0 / step.as_float();
        Bands {
            scale: Scale::Linear,
            finder: Finder::Steps(if to_one.is_finite() { to_one } else { 0.0 }),
            edges,
        }
    }

    fn logarithmic(least: f64, least_above_zero: f64, greatest: f64) -> Bands {
        let top = greatest.log10().ceil() as i32;
        let bottom = (least_above_zero.log10().floor() as i32).max(top - MOST_DECADES);
        let decades = f64::from(top - bottom);
        let parts = [20, 10, 5]
            .into_iter()
            .find(|parts| f64::from(*parts) * decades <= MOST_BANDS);
        let parts = parts.unwrap_or(5);
        let edge = |number: i32| {
            let (power, part) = (number.div_euclid(parts), number.rem_euclid(parts));
            match part {
                // Exactly: powers of ten are where one looks.
                0 => format!("1e{power}").parse().unwrap_or(f64::MAX),
                part => 10_f64.powf(f64::from(power) + f64::from(part) / f64::from(parts)),
            }
        };
        let mut edges: Vec<f64> = (bottom * parts..=top * parts + 1).map(edge).collect();
        // Only as far as there are values.
        let above = edges.partition_point(|edge| *edge <= greatest);
        edges.truncate(above + 1);
        let below = edges.partition_point(|edge| *edge <= least_above_zero);
        edges.drain(..below.saturating_sub(1));
        if least < edges[0] {
            edges.insert(0, 0.0);
        }
        let edges = covering(edges, least, greatest);
        let first = edges
            .iter()
            .find(|edge| **edge > 0.0)
            .copied()
            .unwrap_or(1.0);
        let first = first.to_bits() >> LOWER_BITS;
        let last = greatest.to_bits() >> LOWER_BITS;
        let band = |bits: u64| {
            let value = f64::from_bits(bits << LOWER_BITS);
            edges
                .partition_point(|edge| *edge <= value)
                .saturating_sub(1) as u16
        };
        Bands {
            scale: Scale::Logarithmic,
            finder: Finder::Bits {
                first,
                bands: (first..=last).map(band).collect(),
            },
            edges,
        }
    }
}

/// Ascending edges, each once, from the least to the greatest value at least.
fn covering(mut edges: Vec<f64>, least: f64, greatest: f64) -> Vec<f64> {
    for edge in &mut edges {
        *edge = edge.clamp(f64::MIN, f64::MAX);
    }
    edges.dedup();
    if edges.first().is_none_or(|edge| *edge > least) {
        edges.insert(0, least);
    }
    // The last band holds its upper edge too.
    if edges.last().is_none_or(|edge| *edge < greatest) {
        edges.push(greatest);
    }
    if edges.len() < 2 {
        edges.push(greatest);
    }
    edges
}

/// 1, 2 or 5 times a power of ten.
#[derive(Clone, Copy, Debug)]
struct Step {
    digit: f64,
    power: i32,
}

impl Step {
    /// The least that is not less; 1 for 0.
    fn at_least(least: f64) -> Step {
        if least < f64::MIN_POSITIVE {
            return Step {
                digit: 1.0,
                power: 0,
            };
        }
        let power = least.log10().floor() as i32;
        let found = [power, power + 1]
            .into_iter()
            .flat_map(|power| [1.0, 2.0, 5.0].map(|digit| Step { digit, power }))
            .find(|step| step.as_float() >= least);
        found.unwrap_or(Step {
            digit: 5.0,
            power: power + 1,
        })
    }

    fn as_float(self) -> f64 {
        self.times(1.0)
    }

    /// So many steps, as the decimal number that it is and not as a sum of rounded ones.
    fn times(self, number: f64) -> f64 {
        match self.power {
            0.. => number * self.digit * 10_f64.powi(self.power),
            // Ten to this power is exact, hence one rounding.
            -22..0 => number * self.digit / 10_f64.powi(-self.power),
            _ => number * (self.digit * 10_f64.powi(self.power)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(values: &[f64], scale: Scale, first: &[f64], last: f64, count: usize) {
        let bands = Bands::of(values);
        assert_eq!(bands.scale, scale, "{values:?}");
        assert_eq!(&bands.edges[..first.len()], first, "{values:?}");
        assert_eq!(bands.edges.last(), Some(&last), "{values:?}");
        assert_eq!(bands.count(), count, "{values:?}");
    }

    #[test]
    fn edges_are_round() {
        let linear = Scale::Linear;
        check(&[1.5, 100.0], linear, &[0.0, 2.0, 4.0], 100.0, 50);
        check(&[0.3, 3.9], linear, &[0.3, 0.4, 0.5, 0.6, 0.7], 3.9, 36);
        check(&[-0.5, 0.5], linear, &[-0.5, -0.48, -0.46], 0.5, 50);
        check(&[200.5, 200.5], linear, &[200.0], 205.0, 1);
        check(&[-0.7], linear, &[-0.7], -0.68, 1);
        check(&[0.5], linear, &[0.5], 0.51, 1);
    }

    #[test]
    fn whole_numbers_have_bands_of_their_own_where_there_is_room() {
        let linear = Scale::Linear;
        check(&[0.0, 9.0], linear, &[0.0, 1.0, 2.0], 10.0, 10);
        check(&[0.0, 100.0], linear, &[0.0, 2.0, 4.0], 102.0, 51);
        check(&[200.0, 404.0, 500.0], linear, &[200.0, 210.0], 510.0, 31);
        check(&[0.0], linear, &[0.0], 1.0, 1);
    }

    #[test]
    fn ratios_are_for_what_spans_more_than_two_orders_of_magnitude() {
        let log = Scale::Logarithmic;
        check(&[1.0, 100.0], Scale::Linear, &[0.0, 2.0], 102.0, 51);
        check(&[1.0, 101.0], log, &[1.0], 10_f64.powf(2.1), 21);
        check(&[0.0, 0.1, 1000.0], log, &[0.0, 0.1], 10_f64.powf(3.1), 42);
        check(
            &[-1.0, 1000.0],
            Scale::Linear,
            &[-50.0, 0.0, 50.0],
            1050.0,
            22,
        );
    }

    #[test]
    fn what_is_tiny_is_in_one_band_with_zero() {
        let bands = Bands::of(&[1e-12, 1.0, 1e3]);
        assert_eq!(bands.edges[..2], [0.0, 1e-5]);
        assert_eq!(bands.at(1e-12), 0);
        assert!(bands.count() <= 52, "{}", bands.count());
    }

    #[test]
    fn without_values_there_is_no_band() {
        assert_eq!(Bands::of(&[]).count(), 0);
    }

    fn value() -> impl Strategy<Value = f64> {
        prop_oneof![
            (0_u32..4000).prop_map(|number| f64::from(number) / 8.0),
            (-40_i32..40).prop_map(f64::from),
            any::<f64>().prop_filter("finite", |value| value.is_finite()),
            (-320_i32..308).prop_map(|power| 10_f64.powi(power)),
        ]
    }

    proptest! {
        #[test]
        fn every_value_is_in_the_band_between_whose_edges_it_is(values in prop::collection::vec(value(), 1..40)) {
            let bands = Bands::of(&values);
            prop_assert!(bands.edges.is_sorted_by(|a, b| a < b) || bands.edges.len() == 2, "{:?}", bands.edges);
            prop_assert!(bands.edges.iter().all(|edge| edge.is_finite()));
            prop_assert!(bands.count() <= 2 * MOST_BANDS as usize + 2, "{}", bands.count());
            for value in values {
                let band = bands.at(value);
                prop_assert!(bands.edges[band] <= value, "{} {:?}", value, bands.edges);
                let is_last = band + 1 == bands.count();
                prop_assert!(value < bands.edges[band + 1] || is_last && value <= bands.edges[band + 1], "{} {:?}", value, bands.edges);
            }
        }
    }
}
