//! What the address of the query page says, and links to it: everything that is asked is here, as typed.
//! What that is in Honeycomb's query specification is `specification`'s.

use axum::extract::Query;
use span_columns::Selection;
use span_query::Value;

use super::{
    selected,
    terms::{Calculation, Having, Order},
    when::When,
    where_text::Clause,
};
use crate::{model::Dataset, pages::address::Address};

/// Characters of one text.
const MOST_TEXT: usize = 4_000;
/// Texts of one kind that are read: more than a query may have, so that this is told.
const MOST_TEXTS: usize = 101;
/// Log groups that are read.
const MOST_GROUPS: usize = 100;
/// Characters of a value that a link compares as a whole; of a longer one it compares the beginning.
const MOST_VALUE: usize = 500;

/// The page's state.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct QueryView {
    pub(crate) of: Dataset,
    /// Log groups; none stands for all of them.
    pub(crate) groups: Vec<String>,
    /// What is calculated, as `terms` reads it: `P95(duration_ms)`.
    pub(crate) visualise: Vec<String>,
    /// Conditions, as `where_text` reads them.
    pub(crate) filters: Vec<String>,
    /// One condition is enough.
    pub(crate) match_any: bool,
    /// Columns to group by.
    pub(crate) by: Vec<String>,
    /// Conditions on groups, as `terms` reads them: `COUNT > 5`.
    pub(crate) having: Vec<String>,
    /// What groups are sorted by, as `terms` reads it: `COUNT desc`.
    pub(crate) order: Vec<String>,
    /// Groups in the table, as typed; empty for the usual number.
    pub(crate) limit: String,
    pub(crate) when: When,
    /// Seconds of a step of the drawings, as typed; empty for what fits.
    pub(crate) step: String,
    /// A box on a heatmap, as typed; `selected` reads it.
    pub(crate) selection: String,
    /// What the address has besides, and why it is left out: told on the page.
    pub(crate) strange: Vec<String>,
}

impl QueryView {
    /// Reads an address; texts that can be read are put in the one form that they are written in.
    pub(crate) fn read(pairs: &[(String, String)]) -> Self {
        let mut view = Self::default();
        let mut orders = Vec::new();
        for (key, value) in pairs {
            if view.when.take(key, value) {
                continue;
            }
            let text: String = value.trim().chars().take(MOST_TEXT).collect();
            if value.trim().len() > text.len() {
                view.strange.push(format!(
                    "{key} is longer than {MOST_TEXT} characters: the rest was left out."
                ));
            }
            match &key[..] {
                "of" if text.is_empty() => {}
                "of" => match Dataset::parse(&text) {
                    Some(of) => view.of = of,
                    None => view.strange.push(format!(
                        "There is no data set “{text}”: spans, segments and logs can be asked."
                    )),
                },
                "match" => match &text[..] {
                    "" | "all" => view.match_any = false,
                    "any" => view.match_any = true,
                    _ => view.strange.push(format!(
                        "Conditions match all or any, not “{text}”: all is assumed."
                    )),
                },
                "limit" => view.limit = text,
                "step" => view.step = text,
                "box" => view.selection = text,
                "group" => push(&mut view.groups, text, MOST_GROUPS),
                "v" => push(&mut view.visualise, calculation(&text), MOST_TEXTS),
                "where" => push(&mut view.filters, condition(&text), MOST_TEXTS),
                "by" => push(&mut view.by, text, MOST_TEXTS),
                "having" => push(&mut view.having, having(&text), MOST_TEXTS),
                "order" => push(&mut orders, text, MOST_TEXTS),
                // The page's own buttons.
                "run" => {}
                _ => view.strange.push(format!(
                    "This page knows no “{key}”: v, where, by, having, order, limit, range, from, to, step, match, of, group and box."
                )),
            }
        }
        // Whether a word is a column is known by now.
        view.order = orders
            .into_iter()
            .map(|text| Order::parse(&text, &view.by).to_string())
            .collect();
        view.strange.truncate(5);
        view
    }

