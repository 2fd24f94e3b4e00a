//! How a query names columns: the row's own, related spans', and names that only look like those.

use serde_json::json;
use span_query::{Column, FILTER_OPS, Op, Query, Relation, Time, Value};

use crate::asking::check;

#[test]
fn related_spans() {
    let check = |text: &str, relation: Relation, name: &str| {
        let column = Column::read(text);
        assert_eq!(
            (column.relation, column.name.as_str()),
            (relation, name),
            "{text}"
        );
        assert_eq!(column.to_string(), text, "written as it was read");
    };
    check("http.route", Relation::Own, "http.route");
    check("root.http.route", Relation::Root, "http.route");
    check("parent.name", Relation::Parent, "name");
    check("any.error", Relation::Any, "error");
    check("root.root.name", Relation::Root, "root.name");
    check("root", Relation::Own, "root");
    check("root.", Relation::Own, "root.");
    check("rooted.name", Relation::Own, "rooted.name");
    check("trace.parent_id", Relation::Own, "trace.parent_id");
    check("\\root.cause", Relation::Own, "root.cause");
    check("\\\\root.cause", Relation::Own, "\\root.cause");
    check("\\name", Relation::Own, "\\name");
    check("root.\\name", Relation::Root, "\\name");
}

#[test]
fn an_attribute_that_is_called_so_is_reached() {
    check(
        "filter, group, calculation, order",
        json!({
            "breakdowns": ["\\parent.name"],
            "calculations": [{"op": "MAX", "column": "\\any.size"}],
            "filters": [{"column": "\\root.cause", "op": "=", "value": "disk"}],
            "orders": [{"op": "MAX", "column": "\\any.size", "order": "descending"}, {"column": "\\parent.name"}],
        }),
        json!([
            {"root.cause": "disk", "parent.name": "a", "any.size": 1},
            {"root.cause": "disk", "parent.name": "b", "any.size": 2},
            {"root.cause": "net", "parent.name": "b", "any.size": 9},
        ]),
        json!([["b", 2], ["a", 1]]),
    );
}

#[test]
fn the_columns_that_are_read_are_named_as_the_data_names_them() {
    let query: Query = r#"{
        "breakdowns": ["root.name", "\\root.name"],
        "calculations": [{"op": "HEATMAP", "column": "duration_ms"}, {"op": "CONCURRENCY"}],
        "filters": [{"column": "any.error", "op": "exists"}, {"column": "parent.service.name", "op": "matches", "value": "("}]
    }"#
    .parse()
    .unwrap();
    let read: Vec<_> = query.columns().into_iter().collect();
    assert_eq!(
        read,
        ["duration_ms", "error", "name", "root.name", "service.name"]
    );
    assert_eq!(query.calculations[0].title, "HEATMAP(duration_ms)");
    assert_eq!(query.calculations[1].title, "CONCURRENCY");
}

#[test]
fn operators_are_named_as_they_are_read() {
    for op in FILTER_OPS {
        let value = match op {
            "in" | "not-in" => json!(["1"]),
            "exists" | "does-not-exist" => json!(null),
            _ => json!("1"),
        };
        let query =
            Query::from_json(&json!({"filters": [{"column": "x", "op": op, "value": value}]}));
        assert_eq!(query.unwrap().filters[0].op(), op);
    }
    for (name, op) in Op::ALL {
        assert_eq!(op.name(), name);
    }
}

#[test]
fn a_test_leaves_regular_expressions_to_whoever_has_them() {
    let query = json!({"filters": [{"column": "x", "op": "matches", "value": "^4"}]});
    let test = &Query::from_json(&query).unwrap().filters[0].test;
    assert!(
        test.holds(&Value::Int(42), |text| text == "42"),
        "the number's text is looked at"
    );
    assert!(!test.holds(&Value::Int(42), |_| false));
    assert!(
        !test.holds(&Value::Null, |_| true),
        "what is absent matches nothing"
    );
}

#[test]
fn how_long_the_time_asked_for_is() {
    let time = |start, end, range| Time { start, end, range };
    assert_eq!(time(None, None, Some(60)).seconds(), Some(60));
    assert_eq!(time(Some(10), Some(40), None).seconds(), Some(30));
    assert_eq!(time(Some(10), None, None).seconds(), None);
    assert_eq!(time(None, None, None).unix_nano(100), None);
    assert_eq!(
        time(None, None, Some(60)).unix_nano(100),
        Some(40_000_000_000..100_000_000_000)
    );
    assert!(time(None, None, Some(60)).needs_now());
    assert!(!time(Some(10), None, Some(60)).needs_now());
}
