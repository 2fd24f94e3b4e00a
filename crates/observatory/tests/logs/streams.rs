//! Log streams: made, deleted, listed.

use serde_json::{Value, json};

use crate::asking::{NOW, Observatory, SECOND, messages, names};

async fn described(observatory: &Observatory, mut body: Value) -> Vec<String> {
    body["logGroupName"] = "g".into();
    let answer = observatory.ask("DescribeLogStreams", body).await;
    names(&answer, "logStreams", "logStreamName")
}

#[tokio::test]
async fn is_made_once_shown_and_deleted() {
    let observatory = Observatory::start();
    observatory.make("g", &["a/[1] grüße"]).await;
    let body = json!({ "logGroupName": "g", "logStreamName": "a/[1] grüße" });
    observatory
        .call("CreateLogStream", body.clone())
        .await
        .refused(
            "made twice",
            "ResourceAlreadyExistsException",
            "The specified log stream already exists",
        );
    observatory.advance(5);
    observatory
        .put("g", "a/[1] grüße", &[(NOW - 7, "x"), (NOW + 3, "y")])
        .await;
    let shown = observatory
        .ask("DescribeLogStreams", json!({ "logGroupName": "g" }))
        .await;
    let token = shown["logStreams"][0]["uploadSequenceToken"]
        .as_str()
        .unwrap();
    assert_eq!(token.len(), 56);
    assert_eq!(
        shown,
        json!({ "logStreams": [{
            "logStreamName": "a/[1] grüße", "creationTime": NOW, "firstEventTimestamp": NOW - 7,
            "lastEventTimestamp": NOW + 3, "lastIngestionTime": NOW + 5, "uploadSequenceToken": token,
            "arn": "arn:aws:logs:eu-central-1:000000000000:log-group:g:log-stream:a/[1] grüße", "storedBytes": 0,
        }] })
    );
    observatory.ask("DeleteLogStream", body.clone()).await;
    assert_eq!(described(&observatory, json!({})).await, [""; 0]);
    observatory
        .call("DeleteLogStream", body.clone())
        .await
        .refused(
            "deleted twice",
            "ResourceNotFoundException",
            "The specified log stream does not exist.",
        );
    // Its events are gone with it, and do not come back with its name.
    observatory.ask("CreateLogStream", body).await;
    let events = observatory
        .ask("FilterLogEvents", json!({ "logGroupName": "g" }))
        .await;
    assert_eq!(messages(&events), [""; 0]);
    let groups = observatory.ask("DescribeLogGroups", json!({})).await;
    assert_eq!(groups["logGroups"][0]["storedBytes"], 0);
}

#[tokio::test]
async fn has_a_name_that_the_service_takes() {
    let observatory = Observatory::start();
    let longest = "é".repeat(512);
    observatory.make("g", &[&longest, "x"]).await;
    let too_long = "y".repeat(513);
    for (case, name, constraint) in [
        (
            "empty",
            "",
            "Member must have length greater than or equal to 1",
        ),
        (
            "too long by one",
            &too_long,
            "Member must have length less than or equal to 512",
        ),
        (
            "a colon",
            "a:b",
            "Member must satisfy regular expression pattern: [^:*]*",
        ),
        (
            "a star",
            "*",
            "Member must satisfy regular expression pattern: [^:*]*",
        ),
    ] {
        let body = json!({ "logGroupName": "g", "logStreamName": name });
        observatory.call("CreateLogStream", body).await.refused(
            case,
            "InvalidParameterException",
            &format!("1 validation error detected: Value '{name}' at 'logStreamName' failed to satisfy constraint: {constraint}"),
        );
    }
    for operation in ["CreateLogStream", "DeleteLogStream"] {
        let body = json!({ "logGroupName": "absent", "logStreamName": "x" });
        observatory.call(operation, body).await.refused(
            operation,
            "ResourceNotFoundException",
            "The specified log group does not exist.",
        );
    }
}

