//! What the service refuses of groups, streams and readings: what is not there, what is there already, names and values out of bounds.

use serde_json::{Value as Json, json};
use span_snapshot::LogsApi;

use crate::asking::{NOW, call, ok, ready, refused, rule};

#[test]
fn what_is_not_there_and_what_is_there_already() {
    let check = |operation: &str, body: Json, error: &str, message: &str, broken: &str| {
        let api = ready();
        refused(call(&api, operation, body), 400, error, message);
        assert_eq!(rule(&api), broken, "{operation}");
    };
    let (not_found, exists) = (
        "ResourceNotFoundException",
        "ResourceAlreadyExistsException",
    );
    let no_group = "The specified log group does not exist.";
    let no_stream = "The specified log stream does not exist.";
    let group = || json!({ "logGroupName": "none" });
    let stream = || json!({ "logGroupName": "none", "logStreamName": "none" });
    let events = |group: &str, stream: &str| json!({ "logGroupName": group, "logStreamName": stream, "logEvents": [{ "timestamp": NOW, "message": "x" }] });
    check(
        "CreateLogGroup",
        json!({ "logGroupName": "cruddur" }),
        exists,
        "The specified log group already exists",
        "exists",
    );
    check(
        "CreateLogStream",
        json!({ "logGroupName": "cruddur", "logStreamName": "backend" }),
        exists,
        "The specified log stream already exists",
        "exists",
    );
    check("CreateLogStream", stream(), not_found, no_group, "no-group");
    check(
        "PutRetentionPolicy",
        json!({ "logGroupName": "none", "retentionInDays": 1 }),
        not_found,
        no_group,
        "no-group",
    );
    check(
        "PutLogEvents",
        events("none", "backend"),
        not_found,
        no_group,
        "no-group",
    );
    check(
        "PutLogEvents",
        events("cruddur", "none"),
        not_found,
        no_stream,
        "no-stream",
    );
    check("GetLogEvents", stream(), not_found, no_group, "no-group");
    check(
        "GetLogEvents",
        json!({ "logGroupName": "cruddur", "logStreamName": "none" }),
        not_found,
        no_stream,
        "no-stream",
    );
    check("FilterLogEvents", group(), not_found, no_group, "no-group");
    check(
        "FilterLogEvents",
        json!({ "logGroupName": "cruddur", "logStreamNames": ["backend", "none"] }),
        not_found,
        no_stream,
        "no-stream",
    );
    check(
        "DescribeLogStreams",
        group(),
        not_found,
        no_group,
        "no-group",
    );
    check(
        "GetQueryResults",
        json!({ "queryId": "none" }),
        not_found,
        "The specified query does not exist.",
        "no-query",
    );
    check(
        "StopQuery",
        json!({ "queryId": "none" }),
        not_found,
        "The specified query does not exist.",
        "no-query",
    );
}