    /// Reads an address as [`QueryView::href`] writes it; of what is none, nothing is asked.
    pub(crate) fn of_address(address: &str) -> Self {
        let pairs = address
            .parse()
            .ok()
            .and_then(|uri| Query::<Vec<(String, String)>>::try_from_uri(&uri).ok());
        pairs.map_or_else(Self::default, |Query(pairs)| Self::read(&pairs))
    }

    /// The address that shows this.
    pub(crate) fn href(&self) -> String {
        self.address("/query")
    }

    /// The same query's address on another path.
    pub(crate) fn address(&self, path: &str) -> String {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let of = (self.of != Dataset::default()).then(|| self.of.word());
        let mut address = Address::new(path).with_some("of", of);
        for (key, texts) in [
            ("group", &self.groups),
            ("v", &self.visualise),
            ("where", &self.filters),
        ] {
            for text in texts {
                address = address.with(key, text);
            }
        }
        address = address.with_some("match", self.match_any.then_some("any"));
        for (key, texts) in [
            ("by", &self.by),
            ("having", &self.having),
            ("order", &self.order),
        ] {
            for text in texts {
                address = address.with(key, text);
            }
        }
        address = address.with_some("limit", some(&self.limit).as_deref());
        self.when
            .with(address)
            .with_some("step", some(&self.step).as_deref())
            .with_some("box", some(&self.selection).as_deref())
            .finish()
    }

    /// The query without its time and data set, on one line: `P95(duration_ms), COUNT where error = true by name`.
    pub(crate) fn in_words(&self) -> String {
        let mut words = match &self.visualise[..] {
            [] => "COUNT".to_owned(),
            some => some.join(", "),
        };
        let conjunction = if self.match_any { " or " } else { " and " };
        for (word, texts, between) in [
            (" where ", &self.filters, conjunction),
            (" by ", &self.by, ", "),
            (" having ", &self.having, " and "),
            (" order ", &self.order, ", "),
        ] {
            if !texts.is_empty() {
                words.push_str(word);
                words.push_str(&texts.join(between));
            }
        }
        words
    }

    /// The same query with one column in the place of another, wherever it stands.
    pub(crate) fn with_column(&self, from: &str, to: &str) -> Self {
        let mut view = self.clone();
        for text in &mut view.visualise {
            if let Ok(mut one) = Calculation::parse(text)
                && one.column.as_deref() == Some(from)
            {
                one.column = Some(to.to_owned());
                *text = one.to_string();
            }
        }
        for text in &mut view.filters {
            if let Ok(mut one) = Clause::parse(text)
                && one.column == from
            {
                one.column = to.to_owned();
                *text = one.to_string();
            }
        }
        for text in &mut view.having {
            if let Ok(mut one) = Having::parse(text)
                && one.calculation.column.as_deref() == Some(from)
            {
                one.calculation.column = Some(to.to_owned());
                *text = one.to_string();
            }
        }
        for text in &mut view.order {
            let mut one = Order::parse(text, &view.by);
            let calculated = Calculation::parse(&one.by).ok();
            if one.by == from {
                one.by = to.to_owned();
            } else if let Some(mut calculated) = calculated
                && calculated.column.as_deref() == Some(from)
            {
                calculated.column = Some(to.to_owned());
                one.by = calculated.to_string();
            }
            *text = one.to_string();
        }
        for column in &mut view.by {
            if column == from {
                *column = to.to_owned();
            }
        }
        view
    }

    /// The fields of the form that name a column, each with its place among its kind.
    pub(crate) fn naming(&self, column: &str) -> Vec<(&'static str, usize)> {
        let calculated = |text: &String| {
            Calculation::parse(text).is_ok_and(|one| one.column.as_deref() == Some(column))
        };
        let compared = |text: &String| Clause::parse(text).is_ok_and(|one| one.column == column);
        let at = |field, is: &dyn Fn(&String) -> bool, texts: &[String]| {
            let found = texts.iter().enumerate().filter(|(_, text)| is(text));
            found.map(|(index, _)| (field, index)).collect::<Vec<_>>()
        };
        let grouped = |text: &String| text == column;
        [
            at("v", &calculated, &self.visualise),
            at("where", &compared, &self.filters),
            at("by", &grouped, &self.by),
        ]
        .concat()
    }

