//! The fake CloudWatch Logs API by plain HTTP: what it records, what it answers as the service would, and what it can be told to answer.

use std::time::Duration;

use serde_json::{Value as Json, json};
use span_snapshot::{Gate, LogGroup, LogsAnswer, LogsApi, MalformedQuery, assert_span_snapshot};

const SOON: Duration = Duration::from_secs(10);
const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/ca-central-1/logs/aws4_request, SignedHeaders=host;x-amz-date, Signature=hushhush";
const JSON_1_1: &str = "application/x-amz-json-1.1";

/// 2026-11-26 12:00.
const NOW: i64 = 1_795_694_400_000;
const SECOND: i64 = 1000;
const HOUR: i64 = 3600 * SECOND;
const DAY: i64 = 24 * HOUR;

/// The status and the body; `null` if there is none.
type Answered = (u16, Json);

struct Request<'a> {
    path: &'a str,
    target: Option<&'a str>,
    content_type: &'a str,
    authorization: Option<&'a str>,
    body: String,
}

fn request<'a>(target: &'a str, body: &Json) -> Request<'a> {
    Request {
        path: "/",
        target: Some(target),
        content_type: JSON_1_1,
        authorization: Some(SIGNED),
        body: body.to_string(),
    }
}

fn send(endpoint: &str, request: &Request<'_>) -> reqwest::Result<Answered> {
    let mut post = reqwest::blocking::Client::new()
        .post(format!("{endpoint}{}", request.path))
        .header("content-type", request.content_type)
        .body(request.body.clone());
    if let Some(target) = request.target {
        post = post.header("x-amz-target", target);
    }
    if let Some(authorization) = request.authorization {
        post = post.header("authorization", authorization);
    }
    let answer = post.send()?;
    assert_eq!(answer.headers()["content-type"], JSON_1_1);
    let status = answer.status().as_u16();
    let text = answer.text()?;
    let body = match text.as_str() {
        "" => Json::Null,
        text => serde_json::from_str(text).unwrap(),
    };
    Ok((status, body))
}

fn call(api: &LogsApi, operation: &str, body: Json) -> Answered {
    let target = format!("Logs_20140328.{operation}");
    send(&api.endpoint(), &request(&target, &body)).unwrap()
}

/// The body of an answer that is none of a failure.
#[track_caller]
fn ok(api: &LogsApi, operation: &str, body: Json) -> Json {
    let (status, body) = call(api, operation, body);
    assert_eq!(status, 200, "{body}");
    body
}

/// An answer that refuses, by its name and its message.
#[track_caller]
fn refused(answered: Answered, status: u16, error: &str, message: &str) {
    let (got, body) = answered;
    assert_eq!(
        (got, body["__type"].as_str()),
        (status, Some(error)),
        "{body}"
    );
    assert_eq!(body["message"], message);
}

/// Which rule the last call broke.
fn rule(api: &LogsApi) -> &'static str {
    let calls = api.calls();
    calls
        .last()
        .unwrap()
        .refusal
        .as_ref()
        .map_or("", |refusal| refusal.rule)
}

/// An API whose clock stands, with a group and a stream.
fn ready() -> LogsApi {
    LogsApi::start()
        .with_now(NOW)
        .with_stream("cruddur", "backend")
}

fn put(events: impl IntoIterator<Item = (i64, String)>) -> Json {
    let events = events.into_iter();
    let events =
        events.map(|(timestamp, message)| json!({ "timestamp": timestamp, "message": message }));
    json!({ "logGroupName": "cruddur", "logStreamName": "backend", "logEvents": Vec::from_iter(events) })
}

fn messages<const N: usize>(events: [(i64, &str); N]) -> Json {
    put(events.map(|(timestamp, message)| (timestamp, message.to_owned())))
}

