//! OTLP as real senders write it: every leniency that JSON asks for, and what is refused.

use span_snapshot::{SpanTree, assert_span_snapshot};

/// A request as an SDK sends it, with everything in it.
const FULL: &str = r#"{"resourceSpans":[{
  "resource":{"attributes":[
    {"key":"service.name","value":{"stringValue":"front-end"}},
    {"key":"process.pid","value":{"intValue":17}}],"droppedAttributesCount":0},
  "schemaUrl":"https://opentelemetry.io/schemas/1.36.0",
  "scopeSpans":[{
    "scope":{"name":"@opentelemetry/instrumentation-http","version":"0.203.0","attributes":[]},
    "spans":[
      {"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","parentSpanId":"","name":"GET","kind":3,
       "startTimeUnixNano":"1544712660000000000","endTimeUnixNano":"1544712661000000000","flags":257,"traceState":"k=v",
       "attributes":[
         {"key":"string","value":{"stringValue":"200"}},
         {"key":"integer","value":{"intValue":"200"}},
         {"key":"float","value":{"doubleValue":200}},
         {"key":"exact","value":{"doubleValue":2.3405780840103242e-183}},
         {"key":"largest","value":{"intValue":"9223372036854775807"}},
         {"key":"boolean","value":{"boolValue":false}},
         {"key":"list","value":{"arrayValue":{"values":[{"stringValue":"a"},{"intValue":"1"}]}}},
         {"key":"map","value":{"kvlistValue":{"values":[{"key":"k","value":{"stringValue":"v"}}]}}},
         {"key":"bytes","value":{"bytesValue":"aGVsbG8="}}],
       "droppedAttributesCount":0,
       "events":[{"name":"exception","timeUnixNano":"1544712660500000000","attributes":[{"key":"exception.type","value":{"stringValue":"E"}}],"droppedAttributesCount":0}],
       "links":[{"traceId":"5b8efff798038103d269b633813fc60d","spanId":"eee19b7ec3c1b175","attributes":[]}],
       "status":{"code":2,"message":"boom"}},
      {"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B175","parentSpanId":"EEE19B7EC3C1B174","name":"dns.lookup","kind":"SPAN_KIND_INTERNAL",
       "startTimeUnixNano":1544712660000000001,"endTimeUnixNano":1544712660900000000,"status":{},"newField":{"of":["a later version"]}}
    ]}]}]}"#;

#[test]
fn a_request_with_everything_in_it() {
    assert_span_snapshot!(SpanTree::from_otlp_json(FULL.as_bytes()).unwrap(), @r#"
    resource: front-end
       process.pid = 17
       service.name = "front-end"
    scope: @opentelemetry/instrumentation-http
       version: "0.203.0"

    trace 1
    └─ CLIENT GET
       status: ERROR "boom"
       boolean = false
       bytes = 0x68656c6c6f
       exact = 2.3405780840103242e-183
       float = 200.0
       integer = 200
       largest = 9223372036854775807
       list = ["a", 1]
       map = {"k": "v"}
       string = "200"
       event: exception
          exception.type = "E"
       link: external
       └─ INTERNAL dns.lookup
    "#);
}

/// The tree of one span of which only some JSON is given.
fn span(fields: &str) -> Result<String, String> {
    let json = format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{{fields}}}]}}]}}]}}"#);
    SpanTree::from_otlp_json(json.as_bytes())
        .map(|tree| tree.without_scope().without_resource().render())
        .map_err(|error| error.to_string())
}

