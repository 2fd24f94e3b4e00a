//! The time a query is over, as its address and form have it: the last so much, everything, or from one point to another in UTC.

use serde_json::{Map, Value as Json, json};

use super::faults::Fault;
use crate::pages::{address::Address, logs::range::point, moments::stamp};

/// Characters that are read of each field.
const MOST_TEXT: usize = 60;
/// Ten years, in seconds: farther back is everything.
const MOST_SECONDS: u64 = 10 * 365 * 86_400;
/// What is asked when the address says nothing, in seconds.
pub(crate) const USUAL: u64 = 7_200;
/// As the address has "everything".
pub(crate) const EVERYTHING: &str = "all";

/// What can be chosen: as the address has it, as the page has it.
pub(crate) const PRESETS: [(&str, &str); 6] = [
    ("10m", "10 min"),
    ("1h", "1 h"),
    ("2h", "2 h"),
    ("24h", "24 h"),
    ("7d", "7 d"),
    (EVERYTHING, "everything"),
];

/// What an address says; a point in time, as typed, goes before the last so much.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct When {
    /// As typed; empty for the usual.
    pub(crate) range: String,
    pub(crate) from: String,
    pub(crate) to: String,
}

impl When {
    /// Takes in one parameter of an address; says whether it is one of these.
    pub(super) fn take(&mut self, key: &str, value: &str) -> bool {
        let text = || value.trim().chars().take(MOST_TEXT).collect::<String>();
        match key {
            "range" => self.range = canonical(text()),
            "from" => self.from = text(),
            "to" => self.to = text(),
            _ => return false,
        }
        true
    }

    /// The last so much, as [`PRESETS`] have it.
    pub(crate) fn last(range: &str) -> Self {
        Self {
            range: canonical(range.to_owned()),
            ..Self::default()
        }
    }

    /// All that is stored.
    pub(crate) fn everything() -> Self {
        Self::last(EVERYTHING)
    }

    /// Between two points in time, in milliseconds since the Unix epoch, both inclusive.
    pub(crate) fn between(from: i64, to: i64) -> Self {
        Self {
            range: String::new(),
            from: stamp(from),
            to: stamp(to),
        }
    }

    /// Whether it is the last so much, or everything.
    pub(crate) fn is_last(&self) -> bool {
        self.from.is_empty() && self.to.is_empty()
    }

    /// As the address has what is chosen among [`PRESETS`]; `None` for two points in time.
    pub(crate) fn key(&self) -> Option<&str> {
        match &self.range[..] {
            _ if !self.is_last() => None,
            "" => Some("2h"),
            range => Some(range),
        }
    }

    /// The address with this time.
    pub(super) fn with(&self, address: Address) -> Address {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let range = some(&self.range).filter(|_| self.is_last());
        address
            .with_some("range", range.as_deref())
            .with_some("from", some(&self.from).as_deref())
            .with_some("to", some(&self.to).as_deref())
    }

    /// Adds the time to Honeycomb's query specification, which has it in seconds: a part of one counts as a whole.
    pub(super) fn add_to(&self, query: &mut Map<String, Json>) -> Result<(), Fault> {
        if self.is_last() {
            let seconds = seconds(&self.range).ok_or_else(|| {
                let message = "This is no range of time. Write 10m, 2h, 7d or all.";
                Fault::new("range", 0, message)
            })?;
            if let Some(seconds) = seconds {
                query.insert("time_range".to_owned(), json!(seconds));
            }
            return Ok(());
        }
        let read = |field: &'static str, text: &str| {
            if text.is_empty() {
                return Ok(None);
            }
            let message = "This is no point in time. Write it in UTC as 2026-01-31 12:00:00, or as milliseconds since 1970.";
            point(text)
                .map(Some)
                .ok_or_else(|| Fault::new(field, 0, message))
        };
        let from = read("from", &self.from)?.map(|(start, _)| start.div_euclid(1_000));
        let to =
            read("to", &self.to)?.map(|(start, length)| (start + length + 999).div_euclid(1_000));
        if let (Some(from), Some(to)) = (from, to)
            && from >= to
        {
            return Err(Fault::new("to", 0, "This is before the start."));
        }
        for (key, seconds) in [("start_time", from), ("end_time", to)] {
            if let Some(seconds) = seconds {
                query.insert(key.to_owned(), json!(seconds));
            }
        }
        Ok(())
    }

    /// In words: `the last 2 h`.
    pub(crate) fn in_words(&self) -> String {
        let Some(key) = self.key() else {
            return "the chosen time".to_owned();
        };
        if key == EVERYTHING {
            return "all that is stored".to_owned();
        }
        let preset = PRESETS.into_iter().find(|(preset, _)| *preset == key);
        format!("the last {}", preset.map_or(key, |(_, label)| label))
    }
}

