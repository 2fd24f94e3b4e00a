//! What the address of a trace's page says: which span is open, which are collapsed, the zoom, what to find.
//! All of the page's state is here, so that a link shows another reader the same thing.

use std::{collections::BTreeSet, str::FromStr};

use super::{
    address::Address,
    foreign_text,
    waterfall::{Row, What, hex},
};
use crate::model::{StoredSpan, TraceId};

/// Rows shown at first; more on request, so that a huge trace opens at once.
pub(crate) const ROWS: usize = 500;
/// Rows shown at most in one page; the others are a page further.
pub(crate) const MOST_ROWS: usize = 1_000;
/// IDs kept in one list of the address; the first ones give way.
const MOST_IDS: usize = 100;
/// Characters kept of what to find.
const MOST_TEXT: usize = 200;
/// Services folded at most.
const MOST_FOLDED: usize = 40;
/// Bytes of their names together: they stand in the links of every row.
const MOST_FOLDED_BYTES: usize = 2_000;
/// Parameters that are told about, if there are more that cannot be used.
const MOST_WRONG: usize = 5;
/// Parameters that have one value.
pub(crate) const SINGLE: [&str; 10] = [
    "span",
    "from",
    "collapsed",
    "expanded",
    "levels",
    "zoom",
    "rows",
    "skip",
    "find",
    "critical",
];
/// What the script adds when it asks for parts.
const OF_THE_SCRIPT: [&str; 3] = ["parts", "have", "logs"];

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
    /// Rows to pass over before the first that is shown.
    pub(crate) skip: Option<usize>,
    /// Text to look for in names, services and attributes.
    pub(crate) find: Option<String>,
    /// Key of the row that times are measured from.
    pub(crate) from: Option<String>,
    /// Services whose spans are folded into the span that enters the service.
    pub(crate) fold: Vec<String>,
    /// The critical path is not marked.
    pub(crate) hides_path: bool,
    /// What in the address could not be used, and why.
    pub(crate) wrong: Vec<String>,
}

impl TraceView {
    /// Reads an address; what makes no sense there is left out and told in `wrong`.
    pub(crate) fn read(pairs: &[(String, String)]) -> Self {
        let mut view = Self::default();
        for (key, value) in pairs {
            if let Err(why) = view.take(key, value) {
                view.wrong.push(format!(
                    "{}={}: {why}",
                    foreign_text::on_one_line(key, 40),
                    foreign_text::on_one_line(value, 80)
                ));
            }
        }
        let surplus = view.wrong.len().saturating_sub(MOST_WRONG);
        if surplus > 0 {
            view.wrong.truncate(MOST_WRONG);
            view.wrong.push(format!("and {surplus} more"));
        }
        view
    }

