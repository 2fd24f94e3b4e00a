//! Numbers that look random and are the same each time (SplitMix64).

/// Where the sequence is.
pub(super) struct Random(pub(super) u64);

impl Random {
    /// Any number.
    pub(super) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// Below 1, and not below 0.
    pub(super) fn share(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// One of them.
    pub(super) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[(self.share() * of.len() as f64) as usize]
    }

    /// Whether something of this probability happens.
    pub(super) fn happens(&mut self, probability: f64) -> bool {
        self.share() < probability
    }

    /// A duration around this one, in the same unit: most are near, few are much longer, as latencies are.
    pub(super) fn around(&mut self, typical: f64) -> f64 {
        // The sum of three is near enough to a normal distribution.
        let normal = (self.share() + self.share() + self.share() - 1.5) * 2.0;
        let tail = if self.happens(0.04) { 3.0 } else { 1.0 };
        typical * (normal * 0.45).exp() * tail
    }
}