/// `1d` and `24h` are one thing, and the usual is not said.
fn canonical(range: String) -> String {
    match seconds(&range) {
        Some(Some(USUAL)) => String::new(),
        Some(wanted) => {
            let same = |(key, _): &(&str, &str)| seconds(key) == Some(wanted);
            let preset = PRESETS.into_iter().find(same);
            preset.map_or(range, |(key, _)| key.to_owned())
        }
        None => range,
    }
}

/// `Some(None)` for everything; `None` for what is no range.
fn seconds(range: &str) -> Option<Option<u64>> {
    match range {
        "" => return Some(Some(USUAL)),
        EVERYTHING => return Some(None),
        _ => {}
    }
    let split = range.find(|c: char| !c.is_ascii_digit())?;
    let number: u64 = range[..split].parse().ok()?;
    let unit = match range[split..].trim() {
        "s" => 1,
        "m" | "min" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    let seconds = number.checked_mul(unit)?;
    (1..=MOST_SECONDS)
        .contains(&seconds)
        .then_some(Some(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &[(&str, &str)]) -> When {
        let mut when = When::default();
        for (key, value) in query {
            assert!(when.take(key, value));
        }
        when
    }

    #[track_caller]
    fn check(query: &[(&str, &str)], json: Json, address: &str) {
        let when = read(query);
        let mut found = Map::new();
        when.add_to(&mut found).expect("a time");
        assert_eq!(Json::Object(found), json, "{query:?}");
        assert_eq!(when.with(Address::new("")).finish(), address, "{query:?}");
    }

    #[test]
    fn the_last_so_much_everything_or_from_here_to_there() {
        check(&[], json!({"time_range": 7200}), "");
        check(&[("range", "120m")], json!({"time_range": 7200}), "");
        check(
            &[("range", "1d")],
            json!({"time_range": 86400}),
            "?range=24h",
        );
        check(
            &[("range", "3h")],
            json!({"time_range": 10800}),
            "?range=3h",
        );
        check(&[("range", "all")], json!({}), "?range=all");
        let (from, to) = ("2023-11-14 22:13:20", "2023-11-14 22:13:20.5");
        check(
            &[("range", "all"), ("from", from), ("to", to)],
            json!({"start_time": 1_700_000_000, "end_time": 1_700_000_001}),
            "?from=2023-11-14+22:13:20&to=2023-11-14+22:13:20.5",
        );
        check(
            &[("from", from)],
            json!({"start_time": 1_700_000_000}),
            "?from=2023-11-14+22:13:20",
        );
        let between = When::between(1_700_000_000_000, 1_700_000_000_999);
        let mut found = Map::new();
        between.add_to(&mut found).expect("a time");
        assert_eq!(
            Json::Object(found),
            json!({"start_time": 1_700_000_000, "end_time": 1_700_000_001})
        );
    }

    #[test]
    fn what_is_no_time_is_told_at_its_field() {
        for (key, value, field) in [
            ("range", "yesterday", "range"),
            ("range", "0h", "range"),
            ("range", "99999999999999999999h", "range"),
            ("range", "9999d", "range"),
            ("range", "é", "range"),
            ("from", "soon", "from"),
            ("to", "2023-02-30", "to"),
        ] {
            let when = read(&[(key, value)]);
            let fault = when.add_to(&mut Map::new()).expect_err(value);
            assert_eq!(fault.field, field, "{value}");
        }
        let turned = read(&[("from", "2023-11-15"), ("to", "2023-11-14")]);
        assert_eq!(
            turned.add_to(&mut Map::new()).expect_err("turned").field,
            "to"
        );
        assert_eq!(
            read(&[("range", "x")]).with(Address::new("")).finish(),
            "?range=x"
        );
    }

    #[test]
    fn it_is_told_in_words() {
        for (query, words) in [
            (&[][..], "the last 2 h"),
            (&[("range", "10m")], "the last 10 min"),
            (&[("range", "3h")], "the last 3h"),
            (&[("range", "all")], "all that is stored"),
            (&[("from", "1970-01-01")], "the chosen time"),
        ] {
            assert_eq!(read(query).in_words(), words);
        }
    }
}
