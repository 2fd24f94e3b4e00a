//! The Collector's configurations under `docs/live`: each key documented by its component, each component used, and no secret in them.
//!
//! No registry has a Collector with these components to run here, so this is what can be held without one.

use std::collections::BTreeSet;

use regex::Regex;
use serde_json::Value;

use crate::schema::misses;
use crate::{json, read, texts, yaml};

const FILES: [&str; 2] = [
    "docs/live/collector.yaml",
    "docs/live/collector-aws-otlp.yaml",
];

/// The names of what is defined in a part of the configuration.
fn defined(configuration: &Value, part: &str) -> BTreeSet<String> {
    let parts = configuration[part].as_object();
    parts
        .into_iter()
        .flat_map(|parts| parts.keys().cloned())
        .collect()
}

#[test]
fn each_key_is_one_that_its_component_documents() {
    let schema = json("docs/live/collector.schema.json");
    for file in FILES {
        assert_eq!(misses(&schema, &yaml(file)), [""; 0], "{file}");
    }
    let mut wrong = yaml(FILES[0]);
    wrong["exporters"]["otlp_http/honeycomb"]["header"] = Value::from("x");
    wrong["receivers"]["otlp"]["protocols"]["http"]["endpoint"] = Value::from("0.0.0.0:4318");
    let told = misses(&schema, &wrong);
    assert_eq!(told.len(), 2, "{told:?}");
}

#[test]
fn what_is_defined_is_used_and_what_is_used_is_defined() {
    for file in FILES {
        let configuration = yaml(file);
        let service = &configuration["service"];
        let pipelines = service["pipelines"].as_object().expect("pipelines");
        for part in ["receivers", "processors", "exporters"] {
            let used = pipelines
                .values()
                .flat_map(|pipeline| texts(&pipeline[part]));
            let used: BTreeSet<_> = used.map(str::to_owned).collect();
            assert_eq!(defined(&configuration, part), used, "{part} of {file}");
        }
        let extensions = texts(&service["extensions"]);
        let extensions: BTreeSet<_> = extensions.into_iter().map(str::to_owned).collect();
        assert_eq!(defined(&configuration, "extensions"), extensions, "{file}");
        for exporter in configuration["exporters"]
            .as_object()
            .expect("exporters")
            .values()
        {
            if let Some(authenticator) = exporter["auth"]["authenticator"].as_str() {
                assert!(
                    extensions.contains(authenticator),
                    "{authenticator} of {file}"
                );
            }
        }
        for (name, pipeline) in pipelines {
            let processors = texts(&pipeline["processors"]);
            assert_eq!(
                processors.first(),
                Some(&"memory_limiter"),
                "{name} of {file}"
            );
            assert_eq!(processors.last(), Some(&"batch"), "{name} of {file}");
        }
    }
}

#[test]
fn spans_and_log_records_go_to_all_who_take_them() {
    let configuration = yaml(FILES[0]);
    let pipelines = &configuration["service"]["pipelines"];
    assert_eq!(
        texts(&pipelines["traces"]["exporters"]),
        ["otlp_http/honeycomb", "awsxray"]
    );
    assert_eq!(
        texts(&pipelines["logs"]["exporters"]),
        ["otlp_http/honeycomb", "awscloudwatchlogs"]
    );
}

/// Keys, regions and where things go come from variables that the labs read too, so that one `.env` does for both,
/// and each address can be that of an observatory.
#[test]
fn what_differs_from_place_to_place_is_a_variable_that_is_documented() {
    let variable = Regex::new(r"\$\{env:([A-Z_]+)(:-[^}]*)?\}").expect("a pattern");
    let example = read(".env.example");
    for file in FILES {
        let text = read(file);
        let configuration: String = text
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'))
            .collect();
        for found in variable.captures_iter(&configuration) {
            assert!(
                example.contains(&format!("\n#{}=", &found[1])),
                "{} in {file}",
                &found[1]
            );
        }
        assert_eq!(
            variable.find_iter(&configuration).count(),
            configuration.matches("${").count(),
            "each reference in {file} is to the environment"
        );
    }
    let exporters = &yaml(FILES[0])["exporters"];
    for (exporter, key, wanted) in [
        ("otlp_http/honeycomb", "endpoint", "HONEYCOMB_API_ENDPOINT"),
        ("awsxray", "endpoint", "AWS_ENDPOINT_URL_XRAY"),
        (
            "awscloudwatchlogs",
            "endpoint",
            "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
        ),
        ("awsxray", "region", "AWS_REGION"),
        ("awscloudwatchlogs", "region", "AWS_REGION"),
    ] {
        let value = exporters[exporter][key].as_str().unwrap_or_default();
        let found = variable.captures(value);
        assert_eq!(
            found.map(|found| found[1].to_owned()).as_deref(),
            Some(wanted),
            "{exporter}"
        );
    }
    let headers = exporters["otlp_http/honeycomb"]["headers"]
        .as_object()
        .expect("headers");
    for (name, value) in headers {
        assert_eq!(value, "${env:HONEYCOMB_API_KEY}", "{name}");
    }
}

/// The same names as in the labs, so that the same queries and the same clean-up do for what comes through a Collector.
#[test]
fn names_are_those_of_the_labs() {
    let exporters = &yaml(FILES[0])["exporters"];
    let group = read("labs/3-cloudwatch/solution/src/group.rs");
    let name = exporters["awscloudwatchlogs"]["log_group_name"]
        .as_str()
        .expect("a name");
    assert!(
        group.contains(&format!("pub const GROUP: &str = \"{name}\"")),
        "{name}"
    );
    let days = &exporters["awscloudwatchlogs"]["log_retention"];
    assert!(
        group.contains(&format!("RETENTION_DAYS: i32 = {days};")),
        "{days}"
    );
    let telemetry = read("labs/2-xray/solution/src/telemetry.rs");
    let indexed = &exporters["awsxray"]["indexed_attributes"];
    assert!(
        telemetry.contains(&format!("with_indexed_attributes({indexed})")),
        "{indexed}"
    );
    let other = &yaml(FILES[1])["exporters"]["otlp_http/cloudwatch"]["headers"];
    assert_eq!(other["x-aws-log-group"], name);
}
