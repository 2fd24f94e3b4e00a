//! What the address of the trace map says: the window of time, the group, the filter expression.
//! All of the page's state is here, so that a link shows another reader the same thing.

use crate::pages::{
    address::Address,
    left_out::{Parameter, one_of, text},
};

/// Characters of a filter expression or a group's name that are read.
const MOST_TEXT: usize = 2_000;

/// The page's parameters.
pub(super) const PARAMETERS: [Parameter; 3] = [
    one_of("window", &["5m", "30m", "1h", "6h", "24h", "all"]),
    text("group", MOST_TEXT),
    text("filter", MOST_TEXT),
];

/// How far back the map looks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Window {
    /// As the address has it.
    pub(super) key: &'static str,
    /// As the page has it.
    pub(super) label: &'static str,
    /// Minutes; `None` for all that is stored.
    pub(super) minutes: Option<u64>,
}

/// What can be chosen, shortest first.
pub(super) const WINDOWS: [Window; 6] = [
    window("5m", "5 min", Some(5)),
    window("30m", "30 min", Some(30)),
    window("1h", "1 h", Some(60)),
    window("6h", "6 h", Some(360)),
    window("24h", "24 h", Some(1_440)),
    window("all", "all", None),
];
/// The one that needs no word in the address.
const USUAL: Window = WINDOWS[1];

const fn window(key: &'static str, label: &'static str, minutes: Option<u64>) -> Window {
    Window {
        key,
        label,
        minutes,
    }
}

/// The page's state.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct MapView {
    pub(super) window: Window,
    /// A group's name, or nothing.
    pub(super) group: String,
    /// A filter expression as typed, or nothing.
    pub(super) filter: String,
}

impl MapView {
    /// Reads an address; what makes no sense there is left out.
    pub(super) fn read(pairs: &[(String, String)]) -> Self {
        let mut view = Self {
            window: USUAL,
            group: String::new(),
            filter: String::new(),
        };
        for (key, value) in pairs {
            let text = || value.trim().chars().take(MOST_TEXT).collect();
            match &key[..] {
                "window" => {
                    let known = WINDOWS.into_iter().find(|window| window.key == value);
                    view.window = known.unwrap_or(USUAL);
                }
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
        Address::new("/map")
            .with_some("window", (self.window != USUAL).then_some(self.window.key))
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

    /// The state with this window.
    pub(super) fn within(&self, window: Window) -> Self {
        Self {
            window,
            ..self.clone()
        }
    }

    /// The earliest start of a trace to look at, in nanoseconds since the Unix epoch.
    pub(super) fn from(&self, now: u64) -> u64 {
        self.window.minutes.map_or(0, |minutes| {
            now.saturating_sub(minutes * 60 * 1_000_000_000)
        })
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
        let view = read(&[
            ("window", "6h"),
            ("group", "slow"),
            ("filter", " service(\"a\\\\b\") "),
        ]);
        assert_eq!(
            view.href(),
            "/map?window=6h&group=slow&filter=service%28%22a%5C%5Cb%22%29"
        );
        assert_eq!(view.from(21_601_000_000_000), 1_000_000_000);
    }

    #[test]
    fn nonsense_is_left_out() {
        for (key, value) in [("window", "5 fortnights"), ("window", ""), ("other", "1")] {
            assert_eq!(read(&[(key, value)]).href(), "/map", "{key}={value}");
        }
        let long = "é".repeat(MOST_TEXT + 1);
        assert_eq!(read(&[("filter", &long)]).filter.chars().count(), MOST_TEXT);
        assert_eq!(read(&[("window", "all")]).from(5), 0);
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
