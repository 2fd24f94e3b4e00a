//! What the clients of the field send is taken as they mean it.

use serde_json::json;
use xray_segment::{Annotation, Cause, ErrorCode, Segment, read};

/// aws-xray-sdk 2.15 for Python: subsegments inside with `type` and `trace_id`, the namespace `local`, a length that is a text.
pub(crate) const PYTHON: &str = r#"{"id": "a55c5a5fe1bba80d", "name": "backend-flask", "start_time": 1795473655.5648675, "in_progress": false,
    "http": {"request": {"url": "http://localhost:4567/api/activities/home", "method": "GET", "user_agent": "curl/8.5.0", "client_ip": "172.18.0.1"}, "response": {"status": 200, "content_length": 679}},
    "aws": {"xray": {"sdk": "X-Ray for Python", "sdk_version": "2.15.0"}},
    "subsegments": [{"id": "facd613bd46c0772", "name": "mock-data", "start_time": 1795473655.5652773, "parent_id": "a55c5a5fe1bba80d", "in_progress": false,
        "annotations": {"rows": 3}, "metadata": {"home": {"now": {"t": "2023"}}},
        "subsegments": [
            {"id": "2abe418e924c3af4", "name": "cruddur@db", "start_time": 1795473655.5653183, "parent_id": "facd613bd46c0772", "in_progress": false,
             "trace_id": "1-6b04c0f7-1fca26eb942b596eaf7b4518", "type": "subsegment", "namespace": "remote",
             "sql": {"database_type": "PostgreSQL", "sanitized_query": "SELECT 1", "user": "postgres", "url": "postgres://db/cruddur", "driver_version": "2.9"}, "end_time": 1795473655.5653353},
            {"id": "d45bf93e0b6eb606", "name": "DynamoDB", "start_time": 1795473655.5653617, "parent_id": "facd613bd46c0772", "in_progress": false,
             "http": {"response": {"status": 400, "content_length": "112"}}, "aws": {"operation": "GetItem", "region": "us-east-1", "retries": 0, "table_name": "t"},
             "cause": {"working_directory": "/tmp", "exceptions": [{"id": "baab2d9f6b5581d0", "message": "no such \"table\"", "type": "ValueError", "remote": false,
                 "stack": [{"path": "app.py", "line": 25, "label": "<module>"}, {"path": "db.py", "line": 7, "label": "get"}]}]},
             "trace_id": "1-6b04c0f7-1fca26eb942b596eaf7b4518", "type": "subsegment", "namespace": "aws", "error": true, "fault": true, "end_time": 1795473655.565746}],
        "trace_id": "1-6b04c0f7-1fca26eb942b596eaf7b4518", "type": "subsegment", "namespace": "local", "end_time": 1795473655.5657606}],
    "trace_id": "1-6b04c0f7-1fca26eb942b596eaf7b4518", "user": "andrewbrown", "service": {"runtime": "CPython", "runtime_version": "3.11.7"}, "end_time": 1795473655.5657783}"#;

/// The same SDK with a streaming threshold of 0.
const STREAMED: &str = r#"{"id": "c624a3ebe3c991af", "name": "alone", "start_time": 1795473655.637044, "parent_id": "d172f613dacd6cec", "in_progress": false,
    "trace_id": "1-6b04c0f7-02cd7471f036febd085f9853", "type": "subsegment", "namespace": "local", "end_time": 1795473655.6370687}"#;

/// aws-xray-sdk-core 3.12 for Node.js: no `type` inside, `traced` beside `http`, lines that are `null`, fields of its own.
pub(crate) const NODE: &str = r#"{"trace_id":"1-6b04c1a4-18ec4b759180c4557b338967","id":"5081fa9259685ae0","start_time":1795473828.403,"name":"frontend","counter":0,
    "service":{"runtime":"node","runtime_version":"v20.20.2","version":"unknown","name":"unknown"},"aws":{"xray":{"sdk":"X-Ray for Node.js","sdk_version":"3.12.0","package":"aws-xray-sdk-core"}},
    "http":{"request":{"method":"GET","url":"http://localhost:3000/","client_ip":"::1","user_agent":"curl/8.5.0"},"response":{"status":502}},
    "subsegments":[{"id":"68b55f22238383fe","name":"api.example.com","start_time":1795473828.403,"namespace":"remote","annotations":{"k":true},"metadata":{"default":{"m":{"x":[1]}}},
        "http":{"request":{"url":"","method":"GET"},"response":{"status":502,"content_length":19}},"traced":true,"end_time":1795473828.404,"fault":true,
        "cause":{"working_directory":"/srv","exceptions":[{"message":"bad thing","type":"TypeError","stack":[{"path":"/srv/r.js","line":9,"label":"Object.<anonymous>"},{"path":"node","line":null,"label":"Module._compile"}],"remote":false,"id":"88a12e879f7ce434"}]}}],
    "exception":{"ex":{},"cause":"68b55f22238383fe"},"fault":true,"end_time":1795473828.404}"#;

