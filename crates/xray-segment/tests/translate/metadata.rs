//! Metadata.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind::{Client, Internal, Server};
use serde_json::json;

use crate::spans::{Case, check};

#[test]
fn default_namespace() {
    check(
        "what went into no field is metadata",
        Internal,
        json!({"a": "x", "list": [1, "b"], "map": {"k": [true]}, "none": null, "empty": ""}),
        json!({"/metadata": {"default": {"a": "x", "list": [1, "b"], "map": {"k": [true]}, "empty": ""}}}),
    );
    let resource = json!({"service.name": "s", "service.version": "1"});
    check(
        "a segment's resource is metadata",
        Server,
        json!({"@resource": resource, "@parent": 1}),
        json!({"/metadata/default": {"otel.resource.service.name": "s", "otel.resource.service.version": "1"}}),
    );
    check(
        "a subsegment's resource is not",
        Client,
        json!({"@resource": resource, "@parent": 1}),
        json!({"/metadata": null}),
    );
    check(
        "names of a document are metadata too",
        Client,
        json!({"peer.service": "p", "rpc.system": "aws-api", "aws.service": "S3", "rpc.service": "S3"}),
        json!({"/metadata/default": {"peer.service": "p", "rpc.system": "aws-api", "aws.service": "S3", "rpc.service": "S3"}}),
    );
}

#[test]
fn own_namespaces() {
    let own = "aws.xray.metadata.app";
    check(
        "an object is a namespace",
        Internal,
        json!({own: r#"{"a": {"b": [1]}, "c": 2}"#}),
        json!({"/metadata": {"app": {"a": {"b": [1]}, "c": 2}}}),
    );
    for (rule, value) in [
        ("what is no JSON stays as it is", json!("{")),
        ("what is no object stays as it is", json!("[1]")),
        ("what is no text stays as it is", json!(7)),
        ("null stays as it is", json!("null")),
    ] {
        check(
            rule,
            Internal,
            json!({own: value}),
            json!({"/metadata": {"default": {own: value}}}),
        );
    }
    for name in ["default", "Default"] {
        check(
            "the default namespace takes the object's fields",
            Internal,
            json!({format!("aws.xray.metadata.{name}"): r#"{"a": 1}"#, "b": 2}),
            json!({"/metadata": {"default": {"a": 1, "b": 2}}}),
        );
    }
    let mut all = Case::new(Internal, json!({own: r#"{"a": 1}"#}));
    all.options.index_all = true;
    all.check(
        "with all annotated, namespaces are too",
        json!({"/annotations": {"aws.xray.metadata.app": "{\"a\": 1}"}, "/metadata": null}),
    );
    check(
        "a resource has no namespaces",
        Server,
        json!({"@resource": {own: "{}"}}),
        json!({"/metadata": {"default": {format!("otel.resource.{own}"): "{}"}}}),
    );
}
