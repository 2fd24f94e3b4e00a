//! How these tests ask the fake: a call by plain HTTP, its answer or its refusal, and an API whose clock stands.

use std::time::Duration;

use serde_json::{Value as Json, json};
use span_snapshot::LogsApi;

pub(crate) const SOON: Duration = Duration::from_secs(10);
pub(crate) const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/ca-central-1/logs/aws4_request, SignedHeaders=host;x-amz-date, Signature=hushhush";
pub(crate) const JSON_1_1: &str = "application/x-amz-json-1.1";

/// 2026-11-26 12:00.
pub(crate) const NOW: i64 = 1_795_694_400_000;
pub(crate) const SECOND: i64 = 1000;
pub(crate) const HOUR: i64 = 3600 * SECOND;
pub(crate) const DAY: i64 = 24 * HOUR;

/// The status and the body; `null` if there is none.
pub(crate) type Answered = (u16, Json);

pub(crate) struct Request<'a> {
    pub(crate) path: &'a str,
    pub(crate) target: Option<&'a str>,
    pub(crate) content_type: &'a str,
    pub(crate) authorization: Option<&'a str>,
    pub(crate) body: String,
}

pub(crate) fn request<'a>(target: &'a str, body: &Json) -> Request<'a> {
    Request {
        path: "/",
        target: Some(target),
        content_type: JSON_1_1,
        authorization: Some(SIGNED),
        body: body.to_string(),
    }
}

pub(crate) fn send(endpoint: &str, request: &Request<'_>) -> reqwest::Result<Answered> {
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

pub(crate) fn call(api: &LogsApi, operation: &str, body: Json) -> Answered {
    let target = format!("Logs_20140328.{operation}");
    send(&api.endpoint(), &request(&target, &body)).unwrap()
}

/// The body of an answer that is none of a failure.
#[track_caller]
pub(crate) fn ok(api: &LogsApi, operation: &str, body: Json) -> Json {
    let (status, body) = call(api, operation, body);
    assert_eq!(status, 200, "{body}");
    body
}

/// An answer that refuses, by its name and its message.
#[track_caller]
pub(crate) fn refused(answered: Answered, status: u16, error: &str, message: &str) {
    let (got, body) = answered;
    assert_eq!(
        (got, body["__type"].as_str()),
        (status, Some(error)),
        "{body}"
    );
    assert_eq!(body["message"], message);
}

/// Which rule the last call broke.
pub(crate) fn rule(api: &LogsApi) -> &'static str {
    let calls = api.calls();
    calls
        .last()
        .unwrap()
        .refusal
        .as_ref()
        .map_or("", |refusal| refusal.rule)
}

/// An API whose clock stands, with a group and a stream.
pub(crate) fn ready() -> LogsApi {
    LogsApi::start()
        .with_now(NOW)
        .with_stream("cruddur", "backend")
}

pub(crate) fn put(events: impl IntoIterator<Item = (i64, String)>) -> Json {
    let events = events.into_iter();
    let events =
        events.map(|(timestamp, message)| json!({ "timestamp": timestamp, "message": message }));
    json!({ "logGroupName": "cruddur", "logStreamName": "backend", "logEvents": Vec::from_iter(events) })
}

pub(crate) fn messages<const N: usize>(events: [(i64, &str); N]) -> Json {
    put(events.map(|(timestamp, message)| (timestamp, message.to_owned())))
}

/// A call on a thread of its own.
pub(crate) fn calling(
    api: &LogsApi,
    operation: &str,
    body: Json,
) -> std::thread::JoinHandle<reqwest::Result<Answered>> {
    let (endpoint, target) = (api.endpoint(), format!("Logs_20140328.{operation}"));
    std::thread::spawn(move || send(&endpoint, &request(&target, &body)))
}
