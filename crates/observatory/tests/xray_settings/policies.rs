//! Resource policies.

use serde_json::{Value, json};

use crate::asking::{Observatory, START};

const INVALID: &str = "InvalidRequestException";

fn policy(name: &str) -> Value {
    json!({ "PolicyName": name, "PolicyDocument": "{\"Version\":\"2012-10-17\"}" })
}

#[tokio::test]
async fn a_policy_is_kept_by_revisions() {
    let observatory = Observatory::start();
    let first = observatory
        .call("/PutResourcePolicy", policy("lab"))
        .await
        .ok();
    assert_eq!(
        first,
        json!({ "ResourcePolicy": {
            "PolicyName": "lab", "PolicyDocument": "{\"Version\":\"2012-10-17\"}",
            "PolicyRevisionId": "1", "LastUpdatedTime": START as f64,
        } })
    );
    observatory.advance(1);
    let mut next = policy("lab");
    next["PolicyRevisionId"] = "1".into();
    let second = observatory
        .call("/PutResourcePolicy", next.clone())
        .await
        .ok();
    assert_eq!(second["ResourcePolicy"]["PolicyRevisionId"], "2");
    observatory.call("/PutResourcePolicy", next).await.refused(
        "an old revision",
        "InvalidPolicyRevisionIdException",
        "revision is 2",
    );
    let stale = json!({ "PolicyName": "lab", "PolicyRevisionId": "1" });
    observatory
        .call("/DeleteResourcePolicy", stale)
        .await
        .refused(
            "an old revision",
            "InvalidPolicyRevisionIdException",
            "revision is 2",
        );
    let list = observatory
        .call("/ListResourcePolicies", json!({}))
        .await
        .ok();
    assert_eq!(
        list,
        json!({ "ResourcePolicies": [second["ResourcePolicy"]], "NextToken": null })
    );
    let delete = json!({ "PolicyName": "lab" });
    assert_eq!(
        observatory
            .call("/DeleteResourcePolicy", delete.clone())
            .await
            .ok(),
        json!({})
    );
    observatory
        .call("/DeleteResourcePolicy", delete)
        .await
        .refused("twice", INVALID, "no resource policy named 'lab'");
}

#[tokio::test]
async fn refusals() {
    let observatory = Observatory::start();
    for number in 0..5 {
        observatory
            .call("/PutResourcePolicy", policy(&number.to_string()))
            .await
            .ok();
    }
    let with = |document: &str| json!({ "PolicyName": "0", "PolicyDocument": document });
    let mut new = policy("0");
    new["PolicyRevisionId"] = "0".into();
    let cases = [
        (
            "a sixth",
            policy("5"),
            "PolicyCountLimitExceededException",
            "5 policies already",
        ),
        (
            "no JSON",
            with("{"),
            "MalformedPolicyDocumentException",
            "JSON object",
        ),
        (
            "no object",
            with("[]"),
            "MalformedPolicyDocumentException",
            "JSON object",
        ),
        (
            "too long",
            with(&"x".repeat(5121)),
            "PolicySizeLimitExceededException",
            "5121 bytes",
        ),
        (
            "meant to be new",
            new,
            "InvalidPolicyRevisionIdException",
            "revision is 1, not 0",
        ),
        (
            "a name with a space",
            policy("a b"),
            INVALID,
            "regular expression",
        ),
        (
            "no document",
            json!({ "PolicyName": "0" }),
            INVALID,
            "'PolicyDocument'",
        ),
    ];
    for (case, body, name, piece) in cases {
        let answer = observatory.call("/PutResourcePolicy", body).await;
        answer.refused(case, name, piece);
    }
}
