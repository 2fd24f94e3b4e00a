//! The answer's shape: groups, columns, orders, havings, the limit and the time range.

use serde_json::{Value as Json, json};
use span_query::{Query, Row, Value};

use crate::asking::{check, rows, table};

#[test]
fn groups() {
    let data = json!([
        {"user": "b", "ms": 1}, {"user": "a", "ms": 2}, {"ms": 4}, {"user": "b", "ms": 8}, {"user": 1.0}, {"user": 1},
        {"user": true},
    ]);
    check(
        "one row for each value, absent is null and last",
        json!({"breakdowns": ["user"]}),
        data.clone(),
        json!([[true, 1], [1, 2], ["a", 1], ["b", 2], [null, 1]]),
    );
    check(
        "no row, no group",
        json!({"breakdowns": ["user"]}),
        json!([]),
        json!([]),
    );
    check(
        "two breakdowns",
        json!({"breakdowns": ["user", "ms"], "filters": [{"column": "user", "op": "=", "value": "b"}]}),
        data,
        json!([["b", 1, 1], ["b", 8, 1]]),
    );
}

#[test]
fn columns_are_named_as_honeycomb_names_them() {
    let query = json!({
        "breakdowns": ["user.id"],
        "calculations": [
            {"op": "COUNT"}, {"op": "P95", "column": "duration_ms"}, {"op": "MAX", "column": "x", "name": "worst"},
        ],
    });
    assert_eq!(
        table(query, json!([])).columns,
        ["user.id", "COUNT", "P95(duration_ms)", "worst"]
    );
}

#[test]
fn orders() {
    let data = json!([
        {"user": "a", "ms": 5}, {"user": "b", "ms": 9}, {"user": "c", "ms": 5}, {"user": "d"}, {"ms": 7},
    ]);
    let check = |rule: &str, orders: Json, expected: Json| {
        let calculations = json!([{"op": "MAX", "column": "ms", "name": "worst"}]);
        let query = json!({"breakdowns": ["user"], "calculations": calculations, "orders": orders});
        check(rule, query, data.clone(), expected);
    };
    let ascending = json!([["a", 5], ["c", 5], [null, 7], ["b", 9], ["d", null]]);
    let descending = json!([["b", 9], [null, 7], ["a", 5], ["c", 5], ["d", null]]);
    check(
        "ascending by default",
        json!([{"op": "MAX", "column": "ms"}]),
        ascending,
    );
    check(
        "null stays last",
        json!([{"op": "MAX", "column": "ms", "order": "descending"}]),
        descending.clone(),
    );
    check(
        "by the calculation's name",
        json!([{"column": "worst", "order": "descending"}]),
        descending,
    );
    check(
        "by a breakdown, null last",
        json!([{"column": "user", "order": "descending"}]),
        json!([["d", null], ["c", 5], ["b", 9], ["a", 5], [null, 7]]),
    );
    check(
        "the second decides between equals",
        json!([{"op": "MAX", "column": "ms"}, {"column": "user", "order": "descending"}]),
        json!([["c", 5], ["a", 5], [null, 7], ["b", 9], ["d", null]]),
    );
}

#[test]
fn havings_keep_groups() {
    let data = json!([{"user": "a", "ms": 1}, {"user": "a", "ms": 3}, {"user": "b", "ms": 9}, {"user": "c"}]);
    let check = |rule: &str, havings: Json, expected: Json| {
        let calculations = json!([{"op": "COUNT"}, {"op": "AVG", "column": "ms", "name": "mean"}]);
        let query =
            json!({"breakdowns": ["user"], "calculations": calculations, "havings": havings});
        check(rule, query, data.clone(), expected);
    };
    check(
        "by count",
        json!([{"calculate_op": "COUNT", "op": ">", "value": 1}]),
        json!([["a", 2, 2]]),
    );
    check(
        "by a column's calculation",
        json!([{"calculate_op": "AVG", "column": "ms", "op": ">=", "value": 2}]),
        json!([["a", 2, 2], ["b", 1, 9]]),
    );
    check(
        "by its name",
        json!([{"column": "mean", "op": "=", "value": 9}]),
        json!([["b", 1, 9]]),
    );
    check(
        "a null result is not equal",
        json!([{"column": "mean", "op": "!=", "value": 9}]),
        json!([["a", 2, 2], ["c", 1, null]]),
    );
    check(
        "all of them",
        json!([{"column": "mean", "op": "<", "value": 9}, {"calculate_op": "COUNT", "op": "<=", "value": 1}]),
        json!([]),
    );
}

