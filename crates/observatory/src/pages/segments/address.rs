//! What the address of a segment timeline says: which segment is open, which tab, how many rows.

use crate::pages::{
    address::Address,
    left_out::{Parameter, one_of, only, up_to},
};

/// Rows shown at first.
pub(super) const ROWS: usize = 500;
/// Rows shown at most in one page.
pub(super) const MOST_ROWS: usize = 1_000;

/// The page's parameters.
pub(super) const PARAMETERS: [Parameter; 4] = [
    only("segment", is_id, "a segment's ID has 16 hexadecimal digits"),
    one_of(
        "tab",
        &[
            "overview",
            "annotations",
            "metadata",
            "exceptions",
            "logs",
            "raw",
        ],
    ),
    up_to("rows", MOST_ROWS),
    only("skip", is_count, "a number is needed here"),
];

fn is_count(text: &str) -> bool {
    text.parse::<usize>().is_ok()
}

/// What is told about an open segment.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Tab {
    #[default]
    Overview,
    Annotations,
    Metadata,
    Exceptions,
    Logs,
    Raw,
}

/// In the order of the page.
pub(super) const TABS: [Tab; 6] = [
    Tab::Overview,
    Tab::Annotations,
    Tab::Metadata,
    Tab::Exceptions,
    Tab::Logs,
    Tab::Raw,
];

impl Tab {
    /// As the address has it.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Annotations => "annotations",
            Self::Metadata => "metadata",
            Self::Exceptions => "exceptions",
            Self::Logs => "logs",
            Self::Raw => "raw",
        }
    }

    /// As the page has it.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Annotations => "Annotations",
            Self::Metadata => "Metadata",
            Self::Exceptions => "Exceptions",
            Self::Logs => "Logs",
            Self::Raw => "Raw",
        }
    }
}

/// The page's state.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct SegmentView {
    /// ID of the segment or subsegment that is open, as it was sent.
    pub(super) segment: Option<String>,
    pub(super) tab: Tab,
    pub(super) rows: Option<usize>,
    /// Rows to pass over before the first that is shown.
    pub(super) skip: Option<usize>,
}

impl SegmentView {
    /// Reads an address; what makes no sense there is left out.
    pub(super) fn read(pairs: &[(String, String)]) -> Self {
        let mut view = Self::default();
        for (key, value) in pairs {
            match &key[..] {
                "segment" => view.segment = Some(value.to_lowercase()).filter(|id| is_id(id)),
                "tab" => {
                    let known = TABS.into_iter().find(|tab| tab.key() == value);
                    view.tab = known.unwrap_or_default();
                }
                "rows" => view.rows = value.parse().ok().map(|n: usize| n.clamp(1, MOST_ROWS)),
                "skip" => view.skip = value.parse().ok().filter(|&skip| skip > 0),
                _ => {}
            }
        }
        view
    }

    /// The address that shows this.
    pub(super) fn href(&self, trace: &str) -> String {
        let usual = self.tab == Tab::default();
        Address::new(format!("/xray/trace/{trace}"))
            .with_some("segment", self.segment.as_deref())
            .with_some("tab", (!usual).then_some(self.tab.key()))
            .with_some("skip", self.skip.map(|n| n.to_string()).as_deref())
            .with_some("rows", self.rows.map(|n| n.to_string()).as_deref())
            .finish()
    }

    /// The state with this segment open, or none; the tab stays.
    pub(super) fn selecting(&self, id: Option<&str>) -> Self {
        Self {
            segment: id.map(str::to_owned),
            ..self.clone()
        }
    }

    pub(super) fn on(&self, tab: Tab) -> Self {
        Self {
            tab,
            ..self.clone()
        }
    }

    /// The state with so many rows after those that are passed over.
    pub(super) fn with_rows(&self, skip: usize, rows: usize) -> Self {
        Self {
            rows: (rows != ROWS).then_some(rows.min(MOST_ROWS)),
            skip: (skip > 0).then_some(skip),
            ..self.clone()
        }
    }
}

/// Whether this can be the ID of a segment: hex digits.
pub(super) fn is_id(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample::pairs;

    fn read(query: &[(&str, &str)]) -> SegmentView {
        SegmentView::read(&pairs(query))
    }

    #[test]
    fn an_address_survives_the_round_trip() {
        let view = read(&[
            ("segment", "70DE5B6F19FF9A0A"),
            ("tab", "metadata"),
            ("rows", "9"),
            ("skip", "4"),
        ]);
        assert_eq!(
            view.href("1-2-3"),
            "/xray/trace/1-2-3?segment=70de5b6f19ff9a0a&tab=metadata&skip=4&rows=9"
        );
    }

    #[test]
    fn nonsense_is_left_out() {
        for (key, value) in [
            ("segment", "<script>"),
            ("segment", ""),
            ("tab", "x"),
            ("rows", "-1"),
            ("skip", "-1"),
            ("skip", "0"),
            ("o", "1"),
        ] {
            assert_eq!(
                read(&[(key, value)]),
                SegmentView::default(),
                "{key}={value}"
            );
        }
    }
}
