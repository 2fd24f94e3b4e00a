//! Links to the query page: a view made from nothing for other pages, or of another with a condition more or less.

use span_columns::Selection;
use span_query::Value;

use super::{
    address::{QueryView, calculation, having},
    selected,
    terms::Order,
    when::When,
    where_text::Clause,
};
use crate::model::Dataset;

/// Characters of a value that a link compares as a whole; of a longer one it compares the beginning.
/// Of a column whose name is longer there are no links.
pub(super) const MOST_VALUE: usize = 500;

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

    /// The same query grouped by one more column, unless its name is too long for a link.
    pub(crate) fn grouped_by(&self, column: &str) -> Option<Self> {
        let is_long = column.chars().nth(MOST_VALUE).is_some();
        (!is_long).then(|| self.clone().by(column))
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
        let is_other = self.match_any && self.filters.len() > 1;
        if is_other || clause.column.chars().nth(MOST_VALUE).is_some() {
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
