//! What the address of the query page says: everything that is asked is here, as typed. Links made of it are `links`'.
//! What that is in Honeycomb's query specification is `specification`'s.

use axum::extract::Query;

use super::{
    terms::{Calculation, Having, Order},
    when::When,
    where_text::Clause,
};
use crate::{
    model::Dataset,
    pages::{address::Address, attribute_table::grouped, foreign_text},
};

/// Characters of one text.
const MOST_TEXT: usize = 4_000;
/// Texts of one kind that are read: more than a query may have, so that this is told.
const MOST_TEXTS: usize = 101;
/// Bytes of all texts together: they stand in every link of the page.
const MOST_BYTES: usize = 10_000;
/// Log groups that are read.
const MOST_GROUPS: usize = 100;

/// Parameters that have one value.
pub(super) const SINGLE: [&str; 8] = ["of", "match", "limit", "range", "from", "to", "step", "box"];

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
        let mut bytes = 0;
        for (key, value) in pairs {
            if view.when.take(key, value) {
                continue;
            }
            let text: String = value.trim().chars().take(MOST_TEXT).collect();
            bytes += text.len();
            if bytes > MOST_BYTES {
                view.strange.push(format!(
                    "This asks for more than {} bytes: {} and what follows was left out.",
                    grouped(MOST_BYTES as u64),
                    foreign_text::on_one_line(key, 40)
                ));
                break;
            }
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
        if view.of != Dataset::Logs && !view.groups.is_empty() {
            let told = "Only log events are in log groups: group was not asked for.";
            view.strange.push(told.to_owned());
        }
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

fn push(texts: &mut Vec<String>, text: String, most: usize) {
    if !text.is_empty() && texts.len() < most {
        texts.push(text);
    }
}

pub(super) fn calculation(text: &str) -> String {
    Calculation::parse(text).map_or_else(|_| text.to_owned(), |read| read.to_string())
}

fn condition(text: &str) -> String {
    Clause::parse(text).map_or_else(|_| text.to_owned(), |read| read.to_string())
}

pub(super) fn having(text: &str) -> String {
    Having::parse(text).map_or_else(|_| text.to_owned(), |read| read.to_string())
}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
