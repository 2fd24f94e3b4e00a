//! `.env.example` against what is read: by the workspace's programs, by OpenTelemetry's crates, and as the doctor knows it.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use regex::Regex;

use super::names;

/// Read by one program that is started by itself; `cargo lab up` sets them, so the doctor says nothing of them.
const OF_ONE_PROGRAM: [&str; 7] = [
    "BACKEND_URL",
    "CRUDDUR_DB",
    "FRONTEND_URL",
    "HOST",
    "LOG_LINES",
    "PORT",
    "PROFILES_URL",
];
/// In the sources of those who read the environment, but not to be set by anybody.
const NOT_TO_SET: [&str; 3] = [
    // Set by the cloud workspace.
    "GITPOD_WORKSPACE_URL",
    // Named where a profile, or a variable that no SDK reads, is told of.
    "AWS_ENDPOINT_URL_LOGS",
    "AWS_PROFILE",
];
/// The folders of all that reads the environment and is not an OpenTelemetry crate.
const READERS: [&str; 11] = [
    "crates/aws-settings/src",
    "crates/cloudwatch-layer/src",
    "crates/cruddur/src",
    "crates/export-watch/src",
    "crates/lab/src/up",
    "crates/live-check/src",
    "crates/observatory/src",
    "crates/xray-exporter/src",
    "labs/1-honeycomb/solution/src",
    "labs/2-xray/solution/src",
    "labs/3-cloudwatch/solution/src",
];

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The variables of `.env.example`, those commented out, which are all.
fn documented() -> BTreeSet<String> {
    let text = std::fs::read_to_string(root().join(".env.example")).expect(".env.example");
    let assignment = Regex::new(r"(?m)^#([A-Z][A-Z0-9_]*)=").expect("a pattern");
    let names = assignment.captures_iter(&text);
    names.map(|found| found[1].to_owned()).collect()
}

/// The names of variables that stand as texts in the Rust files below `folder`.
fn named_in(folder: &Path, names: &mut BTreeSet<String>) {
    let name = Regex::new(
        r#""((?:AWS|OTEL|HONEYCOMB|OBSERVATORY|CRUDDUR|FRONTEND|LOG)_[A-Z0-9_]+|[A-Z]+(?:_[A-Z]+)*_URL|HOST|PORT)""#,
    )
    .expect("a pattern");
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            named_in(&path, names);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("a source");
            // Tests name what is not read, too.
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            names.extend(name.captures_iter(code).map(|found| found[1].to_owned()));
        }
    }
}

fn read_by_the_workspace() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for folder in READERS {
        named_in(&root().join(folder), &mut names);
    }
    names
}

fn said(command: &mut Command) -> String {
    let output = command.current_dir(root()).output().expect("it starts");
    String::from_utf8(output.stdout).expect("text")
}

/// The names in the crates from crates.io, where cargo has unpacked them.
fn read_by_opentelemetry() -> BTreeSet<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let told = said(Command::new("rustc").arg("-vV"));
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    // Crates of other platforms may not be here.
    let metadata = said(
        Command::new(cargo)
            .args(["metadata", "--offline", "--locked", "--format-version=1"])
            .args(["--filter-platform", host.expect("rustc's host")]),
    );
    let metadata: serde_json::Value = serde_json::from_str(&metadata).expect("cargo's metadata");
    let mut names = BTreeSet::new();
    for package in metadata["packages"].as_array().expect("packages") {
        if let (Some("opentelemetry_sdk" | "opentelemetry-otlp"), Some(manifest)) =
            (package["name"].as_str(), package["manifest_path"].as_str())
        {
            named_in(&Path::new(manifest).with_file_name("src"), &mut names);
        }
    }
    names
}

#[test]
fn all_that_is_documented_is_read() {
    let mut read = read_by_the_workspace();
    read.extend(read_by_opentelemetry());
    let documented = documented();
    assert!(documented.len() > 40, "{documented:?}");
    let idle: Vec<_> = documented.difference(&read).collect();
    assert!(idle.is_empty(), "read by nobody: {idle:?}");
}

#[test]
fn all_that_is_read_is_documented() {
    let documented = documented();
    let read = read_by_the_workspace();
    let missing: Vec<_> = read
        .difference(&documented)
        .filter(|name| !NOT_TO_SET.contains(&name.as_str()))
        .collect();
    assert!(missing.is_empty(), "not in .env.example: {missing:?}");
}

#[test]
fn the_doctor_knows_the_same() {
    let known = names::all_read().chain(OF_ONE_PROGRAM);
    let known: BTreeSet<_> = known.map(str::to_owned).collect();
    assert_eq!(documented(), known);
}

#[test]
fn what_stands_there_is_no_key_and_well_written() {
    let text = std::fs::read_to_string(root().join(".env.example")).expect(".env.example");
    let set: String = text
        .lines()
        .filter_map(|line| line.strip_prefix('#'))
        .filter(|line| !line.starts_with(' '))
        .flat_map(|line| [line, "\n"])
        .collect();
    let (_, wrong) = super::dotenv::parse(&set);
    assert_eq!(super::super::seen::told(&wrong), "");
}
