//! A Bloom filter per trace over the names and attributes of its spans, so that a search for something rare reads a
//! few bytes of most traces instead of all of their spans.
//!
//! What is written here lies in the database: a change of hash or layout needs a new format of it.

use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};

use crate::text::value_text;

/// Bits for each trait that a filter is made for; with two bits set per trait, about one answer in twenty is a false "maybe".
const BITS_PER_TRAIT: u32 = 8;

/// Smallest and largest size in bytes. A trace that fills the largest is searched span by span.
const MIN_BYTES: usize = 32;
const MAX_BYTES: usize = 8 * 1024;

/// A span's name, or an attribute with its value as text, as a number.
pub type Trait = u32;

/// The trait of having a span of this name.
pub fn name(name: &str) -> Trait {
    hash(&[b"\0name", name.as_bytes()])
}

/// The trait of having this attribute, on a span or its resource.
pub fn attribute(key: &str, text: &str) -> Trait {
    hash(&[key.as_bytes(), text.as_bytes()])
}

/// The trait of an attribute as it was sent.
pub fn of(attribute: &KeyValue) -> Option<Trait> {
    let value = attribute.value.as_ref()?;
    Some(match &value.value {
        Some(Value::StringValue(text)) => self::attribute(&attribute.key, text),
        _ => self::attribute(&attribute.key, &value_text(value)),
    })
}

/// FNV-1a, the parts kept apart by a byte that UTF-8 does not have.
fn hash(parts: &[&[u8]]) -> Trait {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        for byte in part.iter().chain(&[0xff]) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    (hash ^ hash >> 32) as Trait
}

/// The traits of a trace's spans: never misses one that was added.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Traits that have set a bit of their own.
    added: u32,
    /// A power of two of bytes, or none at all.
    bits: Vec<u8>,
}

impl Filter {
    /// Adds traits, some of which may be the same.
    pub fn add(&mut self, traits: &mut Vec<Trait>) {
        traits.sort_unstable();
        traits.dedup();
        traits.retain(|wanted| !self.may_have(*wanted));
        let count = u32::try_from(traits.len()).unwrap_or(u32::MAX);
        self.added = self.added.saturating_add(count);
        let wanted = self.added.saturating_mul(BITS_PER_TRAIT) / 8;
        let wanted = (wanted as usize)
            .next_power_of_two()
            .clamp(MIN_BYTES, MAX_BYTES);
        if self.bits.is_empty() {
            self.bits.resize(wanted, 0);
        } else if self.bits.len() < wanted {
            // A trait's place in a filter twice as large is its old one or that place in the second half. Each doubling
            // keeps the share of bits set, so there is room for more to come when there has to be any.
            while self.bits.len() < (2 * wanted).min(MAX_BYTES) {
                self.bits.extend_from_within(..);
            }
        }
        for added in traits {
            for place in places(*added) {
                let place = place % (self.bits.len() * 8);
                self.bits[place / 8] |= 1 << (place % 8);
            }
        }
    }

    fn may_have(&self, wanted: Trait) -> bool {
        may_have(&self.bits, wanted)
    }

    /// As it is written to the database.
    pub fn encode(&self) -> Vec<u8> {
        [&self.added.to_le_bytes()[..], &self.bits].concat()
    }

    /// Reads what [`Filter::encode`] wrote.
    pub fn decode(bytes: &[u8]) -> Self {
        match bytes.split_first_chunk() {
            Some((added, bits)) => Self {
                added: u32::from_le_bytes(*added),
                bits: bits.to_owned(),
            },
            None => Self::default(),
        }
    }
}

/// Whether a written filter leaves it open that its trace has the trait.
pub fn encoded_may_have(filter: &[u8], wanted: Trait) -> bool {
    filter.get(4..).is_none_or(|bits| may_have(bits, wanted))
}

fn may_have(bits: &[u8], wanted: Trait) -> bool {
    !bits.is_empty()
        && places(wanted).into_iter().all(|place| {
            let place = place % (bits.len() * 8);
            bits[place / 8] & 1 << (place % 8) != 0
        })
}

/// Two bits of the 65,536 that the largest filter has.
fn places(of: Trait) -> [usize; 2] {
    [(of & 0xffff) as usize, (of >> 16) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_misses_what_was_added_and_seldom_says_maybe() {
        for (batches, each) in [(1, 1_usize), (1, 40), (10, 7), (50, 100)] {
            let mut filter = Filter::default();
            for batch in 0..batches {
                let mut traits: Vec<Trait> = (0..each)
                    .map(|number| attribute("key", &format!("{batch}-{number}")))
                    .collect();
                filter.add(&mut traits);
                filter = Filter::decode(&filter.encode());
            }
            let encoded = filter.encode();
            for batch in 0..batches {
                for number in 0..each {
                    let wanted = attribute("key", &format!("{batch}-{number}"));
                    assert!(encoded_may_have(&encoded, wanted), "{batches} × {each}");
                }
            }
            let wrong = (0..1_000)
                .filter(|number| {
                    encoded_may_have(&encoded, attribute("other", &number.to_string()))
                })
                .count();
            assert!(wrong < 300, "{wrong} of 1,000 false for {batches} × {each}");
            assert!(encoded.len() <= 4 + (batches * each).next_power_of_two().max(32) * 4);
        }
    }

    #[test]
    fn tells_parts_apart() {
        assert_ne!(attribute("a", "bc"), attribute("ab", "c"));
        assert_ne!(attribute("name", "x"), name("x"));
    }
}
