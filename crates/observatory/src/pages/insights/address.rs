//! What the address of Logs Insights says: the query, the log groups, the range of time, the rows that are unfolded.
//! All of the page's state is here, so that a link shows another reader the same thing.

use crate::{
    model::TraceId,
    pages::{
        address::Address,
        left_out::{Parameter, one_of, only, text, texts, up_to},
        logs::{
            address::RANGES,
            range::{MOST_TEXT, OF_A_QUERY, Range},
        },
        trace_ids,
    },
};

/// Characters of a query that are read; the service takes 10,000, and what is longer is to be told so.
const MOST_QUERY: usize = 12_000;
/// Characters of a log group's name.
const MOST_NAME: usize = 512;
/// Groups that are read; more than may be asked is to be told so.
const MOST_GROUPS: usize = 100;
/// Rows that can be unfolded at once.
const MOST_OPEN: usize = 50;
/// Rows shown at first.
pub(crate) const ROWS: usize = 500;
/// Rows shown at most: as many as a query may give.
const MOST_ROWS: usize = 10_000;

/// The page's parameters.
pub(super) const PARAMETERS: [Parameter; 7] = [
    text("query", MOST_QUERY),
    texts("group", MOST_NAME),
    one_of("range", &RANGES),
    text("from", MOST_TEXT),
    text("to", MOST_TEXT),
    only(
        "open",
        are_ids,
        "IDs of events are needed here, 50 at most, with commas between them",
    ),
    up_to("rows", MOST_ROWS),
];

fn are_ids(list: &str) -> bool {
    list.split(',').count() <= MOST_OPEN && list.split(',').all(|id| id.parse::<u64>().is_ok())
}

/// The page's state.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct InsightsView {
    /// The query as typed; `None` before one is asked.
    pub(crate) query: Option<String>,
    /// Log groups to ask; none stands for all of them.
    pub(crate) groups: Vec<String>,
    pub(crate) range: Range,
    /// IDs of events whose rows are unfolded.
    pub(crate) open: Vec<u64>,
    pub(crate) rows: usize,
}

impl InsightsView {
    /// Reads an address; what makes no sense there is left out.
    pub(crate) fn read(pairs: &[(String, String)]) -> Self {
        let mut view = Self {
            query: None,
            groups: Vec::new(),
            range: Range::read(pairs, &OF_A_QUERY),
            open: Vec::new(),
            rows: ROWS,
        };
        for (key, value) in pairs {
            match &key[..] {
                // Forms send line ends as Windows has them.
                "query" => {
                    let text: String = value.chars().take(MOST_QUERY).collect();
                    let text = text.replace("\r\n", "\n").trim().to_owned();
                    view.query = Some(text).filter(|text| !text.is_empty());
                }
                "group" if view.groups.len() < MOST_GROUPS => {
                    let name: String = value.trim().chars().take(MOST_NAME).collect();
                    if !name.is_empty() && !view.groups.contains(&name) {
                        view.groups.push(name);
                    }
                }
                "open" => {
                    view.open = value
                        .split(',')
                        .filter_map(|id| id.parse().ok())
                        .take(MOST_OPEN)
                        .collect();
                }
                "rows" => {
                    let rows = value.parse().ok().map(|n: usize| n.clamp(1, MOST_ROWS));
                    view.rows = rows.unwrap_or(ROWS);
                }
                _ => {}
            }
        }
        view
    }

    /// The address that shows this.
    pub(crate) fn href(&self) -> String {
        let mut address = Address::new("/insights");
        for group in &self.groups {
            address = address.with("group", group);
        }
        address = self
            .range
            .with(address)
            .with_some("query", self.query.as_deref());
        let open: Vec<String> = self.open.iter().map(u64::to_string).collect();
        address
            .with_some(
                "open",
                (!open.is_empty()).then(|| open.join(",")).as_deref(),
            )
            .with_some(
                "rows",
                (self.rows != ROWS)
                    .then(|| self.rows.to_string())
                    .as_deref(),
            )
            .finish()
    }

    /// Another query over the same groups and range.
    pub(crate) fn asking(&self, query: &str) -> Self {
        Self {
            query: Some(query.to_owned()),
            open: Vec::new(),
            rows: ROWS,
            ..self.clone()
        }
    }

    /// The same query over another range.
    pub(crate) fn within(&self, range: Range) -> Self {
        Self {
            range,
            open: Vec::new(),
            rows: ROWS,
            ..self.clone()
        }
    }

