//! Counts different values: exactly while they are few, then by HyperLogLog.

use std::collections::{BTreeSet, hash_map::DefaultHasher};
use std::hash::{Hash as _, Hasher as _};

use super::super::value::Value;

/// As many different values of a group are counted exactly.
const EXACT: usize = 4_096;
/// The registers after that: the standard error is 1.04/√4096, which is 1.6 %.
const BITS: u32 = 12;

/// How many different values there were. Values that print alike are the same.
#[derive(Clone)]
pub(in super::super) enum Distinct {
    Hashes(BTreeSet<u64>),
    Registers(Vec<u8>),
}

impl Default for Distinct {
    fn default() -> Self {
        Self::Hashes(BTreeSet::new())
    }
}

impl Distinct {
    /// Tells by how many bytes it has grown.
    pub(super) fn add(&mut self, value: &Value<'_>) -> usize {
        let hash = hash(value);
        match self {
            Self::Registers(registers) => {
                register(registers, hash);
                0
            }
            Self::Hashes(hashes) => {
                let new = hashes.insert(hash);
                if hashes.len() > EXACT {
                    let mut registers = vec![0; 1 << BITS];
                    for hash in &*hashes {
                        register(&mut registers, *hash);
                    }
                    *self = Self::Registers(registers);
                }
                // A tree's nodes are about two thirds full.
                if new { 12 } else { 0 }
            }
        }
    }

    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an estimate"
    )]
    pub(super) fn count(&self) -> u64 {
        match self {
            Self::Hashes(hashes) => hashes.len() as u64,
            Self::Registers(registers) => {
                let size = registers.len() as f64;
                let sum: f64 = registers
                    .iter()
                    .map(|zeros| (-f64::from(*zeros)).exp2())
                    .sum();
                let estimate = 0.7213 / (1.0 + 1.079 / size) * size * size / sum;
                let empty = registers.iter().filter(|zeros| **zeros == 0).count();
                if estimate <= 2.5 * size && empty > 0 {
                    (size * (size / empty as f64).ln()).round() as u64
                } else {
                    estimate.round() as u64
                }
            }
        }
    }
}

fn register(registers: &mut [u8], hash: u64) {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "twelve bits, and at most 53"
    )]
    let (place, zeros) = (
        (hash >> (64 - BITS)) as usize,
        ((hash << BITS).leading_zeros().min(64 - BITS) + 1) as u8,
    );
    registers[place] = registers[place].max(zeros);
}

/// The same in every run: the hasher has no random keys.
fn hash(value: &Value<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.text().hash(&mut hasher);
    hasher.finish()
}
