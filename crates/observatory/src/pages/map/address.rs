//! What the address of the trace map says: the window or range of time, the group, the filter expression.
//! All of the page's state is here, so that a link shows another reader the same thing.

use crate::pages::{
    address::Address,
    left_out::{Parameter, one_of, text},
    logs::range::{Between, Choice, MOST_TEXT as MOST_MOMENT, Preset, Range, preset},
};

/// Characters of a filter expression or a group's name that are read.
const MOST_TEXT: usize = 2_000;

/// The page's parameters.
pub(super) const PARAMETERS: [Parameter; 5] = [
    one_of("window", &["5m", "30m", "1h", "6h", "24h", "all"]),
    text("from", MOST_MOMENT),
    text("to", MOST_MOMENT),
    text("group", MOST_TEXT),
    text("filter", MOST_TEXT),
];

/// How far back the map may look, shortest first.
const WINDOWS: [Preset; 6] = [
    preset("5m", "5 min", Some(5)),
    preset("30m", "30 min", Some(30)),
    preset("1h", "1 h", Some(60)),
    preset("6h", "6 h", Some(360)),
    preset("24h", "24 h", Some(1_440)),
    preset("all", "all", None),
];
/// All that is stored.
pub(super) const ALL: Preset = WINDOWS[5];

/// What can be chosen without points in time.
pub(super) static CHOICE: Choice = Choice {
    parameter: "window",
    presets: &WINDOWS,
    usual: WINDOWS[1],
};

/// The page's state.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct MapView {
    /// When the traces began.
    pub(super) range: Range,
    /// A group's name, or nothing.
    pub(super) group: String,
    /// A filter expression as typed, or nothing.
    pub(super) filter: String,
}

impl MapView {
    /// Reads an address; what makes no sense there is left out.
    pub(super) fn read(pairs: &[(String, String)]) -> Self {
        let mut view = Self {
            range: Range::read(pairs, &CHOICE),
            group: String::new(),
            filter: String::new(),
        };
        for (key, value) in pairs {
            let text = || value.trim().chars().take(MOST_TEXT).collect();
            match &key[..] {
                "group" => view.group = text(),
                "filter" => view.filter = text(),
                _ => {}
            }
        }
        view
    }

    /// The address that shows this.
    pub(super) fn href(&self) -> String {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        self.range
            .with(Address::new("/map"))
            .with_some("group", some(&self.group).as_deref())
            .with_some("filter", some(&self.filter).as_deref())
            .finish()
    }

    /// The state with this filter expression.
    pub(super) fn filtered(&self, filter: &str) -> Self {
        Self {
            filter: filter.to_owned(),
            ..self.clone()
        }
    }

    /// The state over this time.
    pub(super) fn within(&self, range: Range) -> Self {
        Self {
            range,
            ..self.clone()
        }
    }
}

/// When the traces began that were looked at, in nanoseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct LookedAt {
    /// Inclusive; 0 where the range has no start.
    pub(super) from: i64,
    /// Inclusive; `i64::MAX` where the range has no end, because a sender's clock may be ahead.
    pub(super) to: i64,
}

impl LookedAt {
    /// A range, whole.
    pub(super) fn all_of(between: Between) -> Self {
        const MILLISECOND: i64 = 1_000_000;
        let end = between.to.saturating_add(1).saturating_mul(MILLISECOND);
        Self {
            from: between.from.saturating_mul(MILLISECOND),
            to: if end == i64::MAX { end } else { end - 1 },
        }
    }

    /// How many minutes it is: until now, if it goes on; at least one, if it has no start, from the earliest that was found.
    pub(super) fn minutes(self, earliest: Option<i64>, now: i64) -> f64 {
        let end = if self.from < now {
            self.to.min(now)
        } else {
            self.to
        };
        let minutes = |start: i64| end.saturating_sub(start) as f64 / 60e9;
        match self.from {
            0 => minutes(earliest.unwrap_or(end)).max(1.0),
            from => minutes(from),
        }
    }
}

/// A node as filter expressions name it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named<'a> {
    pub(super) name: &'a str,
    /// Its type, where the name alone would mean other nodes too.
    pub(super) kind: Option<&'a str>,
}

