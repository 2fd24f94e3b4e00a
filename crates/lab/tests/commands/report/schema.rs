//! Holds a report against `docs/report.schema.json`, as far as that schema goes: types, required and known fields, constants, choices.
//! It is stricter than the schema in one point: what a report of this version has, the schema has to know.

use serde_json::{Value, json};

const SCHEMA: &str = include_str!("../../../../../docs/report.schema.json");

/// Panics with the place where the report is not what the schema says.
#[track_caller]
pub(crate) fn holds(report: &Value) {
    let schema = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let misses = misses(&schema, report, "$");
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}

fn misses(schema: &Value, value: &Value, place: &str) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(wanted) = schema.get("const")
        && wanted != value
    {
        found.push(format!("{place}: {value} is not {wanted}"));
    }
    if let Some(Value::Array(choices)) = schema.get("enum")
        && !choices.contains(value)
    {
        found.push(format!("{place}: {value} is none of {choices:?}"));
    }
    let types = match schema.get("type") {
        Some(Value::Array(types)) => types.clone(),
        Some(one) => vec![one.clone()],
        None => vec![],
    };
    if !types.is_empty() && !types.iter().any(|kind| is(value, kind)) {
        found.push(format!("{place}: {value} is none of {types:?}"));
    }
    match value {
        Value::Object(fields) => {
            for name in schema["required"].as_array().into_iter().flatten() {
                if !fields.contains_key(name.as_str().unwrap_or_default()) {
                    found.push(format!("{place}: {name} is missing"));
                }
            }
            for (name, value) in fields {
                match schema["properties"].get(name) {
                    Some(schema) => found.extend(misses(schema, value, &format!("{place}.{name}"))),
                    None => found.push(format!("{place}: {name} is not in the schema")),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                found.extend(misses(&schema["items"], item, &format!("{place}[{index}]")));
            }
        }
        _ => {}
    }
    found
}

fn is(value: &Value, kind: &Value) -> bool {
    match kind.as_str().unwrap_or_default() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

#[test]
fn what_is_no_report_does_not_hold() {
    let schema = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let told = misses(
        &schema,
        &json!({ "schema": "other", "labs": [{ "number": "1" }], "mine": 1 }),
        "$",
    );
    for wanted in [
        "$.schema: ",
        "$: \"findings\" is missing",
        "$.labs[0].number: ",
        "$: mine is not",
    ] {
        assert!(
            told.iter().any(|miss| miss.starts_with(wanted)),
            "{wanted} in {told:?}"
        );
    }
}
