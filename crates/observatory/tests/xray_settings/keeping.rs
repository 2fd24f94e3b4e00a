//! Settings outlive the program; clients' quotas need not.

use serde_json::{Value, json};

use crate::{asking::Observatory, rules::create};

/// Everything that can be asked for.
async fn everything(observatory: &Observatory) -> Vec<Value> {
    let mut all = Vec::new();
    for path in [
        "/Groups",
        "/GetSamplingRules",
        "/EncryptionConfig",
        "/ListResourcePolicies",
    ] {
        all.push(observatory.call(path, json!({})).await.ok());
    }
    let arn = "arn:aws:xray:eu-west-1:000000000000:sampling-rule/Cruddur";
    let tags = json!({ "ResourceARN": arn });
    all.push(observatory.call("/ListTagsForResource", tags).await.ok());
    let targets = json!({ "SamplingStatisticsDocuments": [] });
    all.push(observatory.call("/SamplingTargets", targets).await.ok());
    all
}

#[tokio::test]
async fn settings_are_there_when_the_store_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let before = {
        let observatory = Observatory::in_folder(folder.path());
        create(&observatory, json!({})).await;
        for (path, body) in [
            (
                "/CreateGroup",
                json!({ "GroupName": "g", "FilterExpression": "fault" }),
            ),
            (
                "/TagResource",
                json!({
                    "ResourceARN": "arn:aws:xray:eu-west-1:000000000000:sampling-rule/Cruddur",
                    "Tags": [{ "Key": "a", "Value": "b" }],
                }),
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
            observatory.call(path, body).await.ok();
        }
        everything(&observatory).await
    };
    let observatory = Observatory::in_folder(folder.path());
    observatory.advance(60);
    assert_eq!(everything(&observatory).await, before);
}
