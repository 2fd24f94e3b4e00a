//! Holds a value against a JSON schema. It knows the words that our schemas use, and refuses one with others, which it would overlook.

use regex::Regex;
use serde_json::Value;

/// What of `value` is not as the schema says, each with its place.
pub(crate) fn misses(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    Holding {
        root: schema,
        found: &mut found,
    }
    .hold(schema, value, "$");
    found
}

struct Holding<'a> {
    root: &'a Value,
    found: &'a mut Vec<String>,
}

impl Holding<'_> {
    fn hold(&mut self, schema: &Value, value: &Value, place: &str) {
        for (word, wanted) in schema.as_object().expect("a schema") {
            match word.as_str() {
                "$ref" => {
                    let name = wanted.as_str().and_then(|name| name.strip_prefix('#'));
                    let target = name.and_then(|name| self.root.pointer(name));
                    self.hold(target.expect("a definition"), value, place);
                }
                "type" if !is(value, wanted) => self.miss(place, &format!("is no {wanted}")),
                "enum" if !wanted.as_array().expect("choices").contains(value) => {
                    self.miss(place, &format!("is none of {wanted}"));
                }
                "pattern" if !fits(wanted, value.as_str().unwrap_or_default()) => {
                    self.miss(place, &format!("does not fit {wanted}"));
                }
                "required" => {
                    for name in crate::texts(wanted) {
                        if value.get(name).is_none() {
                            self.miss(place, &format!("lacks {name}"));
                        }
                    }
                }
                "items" => {
                    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.hold(wanted, item, &format!("{place}[{index}]"));
                    }
                }
                "properties" => self.fields(schema, value, place),
                "patternProperties" | "additionalProperties"
                    if schema.get("properties").is_none() =>
                {
                    // One of the two words stands for both.
                    if word == "patternProperties" || schema.get("patternProperties").is_none() {
                        self.fields(schema, value, place);
                    }
                }
                "type" | "enum" | "pattern" | "patternProperties" | "additionalProperties" => {}
                "$schema" | "title" | "description" | "$defs" => {}
                other => panic!("{other} is not understood here"),
            }
        }
    }

    fn fields(&mut self, schema: &Value, value: &Value, place: &str) {
        for (name, value) in value.as_object().into_iter().flatten() {
            let place = format!("{place}.{name}");
            let by_pattern = schema["patternProperties"]
                .as_object()
                .into_iter()
                .flatten();
            let known = schema["properties"].get(name).or_else(|| {
                let mut fitting =
                    by_pattern.filter(|(pattern, _)| fits(&Value::from(pattern.as_str()), name));
                fitting.next().map(|(_, schema)| schema)
            });
            match (known, &schema["additionalProperties"]) {
                (Some(schema), _) => self.hold(schema, value, &place),
                (None, Value::Bool(false)) => self.miss(&place, "is not known"),
                (None, other @ Value::Object(_)) => self.hold(other, value, &place),
                _ => {}
            }
        }
    }

    fn miss(&mut self, place: &str, what: &str) {
        self.found.push(format!("{place} {what}"));
    }
}

fn fits(pattern: &Value, text: &str) -> bool {
    let pattern = pattern.as_str().expect("a pattern");
    Regex::new(pattern).expect("a pattern").is_match(text)
}

fn is(value: &Value, kind: &Value) -> bool {
    match kind.as_str().expect("one type") {
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other} is not understood here"),
    }
}

#[test]
fn what_does_not_hold_is_told_with_its_place() {
    let schema = serde_json::json!({
        "type": "object", "required": ["a"], "additionalProperties": false,
        "properties": { "a": { "$ref": "#/$defs/few" }, "b": { "type": "string", "pattern": "^x" }, "c": { "type": "array", "items": { "type": "integer" } } },
        "patternProperties": { "^d": { "additionalProperties": { "type": "string" } } },
        "$defs": { "few": { "enum": [1, 2] } },
    });
    let told = |value: Value| misses(&schema, &value).join(", ");
    assert_eq!(
        told(serde_json::json!({ "a": 1, "b": "xy", "c": [1], "d1": { "e": "f" } })),
        ""
    );
    assert_eq!(
        told(serde_json::json!({ "a": 3, "b": "y", "c": [1, "2"], "d1": { "e": 1 }, "f": 0 })),
        "$.a is none of [1,2], $.b does not fit \"^x\", $.c[1] is no \"integer\", $.d1.e is no \"string\", $.f is not known"
    );
    assert_eq!(told(serde_json::json!({})), "$ lacks a");
    assert_eq!(told(serde_json::json!([])), "$ lacks a, $ is no \"object\"");
}