impl Named<'_> {
    fn written(self) -> String {
        match self.kind {
            None => quoted(self.name),
            Some(kind) => format!("id(name: {}, type: {})", quoted(self.name), quoted(kind)),
        }
    }
}

/// The filter expression for traces that went through a node.
pub(super) fn service_filter(node: Named<'_>) -> String {
    format!("service({})", node.written())
}

/// The filter expression for traces in which one node called another.
pub(super) fn edge_filter(from: Named<'_>, to: Named<'_>) -> String {
    format!("edge({}, {})", from.written(), to.written())
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample::pairs;

    fn read(query: &[(&str, &str)]) -> MapView {
        MapView::read(&pairs(query))
    }

    #[test]
    fn an_address_survives_the_round_trip() {
        let filter = ("filter", " service(\"a\\\\b\") ");
        let written = "group=slow&filter=service%28%22a%5C%5Cb%22%29";
        for (time, address) in [
            (&[("window", "6h")][..], "window=6h&"),
            (&[("window", "30m")], ""),
            (
                &[("from", "2026-03-12T14:00"), ("to", " 2026-03-12 ")],
                "from=2026-03-12T14:00&to=2026-03-12&",
            ),
            // Points in time go before a window.
            (&[("window", "all"), ("to", "1700000000")], "to=1700000000&"),
            (&[("from", "soon")], "from=soon&"),
        ] {
            let view = read(&[time, &[("group", "slow"), filter]].concat());
            assert_eq!(view.href(), format!("/map?{address}{written}"));
            assert_eq!(read(&[time, &[("group", "slow"), filter]].concat()), view);
        }
    }

    #[test]
    fn nonsense_is_left_out() {
        for (key, value) in [("window", "5 fortnights"), ("window", ""), ("other", "1")] {
            assert_eq!(read(&[(key, value)]).href(), "/map", "{key}={value}");
        }
        let long = "é".repeat(MOST_TEXT + 1);
        assert_eq!(read(&[("filter", &long)]).filter.chars().count(), MOST_TEXT);
    }

    #[test]
    fn a_range_is_looked_at_from_its_first_to_its_last_nanosecond() {
        const S: i64 = 1_000_000_000;
        const NOW: i64 = 1_700_000_000;
        let minutes_ago = |minutes: i64| (NOW - 60 * minutes).to_string();
        let (ten, five, in_five) = (minutes_ago(10), minutes_ago(5), minutes_ago(-5));
        for (query, from, to, minutes) in [
            (&[][..], NOW - 1_800, i64::MAX, 30.0),
            (&[("window", "all")], 0, i64::MAX, 2.0),
            (&[("from", &ten[..])], NOW - 600, i64::MAX, 10.0),
            (
                &[("from", &ten), ("to", &five)],
                NOW - 600,
                NOW - 299,
                301.0 / 60.0,
            ),
            (
                &[("from", &ten), ("to", &in_five)],
                NOW - 600,
                NOW + 301,
                10.0,
            ),
            (
                &[("from", &in_five), ("to", &in_five)],
                NOW + 300,
                NOW + 301,
                1.0 / 60.0,
            ),
            // From the earliest trace, two minutes ago.
            (&[("to", &in_five)], 0, NOW + 301, 2.0),
        ] {
            let between = read(query).range.resolve(NOW * 1_000).expect("a range");
            let looked_at = LookedAt::all_of(between);
            let end = if to == i64::MAX { to } else { to * S - 1 };
            assert_eq!((looked_at.from, looked_at.to), (from * S, end), "{query:?}");
            let found = looked_at.minutes(Some((NOW - 120) * S), NOW * S);
            assert!((found - minutes).abs() < 1e-6, "{query:?}: {found}");
        }
        let nothing = LookedAt {
            from: 0,
            to: i64::MAX,
        };
        assert!((nothing.minutes(None, NOW * S) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn names_are_quoted() {
        let named = |name, kind| Named { name, kind };
        for (filter, written) in [
            (
                service_filter(named(r#"a"\b"#, None)),
                r#"service("a\"\\b")"#,
            ),
            (
                edge_filter(named("a", Some("client")), named("b", None)),
                r#"edge(id(name: "a", type: "client"), "b")"#,
            ),
        ] {
            assert_eq!(filter, written);
            xray_query::Filter::parse(&filter).expect(written);
        }
    }
}
