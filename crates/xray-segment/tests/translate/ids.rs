//! IDs: the span's own, derived ones, and those that cannot be used.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind::{Client, Internal, Server};
use serde_json::json;
use xray_segment::translate::{UnusableId, segments};

use crate::spans::{Case, check};

#[test]
fn own_ids() {
    let ids = json!({
        "/trace_id": "1-5f29ab21-0102030405060708090a0b0c",
        "/id": "1010101010101010",
        "/parent_id": "2020202020202020",
    });
    check("IDs are the span's", Server, json!({"@parent": 1}), ids);
    check(
        "a root has no parent",
        Server,
        json!({}),
        json!({"/parent_id": null}),
    );
    let mut zeros = Case::new(Client, json!({}));
    zeros.span.parent_span_id = vec![0; 8];
    zeros.check(
        "a parent of zeros is none",
        json!({"/parent_id": null, "/type": null}),
    );
    let mut old = Case::new(Client, json!({}));
    old.span.trace_id = vec![0xff; 16];
    old.check(
        "the time in a trace ID is not looked at",
        json!({"/trace_id": "1-ffffffff-ffffffffffffffffffffffff"}),
    );
}

#[test]
fn derived_ids() {
    let root = |span_id: u8, trace_id: u8| {
        let mut case = Case::new(Client, json!({"aws.span.kind": "LOCAL_ROOT"}));
        case.span.span_id = vec![span_id; 8];
        case.span.trace_id = vec![trace_id; 16];
        case.documents("a local root")[1]["id"].clone()
    };
    assert_eq!(root(1, 1), root(1, 1), "the same span gives the same ID");
    assert_ne!(root(1, 1), root(2, 1), "another span gives another ID");
    assert_ne!(root(1, 1), root(1, 2), "another trace gives another ID");
    assert_eq!(
        root(0x10, 0x5f),
        "a905917dd13c97b6",
        "releases give the same ID"
    );

    let exceptions = Case::new(
        Internal,
        json!({"@events": [{"name": "exception"}, {"name": "exception"}]}),
    );
    let document = &exceptions.documents("exceptions")[0];
    let id = |index: usize| {
        let id = document["cause"]["exceptions"][index]["id"].as_str();
        id.unwrap().to_owned()
    };
    assert_ne!(id(0), id(1), "each exception has its own ID");
    assert_eq!(id(0).len(), 16, "an exception's ID is 16 hex digits");

    let both = Case::new(
        Client,
        json!({"aws.span.kind": "LOCAL_ROOT", "@events": [{"name": "exception"}]}),
    )
    .documents("a local root with an exception");
    assert_ne!(
        both[0]["cause"]["exceptions"][0]["id"], both[1]["id"],
        "an exception's ID is not the segment's"
    );
}

#[test]
fn unusable_ids() {
    let check = |rule: &str, case: Case, expected: UnusableId, message: &str| {
        let error = segments(&case.resource, &case.span, &case.options).unwrap_err();
        assert_eq!(error, expected, "{rule}");
        assert_eq!(error.to_string(), message, "{rule}");
    };
    let case = || Case::new(Internal, json!({"@name": "work"}));

    let mut short = case();
    short.span.trace_id = vec![0xab; 3];
    check(
        "a trace ID is 16 bytes",
        short,
        UnusableId::Trace {
            span: "work".to_owned(),
            found: "ababab".to_owned(),
        },
        "cannot make a segment of span `work`: its trace ID is ababab, and 16 bytes, not all zero, are wanted",
    );
    let mut zeros = case();
    zeros.span.trace_id = vec![0; 16];
    check(
        "a trace ID is not all zero",
        zeros,
        UnusableId::Trace {
            span: "work".to_owned(),
            found: "00000000000000000000000000000000".to_owned(),
        },
        "cannot make a segment of span `work`: its trace ID is 00000000000000000000000000000000, and 16 bytes, not all zero, are wanted",
    );
    let mut none = case();
    none.span.span_id = Vec::new();
    check(
        "a span has an ID",
        none,
        UnusableId::Span {
            span: "work".to_owned(),
            found: "empty".to_owned(),
        },
        "cannot make a segment of span `work`: its ID is empty, and 8 bytes, not all zero, are wanted",
    );
    let mut zeros = case();
    zeros.span.span_id = vec![0; 8];
    check(
        "a span's ID is not all zero",
        zeros,
        UnusableId::Span {
            span: "work".to_owned(),
            found: "0000000000000000".to_owned(),
        },
        "cannot make a segment of span `work`: its ID is 0000000000000000, and 8 bytes, not all zero, are wanted",
    );
    let mut long = case();
    long.span.parent_span_id = vec![1; 9];
    check(
        "a parent's ID is 8 bytes",
        long,
        UnusableId::Parent {
            span: "work".to_owned(),
            found: "010101010101010101".to_owned(),
        },
        "cannot make a segment of span `work`: its parent's ID is 010101010101010101, and 8 bytes, or none for a root, are wanted",
    );
}