    /// Takes one parameter in, or says why not.
    fn take(&mut self, key: &str, value: &str) -> Result<(), &'static str> {
        match key {
            "span" => self.span = Some(a_key(value)?),
            "from" => self.from = Some(a_key(value)?),
            "collapsed" | "expanded" => {
                let (keys, is_whole) = keys(value);
                if key == "collapsed" {
                    self.collapsed = keys;
                } else {
                    self.expanded = keys;
                }
                return if is_whole {
                    Ok(())
                } else {
                    Err("span IDs are needed here, with commas between them")
                };
            }
            "levels" => self.levels = Some(a_count(value)?),
            "zoom" => {
                let zoom = value
                    .split_once('-')
                    .and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)))
                    .filter(|(from, to): &(u64, u64)| from < to);
                self.zoom = Some(zoom.ok_or("two times in nanoseconds are needed, the first before the second, such as 0-5000")?);
            }
            "rows" => return take_rows(&mut self.rows, value),
            "skip" => self.skip = Some(a_count::<usize>(value)?).filter(|&skip| skip > 0),
            "find" => {
                self.find = Some(value.trim().chars().take(MOST_TEXT).collect())
                    .filter(|text: &String| !text.is_empty());
            }
            "fold" => {
                let bytes: usize = self.fold.iter().map(String::len).sum();
                if self.fold.len() == MOST_FOLDED || bytes + value.len() > MOST_FOLDED_BYTES {
                    return Err("too many services are folded");
                }
                if value.is_empty() || value.chars().nth(MOST_TEXT).is_some() {
                    return Err("the name of a service is needed here");
                }
                if !self.folds(value) {
                    self.fold.push(value.to_owned());
                }
            }
            "critical" if value == "off" || value == "on" => self.hides_path = value == "off",
            "critical" => return Err("it is on or off"),
            other if OF_THE_SCRIPT.contains(&other) => {}
            _ => return Err("this page has no such parameter"),
        }
        Ok(())
    }

    /// The address that shows this.
    pub(crate) fn href(&self, trace: TraceId) -> String {
        self.query(Address::new(format!("/trace/{trace}"))).finish()
    }

    fn query(&self, address: Address) -> Address {
        let list = |keys: &[String]| (!keys.is_empty()).then(|| keys.join(","));
        let address = address
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
            .with_some("skip", self.skip.map(|n| n.to_string()).as_deref())
            .with_some("find", self.find.as_deref())
            .with_some("from", self.from.as_deref())
            .with_some("critical", self.hides_path.then_some("off"));
        self.fold
            .iter()
            .fold(address, |address, service| address.with("fold", service))
    }

    /// Whether the row with this key, so many levels down, hides what is under it.
    pub(crate) fn is_closed(&self, depth: u32, key: &str) -> bool {
        let has = |keys: &[String]| keys.iter().any(|one| one == key);
        has(&self.collapsed)
            || self.levels.is_some_and(|levels| depth + 1 >= levels) && !has(&self.expanded)
    }

    /// The state after the row was collapsed or expanded.
    pub(crate) fn toggled(&self, depth: u32, key: &str) -> Self {
        let mut view = self.clone();
        let (from, to) = if self.is_closed(depth, key) {
            let by_level = self.levels.is_some_and(|levels| depth + 1 >= levels);
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

    /// Whether spans of the service are folded into its entry span.
    pub(crate) fn folds(&self, service: &str) -> bool {
        self.fold.iter().any(|one| one == service)
    }

    /// The state after the service was folded or unfolded.
    pub(crate) fn folding(&self, service: &str) -> Self {
        let mut view = self.clone();
        if view.folds(service) {
            view.fold.retain(|one| one != service);
        } else {
            view.fold.push(service.to_owned());
        }
        view
    }

    /// The state in which times are measured from this row, or not at all.
    pub(crate) fn measuring_from(&self, key: Option<&str>) -> Self {
        Self {
            from: key.map(str::to_owned),
            ..self.clone()
        }
    }

    /// The state with the critical path marked or not.
    pub(crate) fn hiding_path(&self, hides_path: bool) -> Self {
        Self {
            hides_path,
            ..self.clone()
        }
    }

    /// The state that looks for this text, or for none.
    pub(crate) fn finding(&self, text: Option<&str>) -> Self {
        Self {
            find: text.map(|text| text.chars().take(MOST_TEXT).collect()),
            ..self.clone()
        }
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

    /// The state with so many rows after those that are passed over.
    pub(crate) fn with_rows(&self, skip: usize, rows: usize) -> Self {
        Self {
            rows: (rows != ROWS).then_some(rows.min(MOST_ROWS)),
            skip: (skip > 0).then_some(skip),
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

/// Whether a text can be a row's key.
fn is_key(text: &str) -> bool {
    let digits = text.strip_prefix('m').unwrap_or(text);
    (1..=32).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The row's key that a parameter gives, or what is needed there.
pub(crate) fn a_key(value: &str) -> Result<String, &'static str> {
    Some(value.to_lowercase())
        .filter(|value| is_key(value))
        .ok_or("a span ID has 16 hexadecimal digits")
}

/// The number that a parameter gives, or what is needed there.
pub(crate) fn a_count<N: FromStr>(value: &str) -> Result<N, &'static str> {
    value.parse().map_err(|_| "a number is needed here")
}

/// Takes the number of a page's rows: the nearest that is possible, even if it cannot be used as it is.
pub(crate) fn take_rows(rows: &mut Option<usize>, value: &str) -> Result<(), &'static str> {
    let wanted = a_count(value)?;
    let possible = usize::clamp(wanted, 1, MOST_ROWS);
    *rows = Some(possible);
    if wanted == possible {
        Ok(())
    } else {
        Err("a page has from 1 to 1000 rows")
    }
}

/// The keys in a list, and whether all of it was keys.
fn keys(list: &str) -> (Vec<String>, bool) {
    let mut known = BTreeSet::new();
    let is_whole = list.split(',').all(is_key);
    let mut keys: Vec<String> = list
        .split(',')
        .map(str::to_lowercase)
        .filter(|key| is_key(key) && known.insert(key.clone()))
        .collect();
    keys.drain(..keys.len().saturating_sub(MOST_IDS));
    (keys, is_whole)
}

#[cfg(test)]
#[path = "trace_address_tests.rs"]
mod tests;
