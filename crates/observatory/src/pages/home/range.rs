//! How far back the home page looks, as its address has it.

/// A choice.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Range {
    /// As the address has it, here and on the query page.
    pub(crate) key: &'static str,
    /// As the page has it, after "the last".
    pub(crate) label: &'static str,
    /// How long it is.
    pub(crate) seconds: u64,
    /// The trace map's choice that comes nearest.
    pub(crate) map: &'static str,
}

/// What can be chosen, shortest first.
pub(crate) const RANGES: [Range; 3] = [
    Range {
        key: "10m",
        label: "10 min",
        seconds: 600,
        map: "30m",
    },
    Range {
        key: "1h",
        label: "1 h",
        seconds: 3_600,
        map: "1h",
    },
    Range {
        key: "24h",
        label: "24 h",
        seconds: 86_400,
        map: "24h",
    },
];

/// The one that needs no word in the address.
const USUAL: Range = RANGES[1];

/// Steps of a sparkline.
pub(crate) const STEPS: u64 = 60;

impl Range {
    /// Reads an address; the second is what is wrong with it.
    pub(crate) fn read(pairs: &[(String, String)]) -> (Self, Option<String>) {
        let mut range = USUAL;
        let mut strange = None;
        for (key, value) in pairs {
            let found = RANGES.into_iter().find(|range| range.key == value);
            let text: String = value.chars().take(40).collect();
            match (&key[..], found) {
                ("range", Some(found)) => range = found,
                ("range", None) => {
                    strange = Some(format!(
                        "There is no range “{text}”: 10m, 1h and 24h can be chosen. This is the last hour."
                    ));
                }
                _ => {
                    let key: String = key.chars().take(40).collect();
                    strange = Some(format!("This page knows no “{key}”, only range."));
                }
            }
        }
        (range, strange)
    }

    /// The address of the page with this range.
    pub(crate) fn href(self) -> String {
        if self == USUAL {
            "/".to_owned()
        } else {
            format!("/?range={}", self.key)
        }
    }

    /// The shortest range that reaches so far back.
    pub(crate) fn reaching(seconds: u64) -> Option<Self> {
        RANGES.into_iter().find(|range| range.seconds > seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample::pairs;

    #[test]
    fn an_address_says_how_far_back() {
        for (query, key, told) in [
            (&[][..], "1h", ""),
            (&[("range", "10m")], "10m", ""),
            (&[("range", "24h")], "24h", ""),
            (&[("range", "<b>")], "1h", "no range “<b>”"),
            (&[("rage", "1h")], "1h", "no “rage”"),
        ] {
            let (range, strange) = Range::read(&pairs(query));
            assert_eq!(range.key, key);
            assert!(strange.unwrap_or_default().contains(told), "{query:?}");
        }
        assert_eq!(
            Range::reaching(599).map(Range::href).as_deref(),
            Some("/?range=10m")
        );
        assert_eq!(Range::reaching(600).map(Range::href).as_deref(), Some("/"));
        assert_eq!(Range::reaching(86_400), None);
    }
}