    /// Whether it is the page as it is opened first.
    pub(crate) fn is_blank(&self) -> bool {
        let asked = Self {
            of: Dataset::default(),
            groups: Vec::new(),
            when: When::default(),
            strange: Vec::new(),
            ..self.clone()
        };
        asked == Self::default()
    }
}

/// Building a query, for links from anywhere.
///
/// `QueryView::of(Dataset::Spans).visualise("P95(duration_ms)").filter("service.name", "=", "backend").by("name").href()`
impl QueryView {
    /// Nothing asked of these rows yet.
    pub(crate) fn of(of: Dataset) -> Self {
        Self {
            of,
            ..Self::default()
        }
    }

    /// With one more calculation: `P95(duration_ms)`.
    pub(crate) fn visualise(mut self, text: &str) -> Self {
        self.visualise.push(calculation(text));
        self
    }

    /// With one more condition; the operator is one of [`OPERATORS`](super::where_text::OPERATORS).
    pub(crate) fn filter(self, column: &str, op: &'static str, value: impl Into<Value>) -> Self {
        self.with_clause(&Clause::new(column, op, value.into()))
    }

    /// With one more condition that takes no value: `exists`, `does-not-exist`.
    pub(crate) fn filter_bare(self, column: &str, op: &'static str) -> Self {
        self.with_clause(&Clause::new(column, op, Value::Null))
    }

    /// With one more condition: one of these values.
    pub(crate) fn filter_in(self, column: &str, values: &[&str]) -> Self {
        self.with_clause(&Clause {
            column: column.to_owned(),
            op: "in",
            values: values.iter().map(|value| Value::from(*value)).collect(),
        })
    }

    /// Grouped by one more column.
    pub(crate) fn by(mut self, column: &str) -> Self {
        self.by.push(column.to_owned());
        self
    }

    /// With one more condition on groups: `COUNT > 5`.
    pub(crate) fn having(mut self, text: &str) -> Self {
        self.having.push(having(text));
        self
    }

    /// Sorted by one thing more: `COUNT desc`.
    pub(crate) fn order(mut self, text: &str) -> Self {
        self.order.push(Order::parse(text, &self.by).to_string());
        self
    }

    /// Sorted by nothing but this: `COUNT desc`.
    pub(crate) fn ordered(mut self, text: &str) -> Self {
        self.order.clear();
        self.order(text)
    }

    /// With at most so many groups.
    pub(crate) fn limit(mut self, groups: usize) -> Self {
        self.limit = groups.to_string();
        self
    }

    /// One more log group.
    pub(crate) fn group(mut self, name: &str) -> Self {
        self.groups.push(name.to_owned());
        self
    }

    /// Over another time; a box belongs to its drawing, and goes.
    pub(crate) fn within(mut self, when: When) -> Self {
        self.when = when;
        self.selection.clear();
        self
    }

    /// Over the time from one point to another, in milliseconds since the Unix epoch, both inclusive: for zooming.
    pub(crate) fn zoomed(self, from_ms: i64, to_ms: i64) -> Self {
        self.within(When::between(from_ms, to_ms.max(from_ms)))
    }

    fn with_clause(mut self, clause: &Clause) -> Self {
        self.filters.push(clause.to_string());
        self.selection.clear();
        self
    }
}

/// Asking further about what an answer shows.
impl QueryView {
    /// The same query over those rows alone that have this value there; null stands for rows without the column.
    ///
    /// `None` where conditions are alternatives: one more would let in more rows.
    pub(crate) fn only(&self, column: &str, value: &Value) -> Option<Self> {
        let clause = match value {
            Value::Null => Clause::new(column, "does-not-exist", Value::Null),
            Value::String(text) if text.chars().count() > MOST_VALUE => {
                let start: String = text.chars().take(MOST_VALUE).collect();
                Clause::new(column, "starts-with", start.into())
            }
            value => Clause::new(column, "=", value.clone()),
        };
        self.refined(&clause)
    }

