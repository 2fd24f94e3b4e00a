//! The IAM policies under `docs/live/policies`: each allows what one part of the labs calls, no more and no less. `scripts/policies` lints them.

use std::collections::BTreeSet;
use std::path::Path;

use regex::Regex;

use crate::{json, read, root, texts};

/// A policy, and the folders or files of those who call.
const CALLERS: [(&str, &str, &[&str]); 5] = [
    (
        "xray-write",
        "xray",
        &[
            "crates/xray-exporter/src",
            "labs/2-xray/solution/src/direct.rs",
        ],
    ),
    (
        "xray-rules-and-queries",
        "xray",
        &[
            "labs/2-xray/solution/src/main.rs",
            "labs/2-xray/solution/src/queries.rs",
            "labs/2-xray/solution/src/sampling.rs",
        ],
    ),
    (
        "cloudwatch-write",
        "logs",
        &[
            "crates/cloudwatch-layer/src",
            "labs/3-cloudwatch/solution/src/group.rs",
            "labs/3-cloudwatch/solution/src/main.rs",
            "labs/3-cloudwatch/solution/src/sink.rs",
        ],
    ),
    (
        "cloudwatch-read",
        "logs",
        &[
            "labs/3-cloudwatch/solution/src/questions.rs",
            "labs/3-cloudwatch/README.md",
        ],
    ),
    ("doctor", "", &["crates/live-check/src"]),
];
/// Of lab 3's guide, but allowed by the other of its policies, and by the one for the end.
const NOT_TO_READ: [&str; 1] = ["logs:DeleteLogGroup"];

/// The actions that a policy allows, which is all that it may say.
#[track_caller]
fn allowed(policy: &str) -> BTreeSet<String> {
    let path = format!("docs/live/policies/{policy}.json");
    let document = json(&path);
    let fields: Vec<_> = document.as_object().expect("an object").keys().collect();
    assert_eq!(fields, ["Statement", "Version"], "{path}");
    assert_eq!(document["Version"], "2012-10-17", "{path}");
    let mut actions = BTreeSet::new();
    let mut names = BTreeSet::new();
    for statement in document["Statement"].as_array().expect("statements") {
        let fields: Vec<_> = statement.as_object().expect("an object").keys().collect();
        assert_eq!(fields, ["Action", "Effect", "Resource", "Sid"], "{path}");
        assert_eq!(statement["Effect"], "Allow", "{path}");
        let name = statement["Sid"].as_str().expect("a name");
        assert!(names.insert(name.to_owned()), "{name} twice in {path}");
        let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        assert!(is_name, "{name} in {path}: IAM takes letters and digits");
        for action in texts(&statement["Action"]) {
            assert!(!action.contains('*'), "{action} in {path} is not minimal");
            assert!(
                actions.insert(action.to_owned()),
                "{action} twice in {path}"
            );
            check_resource(&path, action, &statement["Resource"]);
        }
    }
    actions
}

/// Everything only where IAM knows no smaller part.
fn check_resource(path: &str, action: &str, resource: &serde_json::Value) {
    const OF_EVERYTHING: [&str; 9] = [
        "logs:DescribeLogGroups",
        "xray:BatchGetTraces",
        "xray:GetGroups",
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
        "xray:GetServiceGraph",
        "xray:GetTraceSummaries",
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
    ];
    let resources = match resource.as_str() {
        Some(one) => vec![one],
        None => texts(resource),
    };
    let own = |arn: &str| {
        [
            "log-group:cruddur",
            "sampling-rule/Cruddur",
            "group/cruddur-failed/",
        ]
        .iter()
        .any(|name| arn.contains(name))
    };
    if OF_EVERYTHING.contains(&action) {
        assert_eq!(resources, ["*"], "{action} in {path}");
    } else {
        assert!(
            resources.iter().all(|arn| own(arn)),
            "{action} in {path}: {resources:?}"
        );
    }
}

/// The calls of an AWS SDK in Rust sources, and of the AWS CLI in Markdown, as IAM names them.
fn called(service: &str, path: &Path, calls: &mut BTreeSet<String>) {
    if path.is_dir() {
        for entry in std::fs::read_dir(path).expect("a folder") {
            called(service, &entry.expect("an entry").path(), calls);
        }
        return;
    }
    let text = std::fs::read_to_string(path).expect("a text");
    let verbs = "(?:batch-get|create|delete|describe|filter|get|put|start|stop|update)";
    let (pattern, service) = if path.extension().is_some_and(|extension| extension == "md") {
        (format!(r"aws (logs|xray) ({verbs}(?:-[a-z]+)+)"), None)
    } else {
        let verbs = verbs.replace('-', "_");
        (format!(r"()\.({verbs}(?:_[a-z]+)+)\(\)"), Some(service))
    };
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    for found in Regex::new(&pattern).expect("a pattern").captures_iter(code) {
        let words = found[2].split(['_', '-']);
        let operation: String = words
            .map(|word| word[..1].to_uppercase() + &word[1..])
            .collect();
        let service = match service {
            None => &found[1],
            // A source that calls both is told apart by its file's name.
            Some("") if path.ends_with("xray.rs") => "xray",
            Some("") => "logs",
            Some(service) => service,
        };
        calls.insert(format!("{service}:{operation}"));
    }
}

#[test]
fn each_policy_allows_what_is_called_and_nothing_else() {
    for (policy, service, callers) in CALLERS {
        let mut calls = BTreeSet::new();
        for caller in callers {
            called(service, &root().join(caller), &mut calls);
        }
        for action in NOT_TO_READ {
            calls.remove(action);
        }
        assert_eq!(allowed(policy), calls, "{policy}");
    }
}

/// The commands that clean up stand on the page of costs.
#[test]
fn the_policy_for_the_end_allows_the_commands_of_the_page() {
    let mut calls = BTreeSet::new();
    called("", &root().join("docs/live/costs.md"), &mut calls);
    assert_eq!(allowed("clean-up"), calls);
}

/// What the guides name instead is AWS's own and larger: each action of ours for writing is in it.
/// Source: AWS Managed Policy Reference Guide, "AWSXRayDaemonWriteAccess".
#[test]
fn what_the_guides_name_allows_ours() {
    assert!(read("labs/2-xray/README.md").contains("`AWSXRayDaemonWriteAccess`"));
    let managed = [
        "xray:GetSamplingRules",
        "xray:GetSamplingStatisticSummaries",
        "xray:GetSamplingTargets",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
    ];
    for action in allowed("xray-write") {
        assert!(managed.contains(&action.as_str()), "{action}");
    }
}

#[test]
fn each_policy_is_held_to_somebody() {
    let known: BTreeSet<_> = CALLERS
        .iter()
        .map(|(policy, ..)| format!("{policy}.json"))
        .chain(["clean-up.json".to_owned()])
        .collect();
    let there: BTreeSet<_> = std::fs::read_dir(root().join("docs/live/policies"))
        .expect("policies")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    assert_eq!(there, known);
}
