//! Settings outlive the program, however it ends; clients' quotas need not.

use serde_json::{Value, json};

use crate::{program::Program, rules::cruddur};

const RULE: &str = "arn:aws:xray:eu-west-1:000000000000:sampling-rule/Cruddur";

/// Everything that can be asked for.
async fn everything(program: &Program) -> Vec<Value> {
    let mut all = Vec::new();
    for (path, body) in [
        ("/Groups", json!({})),
        ("/GetSamplingRules", json!({})),
        ("/EncryptionConfig", json!({})),
        ("/ListResourcePolicies", json!({})),
        ("/ListTagsForResource", json!({ "ResourceARN": RULE })),
        (
            "/SamplingTargets",
            json!({ "SamplingStatisticsDocuments": [] }),
        ),
    ] {
        all.push(program.call(path, &body).await);
    }
    all
}

#[tokio::test]
async fn settings_are_there_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path());
    for (path, body) in [
        (
            "/CreateSamplingRule",
            json!({ "SamplingRule": cruddur(json!({})) }),
        ),
        (
            "/CreateGroup",
            json!({ "GroupName": "g", "FilterExpression": "fault" }),
        ),
        (
            "/TagResource",
            json!({ "ResourceARN": RULE, "Tags": [{ "Key": "a", "Value": "b" }] }),
        ),
        (
            "/PutEncryptionConfig",
            json!({ "Type": "KMS", "KeyId": "alias/lab" }),
        ),
        (
            "/PutResourcePolicy",
            json!({ "PolicyName": "p", "PolicyDocument": "{}" }),
        ),
        (
            "/UpdateSamplingRule",
            json!({ "SamplingRuleUpdate": { "RuleName": "Default", "FixedRate": 1 } }),
        ),
    ] {
        program.call(path, &body).await;
    }
    let before = everything(&program).await;
    assert_eq!(
        before[1]["SamplingRuleRecords"][1]["SamplingRule"]["FixedRate"],
        1.0
    );
    program.kill();
    let program = Program::start(folder.path());
    assert_eq!(everything(&program).await, before);
}
