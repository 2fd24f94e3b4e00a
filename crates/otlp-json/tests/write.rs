//! OTLP's JSON as it is written, and that it is read back as the same.

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{
        AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList, any_value::Value,
    },
    resource::v1::Resource,
    trace::v1::{
        ResourceSpans, ScopeSpans, Span, Status,
        span::{Event, Link},
    },
};

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

fn named(name: &str) -> Span {
    Span {
        name: name.into(),
        ..Span::default()
    }
}

fn scope_spans(scope: &str, spans: Vec<Span>) -> ScopeSpans {
    ScopeSpans {
        scope: Some(InstrumentationScope {
            name: scope.into(),
            ..InstrumentationScope::default()
        }),
        spans,
        ..ScopeSpans::default()
    }
}

fn request(resources: Vec<(&str, Vec<ScopeSpans>)>) -> ExportTraceServiceRequest {
    ExportTraceServiceRequest {
        resource_spans: resources
            .into_iter()
            .map(|(service, scope_spans)| ResourceSpans {
                resource: Some(Resource {
                    attributes: vec![attribute(
                        "service.name",
                        Value::StringValue(service.into()),
                    )],
                    ..Resource::default()
                }),
                scope_spans,
                schema_url: "https://resource".into(),
            })
            .collect(),
    }
}

fn written(request: &ExportTraceServiceRequest) -> String {
    String::from_utf8(otlp_json::write(request).unwrap()).unwrap()
}

#[test]
fn every_field_is_written_as_the_specification_has_it() {
    let span = Span {
        trace_id: (0..16).collect(),
        span_id: vec![0xab; 8],
        trace_state: "k=v".into(),
        parent_span_id: vec![0x0c; 8],
        flags: 257,
        name: "GET".into(),
        kind: 3,
        start_time_unix_nano: 1_780_000_000_000_000_001,
        end_time_unix_nano: u64::MAX,
        attributes: vec![
            attribute("text", Value::StringValue("\"ü\"".into())),
            attribute("flag", Value::BoolValue(false)),
            attribute("integer", Value::IntValue(i64::MIN)),
            attribute("double", Value::DoubleValue(2.3405780840103242e-183)),
            attribute("infinite", Value::DoubleValue(f64::NEG_INFINITY)),
            attribute("bytes", Value::BytesValue(vec![0xfb, 0xff])),
            attribute(
                "list",
                Value::ArrayValue(ArrayValue {
                    values: vec![any(Value::IntValue(1)), AnyValue::default()],
                }),
            ),
            attribute(
                "map",
                Value::KvlistValue(KeyValueList {
                    values: vec![attribute("a", Value::BoolValue(true))],
                }),
            ),
        ],
        dropped_attributes_count: 1,
        events: vec![Event {
            time_unix_nano: 5,
            name: "e".into(),
            ..Event::default()
        }],
        dropped_events_count: 2,
        links: vec![Link {
            trace_id: vec![1; 16],
            span_id: vec![2; 8],
            ..Link::default()
        }],
        dropped_links_count: 3,
        status: Some(Status {
            message: "boom".into(),
            code: 2,
        }),
    };
    let request = request(vec![("s", vec![scope_spans("lib", vec![span])])]);
    let text = written(&request);
    assert_eq!(
        text,
        concat!(
            r#"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"s"}}]},"#,
            r#""scopeSpans":[{"scope":{"name":"lib"},"spans":[{"#,
            r#""traceId":"000102030405060708090a0b0c0d0e0f","spanId":"abababababababab","traceState":"k=v","#,
            r#""parentSpanId":"0c0c0c0c0c0c0c0c","flags":257,"name":"GET","kind":3,"#,
            r#""startTimeUnixNano":"1780000000000000001","endTimeUnixNano":"18446744073709551615","attributes":["#,
            r#"{"key":"text","value":{"stringValue":"\"ü\""}},"#,
            r#"{"key":"flag","value":{"boolValue":false}},"#,
            r#"{"key":"integer","value":{"intValue":"-9223372036854775808"}},"#,
            r#"{"key":"double","value":{"doubleValue":2.3405780840103242e-183}},"#,
            r#"{"key":"infinite","value":{"doubleValue":"-Infinity"}},"#,
            r#"{"key":"bytes","value":{"bytesValue":"+/8="}},"#,
            r#"{"key":"list","value":{"arrayValue":{"values":[{"intValue":"1"},{}]}}},"#,
            r#"{"key":"map","value":{"kvlistValue":{"values":[{"key":"a","value":{"boolValue":true}}]}}}],"#,
            r#""droppedAttributesCount":1,"events":[{"timeUnixNano":"5","name":"e"}],"droppedEventsCount":2,"#,
            r#""links":[{"traceId":"01010101010101010101010101010101","spanId":"0202020202020202"}],"droppedLinksCount":3,"#,
            r#""status":{"message":"boom","code":2}}]}],"schemaUrl":"https://resource"}]}"#,
        )
    );
    assert_eq!(otlp_json::read(text.as_bytes()).unwrap(), request);
}

#[test]
fn neighbours_of_one_origin_are_put_together_and_order_is_kept() {
    let one = |scope, name| vec![scope_spans(scope, vec![named(name)])];
    let apart = request(vec![
        ("a", one("x", "1")),
        ("a", one("x", "2")),
        ("a", one("y", "3")),
        ("b", one("y", "4")),
        ("a", one("y", "5")),
    ]);
    let together = request(vec![
        (
            "a",
            vec![
                scope_spans("x", vec![named("1"), named("2")]),
                scope_spans("y", vec![named("3")]),
            ],
        ),
        ("b", one("y", "4")),
        ("a", one("y", "5")),
    ]);
    assert_eq!(
        otlp_json::read(written(&apart).as_bytes()).unwrap(),
        together
    );
}

#[test]
fn a_request_without_spans_has_no_groups() {
    let none = r#"{"resourceSpans":[]}"#;
    assert_eq!(written(&ExportTraceServiceRequest::default()), none);
    assert_eq!(
        written(&request(vec![("a", vec![scope_spans("x", vec![])])])),
        none
    );
}
