//! Tags of log groups.

use serde_json::{Map, Value, json};

use crate::asking::Observatory;

const ARN: &str = "arn:aws:logs:eu-central-1:000000000000:log-group:g";

#[tokio::test]
async fn are_added_changed_and_removed_by_name_and_by_arn() {
    let observatory = Observatory::start();
    let body = json!({ "logGroupName": "g", "tags": { "team": "a", "stage": "dev" } });
    observatory.ask("CreateLogGroup", body).await;
    for (operation, body, expected) in [
        (
            "TagLogGroup",
            json!({ "logGroupName": "g", "tags": { "team": "b" } }),
            json!({ "team": "b", "stage": "dev" }),
        ),
        (
            "TagResource",
            json!({ "resourceArn": ARN, "tags": { "owner": "" } }),
            json!({ "team": "b", "stage": "dev", "owner": "" }),
        ),
        (
            "TagResource",
            json!({ "resourceArn": format!("{ARN}:*"), "tags": { "x": "y" } }),
            json!({ "team": "b", "stage": "dev", "owner": "", "x": "y" }),
        ),
        (
            "UntagResource",
            json!({ "resourceArn": ARN, "tagKeys": ["owner", "x", "absent"] }),
            json!({ "team": "b", "stage": "dev" }),
        ),
        (
            "UntagLogGroup",
            json!({ "logGroupName": "g", "tags": ["stage"] }),
            json!({ "team": "b" }),
        ),
    ] {
        observatory.ask(operation, body).await;
        let by_name = observatory
            .ask("ListTagsLogGroup", json!({ "logGroupName": "g" }))
            .await;
        let by_arn = observatory
            .ask("ListTagsForResource", json!({ "resourceArn": ARN }))
            .await;
        assert_eq!(by_name, json!({ "tags": expected }), "{operation}");
        assert_eq!(by_arn, by_name, "{operation}");
    }
    // They go with their group.
    observatory
        .ask("DeleteLogGroup", json!({ "logGroupName": "g" }))
        .await;
    observatory.make("g", &[]).await;
    let tags = observatory
        .ask("ListTagsLogGroup", json!({ "logGroupName": "g" }))
        .await;
    assert_eq!(tags, json!({ "tags": {} }));
}

#[tokio::test]
async fn have_their_limits() {
    let observatory = Observatory::start();
    observatory.make("g", &[]).await;
    let many = |number: usize| -> Value {
        let tags: Map<_, _> = (0..number)
            .map(|number| (format!("k{number}"), "v".into()))
            .collect();
        tags.into()
    };
    let (key, value) = ("k".repeat(128), "v".repeat(256));
    observatory
        .ask(
            "TagLogGroup",
            json!({ "logGroupName": "g", "tags": { key.clone(): value.clone() } }),
        )
        .await;
    observatory
        .ask(
            "UntagLogGroup",
            json!({ "logGroupName": "g", "tags": [key] }),
        )
        .await;
    observatory
        .ask(
            "TagLogGroup",
            json!({ "logGroupName": "g", "tags": many(50) }),
        )
        .await;
    let invalid = "InvalidParameterException";
    for (case, tags, name, piece) in [
        (
            "none",
            json!({}),
            invalid,
            "at 'tags' failed to satisfy constraint: Member must have length greater than or equal to 1",
        ),
        (
            "51 in a call",
            many(51),
            invalid,
            "at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50",
        ),
        (
            "51 in all",
            json!({ "other": "v" }),
            "TooManyTagsException",
            "51 tags are too many",
        ),
        (
            "an empty key",
            json!({ "": "v" }),
            invalid,
            "at 'tags.key' failed to satisfy constraint: Member must have length greater than or equal to 1",
        ),
        (
            "a long key",
            json!({ "k".repeat(129): "v" }),
            invalid,
            "less than or equal to 128",
        ),
        (
            "a long value",
            json!({ "k": "v".repeat(257) }),
            invalid,
            "less than or equal to 256",
        ),
        (
            "a key with a bad character",
            json!({ "k;": "v" }),
            invalid,
            r"Member must satisfy regular expression pattern: ^([\p{L}\p{Z}\p{N}_.:/=+\-@]+)$",
        ),
        (
            "a value with a bad character",
            json!({ "k": "<" }),
            invalid,
            r"Member must satisfy regular expression pattern: ^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$",
        ),
        (
            "AWS's own",
            json!({ "aws:x": "v" }),
            invalid,
            "begins with aws:",
        ),
        (
            "no map",
            json!(["k"]),
            "SerializationException",
            "'tags' must be an object",
        ),
        (
            "no text",
            json!({ "k": 1 }),
            "SerializationException",
            "'tags' must be an object of strings",
        ),
    ] {
        let body = json!({ "logGroupName": "g", "tags": tags });
        observatory
            .call("TagLogGroup", body)
            .await
            .refused_with(case, name, piece);
    }
    let tags = observatory
        .ask("ListTagsLogGroup", json!({ "logGroupName": "g" }))
        .await;
    assert_eq!(
        tags["tags"],
        many(50),
        "what was refused left nothing behind"
    );
    // A group that would have too many is not made.
    let body = json!({ "logGroupName": "h", "tags": many(51) });
    observatory
        .call("CreateLogGroup", body)
        .await
        .refused_with("too many", invalid, "at 'tags'");
}

#[tokio::test]
async fn belong_to_a_group_that_is_there() {
    let observatory = Observatory::start();
    let arn = ARN;
    let not_found = (
        "ResourceNotFoundException",
        "The specified log group does not exist.",
    );
    let no_arn = ("InvalidParameterException", "is not an ARN");
    for (operation, body, (name, piece)) in [
        (
            "TagLogGroup",
            json!({ "logGroupName": "g", "tags": { "k": "v" } }),
            not_found,
        ),
        (
            "UntagLogGroup",
            json!({ "logGroupName": "g", "tags": ["k"] }),
            not_found,
        ),
        (
            "ListTagsLogGroup",
            json!({ "logGroupName": "g" }),
            not_found,
        ),
        (
            "TagResource",
            json!({ "resourceArn": arn, "tags": { "k": "v" } }),
            not_found,
        ),
        (
            "UntagResource",
            json!({ "resourceArn": arn, "tagKeys": ["k"] }),
            not_found,
        ),
        (
            "ListTagsForResource",
            json!({ "resourceArn": arn }),
            not_found,
        ),
        ("ListTagsForResource", json!({ "resourceArn": "g" }), no_arn),
        (
            "UntagResource",
            json!({ "resourceArn": arn }),
            ("InvalidParameterException", "Value null at 'tagKeys'"),
        ),
    ] {
        observatory
            .call(operation, body)
            .await
            .refused_with(operation, name, piece);
    }
}
