//! Numbers counted in narrow bins with round edges, whatever numbers come: ranges are made of them once all have come.

use std::sync::LazyLock;

use span_query::Value;

use super::{Counts, INSIDE, OUTSIDE};

/// Powers of ten between which numbers are told apart by size; beyond them only by sign.
const LEAST_POWER: i32 = -9;
const GREATEST_POWER: i32 = 15;
/// Edges of a decade: 1, 1.1, 1.2, … 9.9.
const OF_DECADE: usize = 90;
/// As many edges as there are.
const EDGES: usize = (GREATEST_POWER - LEAST_POWER) as usize * OF_DECADE + 1;
/// The bin from 0 to the first edge. Above it there is one for each edge.
const ZERO: usize = EDGES + 1;
const BINS: usize = ZERO + EDGES + 1;
/// Bits of a float that are left out to look its bin up: 64 parts remain of each power of two.
const LOWER_BITS: u32 = 46;

static SCALE: LazyLock<Scale> = LazyLock::new(Scale::new);

/// The edges above zero; those below are the same with the other sign.
struct Scale {
    edges: Vec<f64>,
    /// How many edges are not above the least number with these upper bits, from those of the first edge on.
    not_above: Vec<u16>,
    first_bits: u64,
}

impl Scale {
    fn new() -> Scale {
        let edge = |number: usize| {
            let tenths = (10 + number % OF_DECADE) as f64;
            // One rounding, so that the edge is the decimal number.
            match LEAST_POWER + (number / OF_DECADE) as i32 - 1 {
                power @ 0.. => tenths * 10_f64.powi(power),
                power => tenths / 10_f64.powi(-power),
            }
        };
        let edges: Vec<f64> = (0..EDGES).map(edge).collect();
        let bits = |edge: f64| edge.to_bits() >> LOWER_BITS;
        let (first_bits, last_bits) = (bits(edges[0]), bits(edges[EDGES - 1]));
        let not_above = |bits: u64| {
            let least = f64::from_bits(bits << LOWER_BITS);
            edges.partition_point(|edge| *edge <= least) as u16
        };
        Scale {
            not_above: (first_bits..=last_bits).map(not_above).collect(),
            first_bits,
            edges,
        }
    }

    /// How many edges are at most `size`, or if `strictly` less.
    fn below(&self, size: f64, strictly: bool) -> usize {
        let place = (size.to_bits() >> LOWER_BITS).saturating_sub(self.first_bits) as usize;
        let guess = self
            .not_above
            .get(place)
            .map_or(EDGES, |count| usize::from(*count));
        let passed = |edge: f64| if strictly { edge < size } else { edge <= size };
        let mut count = guess;
        while count > 0 && !passed(self.edges[count - 1]) {
            count -= 1;
        }
        while count < EDGES && passed(self.edges[count]) {
            count += 1;
        }
        count
    }

    /// The bin of a number: it holds its lower edge.
    fn bin(&self, number: f64) -> usize {
        if number >= 0.0 {
            ZERO + self.below(number, false)
        } else {
            ZERO - 1 - self.below(-number, true)
        }
    }

    /// The lower edge of a bin; `None` for that of the greatest negative sizes.
    fn lower(&self, bin: usize) -> Option<f64> {
        match bin.checked_sub(ZERO) {
            Some(0) => Some(0.0),
            Some(above) => Some(self.edges[above - 1]),
            None => self.edges.get(ZERO - 1 - bin).map(|edge| -edge),
        }
    }
}

/// Counts of a column's numbers.
#[derive(Debug)]
pub(super) struct Bins {
    counts: Vec<Counts>,
    least: f64,
    greatest: f64,
}

/// From one edge to the next, which it does not hold unless it is the last one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Range {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) counts: Counts,
}

impl Bins {
    pub(super) fn new() -> Bins {
        Bins {
            counts: vec![Counts::default(); BINS],
            least: f64::INFINITY,
            greatest: f64::NEG_INFINITY,
        }
    }

    /// Of these numbers; what is no number is passed over.
    pub(super) fn of(numbers: &[(Value, Counts)]) -> Bins {
        let mut bins = Bins::new();
        for (number, counts) in numbers {
            match number {
                Value::Int(int) => bins.add(*int as f64, *counts),
                Value::Float(float) => bins.add(*float, *counts),
                _ => {}
            }
        }
        bins
    }

