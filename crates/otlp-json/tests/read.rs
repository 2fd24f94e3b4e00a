//! OTLP's JSON as senders write it.

use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, KeyValue, any_value::Value},
    trace::v1::{Span, Status},
};

fn text(text: &str) -> Value {
    Value::StringValue(text.into())
}

fn any(value: Value) -> AnyValue {
    AnyValue { value: Some(value) }
}

fn attribute(key: &str, value: Value) -> KeyValue {
    KeyValue {
        key: key.into(),
        value: Some(any(value)),
        ..KeyValue::default()
    }
}

fn span(fields: &str) -> Result<Span, serde_json::Error> {
    let body = format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{{fields}}}]}}]}}]}}"#);
    let mut request = otlp_json::read(body.as_bytes())?;
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
    check_value("text", r#"{"stringValue":"ü"}"#, Some(text("ü")));
    check_value("empty text", r#"{"stringValue":""}"#, Some(text("")));
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
        values: vec![any(Value::IntValue(1))],
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
        values: vec![attribute("a", text("b"))],
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

#[test]
fn reads_numbers_in_strings_as_it_reads_numbers() {
    let none = Span::default;
    check(
        "kind as a number in a string",
        r#""kind":"3""#,
        Span { kind: 3, ..none() },
    );
    check(
        "time with an exponent in a string",
        r#""endTimeUnixNano":"1.5e3""#,
        Span {
            end_time_unix_nano: 1500,
            ..none()
        },
    );
    check_value(
        "whole number with a point in a string",
        r#"{"intValue":"7.0"}"#,
        Some(Value::IntValue(7)),
    );
    check_value(
        "whole number with a point",
        r#"{"intValue":7.0}"#,
        Some(Value::IntValue(7)),
    );
}

#[test]
fn the_last_of_two_fields_of_one_name_counts() {
    check(
        "as protobuf has it",
        r#""name":"first","name":"last""#,
        Span {
            name: "last".into(),
            ..Span::default()
        },
    );
}

#[test]
fn doubles_keep_their_last_bit() {
    for number in [
        2.3405780840103242e-183,
        0.1,
        f64::MAX,
        f64::MIN_POSITIVE,
        5e-324,
    ] {
        for json in [format!("{number:e}"), format!("\"{number:e}\"")] {
            check_value(
                &json,
                &format!(r#"{{"doubleValue":{json}}}"#),
                Some(Value::DoubleValue(number)),
            );
        }
    }
}

#[test]
fn an_error_names_the_field() {
    #[track_caller]
    fn check(fields: &str, field: &str) {
        let error = span(fields).unwrap_err().to_string();
        assert!(error.starts_with(&format!("`{field}`: ")), "{error}");
    }
    check(r#""name":1"#, "name");
    check(r#""traceId":"W47/95gDgQPSabYzgT/GDA==""#, "traceId");
    check(r#""parent_span_id":7"#, "parentSpanId");
    check(r#""kind":"SERVER""#, "kind");
    check(r#""startTimeUnixNano":"-1""#, "startTimeUnixNano");
    check(r#""attributes":{}"#, "attributes");
    check(r#""events":[1]"#, "events");
    check(r#""status":2"#, "status");
    for (value, field) in [
        (r#"{"intValue":"7.5"}"#, "intValue"),
        (r#"{"intValue":true}"#, "intValue"),
        (r#"{"doubleValue":"much"}"#, "doubleValue"),
        (r#"{"stringValue":7}"#, "stringValue"),
        (r#"{"boolValue":"yes"}"#, "boolValue"),
        (r#"{"bytesValue":"a"}"#, "bytesValue"),
        (r#"{"arrayValue":{"values":{}}}"#, "values"),
    ] {
        check(
            &format!(r#""attributes":[{{"key":"k","value":{value}}}]"#),
            field,
        );
    }
}
