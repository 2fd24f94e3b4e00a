//! What a page asks, as Honeycomb's query specification in JSON and as `span-query` has read it, or all that is wrong with it by field.

use serde_json::{Map, Value as Json, json};
use span_query::Query;

use super::{
    address::QueryView,
    faults::Fault,
    terms::{Calculation, Having, Order},
    where_text::Clause,
};

/// A query in both forms.
#[derive(Clone, Debug)]
pub(crate) struct Specified {
    /// Honeycomb's query specification.
    pub(crate) json: Json,
    pub(crate) query: Query,
}

impl QueryView {
    /// The query, or what is wrong with it: of each field what is wrong first.
    pub(crate) fn specified(&self) -> Result<Specified, Vec<Fault>> {
        let json = self.json()?;
        match Query::from_json(&json) {
            Ok(query) => Ok(Specified { json, query }),
            Err(error) => Err(vec![Fault::of_query(&error)]),
        }
    }

    /// Honeycomb's query specification, as far as the fields can be read.
    fn json(&self) -> Result<Json, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut query = Map::new();
        let mut put = |key: &str, items: Vec<Json>| {
            if !items.is_empty() {
                query.insert(key.to_owned(), Json::Array(items));
            }
        };
        let calculations = read(&self.visualise, "v", &mut faults, Calculation::parse);
        let filters = read(&self.filters, "where", &mut faults, Clause::parse);
        let havings = read(&self.having, "having", &mut faults, Having::parse);
        put(
            "calculations",
            calculations.iter().map(Calculation::json).collect(),
        );
        put("filters", filters.iter().map(Clause::json).collect());
        put(
            "breakdowns",
            self.by.iter().map(|column| json!(column)).collect(),
        );
        put("havings", havings.iter().map(Having::json).collect());
        put("orders", self.orders(&calculations));
        if self.match_any && filters.len() > 1 {
            query.insert("filter_combination".to_owned(), json!("OR"));
        }
        for (field, key, text) in [
            ("limit", "limit", &self.limit),
            ("step", "granularity", &self.step),
        ] {
            if text.is_empty() {
                continue;
            }
            match text.parse::<u64>() {
                Ok(number) => {
                    query.insert(key.to_owned(), json!(number));
                }
                Err(_) => faults.push(Fault::new(field, 0, "This is no whole number.")),
            }
        }
        if let Err(fault) = self.when.add_to(&mut query) {
            faults.push(fault);
        }
        if faults.is_empty() {
            Ok(Json::Object(query))
        } else {
            Err(faults)
        }
    }

    /// What groups are sorted by: without a word about it, what is calculated first, the largest first.
    fn orders(&self, calculations: &[Calculation]) -> Vec<Json> {
        if !self.order.is_empty() {
            let orders = self.order.iter().map(|text| Order::parse(text, &self.by));
            return orders.map(|order| order.json(&self.by)).collect();
        }
        if self.by.is_empty() {
            return Vec::new();
        }
        let has_column = |one: &&Calculation| !matches!(&one.op[..], "HEATMAP" | "CONCURRENCY");
        let first = match calculations {
            [] => Some(json!({"op": "COUNT"})),
            some => some.iter().find(has_column).map(Calculation::json),
        };
        first
            .into_iter()
            .map(|mut order| {
                order["order"] = json!("descending");
                order
            })
            .collect()
    }
}

fn read<T>(
    texts: &[String],
    field: &'static str,
    faults: &mut Vec<Fault>,
    parse: impl Fn(&str) -> Result<T, super::where_text::TextFault>,
) -> Vec<T> {
    let mut all = Vec::with_capacity(texts.len());
    for (index, text) in texts.iter().enumerate() {
        match parse(text) {
            Ok(one) => all.push(one),
            Err(fault) => faults.push(Fault::in_text(field, index, fault)),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::Dataset, pages::sample::pairs};

    fn view(query: &[(&str, &str)]) -> QueryView {
        QueryView::read(&pairs(query))
    }

    #[test]
    fn what_is_asked_is_honeycombs_json() {
        let view = view(&[
            ("v", "COUNT"),
            ("v", "P95(duration_ms)"),
            ("where", "service.name = backend"),
            ("where", "error exists"),
            ("match", "any"),
            ("by", "user.id"),
            ("having", "COUNT > 5"),
            ("order", "P95(duration_ms)"),
            ("order", "user.id"),
            ("limit", "20"),
        ]);
        let json = json!({
            "calculations": [{"op": "COUNT"}, {"op": "P95", "column": "duration_ms"}],
            "filters": [
                {"column": "service.name", "op": "=", "value": "backend"},
                {"column": "error", "op": "exists"},
            ],
            "filter_combination": "OR",
            "breakdowns": ["user.id"],
            "havings": [{"calculate_op": "COUNT", "op": ">", "value": 5}],
            "orders": [
                {"op": "P95", "column": "duration_ms", "order": "descending"},
                {"column": "user.id", "order": "ascending"},
            ],
            "limit": 20,
            "time_range": 7200,
        });
        assert_eq!(view.specified().expect("a query").json, json);
    }

    #[test]
    fn groups_are_sorted_by_what_is_calculated_first() {
        let by =
            |view: QueryView| view.by("name").specified().expect("a query").json["orders"].clone();
        assert_eq!(
            by(QueryView::of(Dataset::Spans)),
            json!([{"op": "COUNT", "order": "descending"}])
        );
        assert_eq!(
            by(view(&[("v", "AVG(a)"), ("v", "COUNT")])),
            json!([{"op": "AVG", "column": "a", "order": "descending"}])
        );
        let plain = view(&[("v", "COUNT")]).specified().expect("a query");
        assert_eq!(plain.json["orders"], Json::Null);
    }

    #[test]
    fn all_that_is_wrong_is_told_by_field() {
        let wrong = view(&[
            ("v", "COUNT"),
            ("v", "P95("),
            ("where", "a"),
            ("having", "COUNT"),
            ("limit", "many"),
            ("from", "soon"),
        ]);
        let faults = wrong.specified().expect_err("wrong");
        let places: Vec<_> = faults
            .iter()
            .map(|fault| (fault.field, fault.index))
            .collect();
        assert_eq!(
            places,
            [
                ("v", 1),
                ("where", 0),
                ("having", 0),
                ("limit", 0),
                ("from", 0)
            ]
        );
        for (query, field, index) in [
            (&[("v", "COUNT"), ("v", "P96(a)")][..], "v", 1),
            (
                &[("where", "a = 1"), ("where", "a contains \"\"")],
                "where",
                1,
            ),
            (&[("having", "P95(a) > 1")], "having", 0),
            (&[("by", "a"), ("order", "b")], "order", 0),
            (&[("limit", "0")], "limit", 0),
        ] {
            let faults = view(query).specified().expect_err(field);
            assert_eq!(
                (faults[0].field, faults[0].index),
                (field, index),
                "{}",
                faults[0].message
            );
        }
    }
}
