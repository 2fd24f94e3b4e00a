//! JSON Schema, as much of it as `assets/openapi.json` uses; a keyword that is not known here is an error.

use serde_json::Value as Json;

/// Schemas, and the document that their references point into.
pub(crate) struct Schemas<'a>(pub(crate) &'a Json);

impl Schemas<'_> {
    /// What is wrong with a value, with its place; nothing if it is as the schema says.
    pub(crate) fn faults(&self, schema: &Json, value: &Json) -> Vec<String> {
        let mut faults = Vec::new();
        self.check(schema, value, "$", &mut faults);
        faults
    }

    fn check(&self, schema: &Json, value: &Json, place: &str, faults: &mut Vec<String>) {
        for (keyword, wanted) in schema.as_object().expect("a schema is an object") {
            let number = wanted.as_f64().unwrap_or(f64::NAN);
            let is_right = match keyword.as_str() {
                "title" | "description" | "default" => true,
                "$ref" => {
                    let pointer = wanted.as_str().unwrap().trim_start_matches('#');
                    let target = self.0.pointer(pointer);
                    let target = target.unwrap_or_else(|| panic!("{wanted} points at nothing"));
                    self.check(target, value, place, faults);
                    true
                }
                "type" => match wanted {
                    Json::Array(types) => types.iter().any(|wanted| is(wanted, value)),
                    wanted => is(wanted, value),
                },
                "enum" => wanted.as_array().unwrap().contains(value),
                "const" => wanted == value,
                "oneOf" => {
                    let fitting = |schema: &&Json| self.faults(schema, value).is_empty();
                    wanted.as_array().unwrap().iter().filter(fitting).count() == 1
                }
                "minimum" => value.as_f64().is_none_or(|value| value >= number),
                "maximum" => value.as_f64().is_none_or(|value| value <= number),
                "minItems" => items(value).is_none_or(|items| items.len() as f64 >= number),
                "maxItems" => items(value).is_none_or(|items| items.len() as f64 <= number),
                "minLength" => length(value).is_none_or(|length| length >= number),
                "maxLength" => length(value).is_none_or(|length| length <= number),
                "items" => {
                    for (at, item) in items(value).into_iter().flatten().enumerate() {
                        self.check(wanted, item, &format!("{place}[{at}]"), faults);
                    }
                    true
                }
                "required" => value.as_object().is_none_or(|object| {
                    let mut names = wanted.as_array().unwrap().iter();
                    names.all(|name| object.contains_key(name.as_str().unwrap()))
                }),
                "properties" => {
                    for (name, schema) in wanted.as_object().unwrap() {
                        if let Some(value) = value.get(name) {
                            self.check(schema, value, &format!("{place}.{name}"), faults);
                        }
                    }
                    true
                }
                "additionalProperties" => {
                    assert_eq!(*wanted, false, "only a prohibition is known here");
                    let known = &schema["properties"];
                    let object = value.as_object();
                    object.is_none_or(|it| it.keys().all(|name| known.get(name).is_some()))
                }
                other => panic!("{other} is not known here"),
            };
            if !is_right {
                faults.push(format!(
                    "{place}: {value} is not as {keyword} {wanted} says"
                ));
            }
        }
    }
}

fn is(wanted: &Json, value: &Json) -> bool {
    match wanted.as_str().unwrap() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other} is no type"),
    }
}

fn items(value: &Json) -> Option<&Vec<Json>> {
    value.as_array()
}

fn length(value: &Json) -> Option<f64> {
    value.as_str().map(|text| text.chars().count() as f64)
}

#[test]
fn what_does_not_fit_is_found() {
    let document = serde_json::json!({"defs": {"count": {"type": "integer", "minimum": 0}}});
    let schema = serde_json::json!({
        "type": "object", "required": ["rows"], "additionalProperties": false,
        "properties": {
            "rows": {"type": "array", "minItems": 1, "items": {"$ref": "#/defs/count"}},
            "word": {"oneOf": [{"enum": ["a", "b"]}, {"type": "null"}]},
        },
    });
    for (value, faults) in [
        (serde_json::json!({"rows": [0, 7], "word": "a"}), 0),
        (serde_json::json!({"rows": [1], "word": null}), 0),
        (serde_json::json!({"rows": []}), 1),
        (serde_json::json!({"rows": [-1, 1.5]}), 2),
        (serde_json::json!({"rows": [1], "word": "c"}), 1),
        (serde_json::json!({"word": "a", "more": 1}), 2),
        (serde_json::json!([]), 1),
    ] {
        let found = Schemas(&document).faults(&schema, &value);
        assert_eq!(found.len(), faults, "{value}: {found:?}");
    }
}
