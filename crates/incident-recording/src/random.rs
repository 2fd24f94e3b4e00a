//! Numbers that look random and are the same on every machine: whole numbers by SplitMix64, the rest by
//! additions and multiplications alone, since `exp` and `ln` of the standard library may differ in the last bit.

/// Where the sequence is.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// The sequence of this seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A sequence of its own for something that happens at this moment: whatever else happens changes nothing in it.
    pub(crate) fn fork(&self, at: u64) -> Self {
        let mut fork = Self(self.0 ^ at.wrapping_mul(0xd6e8_feb8_6659_fd93));
        Self(fork.bits())
    }

    /// Any number.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// Below 1, and not below 0.
    pub(crate) fn share(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// From `low` to below `high`.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + (self.share() * (high - low) as f64) as u64
    }

    /// Whether something of this probability happens.
    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        self.share() < probability
    }

    /// One of them.
    pub(crate) fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.between(0, of.len() as u64) as usize]
    }

    /// A duration in nanoseconds, log-normal: half are below `median` milliseconds, few are much longer.
    /// Two thirds are within a factor of `exp(sigma)`.
    pub(crate) fn latency(&mut self, median: f64, sigma: f64) -> u64 {
        // The sum of six is near enough to a normal distribution of variance 1/2.
        let sum = (0..6).map(|_| self.share()).sum::<f64>() - 3.0;
        (median * 1e6 * exp(sigma * sum * std::f64::consts::SQRT_2)) as u64
    }
}

/// e to the power of `x`, for an `x` from -20 to 20.
fn exp(x: f64) -> f64 {
    // Halved six times, the series is exact to the last bits after ten terms; then squared six times.
    let small = x / 64.0;
    let mut term = 1.0;
    let mut sum = 1.0;
    for n in 1..=10 {
        term *= small / f64::from(n);
        sum += term;
    }
    (0..6).fold(sum, |power, _| power * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_power_is_that_of_the_standard_library() {
        for step in -40..=40 {
            let x = f64::from(step) / 8.0;
            let ratio = exp(x) / x.exp();
            assert!((ratio - 1.0).abs() < 1e-12, "exp({x}) is off by {ratio}");
        }
    }

    #[test]
    fn half_of_the_latencies_are_below_the_median_and_two_thirds_within_a_factor() {
        let mut random = Random::new(1);
        let latencies: Vec<f64> = (0..20_000)
            .map(|_| random.latency(10.0, 0.5) as f64 / 1e6)
            .collect();
        let share = |holds: &dyn Fn(f64) -> bool| {
            latencies.iter().filter(|ms| holds(**ms)).count() as f64 / 20_000.0
        };
        let below = share(&|ms| ms < 10.0);
        assert!((below - 0.5).abs() < 0.02, "{below} are below the median");
        let within = share(&|ms| (6.065..16.487).contains(&ms));
        assert!(
            (within - 0.683).abs() < 0.02,
            "{within} are within the factor"
        );
    }
}