#[tokio::test]
async fn is_listed_in_either_order() {
    let observatory = Observatory::start();
    observatory
        .make("g", &["a1", "a2", "b", "never", "a"])
        .await;
    for (stream, time) in [("a1", 30), ("a2", 10), ("b", 20), ("a", 20)] {
        observatory
            .put("g", stream, &[(NOW + time * SECOND, "x")])
            .await;
    }
    // An earlier event that comes later changes nothing.
    observatory.put("g", "a1", &[(NOW, "x")]).await;
    for (case, body, expected) in [
        ("by name", json!({}), &["a", "a1", "a2", "b", "never"][..]),
        (
            "by name, the other way",
            json!({ "descending": true, "orderBy": "LogStreamName" }),
            &["never", "b", "a2", "a1", "a"],
        ),
        (
            "a prefix",
            json!({ "logStreamNamePrefix": "a" }),
            &["a", "a1", "a2"],
        ),
        (
            "a prefix, the other way",
            json!({ "logStreamNamePrefix": "a", "descending": true }),
            &["a2", "a1", "a"],
        ),
        (
            "by event",
            json!({ "orderBy": "LastEventTime" }),
            &["never", "a2", "a", "b", "a1"],
        ),
        (
            "newest first",
            json!({ "orderBy": "LastEventTime", "descending": true }),
            &["a1", "b", "a", "a2", "never"],
        ),
        (
            "the newest",
            json!({ "orderBy": "LastEventTime", "descending": true, "limit": 1 }),
            &["a1"],
        ),
    ] {
        assert_eq!(
            described(&observatory, body.clone()).await,
            expected,
            "{case}"
        );
        let mut body = body;
        body["limit"] = 1.into();
        let mut one_by_one = Vec::new();
        while one_by_one.len() < expected.len() {
            body["logGroupName"] = "g".into();
            let answer = observatory.ask("DescribeLogStreams", body.clone()).await;
            one_by_one.extend(names(&answer, "logStreams", "logStreamName"));
            body["nextToken"] = answer["nextToken"].clone();
            if body["nextToken"].is_null() {
                break;
            }
        }
        if case != "the newest" {
            assert_eq!(
                body["nextToken"],
                Value::Null,
                "{case}: the last page leads nowhere"
            );
        }
        assert_eq!(one_by_one, expected, "{case}, one by one");
    }
    for (case, body, message) in [
        (
            "prefix and events",
            json!({ "logStreamNamePrefix": "a", "orderBy": "LastEventTime" }),
            "Cannot order by LastEventTime with a logStreamNamePrefix.",
        ),
        (
            "an order that is none",
            json!({ "orderBy": "Size" }),
            "1 validation error detected: Value 'Size' at 'orderBy' failed to satisfy constraint: Member must satisfy enum value set: [LogStreamName, LastEventTime]",
        ),
        (
            "limit of 51",
            json!({ "limit": 51 }),
            "1 validation error detected: Value '51' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50",
        ),
        (
            "the other order's token",
            json!({ "orderBy": "LastEventTime", "nextToken": "after/a" }),
            "The specified nextToken is invalid.",
        ),
    ] {
        let mut body = body;
        body["logGroupName"] = "g".into();
        let answer = observatory.call("DescribeLogStreams", body).await;
        answer.refused(case, "InvalidParameterException", message);
    }
}

#[tokio::test]
async fn is_listed_of_one_group_by_name_or_arn() {
    let observatory = Observatory::start();
    observatory.make("g", &["x"]).await;
    let arn = "arn:aws:logs:eu-central-1:000000000000:log-group:g";
    for identifier in ["g", arn] {
        let body = json!({ "logGroupIdentifier": identifier });
        let answer = observatory.ask("DescribeLogStreams", body).await;
        assert_eq!(
            names(&answer, "logStreams", "logStreamName"),
            ["x"],
            "{identifier}"
        );
    }
    let not_found = "ResourceNotFoundException";
    let invalid = "InvalidParameterException";
    for (case, body, name, piece) in [
        (
            "neither",
            json!({}),
            invalid,
            "Either logGroupName or logGroupIdentifier must be specified.",
        ),
        (
            "both",
            json!({ "logGroupName": "g", "logGroupIdentifier": "g" }),
            invalid,
            "cannot both be specified",
        ),
        (
            "unknown",
            json!({ "logGroupName": "h" }),
            not_found,
            "The specified log group does not exist.",
        ),
        (
            "an ARN of none",
            json!({ "logGroupIdentifier": arn.replace(":g", ":h") }),
            not_found,
            "The specified log group does not exist.",
        ),
        (
            "another account",
            json!({ "logGroupIdentifier": arn.replace("000000000000", "111111111111") }),
            not_found,
            "The specified log group does not exist",
        ),
        (
            "another service",
            json!({ "logGroupIdentifier": arn.replace("logs", "xray") }),
            invalid,
            "is not the ARN of a log group",
        ),
    ] {
        let answer = observatory.call("DescribeLogStreams", body).await;
        answer.refused_with(case, name, piece);
    }
}
