//! Which colour a service has. The colours themselves, for light and dark, are in the stylesheet (`.c0` to `.c7`).

use std::collections::{BTreeMap, BTreeSet};

/// Classes of the stylesheet, in palette order. Red is left out: it means error and nothing else.
const PALETTE: [&str; 8] = ["c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7"];

/// Colours for all services that one store knows, so that the list and the traces agree.
///
/// A service's name alone decides, except where two names of one store want the same colour: then the later
/// name in the alphabet takes the next free one, as long as there is one.
pub(crate) struct ServiceColours(BTreeMap<String, usize>);

impl ServiceColours {
    /// Deals the palette out to `names`, in any order and with repeats.
    pub(crate) fn new<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Self {
        let names: BTreeSet<String> = names.into_iter().map(|s| s.as_ref().to_owned()).collect();
        let mut taken = [false; PALETTE.len()];
        let mut dealt = BTreeMap::new();
        let mut waiting = Vec::new();
        for name in names {
            let wanted = preferred(&name);
            if taken[wanted] {
                waiting.push(name);
            } else {
                taken[wanted] = true;
                dealt.insert(name, wanted);
            }
        }
        for name in waiting {
            let wanted = preferred(&name);
            let slot = (wanted..wanted + PALETTE.len())
                .map(|slot| slot % PALETTE.len())
                .find(|&slot| !taken[slot])
                .unwrap_or(wanted);
            taken[slot] = true;
            dealt.insert(name, slot);
        }
        Self(dealt)
    }

    /// The class that colours `name`.
    pub(crate) fn class(&self, name: &str) -> &'static str {
        PALETTE[self.slot(name)]
    }

    /// The place of `name`'s colour in the palette, below [`Self::LEN`].
    pub(crate) fn slot(&self, name: &str) -> usize {
        self.0.get(name).copied().unwrap_or_else(|| preferred(name))
    }

    /// Colours in the palette.
    pub(crate) const LEN: usize = PALETTE.len();

    /// The class of a place in the palette.
    pub(crate) fn class_of_slot(slot: usize) -> &'static str {
        PALETTE[slot % PALETTE.len()]
    }
}

/// FNV-1a, folded: stable over releases and machines, which the standard hasher does not promise.
fn preferred(name: &str) -> usize {
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    ((hash ^ (hash >> 15)) as usize) % PALETTE.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_decides_its_colour_alone_where_nobody_else_wants_it() {
        let alone = ServiceColours::new(["backend"]);
        let among = ServiceColours::new(["zebra", "backend", "backend", "profiles"]);
        assert_eq!(alone.class("backend"), among.class("backend"));
        assert_eq!(
            ServiceColours::new::<&str>([]).class("backend"),
            alone.class("backend")
        );
    }

    #[test]
    fn colours_do_not_repeat_before_all_are_used() {
        let names: Vec<String> = (0..8).map(|n| format!("service-{n}")).collect();
        let colours = ServiceColours::new(&names);
        let used: BTreeSet<_> = names.iter().map(|name| colours.class(name)).collect();
        assert_eq!(used.len(), 8);
        // A ninth service still gets one.
        let nine = ServiceColours::new((0..9).map(|n| format!("service-{n}")));
        assert!(PALETTE.contains(&nine.class("service-8")));
    }

    #[test]
    fn the_workshops_services_differ() {
        let slots: BTreeSet<_> = ["backend", "profiles", "frontend"]
            .iter()
            .map(|name| preferred(name))
            .collect();
        assert_eq!(slots.len(), 3);
    }
}
