//! What is not evaluated is rejected, with the place in the JSON and what would be possible there.

use serde_json::{Value as Json, json};
use span_query::Query;

/// The query is rejected with this message, also when it comes as part of a request body.
#[track_caller]
fn check(rule: &str, query: Json, expected: &str) {
    let message = Query::from_json(&query)
        .map(|_| ())
        .unwrap_err()
        .to_string();
    assert_eq!(message, expected, "{rule}");
    let message = serde_json::from_value::<Query>(query)
        .map(|_| ())
        .unwrap_err()
        .to_string();
    assert_eq!(message, expected, "{rule}, through serde");
}

#[test]
fn keys() {
    check(
        "a misspelt key",
        json!({"calculation": []}),
        "calculation: no such key, did you mean `calculations`?; possible: `breakdowns`, `calculations`, `end_time`, \
         `filter_combination`, `filters`, `granularity`, `havings`, `limit`, `orders`, `start_time`, `time_range`",
    );
    check(
        "a misspelt key inside",
        json!({"filters": [{"column": "x", "op": "exists"}, {"col": "x"}]}),
        "filters[1].col: no such key; possible: `column`, `op`, `value`",
    );
    check(
        "part of Honeycomb's, but not evaluated",
        json!({"usage_mode": true}),
        "usage_mode: `usage_mode` is not supported here; leave it out: sample rates always count",
    );
    check(
        "the same inside a calculation",
        json!({"calculations": [{"op": "COUNT", "filters": []}]}),
        "calculations[0].filters: `filters` is not supported here; leave it out and put the filters on the query",
    );
    check(
        "no object",
        json!([]),
        "the query: a list found, an object wanted",
    );
    check(
        "no object inside",
        json!({"orders": ["COUNT"]}),
        "orders[0]: a string found, an object wanted",
    );
    check(
        "no list",
        json!({"breakdowns": "name"}),
        "breakdowns: a string found, a list wanted",
    );
    check(
        "too many",
        json!({"breakdowns": vec!["name"; 101]}),
        "breakdowns: 101 items found, at most 100 items wanted",
    );
}

#[test]
fn calculations() {
    let check = |rule: &str, calculation: Json, expected: &str| {
        check(
            rule,
            json!({"calculations": [calculation]}),
            &format!("calculations[0]{expected}"),
        );
    };
    check(
        "a percentile that Honeycomb has not",
        json!({"op": "p96", "column": "x"}),
        ".op: `p96` is not possible, did you mean `P90`?; possible: `COUNT`, `COUNT_DISTINCT`, `SUM`, `AVG`, `MIN`, \
         `MAX`, `P001`, `P01`, `P05`, `P10`, `P20`, `P25`, `P50`, `P75`, `P80`, `P90`, `P95`, `P99`, `P999`, `HEATMAP`, \
         `CONCURRENCY`, `RATE_AVG`, `RATE_SUM`, `RATE_MAX`",
    );
    check(
        "no operator",
        json!({"column": "x"}),
        ".op: nothing found, an operator wanted",
    );
    check(
        "no column",
        json!({"op": "SUM"}),
        ".column: nothing found, the column that SUM is calculated over wanted",
    );
    check(
        "count of a column",
        json!({"op": "COUNT", "column": "x"}),
        ".column: `x` found, no column (COUNT counts rows: filter with \"exists\", or use COUNT_DISTINCT) wanted",
    );
    check(
        "concurrency of a column",
        json!({"op": "CONCURRENCY", "column": "x"}),
        ".column: `x` found, no column (CONCURRENCY looks at when spans begin and how long they take) wanted",
    );
    check(
        "a heatmap of nothing",
        json!({"op": "HEATMAP"}),
        ".column: nothing found, the column that HEATMAP is calculated over wanted",
    );
    check(
        "another span's column",
        json!({"op": "MAX", "column": "root.duration_ms"}),
        ".column: `root.duration_ms` found, a column of the row's own (related spans are for filters and breakdowns) wanted",
    );
    check(
        "a name that is none",
        json!({"op": "COUNT", "name": 1}),
        ".name: the number 1 found, a string that is not empty wanted",
    );
}

#[test]
fn the_same_column_twice() {
    let twice = "every column of the answer under a name of its own (a calculation can have a \"name\") wanted";
    let count = json!({"op": "COUNT"});
    check(
        "a calculation",
        json!({"calculations": [count, count]}),
        &format!("calculations: `COUNT` twice found, {twice}"),
    );
    check(
        "a breakdown",
        json!({"breakdowns": ["x", "x"]}),
        &format!("calculations: `x` twice found, {twice}"),
    );
    check(
        "a name that a breakdown has",
        json!({"breakdowns": ["x"], "calculations": [{"op": "COUNT", "name": "x"}]}),
        &format!("calculations: `x` twice found, {twice}"),
    );
}

