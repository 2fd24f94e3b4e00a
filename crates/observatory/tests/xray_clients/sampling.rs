//! Sampling as aws-xray-sdk asks for it at the daemon's port, of rules that boto3 made.

use serde_json::{Value, json};

use crate::running::{Running, list};

const CREATE: &str = include_str!("../recorded/xray/boto3-create-sampling-rule.http");
const DELETE: &str = include_str!("../recorded/xray/boto3-delete-sampling-rule.http");
const RULES: &str = include_str!("../recorded/xray/python-sdk-get-sampling-rules.http");
const TARGETS: &str = include_str!("../recorded/xray/python-sdk-sampling-targets.http");

async fn names(running: &Running) -> Vec<Value> {
    let answer = running.ask_daemon(RULES).await;
    let records = list(&answer["SamplingRuleRecords"]);
    let names = records
        .iter()
        .map(|one| one["SamplingRule"]["RuleName"].clone());
    names.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_reach_the_sdk() {
    let running = Running::start().await;
    assert_eq!(names(&running).await, ["Default"]);
    let (status, _, made) = running.call(CREATE).await;
    assert_eq!(status, 200, "{made}");
    let rule = &made["SamplingRuleRecord"]["SamplingRule"];
    assert_eq!(
        rule["RuleARN"],
        "arn:aws:xray:eu-central-1:000000000000:sampling-rule/Cruddur"
    );
    assert_eq!(names(&running).await, ["Cruddur", "Default"]);
    let (status, error, again) = running.call(CREATE).await;
    assert_eq!(
        (status, error.as_str()),
        (400, "InvalidRequestException"),
        "{again}"
    );
    assert_eq!(running.call(DELETE).await.0, 200);
    assert_eq!(names(&running).await, ["Default"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counts_are_answered_with_targets() {
    let running = Running::start().await;
    // The recorded program asks about the rules `none` and `all`.
    for (name, rate) in [("none", 0.0), ("all", 1.0)] {
        let request = CREATE
            .replace("Cruddur", name)
            .replace("\"FixedRate\": 0.1", &format!("\"FixedRate\": {rate}"));
        assert_eq!(running.call(&request).await.0, 200);
    }
    let answer = running.ask_daemon(TARGETS).await;
    let targets = list(&answer["SamplingTargetDocuments"]);
    let told: Vec<Value> = targets
        .iter()
        .map(|target| json!([target["RuleName"], target["FixedRate"], target["Interval"]]))
        .collect();
    assert_eq!(told, [json!(["none", 0.0, 10]), json!(["all", 1.0, 10])]);
    assert_eq!(answer["UnprocessedStatistics"], json!([]));
    assert!(answer["LastRuleModification"].is_number(), "{answer}");
}
