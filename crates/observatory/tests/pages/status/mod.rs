//! The status page over HTTP: each usual mistake of a sender shows there with its reason and what to do, and never with a key.

mod grpc;
mod mistakes;

use axum::{Router, body::Body};
use http::{Request, StatusCode, header};
use observatory::server::{Keys, Kind};
use serde_json::{Value, json};

use crate::asking::{self, Answer, NOW, Observatory, signed};

/// The key that senders must give; nothing that is shown may have it, nor any that they give instead.
const KEY: &str = "hcaik_right_secret";

/// What is sent.
struct Sent {
    method: &'static str,
    path: &'static str,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

fn observatory(key: Option<&str>) -> Observatory {
    Observatory::with_keys(Keys::new(key.map(str::to_owned)), NOW)
}

/// Sends to one of the two ports.
async fn send(router: &Router, sent: Sent) -> Answer {
    let mut request = Request::builder()
        .method(sent.method)
        .uri(sent.path)
        .header(header::HOST, "localhost:4318");
    for (name, value) in sent.headers {
        request = request.header(name, value);
    }
    let request = request.body(Body::from(sent.body)).expect("a request");
    asking::answer(router, request).await
}

fn post(path: &'static str, headers: &[(&'static str, &str)], body: impl ToString) -> Sent {
    Sent {
        method: "POST",
        path,
        headers: headers
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect(),
        body: body.to_string().into_bytes(),
    }
}

fn logs_call(operation: &str, body: Value) -> Sent {
    post(
        "/",
        &[
            ("authorization", &signed("logs")),
            ("x-amz-target", &format!("Logs_20140328.{operation}")),
        ],
        body,
    )
}

fn span(trace_id: &str) -> Value {
    json!({"resourceSpans": [{
        "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "hello"}}]},
        "scopeSpans": [{"spans": [{"traceId": trace_id, "spanId": "00000000000000aa", "name": "first",
            "startTimeUnixNano": "1700000000000000000", "endTimeUnixNano": "1700000000250000000"}]}],
    }]})
}

const JSON: (&str, &str) = ("content-type", "application/json");
const PROTOBUF: (&str, &str) = ("content-type", "application/x-protobuf");

/// The text of a page, as a reader sees it.
fn text(page: &str) -> String {
    let mut text = String::new();
    let mut is_tag = false;
    for character in page.chars() {
        match character {
            '<' => is_tag = true,
            '>' => is_tag = false,
            other if !is_tag => text.push(other),
            _ => {}
        }
    }
    text.replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&amp;", "&")
}

#[tokio::test]
async fn events_that_are_not_taken_are_told() {
    let observatory = observatory(None);
    let place = json!({"logGroupName": "hello", "logStreamName": "s"});
    let group = json!({"logGroupName": "hello"});
    for (operation, body) in [("CreateLogGroup", &group), ("CreateLogStream", &place)] {
        send(&observatory.router, logs_call(operation, body.clone())).await;
    }
    let put = |events: Value| {
        let mut body = place.clone();
        body["logEvents"] = events;
        send(&observatory.router, logs_call("PutLogEvents", body))
    };
    let in_seconds = json!([{"timestamp": 1_700_000_000, "message": "x"}]);
    assert_eq!(put(in_seconds).await.status, StatusCode::OK);
    let disordered = json!([{"timestamp": 5, "message": "x"}, {"timestamp": 4, "message": "x"}]);
    put(disordered).await;
    // A group that is there already is what clients expect that make it at each start.
    send(
        &observatory.router,
        logs_call("CreateLogGroup", group.clone()),
    )
    .await;
    let told = observatory.state.refusals.told();
    let reasons: Vec<&str> = told.last.iter().map(|one| &one.reason[..]).collect();
    assert_eq!(reasons, ["InvalidParameterException", "RejectedLogEvents"]);
    let page = text(&observatory.page("/status").await);
    for part in [
        "200, in part",
        "1 of 1 events more than 14 days old",
        "milliseconds since 1970",
        "Sort the events",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
}

#[tokio::test]
async fn who_looks_around_is_not_refused_anything() {
    let observatory = observatory(None);
    for path in [
        "/favicon.ico",
        "/v1/traces",
        "/trace/nothing",
        "/robots.txt",
        "/traces?min=1",
    ] {
        let sent = Sent {
            method: "GET",
            ..post(path, &[], "")
        };
        send(&observatory.router, sent).await;
    }
    let ask = post("/api/query", &[JSON], "no query");
    send(&observatory.router, ask).await;
    assert_eq!(observatory.state.refusals.total(), 0);
}

#[tokio::test]
async fn what_arrives_is_counted_by_sender() {
    let observatory = observatory(None);
    let trace = "0123456789abcdef0123456789abcdef";
    for _ in 0..2 {
        let sent = post("/v1/traces", &[JSON], span(trace));
        assert_eq!(send(&observatory.router, sent).await.status, StatusCode::OK);
    }
    let document = json!({"id": "00000000000000aa", "trace_id": "1-65535353-0123456789abcdef01234567",
        "name": "shop", "start_time": 1.0, "end_time": 2.0,
        "subsegments": [{"id": "00000000000000ab", "name": "inner", "start_time": 1.0, "end_time": 2.0}]});
    let documents = json!({"TraceSegmentDocuments": [document.to_string()]});
    let sent = post(
        "/TraceSegments",
        &[("authorization", &signed("xray"))],
        documents,
    );
    send(&observatory.router, sent).await;
    let told = observatory.state.arrivals.told();
    let counts: Vec<(&str, Kind, u64, u64)> = {
        let mut counts: Vec<_> = told
            .senders
            .iter()
            .map(|from| {
                let sender = &from.sender;
                (
                    &sender.name[..],
                    sender.kind,
                    from.items.total,
                    from.requests.total,
                )
            })
            .collect();
        counts.sort_unstable();
        counts
    };
    assert_eq!(
        counts,
        [("hello", Kind::Spans, 2, 2), ("shop", Kind::Segments, 1, 1)]
    );
    assert_eq!((told.requests.total, told.repeated), (3, 1));
    assert_eq!(observatory.state.refusals.total(), 0);
    let page = text(&observatory.page("/status").await);
    for part in [
        "hello",
        "OTLP/HTTP, JSON",
        "1 span had arrived before",
        "shop",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
}