#[test]
fn filters() {
    let check = |rule: &str, filter: Json, expected: &str| {
        check(
            rule,
            json!({"filters": [filter]}),
            &format!("filters[0]{expected}"),
        );
    };
    check(
        "an operator of other languages",
        json!({"column": "x", "op": "=>", "value": 1}),
        ".op: `=>` is not possible, did you mean `=`?; possible: `=`, `!=`, `>`, `>=`, `<`, `<=`, `starts-with`, \
         `does-not-start-with`, `ends-with`, `does-not-end-with`, `contains`, `does-not-contain`, `matches`, \
         `does-not-match`, `exists`, `does-not-exist`, `in`, `not-in`",
    );
    check(
        "no column",
        json!({"op": "exists"}),
        ".column: nothing found, the column to look at wanted",
    );
    check(
        "no operator",
        json!({"column": "x"}),
        ".op: nothing found, an operator wanted",
    );
    check(
        "no value",
        json!({"column": "x", "op": "="}),
        ".value: nothing found, a value for `=` wanted",
    );
    check(
        "null is no value",
        json!({"column": "x", "op": "!=", "value": null}),
        ".value: nothing found, a value for `!=` wanted",
    );
    check(
        "an object",
        json!({"column": "x", "op": "=", "value": {}}),
        ".value: an object found, a string, a number or a bool wanted",
    );
    check(
        "text of a number",
        json!({"column": "x", "op": "contains", "value": 5}),
        ".value: the number 5 found, a string that is not empty wanted",
    );
    check(
        "a regular expression that is a number",
        json!({"column": "x", "op": "matches", "value": 5}),
        ".value: the number 5 found, a string that is not empty wanted",
    );
    check(
        "presence has no value",
        json!({"column": "x", "op": "exists", "value": true}),
        ".value: the bool true found, no value, since `exists` needs none wanted",
    );
    check(
        "one is no list",
        json!({"column": "x", "op": "in", "value": "a"}),
        ".value: a string found, a list wanted",
    );
    check(
        "an empty list",
        json!({"column": "x", "op": "not-in", "value": []}),
        ".value: an empty list found, a list with at least one value wanted",
    );
    check(
        "a list in a list",
        json!({"column": "x", "op": "in", "value": [1, [2]]}),
        ".value[1]: a list found, a string, a number or a bool wanted",
    );
}

#[test]
fn orders_and_havings_name_columns_of_the_query() {
    let with = |key: &str, item: Json| {
        let calculations = json!([
            {"op": "COUNT"}, {"op": "P95", "column": "duration_ms"}, {"op": "HEATMAP", "column": "duration_ms"},
        ]);
        json!({"breakdowns": ["name"], "calculations": calculations, key: [item]})
    };
    check(
        "a calculation that is not asked for",
        with("orders", json!({"op": "MAX", "column": "duration_ms"})),
        "orders[0]: `MAX(duration_ms)` found, one of the query's own columns (`name`, `COUNT`, `P95(duration_ms)`) wanted",
    );
    check(
        "a column that is not broken down by",
        with("orders", json!({"column": "duration_ms"})),
        "orders[0]: `duration_ms` found, one of the query's own columns (`name`, `COUNT`, `P95(duration_ms)`) wanted",
    );
    let heatmap = "orders[0]: `HEATMAP(duration_ms)` found, a column with one value for each group (a heatmap has many) wanted";
    check(
        "a heatmap",
        with("orders", json!({"op": "HEATMAP", "column": "duration_ms"})),
        heatmap,
    );
    check(
        "a heatmap by its title",
        with("orders", json!({"column": "HEATMAP(duration_ms)"})),
        heatmap,
    );
    check(
        "a having on a heatmap",
        with(
            "havings",
            json!({"calculate_op": "HEATMAP", "column": "duration_ms", "op": ">", "value": 1}),
        ),
        "havings[0]: `HEATMAP(duration_ms)` found, a column with one value for each group (a heatmap has many) wanted",
    );
    check(
        "another span's column, calculated",
        with("orders", json!({"op": "P95", "column": "root.duration_ms"})),
        "orders[0]: `P95(root.duration_ms)` found, one of the query's own columns (`name`, `COUNT`, `P95(duration_ms)`) wanted",
    );
    check(
        "nothing to order by",
        with("orders", json!({})),
        "orders[0].column: nothing found, a column or an operator to order by wanted",
    );
    check(
        "a short word for the order",
        with("orders", json!({"op": "COUNT", "order": "desc"})),
        "orders[0].order: `desc` is not possible; possible: `ascending`, `descending`",
    );
    check(
        "a having without its calculation",
        with(
            "havings",
            json!({"calculate_op": "SUM", "column": "x", "op": ">", "value": 1}),
        ),
        "havings[0]: `SUM(x)` found, one of the query's own columns (`COUNT`, `P95(duration_ms)`) wanted",
    );
    check(
        "a having on text",
        with(
            "havings",
            json!({"calculate_op": "COUNT", "op": ">", "value": "1"}),
        ),
        "havings[0].value: a string found, a number wanted",
    );
    check(
        "a having that is no comparison",
        with("havings", json!({"calculate_op": "COUNT", "op": "exists"})),
        "havings[0].op: `exists` is not possible; possible: `=`, `!=`, `>`, `>=`, `<`, `<=`",
    );
}