    /// The state with this row unfolded, or folded if it is.
    pub(crate) fn toggled(&self, id: u64) -> Self {
        let mut view = self.clone();
        if view.open.contains(&id) {
            view.open.retain(|one| *one != id);
        } else {
            view.open.push(id);
            let surplus = view.open.len().saturating_sub(MOST_OPEN);
            view.open.drain(..surplus);
        }
        view
    }

    /// The state with so many rows.
    pub(crate) fn with_rows(&self, rows: usize) -> Self {
        Self {
            rows,
            ..self.clone()
        }
    }
}

/// The page about one log group, nothing asked yet.
pub(crate) fn href_of(group: &str) -> String {
    Address::new("/insights").with("group", group).finish()
}

/// The page that asks for the events of a trace between two points in time in milliseconds.
pub(crate) fn href_of_trace(id: TraceId, from: i64, to: i64) -> String {
    let xray = trace_ids::in_xrays_form(id);
    let query = format!(
        "fields @timestamp, @logStream, @message\n| filter trace_id in [\"{id}\", \"{xray}\"] or xray_trace_id = \"{xray}\"\n| sort @timestamp asc"
    );
    InsightsView::read(&[])
        .asking(&query)
        .within(Range::between(from, to, &OF_A_QUERY))
        .href()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample::pairs;

    fn read(query: &[(&str, &str)]) -> InsightsView {
        InsightsView::read(&pairs(query))
    }

    #[test]
    fn an_address_survives_the_round_trip() {
        let view = read(&[
            ("group", "a"),
            ("group", "/b"),
            ("group", "a"),
            ("range", "5m"),
            ("query", " fields @message\r\n| limit 5 "),
            ("open", "7,x,9"),
            ("rows", "9"),
        ]);
        assert_eq!(
            view.href(),
            "/insights?group=a&group=/b&range=5m&query=fields+%40message%0A%7C+limit+5&open=7,9&rows=9"
        );
        assert_eq!(view.toggled(7).toggled(8).open, [9, 8]);
        assert_eq!(view.toggled(7).toggled(7).open, [9, 7]);
        assert_eq!(
            view.asking("x").href(),
            "/insights?group=a&group=/b&range=5m&query=x"
        );
        assert_eq!(
            view.within(Range::between(0, 1, &OF_A_QUERY))
                .with_rows(2)
                .href(),
            "/insights?group=a&group=/b&from=1970-01-01+00:00:00.000&to=1970-01-01+00:00:00.001&query=fields+%40message%0A%7C+limit+5&rows=2"
        );
    }

    #[test]
    fn nonsense_is_left_out_and_all_is_bounded() {
        for (key, value) in [
            ("query", " \r\n "),
            ("open", "x,-1,"),
            ("rows", "x"),
            ("group", ""),
            ("range", "z"),
            ("o", "1"),
        ] {
            assert_eq!(read(&[(key, value)]).href(), "/insights", "{key}={value}");
        }
        let long = "é".repeat(20_000);
        assert_eq!(
            read(&[("query", &long)]).query.map(|q| q.chars().count()),
            Some(MOST_QUERY)
        );
        let names: Vec<String> = (0..200).map(|n| n.to_string()).collect();
        let many: Vec<(&str, &str)> = names.iter().map(|n| ("group", &n[..])).collect();
        assert_eq!(read(&many).groups.len(), MOST_GROUPS);
        assert_eq!(read(&[("open", &names.join(","))]).open.len(), MOST_OPEN);
        assert_eq!(read(&[("rows", "99999999")]).rows, MOST_ROWS);
        let mut view = read(&[("open", &names[..MOST_OPEN].join(","))]);
        view = view.toggled(1_000);
        assert_eq!(
            (view.open.len(), view.open[0], view.open[MOST_OPEN - 1]),
            (MOST_OPEN, 1, 1_000)
        );
    }

    #[test]
    fn the_query_for_a_trace_names_it_in_both_forms() {
        let id = TraceId::parse("4efaaf4d1e8720b39541901950019ee5").expect("an ID");
        let href = href_of_trace(id, 0, 1);
        for part in [
            "4efaaf4d1e8720b39541901950019ee5",
            "1-4efaaf4d-1e8720b39541901950019ee5",
            "from=1970",
            "to=1970",
        ] {
            assert!(href.contains(part), "{part}: {href}");
        }
    }
}
