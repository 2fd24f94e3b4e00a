//! Where a value is on a heatmap's vertical axis, whose bands are equally high whatever values they hold; where its ticks are.

use span_columns::{Heatmap, Scale};

use crate::pages::plot::{Unit, round_values};

/// Pixels between two ticks, at least.
const LEAST_GAP: f64 = 24.0;
/// Ticks of a length of time on a logarithmic scale, in nanoseconds: powers of ten, then what clocks count by.
const TIMES: [f64; 18] = [
    1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 6e10, 6e11, 3.6e12, 3.6e13, 8.64e13,
    8.64e14, 8.64e15,
];

/// The bands of a heatmap that has some.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bands<'a> {
    edges: &'a [f64],
    scale: Scale,
}

impl<'a> Bands<'a> {
    /// Of a heatmap; `None` if it has no band.
    pub(super) fn of(heatmap: &'a Heatmap) -> Option<Self> {
        (heatmap.edges.len() > 1).then_some(Self {
            edges: &heatmap.edges,
            scale: heatmap.scale,
        })
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.edges.len() - 1
    }

    /// The least and the greatest value.
    pub(super) fn ends(&self) -> (f64, f64) {
        (self.edges[0], self.edges[self.len()])
    }

    /// How far up a value is: 0 at the lowest edge and below, 1 at the highest and above.
    pub(super) fn share(&self, value: f64) -> f64 {
        let above = self.edges.partition_point(|edge| *edge <= value);
        if above == 0 {
            return 0.0;
        }
        if above > self.len() {
            return 1.0;
        }
        let (low, high) = (self.edges[above - 1], self.edges[above]);
        // Halves, so that no difference is too large for a float.
        let within = (value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0);
        ((above - 1) as f64 + within.clamp(0.0, 1.0)) / self.len() as f64
    }

    /// Round values, as far apart as texts need on so many pixels, with what stands beside them.
    pub(super) fn ticks(&self, unit: Unit, height: f64) -> Vec<(f64, String)> {
        let (low, high) = self.ends();
        let most = (height / LEAST_GAP / 1.5).max(1.0) as u32;
        let ticks = match self.scale {
            Scale::Linear => round_values(low, high, unit, most),
            Scale::Logarithmic => self.powers(unit, height),
        };
        if ticks.len() > 1 {
            return ticks;
        }
        // Too narrow for two round values: the ends are told as they are.
        let mut ends = vec![(low, unit.short(low))];
        if high > low {
            ends.push((high, unit.short(high)));
        }
        ends
    }

    fn powers(&self, unit: Unit, height: f64) -> Vec<(f64, String)> {
        let (low, high) = self.ends();
        let sets: [&[f64]; 3] = [&[1.0, 2.0, 5.0], &[1.0, 3.0], &[1.0]];
        let of_set = |factors: &[f64]| -> Vec<f64> {
            let powers: Vec<f64> = match unit {
                Unit::Time(nanoseconds) => {
                    TIMES.iter().map(|time| time / nanoseconds as f64).collect()
                }
                // Read, because a power that is multiplied up is not round.
                _ => (-300..=300)
                    .filter_map(|power| format!("1e{power}").parse().ok())
                    .collect(),
            };
            let values = powers
                .iter()
                .zip(powers.iter().skip(1).chain([&f64::INFINITY]));
            values
                .flat_map(|(power, next)| {
                    factors
                        .iter()
                        .map(move |factor| factor * power)
                        .filter(move |value| value < next)
                })
                .filter(|value| (low..=high).contains(value))
                .collect()
        };
        let gap = |values: &[f64]| {
            let gaps = values
                .windows(2)
                .map(|pair| (self.share(pair[1]) - self.share(pair[0])) * height);
            gaps.fold(f64::INFINITY, f64::min)
        };
        let roomy = sets
            .iter()
            .map(|set| of_set(set))
            .find(|values| gap(values) >= LEAST_GAP);
        let values = roomy.unwrap_or_else(|| {
            let powers = of_set(&[1.0]);
            let every = (LEAST_GAP / gap(&powers).max(0.1)).ceil() as usize;
            powers.into_iter().step_by(every.max(1)).collect()
        });
        values
            .into_iter()
            .map(|value| (value, unit.short(value)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Unit = Unit::Time(1_000_000);

    fn logarithmic(low: f64, high: f64, count: u32) -> Vec<f64> {
        (0..=count)
            .map(|at| low * (high / low).powf(f64::from(at) / f64::from(count)))
            .collect()
    }

    #[track_caller]
    fn check(edges: &[f64], scale: Scale, unit: Unit, labels: &[&str]) {
        let bands = Bands { edges, scale };
        let ticks = bands.ticks(unit, 240.0);
        let found: Vec<&str> = ticks.iter().map(|(_, label)| &label[..]).collect();
        assert_eq!(found, labels, "{edges:?}");
    }

    #[test]
    fn ticks_are_round_on_both_scales() {
        let (linear, log) = (Scale::Linear, Scale::Logarithmic);
        check(
            &[0.0, 50.0, 100.0],
            linear,
            Unit::Plain,
            &["0", "20", "40", "60", "80", "100"],
        );
        check(
            &[-3.0, 0.0, 3.0],
            linear,
            Unit::Plain,
            &["-3", "-2", "-1", "0", "1", "2", "3"],
        );
        check(&[5.0, 5.0], linear, MS, &["5 ms"]);
        check(
            &[5.0, 5.0001],
            linear,
            Unit::Plain,
            &["5.00000", "5.00002", "5.00004", "5.00006", "5.00008"],
        );
        check(
            &logarithmic(0.5, 5_000.0, 40),
            log,
            MS,
            &[
                "1 ms", "3 ms", "10 ms", "30 ms", "100 ms", "300 ms", "1 s", "3 s",
            ],
        );
        check(
            &logarithmic(8.0, 900.0, 40),
            log,
            MS,
            &["10 ms", "20 ms", "50 ms", "100 ms", "200 ms", "500 ms"],
        );
        check(
            &logarithmic(1.0, 1e12, 40),
            log,
            Unit::Plain,
            &["1", "100", "10k", "1M", "100M", "10G", "1T"],
        );
        check(
            &logarithmic(1e9, 1e11, 40),
            log,
            MS,
            &["20 d", "50 d", "100 d", "200 d", "500 d"],
        );
    }

    #[test]
    fn a_value_is_in_its_band() {
        let edges = [1.0, 10.0, 100.0];
        let bands = Bands {
            edges: &edges,
            scale: Scale::Logarithmic,
        };
        for (value, share) in [
            (-1.0, 0.0),
            (1.0, 0.0),
            (5.5, 0.25),
            (10.0, 0.5),
            (100.0, 1.0),
            (f64::MAX, 1.0),
            (f64::NAN, 0.0),
        ] {
            assert!(
                (bands.share(value) - share).abs() < 1e-9,
                "{value}: {}",
                bands.share(value)
            );
        }
        let edges = [f64::MIN, 0.0, f64::MAX];
        let bands = Bands {
            edges: &edges,
            scale: Scale::Linear,
        };
        assert!((bands.share(f64::MAX / 2.0) - 0.75).abs() < 1e-9);
        let point = Bands {
            edges: &[5.0, 5.0],
            scale: Scale::Linear,
        };
        assert!(point.share(5.0).is_finite());
    }
}
