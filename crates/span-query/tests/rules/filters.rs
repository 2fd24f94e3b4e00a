//! Which rows the filters keep, and that their negations keep the others.

use serde_json::{Value as Json, json};

use crate::asking::{check, table};

/// A filter on `x` keeps these of the values, given by index; its negation keeps the others.
#[track_caller]
fn check_filter(rule: &str, op: &str, value: Json, values: Json, kept: &[u64]) {
    let negation = match op {
        "=" => Some("!="),
        "starts-with" => Some("does-not-start-with"),
        "ends-with" => Some("does-not-end-with"),
        "contains" => Some("does-not-contain"),
        "exists" => Some("does-not-exist"),
        "in" => Some("not-in"),
        _ => None,
    };
    let values = values.as_array().unwrap();
    let data: Json = values
        .iter()
        .enumerate()
        .map(|(index, value)| json!({"x": value, "index": index}))
        .collect();
    let keeps = |op: &str| {
        let mut filter = json!({"column": "x", "op": op});
        if !value.is_null() {
            filter["value"] = value.clone();
        }
        let query = json!({"breakdowns": ["index"], "filters": [filter]});
        let found = table(query, data.clone()).rows;
        found
            .iter()
            .map(|row| row[0].to_string().parse().unwrap())
            .collect::<Vec<u64>>()
    };
    assert_eq!(keeps(op), kept, "{rule}");
    if let Some(negation) = negation {
        let others: Vec<u64> = (0..values.len() as u64)
            .filter(|index| !kept.contains(index))
            .collect();
        assert_eq!(keeps(negation), others, "{rule}, negated");
    }
}

#[test]
fn filters_compare_as_the_front_page_says() {
    let mixed = json!([200, 200.0, 200.5, "200", "2e2", "ok", true, null, 404]);
    check_filter(
        "a number, as integer, float and string",
        "=",
        json!(200),
        mixed.clone(),
        &[0, 1, 3, 4],
    );
    check_filter(
        "a string that reads as a number",
        "=",
        json!("200"),
        mixed.clone(),
        &[0, 1, 3],
    );
    check_filter(
        "a string that does not",
        "=",
        json!("ok"),
        mixed.clone(),
        &[5],
    );
    check_filter(
        "greater, as numbers",
        ">",
        json!(200),
        mixed.clone(),
        &[2, 8],
    );
    check_filter(
        "at least",
        ">=",
        json!(200),
        mixed.clone(),
        &[0, 1, 2, 3, 4, 8],
    );
    check_filter("less", "<", json!(404), mixed.clone(), &[0, 1, 2, 3, 4]);
    check_filter("at most", "<=", json!(200), mixed.clone(), &[0, 1, 3, 4]);
    check_filter(
        "strings go by their characters",
        ">",
        json!("b"),
        json!(["a", "b", "c", "B"]),
        &[2],
    );
    check_filter(
        "case counts",
        "=",
        json!("GET"),
        json!(["get", "GET"]),
        &[1],
    );
    check_filter(
        "no rounding above 2^53",
        "=",
        json!(9_007_199_254_740_993_u64),
        json!([9_007_199_254_740_992.0, 9_007_199_254_740_993_i64]),
        &[1],
    );
    check_filter(
        "bools",
        "=",
        json!(true),
        json!([true, false, "true", 1, null]),
        &[0],
    );
    check_filter(
        "bools by their word",
        "=",
        json!("true"),
        json!([true, false, "true"]),
        &[0, 2],
    );
    check_filter(
        "no bool is greater",
        ">=",
        json!(true),
        json!([true, false]),
        &[],
    );
    check_filter(
        "infinity is a word, not a number",
        "<",
        json!("inf"),
        json!([1, 2]),
        &[],
    );
}

#[test]
fn filters_look_into_text_lists_and_presence() {
    let paths = json!(["/api/home", "/health", "api/home", null, 404, true]);
    check_filter(
        "from the start",
        "starts-with",
        json!("/api"),
        paths.clone(),
        &[0],
    );
    check_filter(
        "at the end",
        "ends-with",
        json!("home"),
        paths.clone(),
        &[0, 2],
    );
    check_filter(
        "anywhere",
        "contains",
        json!("h"),
        paths.clone(),
        &[0, 1, 2],
    );
    check_filter(
        "a number's digits",
        "starts-with",
        json!("4"),
        paths.clone(),
        &[4],
    );
    check_filter(
        "a bool's word",
        "contains",
        json!("ru"),
        paths.clone(),
        &[5],
    );
    check_filter(
        "there, whatever it is",
        "exists",
        json!(null),
        json!([0, "", false, null]),
        &[0, 1, 2],
    );
    check_filter(
        "any of a list",
        "in",
        json!([404, "/health"]),
        paths,
        &[1, 4],
    );
}

#[test]
fn filters_combine() {
    let data = json!([{"a": 1, "b": 1}, {"a": 1}, {"b": 1}, {}]);
    let filters = json!([{"column": "a", "op": "exists"}, {"column": "b", "op": "exists"}]);
    let query = |combination: Json| json!({"filters": filters, "filter_combination": combination});
    check(
        "all of them by default",
        query(json!(null)),
        data.clone(),
        json!([[1]]),
    );
    check("AND", query(json!("AND")), data.clone(), json!([[1]]));
    check("OR", query(json!("OR")), data.clone(), json!([[3]]));
    check(
        "OR of none keeps all",
        json!({"filter_combination": "OR"}),
        data,
        json!([[4]]),
    );
}