    /// The same query without those rows that have this value there; null stands for rows without the column.
    pub(crate) fn without(&self, column: &str, value: &Value) -> Option<Self> {
        let clause = match value {
            Value::Null => Clause::new(column, "exists", Value::Null),
            Value::String(text) if text.chars().count() > MOST_VALUE => {
                let start: String = text.chars().take(MOST_VALUE).collect();
                Clause::new(column, "does-not-start-with", start.into())
            }
            value => Clause::new(column, "!=", value.clone()),
        };
        self.refined(&clause)
    }

    /// The same query over those rows alone whose number there is at least `from`, and below `to` or, if that belongs to the range, at most `to`.
    pub(crate) fn only_from_to(
        &self,
        column: &str,
        from: &Value,
        to: &Value,
        with_end: bool,
    ) -> Option<Self> {
        let least = Clause::new(column, ">=", from.clone());
        let most = Clause::new(column, if with_end { "<=" } else { "<" }, to.clone());
        self.refined(&least)?.refined(&most)
    }

    /// The same query without one of its conditions.
    pub(crate) fn without_filter(&self, index: usize) -> Self {
        let mut view = self.clone();
        if index < view.filters.len() {
            view.filters.remove(index);
        }
        view
    }

    /// The same page with a box on its heatmap.
    pub(crate) fn boxed(&self, selection: &Selection) -> Self {
        Self {
            selection: selected::text(selection),
            ..self.clone()
        }
    }

    /// The same page without a box.
    pub(crate) fn unboxed(&self) -> Self {
        Self {
            selection: String::new(),
            ..self.clone()
        }
    }

    fn refined(&self, clause: &Clause) -> Option<Self> {
        // One condition alone is both any and all.
        if self.match_any && self.filters.len() > 1 {
            return None;
        }
        let mut view = self.clone();
        view.match_any = false;
        view.strange.clear();
        // Said already.
        if view.filters.contains(&clause.to_string()) {
            view.selection.clear();
            return Some(view);
        }
        Some(view.with_clause(clause))
    }
}

fn push(texts: &mut Vec<String>, text: String, most: usize) {
    if !text.is_empty() && texts.len() < most {
        texts.push(text);
    }
}

fn calculation(text: &str) -> String {
    Calculation::parse(text).map_or_else(|_| text.to_owned(), |read| read.to_string())
}

fn condition(text: &str) -> String {
    Clause::parse(text).map_or_else(|_| text.to_owned(), |read| read.to_string())
}