#[test]
fn json_is_read_leniently() {
    let check = |fields: &str, line: &str| {
        let tree = span(fields).unwrap();
        assert!(
            tree.contains(line),
            "{fields} should give `{line}`, not\n{tree}"
        );
    };
    let value = |value: &str, shown: &str| {
        check(
            &format!(r#""name":"n","attributes":[{{"key":"k","value":{value}}}]"#),
            &format!("k = {shown}"),
        );
    };
    check("", "UNSPECIFIED \"\"");
    check(r#""name":"n","kind":"SPAN_KIND_SERVER""#, "SERVER n");
    check(
        r#""name":"n","kind":null,"attributes":null,"events":null,"links":null,"status":null"#,
        "UNSPECIFIED n",
    );
    check(
        r#""name":"n","status":{"code":"STATUS_CODE_OK"}"#,
        "status: OK",
    );
    check(r#""name":"n","parentSpanId":null"#, "└─ UNSPECIFIED n");
    check(
        r#""name":"n","parentSpanId":"0000000000000000""#,
        "└─ UNSPECIFIED n",
    );
    check(
        r#""name":"n","parentSpanId":"0000000000000001""#,
        "UNSPECIFIED n  [orphan]",
    );
    check(
        r#""name":"n","startTimeUnixNano":1.5447126600000001e18"#,
        "UNSPECIFIED n",
    );
    value(r#"{"intValue":7}"#, "7");
    value(r#"{"intValue":"-7"}"#, "-7");
    value(r#"{"intValue":7.0}"#, "7");
    value(r#"{"doubleValue":"NaN"}"#, "NaN");
    value(r#"{"doubleValue":"-Infinity"}"#, "-inf");
    value(r#"{"doubleValue":"1.5"}"#, "1.5");
    value(r#"{"doubleValue":3}"#, "3.0");
    value(r#"{"arrayValue":{}}"#, "[]");
    value(
        r#"{"kvlistValue":{"values":[{"key":"a"}]}}"#,
        r#"{"a": null}"#,
    );
    value(r#"{"bytesValue":"_-8"}"#, "0xffef");
    value(r#"{"stringValue":null,"boolValue":true}"#, "true");
    value(r#"{"laterValue":1}"#, "null");
    value("null", "null");
}

#[test]
fn what_is_no_otlp_is_refused_with_its_field() {
    let check = |fields: &str, field: &str, expected: &str| {
        let error = span(fields).unwrap_err();
        assert!(
            error.contains(&format!("`{field}`: "))
                && error.contains(&format!("expected {expected}")),
            "{fields}: {error}"
        );
    };
    let value = |value: &str, field: &str, expected: &str| {
        check(
            &format!(r#""attributes":[{{"key":"k","value":{value}}}]"#),
            field,
            expected,
        );
    };
    check(r#""name":1"#, "name", "a string");
    check(
        r#""traceId":"W47/95gDgQPSabYzgT/GDA==""#,
        "traceId",
        "an ID in hex digits",
    );
    check(r#""kind":"SERVER""#, "kind", "an enum value");
    check(
        r#""startTimeUnixNano":"-1""#,
        "startTimeUnixNano",
        "an integer",
    );
    check(r#""attributes":{}"#, "attributes", "a sequence");
    check(r#""events":[1]"#, "events", "an object");
    check(r#""status":2"#, "status", "an object");
    value(r#"{"intValue":"7.5"}"#, "intValue", "an integer");
    value(r#"{"intValue":true}"#, "intValue", "an integer");
    value(r#"{"doubleValue":"much"}"#, "doubleValue", "a number");
    value(r#"{"stringValue":7}"#, "stringValue", "a string");
    value(r#"{"bytesValue":"a"}"#, "bytesValue", "bytes in base64");
    let deep = format!(
        "{}{}",
        r#"{"arrayValue":{"values":["#.repeat(3000),
        "]}}".repeat(3000)
    );
    assert!(span(&format!(r#""attributes":[{{"key":"k","value":{deep}}}]"#)).is_err());
    for (body, says) in [
        ("", "EOF"),
        ("[]", "expected an object"),
        ("{\"resourceSpans\":1}", "`resourceSpans`: "),
    ] {
        let error = SpanTree::from_otlp_json(body.as_bytes())
            .unwrap_err()
            .to_string();
        assert!(error.contains(says), "{body}: {error}");
    }
    assert!(
        SpanTree::from_otlp_protobuf(b"{}")
            .unwrap_err()
            .to_string()
            .contains("was JSON sent as protobuf?")
    );
}

#[test]
fn an_empty_request_is_an_empty_tree() {
    assert_eq!(
        SpanTree::from_otlp_json(b"{}").unwrap().render(),
        "(no spans)"
    );
    assert_eq!(
        SpanTree::from_otlp_protobuf(b"").unwrap().render(),
        "(no spans)"
    );
}