    /// All of them.
    pub(super) fn total(&self) -> Counts {
        [INSIDE, OUTSIDE].map(|side| self.counts.iter().map(|counts| counts[side]).sum())
    }

    /// Counts a number of which there are so many.
    pub(super) fn add(&mut self, number: f64, counts: Counts) {
        self.least = self.least.min(number);
        self.greatest = self.greatest.max(number);
        let bin = &mut self.counts[SCALE.bin(number)];
        bin[INSIDE] += counts[INSIDE];
        bin[OUTSIDE] += counts[OUTSIDE];
    }

    /// Ranges from the least to the greatest number, about as many as `most`, and as even as round edges allow: the
    /// shares of both sides count alike, so that a small box is not lost in one range.
    pub(super) fn ranges(&self, most: usize) -> Vec<Range> {
        let totals = self.total().map(|total| total.max(1) as f64);
        let share = |counts: &Counts| {
            counts[INSIDE] as f64 / totals[INSIDE] + counts[OUTSIDE] as f64 / totals[OUTSIDE]
        };
        let all: f64 = self.counts.iter().map(share).sum();
        let mut ranges: Vec<Range> = Vec::new();
        let (mut before, mut begun_at) = (0.0, f64::NEG_INFINITY);
        let filled = self.counts.iter().enumerate();
        for (bin, counts) in filled.filter(|(_, counts)| **counts != Counts::default()) {
            let from = SCALE
                .lower(bin)
                .map_or(self.least, |lower| lower.max(self.least));
            match ranges.last_mut() {
                Some(range) if before - begun_at < all / most as f64 => {
                    range.counts[INSIDE] += counts[INSIDE];
                    range.counts[OUTSIDE] += counts[OUTSIDE];
                }
                last => {
                    if let Some(range) = last {
                        range.to = from;
                    }
                    ranges.push(Range {
                        from,
                        to: self.greatest,
                        counts: *counts,
                    });
                    begun_at = before;
                }
            }
            before += share(counts);
        }
        ranges
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number() -> impl Strategy<Value = f64> {
        prop_oneof![
            any::<f64>().prop_filter("finite", |number| number.is_finite()),
            (-100_i32..100).prop_map(|number| f64::from(number) / 8.0),
            (-12_i32..18, 10_i32..100)
                .prop_map(|(power, tenths)| f64::from(tenths) * 10_f64.powi(power)),
        ]
    }

    proptest! {
        #[test]
        fn every_number_is_in_the_bin_between_whose_edges_it_is(number in number()) {
            let bin = SCALE.bin(number);
            prop_assert!(SCALE.lower(bin).is_none_or(|lower| lower <= number));
            prop_assert!(bin + 1 == BINS || SCALE.lower(bin + 1).is_some_and(|upper| number < upper));
        }

        #[test]
        fn ranges_hold_what_is_between_their_edges(
            numbers in prop::collection::vec((number(), 0_usize..2, 1_u64..4), 1..80), most in 1_usize..20,
        ) {
            let mut bins = Bins::new();
            for (number, side, count) in &numbers {
                let mut counts = Counts::default();
                counts[*side] = *count;
                bins.add(*number, counts);
            }
            let ranges = bins.ranges(most);
            prop_assert!(ranges.len() <= most + 1);
            for (place, range) in ranges.iter().enumerate() {
                let is_last = place + 1 == ranges.len();
                let is_in = |number: f64| range.from <= number && (number < range.to || is_last && number == range.to);
                for side in [INSIDE, OUTSIDE] {
                    let found = numbers.iter().filter(|(number, of, _)| *of == side && is_in(*number));
                    prop_assert_eq!(found.map(|(_, _, count)| *count).sum::<u64>(), range.counts[side]);
                }
            }
        }
    }

    #[test]
    fn edges_are_decimal_numbers() {
        assert_eq!(SCALE.lower(SCALE.bin(123.4)), Some(120.0));
        assert_eq!(SCALE.lower(SCALE.bin(0.37)), Some(0.37));
        assert_eq!(SCALE.lower(SCALE.bin(0.0)), Some(0.0));
        assert_eq!(SCALE.lower(SCALE.bin(-0.0)), Some(0.0));
        assert_eq!(SCALE.lower(SCALE.bin(-123.4)), Some(-130.0));
        assert_eq!(SCALE.lower(SCALE.bin(-130.0)), Some(-130.0));
    }
}