/// The Collector's exporter before it left out what is empty.
const COLLECTOR: &str = r#"{"name":"node","id":"19b399dd25e5c4e3","start_time":1599029583.584535,"service":{"version":"3234fsf2"},"origin":"AWS::ElasticBeanstalk::Environment","user":"",
    "trace_id":"1-5f4f4150-cc007f9c953145acaf2c2097","end_time":1599029583.5902526,"fault":false,"error":false,"throttle":false,
    "aws":{"xray":{"sdk":"opentelemetry for java","sdk_version":"0.7.0","auto_instrumentation":false},"account_id":"","operation":""},"namespace":"","parent_id":"afebd02a77b96f51","type":"subsegment"}"#;

#[track_caller]
pub(crate) fn taken(document: &str) -> Segment {
    match read(document) {
        Ok(segment) => segment,
        Err(refusal) => panic!("{refusal}"),
    }
}

#[test]
fn python() {
    let segment = taken(PYTHON);
    let part = &segment.subsegments[0];
    assert_eq!(part.kind.as_deref(), Some("subsegment"));
    assert_eq!(part.trace_id, segment.trace_id);
    assert_eq!(part.annotations["rows"], Annotation::Number(3.into()));
    let call = &part.subsegments[1];
    let response = call.http.as_ref().and_then(|http| http.response.as_ref());
    assert_eq!(
        response.and_then(|response| response.content_length),
        Some(112)
    );
    assert!(
        matches!(&call.cause, Some(Cause::Exceptions { exceptions, .. }) if exceptions[0].stack.len() == 2)
    );
    assert_eq!(
        segment.service.expect("a service").more["runtime"],
        json!("CPython")
    );
    let streamed = taken(STREAMED);
    assert_eq!(streamed.parent_id.as_deref(), Some("d172f613dacd6cec"));
}

#[test]
fn node() {
    let segment = taken(NODE);
    let call = &segment.subsegments[0];
    let request = call.http.as_ref().and_then(|http| http.request.as_ref());
    assert_eq!(request.and_then(|request| request.traced), Some(true));
    let Some(Cause::Exceptions { exceptions, .. }) = &call.cause else {
        panic!("no exceptions");
    };
    let lines: Vec<_> = exceptions[0].stack.iter().map(|frame| frame.line).collect();
    assert_eq!(lines, [Some(9), None]);
}

#[test]
fn collector() {
    let segment = taken(COLLECTOR);
    assert_eq!(segment.user, None);
    assert_eq!(segment.namespace, None);
    assert_eq!(segment.kind.as_deref(), Some("subsegment"));
}

/// What the service said of it is [on record](https://github.com/Napp/xray-laravel/issues/16).
#[test]
fn laravel() {
    let document = json!({
        "id": "c2a0319811ccbc58", "trace_id": "1-609fa8d4-1fad76e1dd7f69f43beb0695", "name": "app",
        "start_time": 1621076180.124956, "end_time": 1621076181.859172,
        "subsegments": [{"id": "c2a0319811ccbc59", "name": "part", "start_time": 1621076180.2}],
        "annotations": {"Framework": "Laravel 5.8.38", "PHP Version": "7.4.2"},
    });
    let refusal = read(&document.to_string()).expect_err("no end_time");
    assert_eq!(refusal.id.as_deref(), Some("c2a0319811ccbc58"));
    assert_eq!(refusal.code, ErrorCode::MissingEndTime);
    assert!(
        refusal
            .message
            .starts_with("Invalid subsegment. ErrorCode: MissingEndTime, Cause: null")
    );
}