#[test]
fn the_limit_cuts_after_the_order() {
    let data: Json = (0..1500).map(|index| json!({"x": index})).collect();
    let order = json!([{"column": "x", "order": "descending"}]);
    let limited = |limit: Json| {
        table(
            json!({"breakdowns": ["x"], "orders": order, "limit": limit}),
            data.clone(),
        )
    };
    assert_eq!(limited(json!(null)).rows.len(), 100, "the default");
    assert_eq!(limited(json!(1)).rows, [[Value::Int(1499), Value::Int(1)]]);
    assert_eq!(limited(json!(1000)).rows.len(), 1000);
    assert_eq!(
        limited(json!(1000)).groups,
        1500,
        "how many there were is told"
    );
}

#[test]
fn time() {
    let data =
        json!([{"@seconds": 99}, {"@seconds": 100}, {"@seconds": 199}, {"@seconds": 200}, {}]);
    let check = |rule: &str, query: Json, count: i64| {
        let answer = Query::from_json(&query)
            .unwrap()
            .run_at(rows(data.clone()), 201)
            .unwrap();
        assert_eq!(answer.rows, [[Value::Int(count)]], "{rule}");
        if query.get("start_time").or(query.get("end_time")).is_some() {
            assert_eq!(
                table(query, data.clone()),
                answer,
                "{rule}: now makes no difference"
            );
        }
    };
    check("without a time, all rows", json!({}), 5);
    check("from the start on", json!({"start_time": 100}), 3);
    check("before the end", json!({"end_time": 200}), 3);
    check("between", json!({"start_time": 100, "end_time": 200}), 2);
    check(
        "for so long after the start",
        json!({"start_time": 100, "time_range": 100}),
        2,
    );
    check(
        "for so long before the end",
        json!({"end_time": 200, "time_range": 1}),
        1,
    );
    check("until now", json!({"time_range": 2}), 2);
    check(
        "longer than there is time",
        json!({"end_time": 100, "time_range": 7200}),
        1,
    );
}

#[test]
fn a_row_holds_what_json_can_say() {
    let row = Row::new()
        .with("nan", f64::NAN)
        .with("low", f64::NEG_INFINITY)
        .with("gone", 1)
        .with("gone", None::<i64>);
    assert_eq!(row.get("nan"), &Value::from("NaN"));
    assert_eq!(row.get("low"), &Value::from("-Infinity"));
    assert_eq!(row.get("gone"), &Value::Null);
    assert_eq!(
        row.fields().map(|(name, _)| name).collect::<Vec<_>>(),
        ["low", "nan"]
    );
    assert_eq!(
        Value::from(u64::MAX),
        Value::Float(18_446_744_073_709_551_615.0)
    );
}

#[test]
fn columns_that_the_data_does_not_have() {
    let query: Query = r#"{
        "breakdowns": ["user.id", "duration_ms"],
        "calculations": [{"op": "P95", "column": "durationms"}],
        "filters": [{"column": "shoe size", "op": "exists"}]
    }"#
    .parse()
    .unwrap();
    let unknown = query.unknown_columns(["user.id", "duration_ms", "name"]);
    let found: Vec<_> = unknown
        .iter()
        .map(|column| (column.name.as_str(), column.nearest.as_deref()))
        .collect();
    assert_eq!(
        found,
        [("durationms", Some("duration_ms")), ("shoe size", None)]
    );
}
