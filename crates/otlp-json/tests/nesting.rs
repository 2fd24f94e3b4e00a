//! JSON may be nested as deeply as protobuf, and no deeper.

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, ArrayValue, KeyValue, KeyValueList, any_value::Value},
    trace::v1::{ResourceSpans, ScopeSpans, Span, span::Event},
};
use prost::Message;

fn any(value: Value) -> AnyValue {
    AnyValue { value: Some(value) }
}

fn attribute(value: AnyValue) -> KeyValue {
    KeyValue {
        key: "k".into(),
        value: Some(value),
        ..KeyValue::default()
    }
}

/// A span that holds the value itself.
fn on_span(value: AnyValue) -> Span {
    Span {
        attributes: vec![attribute(value)],
        ..Span::default()
    }
}

/// A span whose event holds the value, one level deeper: with lists alone, every second depth would go untested.
fn on_event(value: AnyValue) -> Span {
    Span {
        events: vec![Event {
            attributes: vec![attribute(value)],
            ..Event::default()
        }],
        ..Span::default()
    }
}

fn list(value: AnyValue) -> Value {
    Value::ArrayValue(ArrayValue {
        values: vec![value],
    })
}

fn map(value: AnyValue) -> Value {
    Value::KvlistValue(KeyValueList {
        values: vec![attribute(value)],
    })
}

fn request(span: Span) -> ExportTraceServiceRequest {
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(Default::default()),
            scope_spans: vec![ScopeSpans {
                scope: Some(Default::default()),
                spans: vec![span],
                ..ScopeSpans::default()
            }],
            ..ResourceSpans::default()
        }],
    }
}

/// Nests values until protobuf refuses them; at each depth JSON must do as protobuf does.
#[track_caller]
fn check(place: fn(AnyValue) -> Span, wrap: fn(AnyValue) -> Value, deepest: usize) {
    let mut value = any(Value::BoolValue(true));
    for levels in 1..100 {
        value = any(wrap(value));
        let request = request(place(value.clone()));
        let protobuf = ExportTraceServiceRequest::decode(&request.encode_to_vec()[..]);
        let json = otlp_json::read(&otlp_json::write(&request).unwrap());
        match protobuf {
            Ok(_) => assert_eq!(json.unwrap(), request, "{levels} levels"),
            Err(_) => {
                assert!(json.is_err(), "{levels} levels");
                assert_eq!(levels - 1, deepest);
                return;
            }
        }
    }
    panic!("protobuf refuses nothing");
}

#[test]
fn values_nest_as_in_protobuf() {
    check(on_span, list, 47);
    check(on_event, list, 47);
    check(on_span, map, 31);
    check(on_event, map, 31);
}

#[test]
fn braces_in_text_are_no_nesting() {
    let text = r#"{\"{"#.repeat(200);
    let body =
        format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{"name":"{text}"}}]}}]}}]}}"#);
    let read = otlp_json::read(body.as_bytes()).unwrap();
    assert_eq!(
        read.resource_spans[0].scope_spans[0].spans[0].name,
        r#"{"{"#.repeat(200)
    );
}

#[test]
fn endless_nesting_is_refused() {
    for level in [r#"{"arrayValue":{"values":["#, "{\"a\":", "[", "{"] {
        let body = format!(r#"{{"resourceSpans":{}"#, level.repeat(50_000));
        assert!(otlp_json::read(body.as_bytes()).is_err(), "{level}");
        let body = format!(r#"{{"unknown":{}"#, level.repeat(50_000));
        assert!(otlp_json::read(body.as_bytes()).is_err(), "{level}");
    }
}
