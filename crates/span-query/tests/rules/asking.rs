//! Rows from JSON and the answer to a query over them, for every case.

use serde_json::Value as Json;
use span_query::{Query, Row, Table};

/// A row from a flat JSON object; `@rate` and `@seconds` are the sample rate and the time.
fn row(json: &Json) -> Row {
    let mut row = Row::new();
    for (name, value) in json.as_object().unwrap() {
        row = match (name.as_str(), value) {
            ("@rate", value) => row.with_sample_rate(value.as_u64().unwrap() as u32),
            ("@seconds", value) => row.at_unix_nano(value.as_u64().unwrap() * 1_000_000_000),
            (_, Json::Bool(value)) => row.with(name.clone(), *value),
            (_, Json::String(value)) => row.with(name.clone(), value.clone()),
            (_, Json::Number(value)) if value.is_i64() => row.with(name.clone(), value.as_i64()),
            (_, value) => row.with(name.clone(), value.as_f64()),
        };
    }
    row
}

/// One row for each object.
pub(crate) fn rows(json: Json) -> Vec<Row> {
    json.as_array().unwrap().iter().map(row).collect()
}

/// The answer to a query that must be sound.
pub(crate) fn table(query: Json, data: Json) -> Table {
    let query = Query::from_json(&query).unwrap_or_else(|error| panic!("{query}\n{error}"));
    query
        .run(rows(data))
        .unwrap_or_else(|error| panic!("{error}"))
}

/// The query over the rows gives these rows.
#[track_caller]
pub(crate) fn check(rule: &str, query: Json, data: Json, expected: Json) {
    let found = serde_json::to_value(table(query, data).rows).unwrap();
    assert_eq!(found, expected, "{rule}");
}
