//! Files of the workspace that no compiler reads: those of cloud workspaces, of the Collector, IAM policies, and the pages about them.

mod collector;
mod environments;
mod pages;
mod policies;
mod schema;
mod scripts;

use std::path::Path;

use serde_json::Value;
use yaml_rust2::{Yaml, YamlLoader};

/// The workspace's folder.
fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

#[track_caller]
fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[track_caller]
fn json(path: &str) -> Value {
    serde_json::from_str(&read(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The one document of a YAML file, as JSON.
#[track_caller]
fn yaml(path: &str) -> Value {
    let documents = YamlLoader::load_from_str(&read(path));
    let documents = documents.unwrap_or_else(|error| panic!("{path}: {error}"));
    let [document] = documents.as_slice() else {
        panic!("{path} has {} documents", documents.len());
    };
    as_json(document)
}

fn as_json(yaml: &Yaml) -> Value {
    match yaml {
        Yaml::Null => Value::Null,
        Yaml::Boolean(value) => Value::from(*value),
        Yaml::Integer(value) => Value::from(*value),
        Yaml::Real(text) => Value::from(text.parse::<f64>().expect("a number")),
        Yaml::String(text) => Value::from(text.as_str()),
        Yaml::Array(items) => items.iter().map(as_json).collect(),
        Yaml::Hash(fields) => fields
            .iter()
            .map(|(name, value)| (name.as_str().expect("a name").to_owned(), as_json(value)))
            .collect(),
        other => panic!("not used here: {other:?}"),
    }
}

/// The texts of an array.
#[track_caller]
fn texts(value: &Value) -> Vec<&str> {
    let items = value.as_array().map_or(&[][..], Vec::as_slice);
    items
        .iter()
        .map(|item| item.as_str().expect("a text"))
        .collect()
}