#[test]
fn limits_and_times() {
    check(
        "no row",
        json!({"limit": 0}),
        "limit: 0 found, an integer from 1 to 1000 wanted",
    );
    check(
        "too many rows",
        json!({"limit": 1001}),
        "limit: 1001 found, an integer from 1 to 1000 wanted",
    );
    check(
        "no integer",
        json!({"limit": "10"}),
        "limit: a string found, an integer from 1 to 1000 wanted",
    );
    check(
        "a date",
        json!({"start_time": "2026-01-01"}),
        "start_time: a string found, an integer of at least 0 wanted",
    );
    check(
        "no time",
        json!({"time_range": 0}),
        "time_range: 0 found, an integer of at least 1 wanted",
    );
    check(
        "all three",
        json!({"start_time": 1, "end_time": 2, "time_range": 1}),
        "time_range: start_time and end_time too found, at most two of the three wanted",
    );
    check(
        "the end first",
        json!({"start_time": 2, "end_time": 1}),
        "start_time: 2, after end_time 1, found, a start before the end wanted",
    );
    check(
        "neither AND nor OR",
        json!({"filter_combination": "and"}),
        "filter_combination: `and` is not possible, did you mean `AND`?; possible: `AND`, `OR`",
    );
}

#[test]
fn relations() {
    check(
        "a group for each of many spans",
        json!({"breakdowns": ["name", "any.name"]}),
        "breakdowns[1]: `any.name` found, one value for each row (`any.` is for filters; `root.` and `parent.` are possible) wanted",
    );
}

#[test]
fn steps_of_a_series() {
    let check = |rule: &str, mut query: Json, granularity: Json, wanted: &str| {
        query["granularity"] = granularity.clone();
        check(
            rule,
            query,
            &format!("granularity: {granularity} found, an integer {wanted} wanted"),
        );
    };
    check("no step", json!({}), json!(0), "of at least 1");
    check(
        "more than a thousand",
        json!({"time_range": 2001}),
        json!(2),
        "from 3 to 2001",
    );
    check(
        "more than a thousand between two times",
        json!({"start_time": 1000, "end_time": 3000}),
        json!(1),
        "from 2 to 2000",
    );
    check(
        "longer than all of it",
        json!({"end_time": 5000, "time_range": 60}),
        json!(61),
        "from 1 to 60",
    );
}

/// The query is sound, and rows one by one cannot answer it.
#[track_caller]
fn check_run(rule: &str, query: Json, expected: &str) {
    let query = Query::from_json(&query).unwrap();
    for result in [
        query.run::<span_query::Row>([]),
        query.run_at::<span_query::Row>([], 0),
    ] {
        assert_eq!(result.unwrap_err().to_string(), expected, "{rule}");
    }
}

#[test]
fn what_rows_alone_cannot_answer() {
    let calculation = |op: &str, column: Option<&str>| json!({"calculations": [{"op": "COUNT"}, {"op": op, "column": column}]});
    check_run(
        "rates",
        calculation("RATE_AVG", Some("x")),
        "calculations[1].op: `RATE_AVG` is not supported here; leave it out: the answer is one table, without a series over time",
    );
    check_run(
        "heatmaps",
        calculation("HEATMAP", Some("x")),
        "calculations[1].op: `HEATMAP` is not supported here; ask for percentiles instead, such as P50, P95 and P99",
    );
    check_run(
        "concurrency",
        calculation("CONCURRENCY", None),
        "calculations[1].op: `CONCURRENCY` is not supported here; leave it out: the answer is one table, without a series over time",
    );
    check_run(
        "steps",
        json!({"granularity": 60}),
        "granularity: `granularity` is not supported here; leave it out: the answer is one table, without a series over time",
    );
    check_run(
        "groups by another span's column",
        json!({"breakdowns": ["name", "root.name"]}),
        "breakdowns[1]: `root.name` is not supported here; leave it out: the rows are looked at one by one, not as parts of a trace",
    );
    check_run(
        "filters on another span's column",
        json!({"filters": [{"column": "any.error", "op": "exists"}]}),
        "filters[0].column: `any.error` is not supported here; leave it out: the rows are looked at one by one, not as parts of a trace",
    );
    check_run(
        "regular expressions",
        json!({"filters": [{"column": "x", "op": "does-not-match", "value": "a+"}]}),
        "filters[0].op: `does-not-match` is not supported here; look for plain text instead, with `starts-with`, `ends-with` or `contains`",
    );
}

#[test]
fn no_json_and_no_now() {
    let message = "{".parse::<Query>().map(|_| ()).unwrap_err().to_string();
    assert!(
        message.starts_with("the query is not JSON: EOF"),
        "{message}"
    );

    let query: Query = r#"{"time_range": 60}"#.parse().unwrap();
    let message = query.run::<span_query::Row>([]).unwrap_err().to_string();
    assert_eq!(
        message,
        "time_range: alone it counts back from now, which is not known here; give start_time or end_time too"
    );
}
