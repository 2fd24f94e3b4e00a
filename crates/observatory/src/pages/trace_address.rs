//! What the address of a trace's page says: which span is open, which are collapsed, the zoom, what to find.
//! All of the page's state is here, so that a link shows another reader the same thing.

use std::collections::BTreeSet;

use super::{
    address::Address,
    waterfall::{Row, What, hex},
};
use crate::model::{StoredSpan, TraceId};

/// Rows shown at first; more on request, so that a huge trace opens at once.
pub(crate) const ROWS: usize = 500;
/// Rows shown at most in one page.
const MOST_ROWS: usize = 20_000;
/// IDs kept in one list of the address; the first ones give way.
const MOST_IDS: usize = 100;
/// Characters kept of what to find.
const MOST_TEXT: usize = 200;

/// The page's state.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct TraceView {
    /// Key of the row whose details are open (see [`key`]).
    pub(crate) span: Option<String>,
    /// Keys of rows that hide what is under them.
    pub(crate) collapsed: Vec<String>,
    /// Keys of rows that are open although `levels` would close them.
    pub(crate) expanded: Vec<String>,
    /// Only so many levels are open.
    pub(crate) levels: Option<u32>,
    /// The part of the trace to show: nanoseconds since its start, the second above the first.
    pub(crate) zoom: Option<(u64, u64)>,
    /// Rows to show.
    pub(crate) rows: Option<usize>,
    /// Text to look for in names, services and attributes.
    pub(crate) find: Option<String>,
}

impl TraceView {
    /// Reads an address; what makes no sense there is left out, as in a link that was cut.
    pub(crate) fn read(pairs: &[(String, String)]) -> Self {
        let mut view = Self::default();
        for (key, value) in pairs {
            match &key[..] {
                "span" => view.span = Some(value.to_lowercase()).filter(|value| is_key(value)),
                "collapsed" => view.collapsed = keys(value),
                "expanded" => view.expanded = keys(value),
                "levels" => view.levels = value.parse().ok(),
                "zoom" => {
                    view.zoom = value
                        .split_once('-')
                        .and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)))
                        .filter(|(from, to)| from < to);
                }
                "rows" => view.rows = value.parse().ok().map(|n: usize| n.clamp(1, MOST_ROWS)),
                "find" => {
                    view.find = Some(value.trim().chars().take(MOST_TEXT).collect())
                        .filter(|text: &String| !text.is_empty());
                }
                _ => {}
            }
        }
        view
    }

    /// The address that shows this.
    pub(crate) fn href(&self, trace: TraceId) -> String {
        self.query(Address::new(format!("/trace/{trace}"))).finish()
    }

    fn query(&self, address: Address) -> Address {
        let list = |keys: &[String]| (!keys.is_empty()).then(|| keys.join(","));
        address
            .with_some("span", self.span.as_deref())
            .with_some("collapsed", list(&self.collapsed).as_deref())
            .with_some("expanded", list(&self.expanded).as_deref())
            .with_some("levels", self.levels.map(|n| n.to_string()).as_deref())
            .with_some(
                "zoom",
                self.zoom
                    .map(|(from, to)| format!("{from}-{to}"))
                    .as_deref(),
            )
            .with_some("rows", self.rows.map(|n| n.to_string()).as_deref())
            .with_some("find", self.find.as_deref())
    }

    /// Whether the row hides what is under it.
    pub(crate) fn is_closed(&self, row: &Row, key: &str) -> bool {
        let has = |keys: &[String]| keys.iter().any(|one| one == key);
        has(&self.collapsed)
            || self.levels.is_some_and(|levels| row.depth + 1 >= levels) && !has(&self.expanded)
    }

    /// The state after the row was collapsed or expanded.
    pub(crate) fn toggled(&self, row: &Row, key: &str) -> Self {
        let mut view = self.clone();
        let (from, to) = if self.is_closed(row, key) {
            let by_level = self.levels.is_some_and(|levels| row.depth + 1 >= levels);
            (&mut view.collapsed, by_level.then_some(&mut view.expanded))
        } else {
            let is_exception = view.expanded.iter().any(|one| one == key);
            (
                &mut view.expanded,
                (!is_exception).then_some(&mut view.collapsed),
            )
        };
        from.retain(|one| one != key);
        if let Some(to) = to {
            to.push(key.to_owned());
            let surplus = to.len().saturating_sub(MOST_IDS);
            to.drain(..surplus);
        }
        view
    }

    /// The state with this row's details open, or none.
    pub(crate) fn selecting(&self, key: Option<&str>) -> Self {
        Self {
            span: key.map(str::to_owned),
            ..self.clone()
        }
    }

    /// The state with all open, or all but the first level closed.
    pub(crate) fn with_levels(&self, levels: Option<u32>) -> Self {
        Self {
            levels,
            collapsed: Vec::new(),
            expanded: Vec::new(),
            ..self.clone()
        }
    }

    /// The state with so many rows.
    pub(crate) fn with_rows(&self, rows: usize) -> Self {
        Self {
            rows: Some(rows),
            ..self.clone()
        }
    }

    /// The state at this zoom.
    pub(crate) fn zoomed(&self, zoom: Option<(u64, u64)>) -> Self {
        Self {
            zoom: zoom.filter(|(from, to)| from < to),
            ..self.clone()
        }
    }
}