fn having(text: &str) -> String {
    Having::parse(text).map_or_else(|_| text.to_owned(), |read| read.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample::pairs;

    fn read(query: &[(&str, &str)]) -> QueryView {
        QueryView::read(&pairs(query))
    }

    #[test]
    fn an_address_survives_the_round_trip() {
        let view = read(&[
            ("of", "logs"),
            ("group", "/cruddur/backend"),
            ("v", "heatmap( duration_ms )"),
            ("v", "COUNT"),
            ("where", "service.name=backend"),
            ("where", "a in (1,2)"),
            ("where", "nonsense"),
            ("match", "any"),
            ("by", "user.id"),
            ("having", "count>5"),
            ("order", "count"),
            ("order", "user.id"),
            ("limit", "20"),
            ("range", "1d"),
            ("step", "60"),
            ("box", "duration_ms,1,2,3,4"),
        ]);
        let href = "/query?of=logs&group=/cruddur/backend&v=HEATMAP%28duration_ms%29&v=COUNT&where=service.name+%3D+backend&where=a+in+1,+2&where=nonsense&match=any&by=user.id&having=COUNT+%3E+5&order=COUNT+desc&order=user.id+asc&limit=20&range=24h&step=60&box=duration_ms,1,2,3,4";
        assert_eq!(view.href(), href);
        assert_eq!(view.strange, [] as [&str; 0]);
        assert!(!view.is_blank() && read(&[("range", "all"), ("of", "logs")]).is_blank());
        assert_eq!(read(&[]).href(), "/query");
        assert_eq!(QueryView::of_address(&view.href()), view);
        assert_eq!(QueryView::of_address("no address"), read(&[]));
    }

    #[test]
    fn what_makes_no_sense_is_told_and_all_is_bounded() {
        for (key, value, part) in [
            ("of", "metrics", "no data set “metrics”"),
            ("match", "none", "not “none”"),
            ("wehre", "x", "knows no “wehre”"),
        ] {
            let view = read(&[(key, value)]);
            assert_eq!(view.href(), "/query");
            assert!(view.strange[0].contains(part), "{:?}", view.strange);
        }
        let long = "é".repeat(20_000);
        let view = read(&[("by", &long)]);
        assert_eq!(view.by[0].chars().count(), MOST_TEXT);
        assert_eq!(view.strange.len(), 1);
        let many = vec![("by", "x"); 500];
        assert_eq!(read(&many).by.len(), MOST_TEXTS);
        let strange = vec![("x", "x"); 500];
        assert_eq!(read(&strange).strange.len(), 5);
        assert_eq!(
            read(&[("v", " "), ("of", ""), ("match", "")]),
            QueryView::default()
        );
    }

    #[test]
    fn a_column_is_found_and_renamed_wherever_it_stands() {
        let view = read(&[
            ("v", "P95(a)"),
            ("v", "COUNT"),
            ("where", "b = a"),
            ("where", "a = b"),
            ("by", "a"),
            ("having", "P95(a) > 1"),
            ("order", "P95(a)"),
            ("order", "a"),
        ]);
        assert_eq!(view.naming("a"), [("v", 0), ("where", 1), ("by", 0)]);
        assert_eq!(
            view.with_column("a", "c d").in_words(),
            "P95(c d), COUNT where b = a and \"c d\" = b by c d having P95(c d) > 1 order P95(c d) desc, c d asc"
        );
        assert_eq!(read(&[]).in_words(), "COUNT");
    }

    #[test]
    fn links_are_built_and_refined() {
        let view = QueryView::of(Dataset::Spans)
            .visualise("P95(duration_ms)")
            .filter("service.name", "=", "backend")
            .by("name")
            .order("P95(duration_ms) desc")
            .limit(10)
            .within(When::last("24h"));
        assert_eq!(
            view.href(),
            "/query?v=P95%28duration_ms%29&where=service.name+%3D+backend&by=name&order=P95%28duration_ms%29+desc&limit=10&range=24h"
        );
        let filters = |view: Option<QueryView>| view.map(|view| view.filters.join(" & "));
        let told = |text: &str| Some(format!("service.name = backend & {text}"));
        let long = "x".repeat(100_000);
        for (refined, wanted) in [
            (view.only("name", &"GET /".into()), told("name = GET /")),
            (
                view.only("a b", &Value::Null),
                told("\"a b\" does-not-exist"),
            ),
            (view.without("code", &500.into()), told("code != 500")),
            (view.without("code", &Value::Null), told("code exists")),
            (
                view.only("body", &long[..].into()),
                told(&format!("body starts-with {}", &long[..MOST_VALUE])),
            ),
            (
                view.only_from_to("n", &1.into(), &2.5.into(), false),
                told("n >= 1 & n < 2.5"),
            ),
            (
                view.only("service.name", &"backend".into()),
                Some("service.name = backend".to_owned()),
            ),
        ] {
            assert_eq!(filters(refined), wanted);
        }
        let either = QueryView {
            match_any: true,
            ..view.clone().filter_bare("error", "exists")
        };
        assert_eq!(either.only("name", &"x".into()), None);
        assert_eq!(either.without_filter(0).filters, ["error exists"]);
        let one = either.without_filter(1).only("name", &"x".into());
        assert!(one.is_some_and(|one| !one.match_any));
        let zoomed = view.zoomed(1_700_000_000_000, 1_700_000_000_999);
        assert!(
            zoomed
                .href()
                .ends_with("&limit=10&from=2023-11-14+22:13:20.000&to=2023-11-14+22:13:20.999")
        );
    }
}