#[test]
fn names_and_values_that_the_service_would_not_have() {
    let check = |operation: &str, body: Json, says: &str, broken: &str| {
        let api = ready();
        let message = format!("1 validation error detected: Value {says}");
        refused(
            call(&api, operation, body),
            400,
            "InvalidParameterException",
            &message,
        );
        assert_eq!(rule(&api), broken, "{operation}");
    };
    let long = "x".repeat(513);
    check(
        "CreateLogGroup",
        json!({}),
        "null at 'logGroupName' failed to satisfy constraint: Member must not be null",
        "",
    );
    check(
        "CreateLogGroup",
        json!({ "logGroupName": "" }),
        "'' at 'logGroupName' failed to satisfy constraint: Member must have length greater than or equal to 1",
        "group-name",
    );
    check(
        "CreateLogGroup",
        json!({ "logGroupName": "a b" }),
        r"'a b' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+",
        "group-name",
    );
    check(
        "CreateLogGroup",
        json!({ "logGroupName": "é" }),
        r"'é' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+",
        "group-name",
    );
    check(
        "PutLogEvents",
        json!({ "logGroupName": "cruddur", "logStreamName": "a:b", "logEvents": [] }),
        "'a:b' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*",
        "stream-name",
    );
    check(
        "CreateLogStream",
        json!({ "logGroupName": "cruddur", "logStreamName": "a*" }),
        "'a*' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*",
        "stream-name",
    );
    check(
        "CreateLogStream",
        json!({ "logGroupName": "cruddur", "logStreamName": long }),
        &format!(
            "'{long}' at 'logStreamName' failed to satisfy constraint: Member must have length less than or equal to 512"
        ),
        "stream-name",
    );
    check(
        "DescribeLogGroups",
        json!({ "limit": 51 }),
        "'51' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50",
        "limit",
    );
    check(
        "DescribeLogGroups",
        json!({ "limit": 0 }),
        "'0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
        "limit",
    );
    check(
        "DescribeLogStreams",
        json!({ "logGroupName": "cruddur", "orderBy": "Size" }),
        "'Size' at 'orderBy' failed to satisfy constraint: Member must satisfy enum value set: [LogStreamName, LastEventTime]",
        "",
    );
    check(
        "FilterLogEvents",
        json!({ "logGroupName": "cruddur", "limit": 10001 }),
        "'10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
        "limit",
    );
    for days in [0, 2, 8, 3654, -1] {
        let set = "[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]";
        check(
            "PutRetentionPolicy",
            json!({ "logGroupName": "cruddur", "retentionInDays": days }),
            &format!(
                "'{days}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: {set}"
            ),
            "retention",
        );
    }
    for days in [1, 14, 3653] {
        let api = ready();
        ok(
            &api,
            "PutRetentionPolicy",
            json!({ "logGroupName": "cruddur", "retentionInDays": days }),
        );
        assert_eq!(api.groups()[0].retention_in_days, Some(days));
    }
    // All that may be in a name, and as much of it as there may be.
    let api = LogsApi::start();
    ok(&api, "CreateLogGroup", json!({ "logGroupName": "aws" }));
    ok(
        &api,
        "CreateLogGroup",
        json!({ "logGroupName": "x".repeat(512) }),
    );
    ok(
        &api,
        "CreateLogGroup",
        json!({ "logGroupName": "Az09._-/#" }),
    );
    ok(
        &api,
        "CreateLogStream",
        json!({ "logGroupName": "Az09._-/#", "logStreamName": "2026/11/26/[$LATEST] é" }),
    );
    ok(
        &api,
        "CreateLogStream",
        json!({ "logGroupName": "aws", "logStreamName": "é".repeat(512) }),
    );
}

#[test]
fn other_refusals() {
    let check = |operation: &str, body: Json, message: &str| {
        let api = ready();
        refused(
            call(&api, operation, body),
            400,
            "InvalidParameterException",
            message,
        );
    };
    for name in ["aws/lambda", "AWS/x"] {
        check(
            "CreateLogGroup",
            json!({ "logGroupName": name }),
            "Log groups starting with AWS/ are reserved for AWS.",
        );
    }
    check(
        "DescribeLogGroups",
        json!({ "logGroupNamePrefix": "a", "logGroupNamePattern": "a" }),
        "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
    );
    check(
        "DescribeLogGroups",
        json!({ "nextToken": "x" }),
        "The specified nextToken is invalid.",
    );
    check(
        "DescribeLogGroups",
        json!({ "nextToken": "after/2" }),
        "The specified nextToken is invalid.",
    );
    check(
        "GetLogEvents",
        json!({ "logGroupName": "cruddur", "logStreamName": "backend", "nextToken": "f/1" }),
        "The specified nextToken is invalid.",
    );
    check(
        "DescribeLogStreams",
        json!({ "logGroupName": "cruddur", "orderBy": "LastEventTime", "logStreamNamePrefix": "b" }),
        "Cannot order by LastEventTime with a logStreamNamePrefix.",
    );
    check(
        "DescribeLogStreams",
        json!({}),
        "Exactly one of logGroupName and logGroupIdentifier must be given",
    );
    check(
        "GetLogEvents",
        json!({ "logGroupName": "cruddur", "logGroupIdentifier": "cruddur", "logStreamName": "backend" }),
        "Exactly one of logGroupName and logGroupIdentifier must be given",
    );
    check(
        "FilterLogEvents",
        json!({ "logGroupName": "cruddur", "logStreamNames": ["backend"], "logStreamNamePrefix": "b" }),
        "logStreamNames and logStreamNamePrefix cannot both be given",
    );
    check(
        "FilterLogEvents",
        json!({ "logGroupName": "cruddur", "filterPattern": "ERROR" }),
        "the fake CloudWatch Logs API does not serve filterPattern; leave it out and look through the events",
    );
    check(
        "CreateLogGroup",
        json!({ "logGroupName": "x", "kmsKeyId": "k" }),
        "the fake CloudWatch Logs API does not serve kmsKeyId of CreateLogGroup",
    );
    // What is there and null counts as not there.
    ok(
        &ready(),
        "CreateLogGroup",
        json!({ "logGroupName": "x", "kmsKeyId": null }),
    );
    ok(
        &ready(),
        "FilterLogEvents",
        json!({ "logGroupName": "cruddur", "filterPattern": "" }),
    );
}