#[test]
fn what_is_put_is_there_and_what_was_asked_is_recorded() {
    let api = LogsApi::start().with_now(NOW);
    let group = json!({ "logGroupName": "cruddur" });
    let stream = json!({ "logGroupName": "cruddur", "logStreamName": "backend" });
    let days = json!({ "logGroupName": "cruddur", "retentionInDays": 1 });
    assert_eq!(ok(&api, "CreateLogGroup", group), Json::Null);
    assert_eq!(ok(&api, "CreateLogStream", stream), Json::Null);
    assert_eq!(ok(&api, "PutRetentionPolicy", days), Json::Null);
    let body = messages([(NOW - 2, "first"), (NOW - 2, "second"), (NOW, "third")]);
    let answer = ok(&api, "PutLogEvents", body.clone());
    assert!(answer["nextSequenceToken"].is_string());
    assert_eq!(answer.get("rejectedLogEventsInfo"), None);

    let events = api.wait_for_events(3, SOON).unwrap();
    let told: Vec<_> = events
        .iter()
        .map(|e| (e.timestamp, e.message.as_str(), e.id))
        .collect();
    assert_eq!(
        told,
        [
            (NOW - 2, "first", 1),
            (NOW - 2, "second", 2),
            (NOW, "third", 3)
        ]
    );
    assert_eq!(
        (events[0].group.as_str(), events[0].stream.as_str()),
        ("cruddur", "backend")
    );
    assert_eq!(events[0].ingestion_time, NOW);
    assert_eq!(api.events("cruddur", "backend"), events);
    assert!(api.events("cruddur", "other").is_empty());
    let group = LogGroup {
        name: "cruddur".to_owned(),
        retention_in_days: Some(1),
        streams: vec!["backend".to_owned()],
    };
    assert_eq!(api.groups(), [group]);
    assert_span_snapshot!(api.tree(), @"
    log group cruddur
       retentionInDays = 1
    └─ STREAM backend
       └─ TEXT first
       └─ TEXT second
       └─ TEXT third
    ");

    let calls = api.wait_for_calls("PutLogEvents", 1, SOON).unwrap();
    assert_eq!(calls[0].path, "/");
    assert_eq!(calls[0].body, body);
    assert_eq!(calls[0].status, Some(200));
    assert_eq!(calls[0].refusal, None);
    assert_eq!(calls[0].region(), Some("ca-central-1"));
    assert_eq!(api.calls().len(), 4);
    assert_eq!(api.calls_of("CreateLogGroup").len(), 1);
}

#[test]
fn no_secret_is_printed() {
    let api = ready();
    ok(&api, "DescribeLogGroups", json!({}));
    let error = api
        .wait_for_calls("PutLogEvents", 1, Duration::ZERO)
        .unwrap_err();
    let printed = format!("{api:?} {:?} {error}", api.calls());
    assert!(printed.contains("authorization: [secret]"), "{printed}");
    assert!(
        printed.contains("x-amz-target: Logs_20140328.DescribeLogGroups"),
        "{printed}"
    );
    assert!(
        !printed.contains("hushhush") && !printed.contains("AKID"),
        "{printed}"
    );
}

#[test]
fn a_refusal_is_printed_with_its_call() {
    let api = ready();
    call(&api, "PutLogEvents", messages([(NOW, "b"), (NOW - 1, "a")]));
    let printed = format!("{:?}", api.calls()[0]);
    assert!(
        printed.contains("answered 400 InvalidParameterException: Log events in"),
        "{printed}"
    );
}

/// Puts events that break a limit: the service's message, and the rule.
#[track_caller]
fn breaks(events: impl IntoIterator<Item = (i64, String)>, broken: &str, message: &str) {
    let api = ready();
    let answered = call(&api, "PutLogEvents", put(events));
    refused(answered, 400, "InvalidParameterException", message);
    assert_eq!(rule(&api), broken);
    assert!(api.all_events().is_empty(), "the whole call is refused");
}

/// Puts events that break none.
#[track_caller]
fn keeps(events: impl IntoIterator<Item = (i64, String)>) {
    let api = ready();
    let events: Vec<_> = events.into_iter().collect();
    let count = events.len();
    ok(&api, "PutLogEvents", put(events));
    assert_eq!(api.all_events().len(), count);
    assert!(api.rejected().is_empty());
}

#[test]
fn each_limit_of_a_call_at_its_edge() {
    let text = |bytes: usize| (NOW, "x".repeat(bytes));
    let many = |count: usize, bytes: usize| std::iter::repeat_n(text(bytes), count);

    keeps(many(10_000, 1));
    breaks(
        many(10_001, 1),
        "count",
        "1 validation error detected: Value '[10001 events]' at 'logEvents' failed to satisfy constraint: Member must have length less than or equal to 10000",
    );
    breaks(
        [],
        "empty",
        "1 validation error detected: Value '[]' at 'logEvents' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );

    // 4 x (262,118 + 26) = 1,048,576
    keeps(many(4, 262_118));
    breaks(
        many(3, 262_118).chain([text(262_119)]),
        "overhead",
        "Upload too large: 1048577 bytes exceeds limit of 1048576",
    );
    // As much text as a call takes, if there was no overhead.
    breaks(
        many(4, 262_144),
        "overhead",
        "Upload too large: 1048680 bytes exceeds limit of 1048576",
    );
    breaks(
        many(3, 262_144).chain([text(262_145)]),
        "bytes",
        "Upload too large: 1048681 bytes exceeds limit of 1048576",
    );
    // é has two bytes, which whoever counts characters does not see.
    breaks(
        std::iter::repeat_n((NOW, "é".repeat(262_118)), 4),
        "characters",
        "Upload too large: 2097048 bytes exceeds limit of 1048576",
    );

    keeps([text(1_048_550)]);
    breaks(
        [text(1_048_551)],
        "event-bytes",
        "Log event too large: 1048577 bytes exceeds limit of 1048576",
    );

    let at = |time: i64| (time, "x".to_owned());
    keeps([at(NOW - DAY), at(NOW)]);
    breaks(
        [at(NOW - DAY - 1), at(NOW)],
        "24-hours",
        "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
    );
    let disorder = "Log events in a single PutLogEvents request must be in chronological order.";
    keeps([at(NOW), at(NOW)]);
    breaks([at(NOW), at(NOW - 1)], "order", disorder);
    breaks([at(NOW - 2), at(NOW), at(NOW - 1)], "order", disorder);
}

#[test]
fn events_that_are_none() {
    let check = |event: Json, says: &str| {
        let api = ready();
        let mut body = messages([(NOW, "x")]);
        body["logEvents"].as_array_mut().unwrap().push(event);
        let message = format!("1 validation error detected: Value {says}");
        refused(
            call(&api, "PutLogEvents", body),
            400,
            "InvalidParameterException",
            &message,
        );
        assert_eq!(rule(&api), "event");
    };
    check(
        json!({ "message": "x" }),
        "null at 'logEvents.2.member.timestamp' failed to satisfy constraint: Member must not be null",
    );
    check(
        json!({ "timestamp": 1 }),
        "null at 'logEvents.2.member.message' failed to satisfy constraint: Member must not be null",
    );
    check(
        json!({ "timestamp": -1, "message": "x" }),
        "'-1' at 'logEvents.2.member.timestamp' failed to satisfy constraint: Member must have value greater than or equal to 0",
    );
    check(
        json!({ "timestamp": 1, "message": "" }),
        "'' at 'logEvents.2.member.message' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
}

/// Which of the events are rejected, as the answer tells.
#[track_caller]
fn rejects(api: &LogsApi, times: &[i64], info: Json, why: &[(i64, &str)]) {
    let answer = ok(
        api,
        "PutLogEvents",
        put(times.iter().map(|time| (*time, "x".to_owned()))),
    );
    assert_eq!(answer["rejectedLogEventsInfo"], info);
    let rejected = api.rejected();
    let told: Vec<_> = rejected
        .iter()
        .map(|event| (event.timestamp, event.why))
        .collect();
    assert_eq!(told, why);
    assert_eq!(api.all_events().len(), times.len() - why.len());
}

#[test]
fn events_out_of_time_are_rejected_one_by_one() {
    let new = NOW + 2 * HOUR;
    rejects(
        &ready(),
        &[NOW, new, new + 1, new + 2],
        json!({ "tooNewLogEventStartIndex": 2 }),
        &[(new + 1, "too-new"), (new + 2, "too-new")],
    );
    let old = NOW - 14 * DAY;
    rejects(
        &ready(),
        &[old - 2, old - 1, old],
        json!({ "tooOldLogEventEndIndex": 2 }),
        &[(old - 2, "too-old"), (old - 1, "too-old")],
    );
    let three_days = || ready().with_retention("cruddur", 3);
    let expired = NOW - 3 * DAY;
    rejects(
        &three_days(),
        &[expired - 1, expired],
        json!({ "expiredLogEventEndIndex": 1 }),
        &[(expired - 1, "expired")],
    );
    rejects(
        &three_days(),
        &[old - 1, old],
        json!({ "tooOldLogEventEndIndex": 1, "expiredLogEventEndIndex": 2 }),
        &[(old - 1, "too-old"), (old, "expired")],
    );
    // A retention of more than 14 days takes nothing older.
    rejects(
        &ready().with_retention("cruddur", 30),
        &[old - 1, old],
        json!({ "tooOldLogEventEndIndex": 1 }),
        &[(old - 1, "too-old")],
    );
    let rejected = &three_days();
    rejects(
        rejected,
        &[1],
        json!({ "tooOldLogEventEndIndex": 1, "expiredLogEventEndIndex": 1 }),
        &[(1, "too-old")],
    );
    let rejected = &rejected.rejected()[0];
    assert_eq!(
        (
            rejected.group.as_str(),
            rejected.stream.as_str(),
            rejected.message.as_str()
        ),
        ("cruddur", "backend", "x")
    );
}

#[test]
fn without_a_clock_it_is_the_systems() {
    let api = LogsApi::start().with_stream("cruddur", "backend");
    // Seconds taken for milliseconds are in January 1970.
    let answer = ok(&api, "PutLogEvents", messages([(NOW / 1000, "x")]));
    assert_eq!(
        answer["rejectedLogEventsInfo"],
        json!({ "tooOldLogEventEndIndex": 1 })
    );
    let far = i64::from(u32::MAX) * 1000;
    let answer = ok(&api, "PutLogEvents", messages([(far, "x")]));
    assert_eq!(
        answer["rejectedLogEventsInfo"],
        json!({ "tooNewLogEventStartIndex": 0 })
    );
}

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

#[test]
fn each_answer_is_as_told_and_the_last_stays() {
    let api = ready().answering(
        "PutLogEvents",
        [
            LogsAnswer::RefuseKeys,
            LogsAnswer::Throttle,
            LogsAnswer::Unavailable,
            LogsAnswer::Fail,
            LogsAnswer::Serve,
        ],
    );
    let put = || call(&api, "PutLogEvents", messages([(NOW, "x")]));
    refused(
        put(),
        400,
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    );
    refused(put(), 400, "ThrottlingException", "Rate exceeded");
    refused(
        put(),
        503,
        "ServiceUnavailableException",
        "The service cannot complete the request.",
    );
    refused(
        put(),
        500,
        "InternalFailure",
        "the fake CloudWatch Logs API was told to fail",
    );
    assert!(api.all_events().is_empty());
    assert_eq!(put().0, 200);
    assert_eq!(put().0, 200);
    // What one operation is told is not another's.
    assert_eq!(call(&api, "DescribeLogGroups", json!({})).0, 200);
    let statuses: Vec<_> = api.calls().iter().map(|call| call.status).collect();
    assert_eq!(statuses, [400, 400, 503, 500, 200, 200, 200].map(Some));
}

/// A call on a thread of its own.
fn calling(
    api: &LogsApi,
    operation: &str,
    body: Json,
) -> std::thread::JoinHandle<reqwest::Result<Answered>> {
    let (endpoint, target) = (api.endpoint(), format!("Logs_20140328.{operation}"));
    std::thread::spawn(move || send(&endpoint, &request(&target, &body)))
}

#[test]
fn a_lost_answer_has_been_served() {
    let api = ready().answering("PutLogEvents", [LogsAnswer::Lose, LogsAnswer::Serve]);
    let put = || {
        calling(&api, "PutLogEvents", messages([(NOW, "x")]))
            .join()
            .unwrap()
    };
    assert!(put().is_err());
    assert_eq!(api.all_events().len(), 1);
    assert_eq!(api.calls()[0].status, None);
    assert!(put().is_ok());
    assert_eq!(
        api.all_events().len(),
        2,
        "whoever tries again does it twice"
    );
}

#[test]
fn hanging_ends_with_the_api() {
    let api = ready().answering("PutLogEvents", [LogsAnswer::Hang]);
    let client = calling(&api, "PutLogEvents", messages([(NOW, "x")]));
    let calls = api.wait_for_calls("PutLogEvents", 1, SOON).unwrap();
    assert_eq!(calls[0].status, None);
    drop(api);
    assert!(client.join().unwrap().is_err());
}

#[test]
fn a_gate_holds_the_answer_back() {
    let gate = Gate::new();
    let api = ready().answering("PutLogEvents", [LogsAnswer::Gated(gate.clone())]);
    let client = calling(&api, "PutLogEvents", messages([(NOW, "x")]));
    api.wait_for_calls("PutLogEvents", 1, SOON).unwrap();
    assert!(api.all_events().is_empty());
    let error = api.wait_for_events(1, Duration::ZERO).unwrap_err();
    assert_eq!((error.what, error.wanted, error.came), ("events", 1, 0));
    gate.open();
    assert_eq!(client.join().unwrap().unwrap().0, 200);
    assert_eq!(api.all_events().len(), 1);
}

#[test]
fn groups_are_described_page_by_page() {
    let api = LogsApi::start()
        .with_now(NOW)
        .with_retention("b/two", 14)
        .with_events("b/one", "s", [(NOW, "four")])
        .with_group("a");
    let names = |body: Json| {
        let answer = ok(&api, "DescribeLogGroups", body);
        let groups = answer["logGroups"].as_array().unwrap().iter();
        let names = groups.map(|group| group["logGroupName"].as_str().unwrap().to_owned());
        (Vec::from_iter(names), answer["nextToken"].clone())
    };
    assert_eq!(
        names(json!({})),
        (vec!["a".into(), "b/one".into(), "b/two".into()], Json::Null)
    );
    assert_eq!(
        names(json!({ "logGroupNamePrefix": "b/" })).0,
        ["b/one", "b/two"]
    );
    assert_eq!(names(json!({ "logGroupNamePattern": "TW" })).0, ["b/two"]);
    let (first, token) = names(json!({ "limit": 2 }));
    assert_eq!(first, ["a", "b/one"]);
    assert_eq!(
        names(json!({ "limit": 2, "nextToken": token })),
        (vec!["b/two".into()], Json::Null)
    );
    let answer = ok(
        &api,
        "DescribeLogGroups",
        json!({ "logGroupNamePrefix": "b/" }),
    );
    assert_eq!(
        answer["logGroups"][0],
        json!({
            "logGroupName": "b/one",
            "creationTime": NOW,
            "metricFilterCount": 0,
            "arn": "arn:aws:logs:us-east-1:000000000000:log-group:b/one:*",
            "logGroupArn": "arn:aws:logs:us-east-1:000000000000:log-group:b/one",
            "logGroupClass": "STANDARD",
            "storedBytes": 30,
        })
    );
    assert_eq!(answer["logGroups"][1]["retentionInDays"], 14);
}

#[test]
fn streams_are_described_by_name_or_by_their_last_event() {
    let api = LogsApi::start()
        .with_now(NOW)
        .with_events("cruddur", "a", [(NOW - 1, "x"), (NOW - 3, "x")])
        .with_events("cruddur", "b", [(NOW - 2, "x")])
        .with_stream("cruddur", "c");
    let names = |more: Json| {
        let mut body = json!({ "logGroupName": "cruddur" });
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let answer = ok(&api, "DescribeLogStreams", body);
        let streams = answer["logStreams"].as_array().unwrap().iter();
        let names = streams.map(|stream| stream["logStreamName"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(json!({})), "a b c");
    assert_eq!(
        names(json!({ "orderBy": "LogStreamName", "descending": true })),
        "c b a"
    );
    assert_eq!(names(json!({ "orderBy": "LastEventTime" })), "c b a");
    assert_eq!(
        names(json!({ "orderBy": "LastEventTime", "descending": true })),
        "a b c"
    );
    assert_eq!(names(json!({ "logStreamNamePrefix": "b" })), "b");
    assert_eq!(names(json!({ "limit": 1, "nextToken": "after/1" })), "b");
    let by_arn =
        json!({ "logGroupIdentifier": "arn:aws:logs:us-east-1:000000000000:log-group:cruddur:*" });
    let streams = ok(&api, "DescribeLogStreams", by_arn)["logStreams"].clone();
    let expected = json!({
        "logStreamName": "a",
        "creationTime": NOW,
        "firstEventTimestamp": NOW - 3,
        "lastEventTimestamp": NOW - 1,
        "lastIngestionTime": NOW - 1,
        "arn": "arn:aws:logs:us-east-1:000000000000:log-group:cruddur:log-stream:a",
        "storedBytes": 0,
        "uploadSequenceToken": streams[0]["uploadSequenceToken"],
    });
    assert_eq!(streams[0], expected);
    assert_eq!(streams[2].get("lastEventTimestamp"), None);
}

/// The messages told, and the two tokens.
fn get(api: &LogsApi, more: Json) -> (String, String, String) {
    let mut body = json!({ "logGroupName": "cruddur", "logStreamName": "backend" });
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let answer = ok(api, "GetLogEvents", body);
    let token = |field: &str| answer[field].as_str().unwrap().to_owned();
    (
        texts(&answer),
        token("nextForwardToken"),
        token("nextBackwardToken"),
    )
}

fn texts(answer: &Json) -> String {
    let events = answer["events"].as_array().unwrap().iter();
    let texts = events.map(|event| event["message"].as_str().unwrap());
    texts.collect::<Vec<_>>().join(" ")
}

fn five() -> LogsApi {
    let events = [(1, "a"), (2, "b"), (3, "c"), (4, "d"), (5, "e")];
    LogsApi::start()
        .with_now(NOW)
        .with_events("cruddur", "backend", events)
}

#[test]
fn events_are_told_both_ways_until_the_token_repeats() {
    let api = five();
    let (texts, forward, backward) = get(&api, json!({ "limit": 2, "startFromHead": true }));
    assert_eq!(texts, "a b");
    let (texts, forward, _) = get(&api, json!({ "limit": 2, "nextToken": forward }));
    assert_eq!(texts, "c d");
    let (texts, forward, _) = get(&api, json!({ "limit": 2, "nextToken": forward }));
    assert_eq!(texts, "e");
    let (texts, again, back) = get(&api, json!({ "limit": 2, "nextToken": forward }));
    assert_eq!((texts.as_str(), &again), ("", &forward));
    assert_eq!(get(&api, json!({ "limit": 2, "nextToken": back })).0, "d e");
    let (texts, _, again) = get(&api, json!({ "limit": 2, "nextToken": backward }));
    assert_eq!((texts.as_str(), again), ("", backward));
    // Without a word the last ones come, by time.
    let (texts, _, backward) = get(&api, json!({ "limit": 2 }));
    assert_eq!(texts, "d e");
    let (texts, _, backward) = get(&api, json!({ "limit": 2, "nextToken": backward }));
    assert_eq!(texts, "b c");
    assert_eq!(
        get(&api, json!({ "limit": 2, "nextToken": backward })).0,
        "a"
    );
    assert_eq!(get(&api, json!({})).0, "a b c d e");
    let whole = ok(
        &api,
        "GetLogEvents",
        json!({ "logGroupName": "cruddur", "logStreamName": "backend", "limit": 1 }),
    );
    assert_eq!(
        whole["events"][0],
        json!({ "timestamp": 5, "message": "e", "ingestionTime": 5 })
    );
}

#[test]
fn only_events_of_the_time_asked_about_are_told() {
    let api = five();
    let times = json!({ "startTime": 2, "endTime": 4 });
    assert_eq!(get(&api, times.clone()).0, "b c", "the end is not included");
    let mut body = times;
    body["logGroupName"] = "cruddur".into();
    assert_eq!(
        texts(&ok(&api, "FilterLogEvents", body)),
        "b c d",
        "the end is included"
    );
}

#[test]
fn all_streams_of_a_group_are_told_by_time() {
    let api = five()
        .with_events("cruddur", "profiles", [(3, "p"), (1, "q")])
        .with_events("other", "backend", [(3, "z")]);
    let filter = |more: Json| {
        let mut body = json!({ "logGroupName": "cruddur" });
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let answer = ok(&api, "FilterLogEvents", body);
        (texts(&answer), answer["nextToken"].clone())
    };
    assert_eq!(filter(json!({})).0, "a q b c p d e");
    assert_eq!(filter(json!({ "logStreamNames": ["profiles"] })).0, "q p");
    assert_eq!(
        filter(json!({ "logStreamNamePrefix": "back" })).0,
        "a b c d e"
    );
    let (first, token) = filter(json!({ "limit": 4 }));
    assert_eq!(first, "a q b c");
    assert_eq!(
        filter(json!({ "limit": 4, "nextToken": token })),
        ("p d e".to_owned(), Json::Null)
    );
    let answer = ok(
        &api,
        "FilterLogEvents",
        json!({ "logGroupIdentifier": "cruddur", "limit": 1 }),
    );
    assert_eq!(
        answer["events"][0],
        json!({ "logStreamName": "backend", "timestamp": 1, "message": "a", "ingestionTime": 1, "eventId": format!("{:056}", 1) })
    );
}

#[test]
fn events_of_one_millisecond_are_told_as_they_came() {
    let api = LogsApi::start()
        .with_now(NOW)
        .with_events("cruddur", "z", [(1, "first")])
        .with_events("cruddur", "a", [(1, "second")]);
    let answer = ok(
        &api,
        "FilterLogEvents",
        json!({ "logGroupName": "cruddur" }),
    );
    assert_eq!(texts(&answer), "first second");
}

#[test]
fn an_answer_told_alone_stays() {
    let api = ready().answering("PutLogEvents", [LogsAnswer::Throttle]);
    for _ in 0..3 {
        let (status, _) = call(&api, "PutLogEvents", messages([(NOW, "x")]));
        assert_eq!(status, 400);
    }
}

#[test]
fn whoever_ignores_the_token_loses_events() {
    let api = five().with_page_size(2);
    assert_eq!(get(&api, json!({ "startFromHead": true })).0, "a b");
    let answer = ok(
        &api,
        "FilterLogEvents",
        json!({ "logGroupName": "cruddur" }),
    );
    assert_eq!(texts(&answer), "a b");
    assert!(answer["nextToken"].is_string());
}

/// An API whose queries find the messages, each in a row of its own; one that is no query is malformed.
fn with_insights() -> LogsApi {
    let events = [
        (1999, "early"),
        (2000, "a"),
        (3000, "b"),
        (4999, "c"),
        (5000, "late"),
    ];
    LogsApi::start()
        .with_now(NOW)
        .with_events("cruddur", "backend", events)
        .with_events("other", "s", [(3500, "o")])
        .with_insights(|query, events| {
            if query.starts_with('|') {
                return Err(MalformedQuery {
                    message: "unexpected symbol found |".to_owned(),
                    start: 0,
                    end: 1,
                });
            }
            let rows = events.iter().map(|event| {
                let message = ("@message".to_owned(), event.message.clone());
                match event.message.as_str() {
                    "a" => vec![message, ("@ptr".to_owned(), "mine".to_owned())],
                    _ => vec![message],
                }
            });
            Ok(rows.collect())
        })
}

fn query(more: Json) -> Json {
    let mut body = json!({ "logGroupName": "cruddur", "startTime": 2, "endTime": 4, "queryString": "fields @message" });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

#[test]
fn a_query_must_be_asked_after_until_it_is_complete() {
    let api = with_insights();
    let id = ok(&api, "StartQuery", query(json!({})))["queryId"].clone();
    let results = || ok(&api, "GetQueryResults", json!({ "queryId": id }));
    for status in ["Scheduled", "Running"] {
        let answer = results();
        assert_eq!(
            (&answer["status"], &answer["results"]),
            (&json!(status), &json!([]))
        );
        assert_eq!(answer["statistics"]["recordsMatched"], 0.0);
    }
    let answer = results();
    assert_eq!(answer["status"], "Complete");
    assert_eq!(
        answer["results"],
        json!([
            [{ "field": "@message", "value": "c" }, { "field": "@ptr", "value": "1/1" }],
            [{ "field": "@message", "value": "b" }, { "field": "@ptr", "value": "1/2" }],
            [{ "field": "@message", "value": "a" }, { "field": "@ptr", "value": "mine" }],
        ])
    );
    assert_eq!(
        answer["statistics"],
        json!({ "recordsMatched": 3.0, "recordsScanned": 3.0, "bytesScanned": 3.0 })
    );
    assert_eq!(results(), answer);

    let queries = api.queries();
    assert_eq!(queries.len(), 1);
    assert_eq!(json!(queries[0].id), id);
    assert_eq!(queries[0].query, "fields @message");
    assert_eq!(queries[0].groups, ["cruddur"]);
    assert_eq!((queries[0].start_time, queries[0].end_time), (2, 4));
    assert_eq!(
        (queries[0].asked, queries[0].stopped, queries[0].rows),
        (4, false, 3)
    );
    assert!(!queries[0].is_in_milliseconds());
}

#[test]
fn a_query_is_over_its_groups_and_takes_so_many_rows() {
    let rows = |more: Json| {
        let api = with_insights().with_query_states(["Complete"]);
        let mut body = query(json!({}));
        body.as_object_mut().unwrap().remove("logGroupName");
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let id = ok(&api, "StartQuery", body)["queryId"].clone();
        let answer = ok(&api, "GetQueryResults", json!({ "queryId": id }));
        let rows = answer["results"].as_array().unwrap().iter();
        let rows = rows.map(|row| row[0]["value"].as_str().unwrap());
        rows.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(rows(json!({ "logGroupNames": ["other"] })), "o");
    assert_eq!(
        rows(json!({ "logGroupNames": ["other", "cruddur"] })),
        "c o b a"
    );
    let arn = "arn:aws:logs:us-east-1:000000000000:log-group:other";
    assert_eq!(rows(json!({ "logGroupIdentifiers": [arn] })), "o");
    assert_eq!(
        rows(json!({ "logGroupName": "cruddur", "limit": 2 })),
        "c b"
    );
    assert_eq!(
        rows(json!({ "logGroupName": "cruddur", "queryLanguage": "CWLI" })),
        "c b a"
    );
}

#[test]
fn milliseconds_find_nothing_and_are_told() {
    let api = with_insights().with_query_states(["Complete"]);
    let times = json!({ "startTime": NOW - HOUR, "endTime": NOW });
    let id = ok(&api, "StartQuery", query(times))["queryId"].clone();
    assert_eq!(
        ok(&api, "GetQueryResults", json!({ "queryId": id }))["results"],
        json!([])
    );
    assert!(api.queries()[0].is_in_milliseconds());
    // The start alone in seconds, and no sooner than the year 5138.
    let is = |from: i64, to: i64| {
        ok(
            &api,
            "StartQuery",
            query(json!({ "startTime": from, "endTime": to })),
        );
        api.queries().last().unwrap().is_in_milliseconds()
    };
    assert!(is(NOW / 1000, NOW));
    assert!(is(0, 100_000_000_000));
    assert!(!is(0, 99_999_999_999));
}

#[test]
fn a_query_can_be_stopped_while_it_runs() {
    let api = with_insights();
    let start = || ok(&api, "StartQuery", query(json!({})))["queryId"].clone();
    let stop = |id: &Json| call(&api, "StopQuery", json!({ "queryId": id }));
    let ask = |id: &Json| ok(&api, "GetQueryResults", json!({ "queryId": id }))["status"].clone();
    let id = start();
    assert_eq!(stop(&id), (200, json!({ "success": true })));
    assert_eq!(ask(&id), "Cancelled");
    assert!(api.queries()[0].stopped);
    let over = |id: &Json, status: &str| {
        let message = format!(
            "Query {} is not running: its status is {status}",
            id.as_str().unwrap()
        );
        refused(stop(id), 400, "InvalidParameterException", &message);
    };
    over(&id, "Cancelled");
    let id = start();
    ask(&id);
    ask(&id);
    assert_eq!(stop(&id).0, 200, "it was last seen running");
    let id = start();
    for _ in 0..3 {
        ask(&id);
    }
    over(&id, "Complete");
}

#[test]
fn a_query_may_fail() {
    let api = with_insights().with_query_states(["Running", "Failed"]);
    let id = ok(&api, "StartQuery", query(json!({})))["queryId"].clone();
    let ask = || ok(&api, "GetQueryResults", json!({ "queryId": id }));
    assert_eq!(ask()["status"], "Running");
    assert_eq!(ask()["status"], "Failed");
    assert_eq!(
        (&ask()["status"], &ask()["results"]),
        (&json!("Failed"), &json!([]))
    );
}

#[test]
fn queries_that_are_refused() {
    let check = |more: Json, error: &str, message: &str, broken: &str| {
        let api = with_insights();
        refused(call(&api, "StartQuery", query(more)), 400, error, message);
        assert_eq!(rule(&api), broken);
        assert!(api.queries().is_empty());
    };
    let invalid = "InvalidParameterException";
    check(
        json!({ "startTime": 5 }),
        invalid,
        "End time should not be less than start time",
        "time",
    );
    check(
        json!({ "startTime": -1 }),
        invalid,
        "End time should not be less than start time",
        "time",
    );
    check(
        json!({ "logGroupName": "none" }),
        "ResourceNotFoundException",
        "Log group 'none' does not exist for account ID '000000000000'",
        "no-group",
    );
    check(
        json!({ "logGroupName": null }),
        invalid,
        "Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be given",
        "",
    );
    check(
        json!({ "logGroupNames": ["other"] }),
        invalid,
        "Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be given",
        "",
    );
    check(
        json!({ "logGroupName": null, "logGroupNames": vec!["cruddur"; 51] }),
        invalid,
        "1 validation error detected: Value '[51 log groups]' at 'logGroupNames' failed to satisfy constraint: Member must have length less than or equal to 50",
        "",
    );
    check(
        json!({ "queryLanguage": "SQL" }),
        invalid,
        "the fake CloudWatch Logs API does not serve the query language SQL, only CWLI",
        "",
    );
    check(
        json!({ "limit": 10001 }),
        invalid,
        "1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
        "limit",
    );
    check(
        json!({ "logGroupName": null, "logGroupNames": ["cruddur", 5] }),
        "SerializationException",
        "logGroupNames is [\"cruddur\",5], not a list of texts",
        "",
    );
    let long = "é".repeat(10_001);
    check(
        json!({ "queryString": long }),
        invalid,
        &format!(
            "1 validation error detected: Value '{long}' at 'queryString' failed to satisfy constraint: Member must have length less than or equal to 10000"
        ),
        "",
    );
    ok(
        &with_insights(),
        "StartQuery",
        query(json!({ "queryString": "é".repeat(10_000) })),
    );
    ok(
        &with_insights(),
        "StartQuery",
        query(json!({ "logGroupName": null, "logGroupNames": vec!["cruddur"; 50] })),
    );
    let malformed = "MalformedQueryException";
    check(
        json!({ "queryString": "| x" }),
        malformed,
        "unexpected symbol found |",
        "query",
    );
    let (_, body) = call(
        &with_insights(),
        "StartQuery",
        query(json!({ "queryString": "| x" })),
    );
    assert_eq!(
        body["queryCompileError"],
        json!({ "location": { "startCharOffset": 0, "endCharOffset": 1 }, "message": "unexpected symbol found |" })
    );
    let api = ready();
    refused(
        call(&api, "StartQuery", query(json!({}))),
        400,
        invalid,
        "the fake CloudWatch Logs API was started without Logs Insights (with_insights)",
    );
}

#[test]
fn what_is_there_at_the_start_may_be_told_in_any_order() {
    let api = LogsApi::start()
        .with_stream("a", "s")
        .with_group("a")
        .with_retention("a", 7)
        .with_retention("a", 14)
        .with_events("a", "s", [(1, "x")])
        .with_events("a", "s", [(0, "y")]);
    let group = LogGroup {
        name: "a".to_owned(),
        retention_in_days: Some(14),
        streams: vec!["s".to_owned()],
    };
    assert_eq!(api.groups(), [group]);
    let messages: Vec<_> = api
        .events("a", "s")
        .into_iter()
        .map(|event| event.message)
        .collect();
    assert_eq!(messages, ["y", "x"]);
    assert!(api.calls().is_empty());
}

#[test]
fn ids_get_the_names_that_are_given() {
    let id = "581cf771a006649127e371903a2de979";
    let line = format!(r#"{{"message": "m", "trace_id": "{id}"}}"#);
    let api = LogsApi::start().with_events("a", "s", [(1, line)]);
    let tree = api.tree_naming(&[(id, "mine")]);
    assert_eq!(
        tree.find("m").unwrap().attribute("trace_id").unwrap(),
        &"mine"
    );
}

#[test]
#[should_panic(expected = "Member must satisfy regular expression pattern")]
fn a_group_that_the_service_would_not_have() {
    let _ = LogsApi::start().with_group("a b");
}

#[test]
#[should_panic(expected = "enum value set")]
fn a_retention_that_the_service_would_not_have() {
    let _ = LogsApi::start().with_retention("a", 8);
}
