//! Segment or subsegment, and the namespace.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind::{
    Client, Consumer, Internal, Producer, Server, Unspecified,
};
use serde_json::json;

use crate::spans::check;

#[test]
fn types() {
    for (rule, kind, span, expected) in [
        (
            "a server is a segment, with a parent too",
            Server,
            json!({"@parent": 1}),
            json!(null),
        ),
        ("a root is a segment", Client, json!({}), json!(null)),
        (
            "a client with a parent is a subsegment",
            Client,
            json!({"@parent": 1}),
            json!("subsegment"),
        ),
        (
            "an internal span with a parent is a subsegment",
            Internal,
            json!({"@parent": 1}),
            json!("subsegment"),
        ),
        (
            "a consumer with a parent is a subsegment",
            Consumer,
            json!({"@parent": 1}),
            json!("subsegment"),
        ),
        (
            "a span of no kind with a parent is a subsegment",
            Unspecified,
            json!({"@parent": 1}),
            json!("subsegment"),
        ),
    ] {
        check(rule, kind, span, json!({"/type": expected}));
    }
}

#[test]
fn namespaces() {
    for (rule, kind, span, expected) in [
        (
            "a call of AWS's API is aws",
            Client,
            json!({"rpc.system": "aws-api"}),
            json!("aws"),
        ),
        (
            "a call of AWS's API is aws, by the stable name too",
            Client,
            json!({"rpc.system.name": "aws-api"}),
            json!("aws"),
        ),
        (
            "a span named after an AWS service is aws",
            Producer,
            json!({"aws.service": "SQS"}),
            json!("aws"),
        ),
        (
            "an AWS service with a better name is not aws",
            Client,
            json!({"aws.service": "SQS", "peer.service": "queue"}),
            json!("remote"),
        ),
        ("a client is remote", Client, json!({}), json!("remote")),
        ("a server has none", Server, json!({}), json!(null)),
        (
            "a producer has none",
            Producer,
            json!({"@parent": 1}),
            json!(null),
        ),
        (
            "a producer that knows what it calls is remote",
            Producer,
            json!({"@parent": 1, "aws.remote.service": "queue"}),
            json!("remote"),
        ),
        (
            "a consumer that knows what it calls is remote",
            Consumer,
            json!({"@parent": 1, "aws.remote.service": "queue"}),
            json!("remote"),
        ),
        (
            "a call of AWS's API that knows what it calls stays aws",
            Client,
            json!({"@parent": 1, "rpc.system": "aws-api", "aws.remote.service": "S3"}),
            json!("aws"),
        ),
        (
            "a segment has none for that",
            Producer,
            json!({"aws.remote.service": "queue"}),
            json!(null),
        ),
        (
            "an internal span has none for that",
            Internal,
            json!({"@parent": 1, "aws.remote.service": "queue"}),
            json!(null),
        ),
    ] {
        check(rule, kind, span, json!({"/namespace": expected}));
    }
}
