//! Tags of groups and sampling rules.

use serde_json::{Value, json};

use crate::{asking::Observatory, rules::cruddur};

const INVALID: &str = "InvalidRequestException";
const DEFAULT_RULE: &str = "arn:aws:xray:eu-west-1:000000000000:sampling-rule/Default";

fn tags(from: usize, to: usize) -> Value {
    (from..to)
        .map(|number| json!({ "Key": format!("key {number:03}"), "Value": "" }))
        .collect()
}

async fn keys(observatory: &Observatory, arn: &str) -> Vec<String> {
    let body = json!({ "ResourceARN": arn });
    let answer = observatory.call("/ListTagsForResource", body).await.ok();
    let tags = answer["Tags"].as_array().unwrap();
    tags.iter()
        .map(|tag| tag["Key"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn tags_are_added_replaced_and_removed() {
    let observatory = Observatory::start();
    let add = |tags: Value| {
        observatory.call(
            "/TagResource",
            json!({ "ResourceARN": DEFAULT_RULE, "Tags": tags }),
        )
    };
    let first = add(json!([{ "Key": "stage", "Value": "lab" }, { "Key": "a", "Value": "" }])).await;
    assert_eq!(first.ok(), json!({}));
    add(json!([{ "Key": "stage", "Value": "live" }])).await.ok();
    let list = observatory
        .call(
            "/ListTagsForResource",
            json!({ "ResourceARN": DEFAULT_RULE }),
        )
        .await
        .ok();
    assert_eq!(
        list,
        json!({
            "Tags": [{ "Key": "a", "Value": "" }, { "Key": "stage", "Value": "live" }],
            "NextToken": null,
        })
    );
    let remove = json!({ "ResourceARN": DEFAULT_RULE, "TagKeys": ["a", "not there"] });
    assert_eq!(
        observatory.call("/UntagResource", remove).await.ok(),
        json!({})
    );
    assert_eq!(keys(&observatory, DEFAULT_RULE).await, ["stage"]);
}

#[tokio::test]
async fn what_is_made_with_tags_has_them_and_what_is_deleted_has_none() {
    let observatory = Observatory::start();
    let make =
        json!({ "SamplingRule": cruddur(json!({})), "Tags": [{ "Key": "lab", "Value": "2" }] });
    let rule = observatory
        .call("/CreateSamplingRule", make.clone())
        .await
        .ok();
    let rule_arn = rule["SamplingRuleRecord"]["SamplingRule"]["RuleARN"]
        .as_str()
        .unwrap();
    assert_eq!(keys(&observatory, rule_arn).await, ["lab"]);
    let group = json!({ "GroupName": "g", "Tags": [{ "Key": "lab", "Value": "2" }] });
    let group = observatory.call("/CreateGroup", group).await.ok();
    assert_eq!(
        keys(&observatory, group["Group"]["GroupARN"].as_str().unwrap()).await,
        ["lab"]
    );
    observatory
        .call("/DeleteSamplingRule", json!({ "RuleName": "Cruddur" }))
        .await
        .ok();
    let list = json!({ "ResourceARN": rule_arn });
    observatory
        .call("/ListTagsForResource", list)
        .await
        .refused(
            "deleted",
            "ResourceNotFoundException",
            "no group or sampling rule",
        );
    let make = json!({ "SamplingRule": cruddur(json!({})) });
    observatory.call("/CreateSamplingRule", make).await.ok();
    assert!(keys(&observatory, rule_arn).await.is_empty());
}

#[tokio::test]
async fn a_resource_has_50_tags() {
    let observatory = Observatory::start();
    let add = |tags: Value| {
        observatory.call(
            "/TagResource",
            json!({ "ResourceARN": DEFAULT_RULE, "Tags": tags }),
        )
    };
    add(tags(0, 50)).await.ok();
    let more = add(tags(49, 51)).await;
    more.refused("51", "TooManyTagsException", "51 tags are too many");
    assert_eq!(more.body["ResourceName"], DEFAULT_RULE);
    assert_eq!(keys(&observatory, DEFAULT_RULE).await.len(), 50);
    let make = json!({ "SamplingRule": cruddur(json!({})), "Tags": tags(0, 51) });
    observatory.call("/CreateSamplingRule", make).await.refused(
        "a rule with 51",
        "TooManyTagsException",
        "51 tags",
    );
    let rules = observatory.call("/GetSamplingRules", json!({})).await.ok();
    assert_eq!(
        rules["SamplingRuleRecords"].as_array().unwrap().len(),
        1,
        "nothing was made"
    );
}

#[tokio::test]
async fn refusals() {
    let observatory = Observatory::start();
    let tag = |tags: Value| json!({ "ResourceARN": DEFAULT_RULE, "Tags": tags });
    let cases = [
        (
            "no resource",
            "/TagResource",
            json!({ "Tags": [] }),
            "'ResourceARN'",
        ),
        (
            "no tags",
            "/TagResource",
            tag(json!([])),
            "must not be empty",
        ),
        (
            "no key",
            "/TagResource",
            tag(json!([{ "Value": "" }])),
            "'Tags.1.member.Key'",
        ),
        (
            "no value",
            "/TagResource",
            tag(json!([{ "Key": "a" }])),
            "'Tags.1.member.Value'",
        ),
        (
            "an empty key",
            "/TagResource",
            tag(json!([{ "Key": "", "Value": "" }])),
            "greater than or equal to 1",
        ),
        (
            "a long key",
            "/TagResource",
            tag(json!([{ "Key": "x".repeat(129), "Value": "" }])),
            "less than or equal to 128",
        ),
        (
            "a long value",
            "/TagResource",
            tag(json!([{ "Key": "a", "Value": "x".repeat(257) }])),
            "less than or equal to 256",
        ),
        (
            "AWS's own key",
            "/TagResource",
            tag(json!([{ "Key": "AWS:a", "Value": "" }])),
            "begins with aws:",
        ),
        (
            "a key twice",
            "/TagResource",
            tag(json!([{ "Key": "a", "Value": "" }, { "Key": "a", "Value": "b" }])),
            "is there twice",
        ),
        (
            "no keys to remove",
            "/UntagResource",
            json!({ "ResourceARN": DEFAULT_RULE }),
            "'TagKeys'",
        ),
        (
            "keys that are no texts",
            "/UntagResource",
            json!({ "ResourceARN": DEFAULT_RULE, "TagKeys": [1] }),
            "'TagKeys' must be a list of strings",
        ),
    ];
    for (case, path, body, piece) in cases {
        observatory
            .call(path, body)
            .await
            .refused(case, INVALID, piece);
    }
    let elsewhere = json!({ "ResourceARN": "arn:aws:xray:eu-west-1:000000000000:group/a/b", "Tags": tags(0, 1) });
    let answer = observatory.call("/TagResource", elsewhere).await;
    answer.refused(
        "not there",
        "ResourceNotFoundException",
        "no group or sampling rule",
    );
    assert!(keys(&observatory, DEFAULT_RULE).await.is_empty());
}
