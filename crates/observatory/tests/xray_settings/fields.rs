//! What every call has in common: its body, its fields, its signature.

use serde_json::{Value, json};

use crate::asking::Observatory;

/// Each call that the settings answer, with a body that has nothing wrong in it but for what is missing.
const PATHS: [&str; 20] = [
    "/CreateGroup",
    "/GetGroup",
    "/Groups",
    "/UpdateGroup",
    "/DeleteGroup",
    "/CreateSamplingRule",
    "/GetSamplingRules",
    "/UpdateSamplingRule",
    "/DeleteSamplingRule",
    "/SamplingTargets",
    "/SamplingStatisticSummaries",
    "/TelemetryRecords",
    "/EncryptionConfig",
    "/PutEncryptionConfig",
    "/TagResource",
    "/UntagResource",
    "/ListTagsForResource",
    "/PutResourcePolicy",
    "/DeleteResourcePolicy",
    "/ListResourcePolicies",
];

/// Fields without which a call is refused before its unknown ones.
fn needed(path: &str) -> Value {
    let arn = "arn:aws:xray:eu-west-1:000000000000:group/Default";
    match path {
        "/CreateGroup" => json!({ "GroupName": "a" }),
        "/GetGroup" | "/UpdateGroup" | "/DeleteGroup" => json!({ "GroupName": "Default" }),
        "/CreateSamplingRule" => json!({ "SamplingRule": crate::rules::cruddur(json!({})) }),
        "/UpdateSamplingRule" => json!({ "SamplingRuleUpdate": { "RuleName": "Default" } }),
        "/DeleteSamplingRule" => json!({ "RuleName": "Default" }),
        "/SamplingTargets" => json!({ "SamplingStatisticsDocuments": [] }),
        "/TelemetryRecords" => json!({ "TelemetryRecords": [] }),
        "/PutEncryptionConfig" => json!({ "Type": "NONE" }),
        "/TagResource" => json!({ "ResourceARN": arn, "Tags": [{ "Key": "a", "Value": "" }] }),
        "/UntagResource" => json!({ "ResourceARN": arn, "TagKeys": [] }),
        "/ListTagsForResource" => json!({ "ResourceARN": arn }),
        "/PutResourcePolicy" => json!({ "PolicyName": "a", "PolicyDocument": "{}" }),
        "/DeleteResourcePolicy" => json!({ "PolicyName": "a" }),
        _ => json!({}),
    }
}

#[tokio::test]
async fn an_unknown_field_is_named() {
    let observatory = Observatory::start();
    for path in PATHS {
        let mut body = needed(path);
        body["Surplus"] = 1.into();
        observatory.call(path, body).await.refused(
            path,
            "InvalidRequestException",
            "unknown field 'Surplus'",
        );
    }
}

#[tokio::test]
async fn a_body_that_is_no_object_is_refused() {
    let observatory = Observatory::start();
    for path in PATHS {
        for body in ["[]", "1", "{", "\u{1}"] {
            let answer = observatory.call_from("eu-west-1", path, body).await;
            answer.refused(path, "SerializationException", "body");
        }
    }
}

#[tokio::test]
async fn a_call_without_parameters_may_come_without_a_body() {
    let observatory = Observatory::start();
    for path in [
        "/Groups",
        "/GetSamplingRules",
        "/EncryptionConfig",
        "/ListResourcePolicies",
    ] {
        observatory.call_from("eu-west-1", path, "").await.ok();
    }
}

#[tokio::test]
async fn arns_are_of_the_region_that_the_call_is_signed_for() {
    let observatory = Observatory::start();
    let make = json!({ "SamplingRule": crate::rules::cruddur(json!({})) });
    let made = observatory
        .call_from("ca-central-1", "/CreateSamplingRule", make.to_string())
        .await
        .ok();
    let arn = "arn:aws:xray:ca-central-1:000000000000:sampling-rule/Cruddur";
    assert_eq!(made["SamplingRuleRecord"]["SamplingRule"]["RuleARN"], arn);
    let all = observatory.call("/GetSamplingRules", json!({})).await.ok();
    assert_eq!(
        all["SamplingRuleRecords"][0]["SamplingRule"]["RuleARN"], arn,
        "and stay so"
    );
}
