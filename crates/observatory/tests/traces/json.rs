//! OTLP's JSON as senders write it, and as the query API writes it.

use observatory::{model::TraceId, otlp::json};
use opentelemetry_proto::tonic::{
    common::v1::any_value::Value,
    trace::v1::{Span, Status},
};

use crate::{running::Running, spans};

fn span(fields: &str) -> Result<Span, serde_json::Error> {
    let body = format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{{fields}}}]}}]}}]}}"#);
    let mut request = json::export_request(body.as_bytes())?;
    Ok(request
        .resource_spans
        .remove(0)
        .scope_spans
        .remove(0)
        .spans
        .remove(0))
}

#[track_caller]
fn check(rule: &str, fields: &str, expected: Span) {
    assert_eq!(span(fields).expect(rule), expected, "{rule}");
}

#[track_caller]
fn check_value(rule: &str, json: &str, expected: Option<Value>) {
    let read = span(&format!(r#""attributes":[{{"key":"k","value":{json}}}]"#)).expect(rule);
    let read = read.attributes[0]
        .value
        .clone()
        .and_then(|value| value.value);
    assert_eq!(read, expected, "{rule}");
}

#[test]
fn reads_fields_in_every_way_they_are_written() {
    let none = Span::default;
    check("missing fields are at their default", "", none());
    check(
        "unknown fields are ignored",
        r#""unknown":{"a":[1]},"name":"n""#,
        Span {
            name: "n".into(),
            ..none()
        },
    );
    check(
        "null is missing",
        r#""name":null,"kind":null,"events":null,"status":null,"traceId":null"#,
        none(),
    );
    check(
        "hex in lower case",
        r#""spanId":"00ff7a""#,
        Span {
            span_id: vec![0, 255, 0x7a],
            ..none()
        },
    );
    check(
        "hex in upper case",
        r#""spanId":"00FF7A""#,
        Span {
            span_id: vec![0, 255, 0x7a],
            ..none()
        },
    );
    check(
        "an odd digit is a byte",
        r#""spanId":"00f""#,
        Span {
            span_id: vec![0, 15],
            ..none()
        },
    );
    let time = 1_780_000_000_000_000_001;
    check(
        "time in a string",
        r#""startTimeUnixNano":"1780000000000000001""#,
        Span {
            start_time_unix_nano: time,
            ..none()
        },
    );
    check(
        "time as a number",
        r#""startTimeUnixNano":1780000000000000001"#,
        Span {
            start_time_unix_nano: time,
            ..none()
        },
    );
    check(
        "time with an exponent",
        r#""endTimeUnixNano":1.5e3"#,
        Span {
            end_time_unix_nano: 1500,
            ..none()
        },
    );
    check(
        "greatest time",
        r#""endTimeUnixNano":"18446744073709551615""#,
        Span {
            end_time_unix_nano: u64::MAX,
            ..none()
        },
    );
    check(
        "kind as a number",
        r#""kind":3"#,
        Span { kind: 3, ..none() },
    );
    check(
        "kind by name",
        r#""kind":"SPAN_KIND_CLIENT""#,
        Span { kind: 3, ..none() },
    );
    check(
        "kind of tomorrow",
        r#""kind":17"#,
        Span { kind: 17, ..none() },
    );
    let error = Status {
        code: 2,
        message: String::new(),
    };
    check(
        "status by name",
        r#""status":{"code":"STATUS_CODE_ERROR"}"#,
        Span {
            status: Some(error.clone()),
            ..none()
        },
    );
    check(
        "status as a number",
        r#""status":{"code":2}"#,
        Span {
            status: Some(error),
            ..none()
        },
    );
    check(
        "empty status",
        r#""status":{}"#,
        Span {
            status: Some(Status::default()),
            ..none()
        },
    );
    check(
        "count in a string",
        r#""droppedEventsCount":"7","flags":257"#,
        Span {
            dropped_events_count: 7,
            flags: 257,
            ..none()
        },
    );
    check(
        "snake case",
        r#""trace_id":"0a","parent_span_id":"0b","start_time_unix_nano":"5","dropped_links_count":1,"trace_state":"t""#,
        Span {
            trace_id: vec![10],
            parent_span_id: vec![11],
            start_time_unix_nano: 5,
            dropped_links_count: 1,
            trace_state: "t".into(),
            ..none()
        },
    );
}

#[test]
fn reads_values_of_every_type() {
    check_value("text", r#"{"stringValue":"ü"}"#, Some(spans::text("ü")));
    check_value("empty text", r#"{"stringValue":""}"#, Some(spans::text("")));
    check_value(
        "false",
        r#"{"boolValue":false}"#,
        Some(Value::BoolValue(false)),
    );
    check_value(
        "integer in a string",
        r#"{"intValue":"-9223372036854775808"}"#,
        Some(Value::IntValue(i64::MIN)),
    );
    check_value(
        "integer as a number",
        r#"{"intValue":42}"#,
        Some(Value::IntValue(42)),
    );
    check_value(
        "double",
        r#"{"doubleValue":0.5}"#,
        Some(Value::DoubleValue(0.5)),
    );
    check_value(
        "whole double",
        r#"{"doubleValue":3}"#,
        Some(Value::DoubleValue(3.0)),
    );
    check_value(
        "double in a string",
        r#"{"doubleValue":"0.5"}"#,
        Some(Value::DoubleValue(0.5)),
    );
    check_value(
        "infinity",
        r#"{"doubleValue":"-Infinity"}"#,
        Some(Value::DoubleValue(f64::NEG_INFINITY)),
    );
    check_value(
        "bytes",
        r#"{"bytesValue":"AP8H"}"#,
        Some(Value::BytesValue(vec![0, 255, 7])),
    );
    check_value(
        "URL-safe bytes without padding",
        r#"{"bytesValue":"-_8"}"#,
        Some(Value::BytesValue(vec![0xfb, 0xff])),
    );
    check_value("nothing", "{}", None);
    check_value("null", "null", None);
    check_value("null text", r#"{"stringValue":null}"#, None);
    check_value("a type of tomorrow", r#"{"colourValue":"red"}"#, None);
    let list = opentelemetry_proto::tonic::common::v1::ArrayValue {
        values: vec![spans::any(Value::IntValue(1))],
    };
    check_value(
        "list",
        r#"{"arrayValue":{"values":[{"intValue":"1"}]}}"#,
        Some(Value::ArrayValue(list)),
    );
    check_value(
        "empty list",
        r#"{"arrayValue":{}}"#,
        Some(Value::ArrayValue(Default::default())),
    );
    let map = opentelemetry_proto::tonic::common::v1::KeyValueList {
        values: vec![spans::attribute("a", spans::text("b"))],
    };
    check_value(
        "map",
        r#"{"kvlistValue":{"values":[{"key":"a","value":{"stringValue":"b"}}]}}"#,
        Some(Value::KvlistValue(map)),
    );
}

#[test]
fn refuses_what_cannot_be_meant() {
    for (rule, fields) in [
        ("an ID that is no hex", r#""traceId":"xyz""#),
        ("a kind nobody knows", r#""kind":"SPAN_KIND_GUESS""#),
        ("a negative time", r#""startTimeUnixNano":-1"#),
        ("half a nanosecond", r#""startTimeUnixNano":0.5"#),
        (
            "a time that is too great",
            r#""startTimeUnixNano":"18446744073709551616""#,
        ),
        ("a list for a message", r#""status":["it failed",2]"#),
        ("null in a list", r#""events":[null]"#),
        ("a number for a name", r#""name":5"#),
        (
            "bytes that are no base64",
            r#""attributes":[{"value":{"bytesValue":"*"}}]"#,
        ),
        (
            "an integer that is a word",
            r#""attributes":[{"value":{"intValue":"many"}}]"#,
        ),
    ] {
        assert!(span(fields).is_err(), "{rule}");
    }
}

/// What is written must be read back as the same by the same rules.
#[tokio::test]
async fn gives_back_everything_that_came_in() {
    let observatory = Running::start().await;
    let sent = spans::everything();
    observatory.send(sent.clone()).await;
    let (status, answer) = observatory
        .get(&format!("/api/v3/traces/{}", spans::trace_hex(1)))
        .await;
    assert_eq!(status, 200);
    let found = json::export_request(answer["result"].to_string().as_bytes()).unwrap();
    assert_eq!(found, sent);

    let stored = observatory
        .state
        .store
        .trace(TraceId::parse(&spans::trace_hex(1)).unwrap())
        .await
        .unwrap();
    let spans: Vec<_> = sent.resource_spans[0]
        .scope_spans
        .iter()
        .map(|scope| &scope.spans[0])
        .collect();
    assert_eq!(
        stored.iter().map(|stored| &stored.span).collect::<Vec<_>>(),
        spans
    );
    assert_eq!(
        Some(&*stored[0].resource),
        sent.resource_spans[0].resource.as_ref()
    );
}

#[tokio::test]
async fn writes_spans_as_the_protocol_says() {
    let observatory = Running::start().await;
    let span = spans::with(
        spans::failed(spans::child(1, 2, 1, "query")),
        "n",
        Value::IntValue(5),
    );
    let span = spans::with(span, "not a number", Value::DoubleValue(f64::NAN));
    observatory
        .send(spans::request("backend", vec![span]))
        .await;
    let text = observatory
        .client
        .get(observatory.url(&format!("/api/v3/traces/{}", spans::trace_hex(1))))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let start = spans::START + 1_000_000_002;
    let end = spans::START + 1_001_000_000;
    assert_eq!(
        text,
        format!(
            r#"{{"result":{{"resourceSpans":[{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"backend"}}}}]}},"scopeSpans":[{{"scope":{{"name":"tests"}},"spans":[{{"traceId":"abababababababab0000000000000001","spanId":"0000000000000002","parentSpanId":"0000000000000001","name":"query","kind":1,"startTimeUnixNano":"{start}","endTimeUnixNano":"{end}","attributes":[{{"key":"n","value":{{"intValue":"5"}}}},{{"key":"not a number","value":{{"doubleValue":"NaN"}}}}],"status":{{"message":"it failed","code":2}}}}]}}]}}]}}}}"#
        )
    );
}