/// How a row is called in addresses and elements: the span's ID, or `m` and the ID of what is missing.
pub(crate) fn key(row: &Row, spans: &[StoredSpan]) -> String {
    match &row.what {
        What::Span(span) => hex(&spans[*span].span.span_id),
        What::Missing(id) => format!("m{id}"),
    }
}

fn is_key(text: &str) -> bool {
    let digits = text.strip_prefix('m').unwrap_or(text);
    (1..=32).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

fn keys(list: &str) -> Vec<String> {
    let mut known = BTreeSet::new();
    let mut keys: Vec<String> = list
        .split(',')
        .map(str::to_lowercase)
        .filter(|key| is_key(key) && known.insert(key.clone()))
        .collect();
    keys.drain(..keys.len().saturating_sub(MOST_IDS));
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample::pairs;
    use crate::pages::{sample::span, waterfall::Waterfall};

    fn read(query: &[(&str, &str)]) -> TraceView {
        TraceView::read(&pairs(query))
    }

    #[test]
    fn an_address_survives_the_round_trip() {
        let view = read(&[
            ("span", "00000000000000AA"),
            ("collapsed", "0b,m0c"),
            ("expanded", "0d"),
            ("levels", "2"),
            ("zoom", "5-900"),
            ("rows", "1000"),
            ("find", " a&b "),
        ]);
        assert_eq!(
            view.href(TraceId([7; 16])),
            "/trace/07070707070707070707070707070707?span=00000000000000aa&collapsed=0b,m0c&expanded=0d\
             &levels=2&zoom=5-900&rows=1000&find=a%26b"
        );
    }

    #[test]
    fn nonsense_is_left_out() {
        let many: Vec<String> = (0..1_000).map(|n| format!("{n:x}")).collect();
        for (key, value) in [
            ("span", "\"><script>"),
            ("span", ""),
            ("collapsed", "x,<,,"),
            ("levels", "-1"),
            ("zoom", "9-5"),
            ("zoom", "1-"),
            ("rows", "many"),
            ("find", "  "),
            ("other", "1"),
        ] {
            assert_eq!(read(&[(key, value)]), TraceView::default(), "{key}={value}");
        }
        assert_eq!(
            read(&[("collapsed", &many.join(","))]).collapsed.len(),
            MOST_IDS
        );
        assert_eq!(read(&[("rows", "99999999")]).rows, Some(MOST_ROWS));
    }

    #[test]
    fn toggling_twice_changes_nothing() {
        let spans = [
            span(1, 0, "a", 0, 9),
            span(2, 1, "b", 1, 8),
            span(3, 2, "c", 1, 8),
        ];
        let waterfall = Waterfall::new(&spans);
        for start in [
            read(&[]),
            read(&[("levels", "1")]),
            read(&[("levels", "2")]),
        ] {
            for row in &waterfall.rows[..2] {
                let key = key(row, &spans);
                let once = start.toggled(row, &key);
                assert_ne!(start.is_closed(row, &key), once.is_closed(row, &key));
                assert_eq!(once.toggled(row, &key), start);
            }
        }
    }
}
