//! Calls that are none: by another way, without a signature, of another type.

use serde_json::{Value as Json, json};

use crate::asking::{Request, call, ready, refused, request, send};

#[test]
fn calls_that_are_none_of_the_services() {
    let check = |change: fn(&mut Request<'_>), error: &str, says: &str| {
        let api = ready();
        let body = json!({});
        let mut request = request("Logs_20140328.DescribeLogGroups", &body);
        change(&mut request);
        let (status, body) = send(&api.endpoint(), &request).unwrap();
        assert_eq!(
            (status, body["__type"].as_str()),
            (400, Some(error)),
            "{body}"
        );
        let message = body["message"].as_str().unwrap();
        assert!(message.contains(says), "{message}");
        assert_eq!(
            api.calls()[0].status,
            Some(400),
            "it is recorded all the same"
        );
    };
    let (unknown, serialization) = ("UnknownOperationException", "SerializationException");
    check(|it| it.target = None, unknown, "X-Amz-Target is ``");
    check(
        |it| it.target = Some("Logs.DescribeLogGroups"),
        unknown,
        "`Logs.DescribeLogGroups`",
    );
    check(
        |it| it.target = Some("Logs_20140328.DeleteLogGroup"),
        unknown,
        "does not serve DeleteLogGroup; it serves CreateLogGroup, CreateLogStream",
    );
    check(|it| it.path = "/x", unknown, "POST /x");
    check(
        |it| it.content_type = "application/cbor",
        unknown,
        "`application/cbor`",
    );
    check(
        |it| it.body = "[]".to_owned(),
        serialization,
        "no JSON object",
    );
    check(
        |it| it.body = "{".to_owned(),
        serialization,
        "no JSON object",
    );
    check(
        |it| it.body = r#"{"limit": "5"}"#.to_owned(),
        serialization,
        "limit is \"5\", not a whole number",
    );
    check(
        |it| it.body = r#"{"limit": 1.5}"#.to_owned(),
        serialization,
        "limit is 1.5, not a whole number",
    );
    check(
        |it| it.body = r#"{"nextToken": 5}"#.to_owned(),
        serialization,
        "nextToken is 5, not a text",
    );
    let incomplete = "IncompleteSignatureException";
    check(
        |it| it.authorization = None,
        "MissingAuthenticationTokenException",
        "Missing",
    );
    check(
        |it| it.authorization = Some("Bearer x"),
        incomplete,
        "/logs/aws4_request",
    );
    check(
        |it| {
            it.authorization = Some(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/ca-central-1/xray/aws4_request, SignedHeaders=host, Signature=x",
            )
        },
        incomplete,
        "",
    );
    // A parameter of the content type changes nothing.
    let api = ready();
    let mut request = request("Logs_20140328.DescribeLogGroups", &Json::Null);
    request.content_type = "application/x-amz-json-1.1; charset=utf-8";
    request.body = "{}".to_owned();
    assert_eq!(send(&api.endpoint(), &request).unwrap().0, 200);
    let answer = reqwest::blocking::get(api.endpoint()).unwrap();
    assert_eq!(answer.status().as_u16(), 400);
    let body = answer.text().unwrap();
    assert!(body.contains("by POST /, not GET /"), "{body}");
}

#[test]
fn wrong_types_of_lists_and_booleans() {
    let check = |operation: &str, body: Json, says: &str| {
        refused(
            call(&ready(), operation, body),
            400,
            "SerializationException",
            says,
        );
    };
    check(
        "PutLogEvents",
        json!({ "logGroupName": "cruddur", "logStreamName": "backend", "logEvents": "x" }),
        "logEvents is \"x\", not a list of objects",
    );
    check(
        "PutLogEvents",
        json!({ "logGroupName": "cruddur", "logStreamName": "backend", "logEvents": ["x"] }),
        "logEvents is [\"x\"], not a list of objects",
    );
    check(
        "DescribeLogStreams",
        json!({ "logGroupName": "cruddur", "descending": 1 }),
        "descending is 1, not true or false",
    );
}
