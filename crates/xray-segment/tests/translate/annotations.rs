//! Annotations and the user.

use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, any_value::Value},
    trace::v1::span::SpanKind::{self, Client, Internal, Server},
};
use serde_json::{Value as Json, json};

use crate::spans::{Case, attribute, check};

fn case(kind: SpanKind, span: Json, indexed: &[&str]) -> Case {
    let mut case = Case::new(kind, span);
    case.options.indexed_attributes = indexed.iter().map(|key| (*key).to_owned()).collect();
    case
}

fn index_all(kind: SpanKind, span: Json) -> Case {
    let mut case = Case::new(kind, span);
    case.options.index_all = true;
    case
}

#[test]
fn users() {
    for key in ["enduser.id", "user.id"] {
        check(
            "the user is told",
            Server,
            json!({key: "alice"}),
            json!({"/user": "alice", "/metadata": null}),
        );
    }
    check(
        "of two users the first name wins, the other stays metadata",
        Server,
        json!({"user.id": "7", "enduser.id": "alice"}),
        json!({"/user": "alice", "/metadata/default": {"user.id": "7"}}),
    );
    check(
        "a user who is no text stays metadata",
        Server,
        json!({"user.id": 7}),
        json!({"/user": null, "/metadata/default": {"user.id": 7}}),
    );
    index_all(Server, json!({"user.id": "alice"})).check(
        "a user is not annotated",
        json!({"/user": "alice", "/annotations": null}),
    );
    case(Server, json!({"user.id": "alice"}), &["user.id"]).check(
        "a user is not annotated, asked for or not",
        json!({"/user": "alice", "/annotations": null}),
    );
}

#[test]
fn choices() {
    let span = json!({"a": "x", "b": 1});
    Case::new(Internal, span.clone()).check(
        "nothing is annotated unless asked for",
        json!({"/annotations": null, "/metadata/default": {"a": "x", "b": 1}}),
    );
    case(Internal, span.clone(), &["a", "c"]).check(
        "what the options ask for is annotated",
        json!({"/annotations": {"a": "x"}, "/metadata/default": {"b": 1}}),
    );
    index_all(Internal, span).check(
        "all is annotated if so asked",
        json!({"/annotations": {"a": "x", "b": 1}, "/metadata": null}),
    );
    check(
        "what the span asks for is annotated",
        Internal,
        json!({"aws.xray.annotations": ["b", 3], "a": "x", "b": 1}),
        json!({"/annotations": {"b": 1}, "/metadata/default": {"a": "x"}}),
    );
    check(
        "a span asks by a list",
        Internal,
        json!({"aws.xray.annotations": "b", "b": 1}),
        json!({"/annotations": null, "/metadata/default": {"aws.xray.annotations": "b", "b": 1}}),
    );
    index_all(Internal, json!({"aws.xray.annotations": ["b"]})).check(
        "what a span asks is not annotated itself",
        json!({"/annotations": null, "/metadata": null}),
    );
}

#[test]
fn what_went_into_fields() {
    let span = json!({"http.request.method": "GET"});
    case(Client, span.clone(), &["http.request.method"]).check(
        "what went into a field is annotated if the options ask for it",
        json!({"/http/request/method": "GET", "/annotations": {"http.request.method": "GET"}, "/metadata": null}),
    );
    index_all(Client, span).check(
        "what went into a field is not annotated with all",
        json!({"/http/request/method": "GET", "/annotations": null}),
    );
    check(
        "what went into a field is not annotated if the span asks for it",
        Client,
        json!({"http.request.method": "GET", "aws.xray.annotations": ["http.request.method"]}),
        json!({"/annotations": null, "/metadata": null}),
    );
}

#[test]
fn values() {
    let span = json!({"text": "x", "empty": "", "flag": false, "whole": -1, "half": 0.5, "list": [1], "map": {"k": 1}});
    index_all(Internal, span).check(
        "scalars are annotated; the others stay metadata",
        json!({
            "/annotations": {"text": "x", "empty": "", "flag": false, "whole": -1, "half": 0.5},
            "/metadata/default": {"list": [1], "map": {"k": 1}},
        }),
    );
    case(Internal, json!({"list": [1]}), &["list"]).check(
        "a list that was asked for stays metadata",
        json!({"/annotations": null, "/metadata/default": {"list": [1]}}),
    );
    let mut nan = index_all(Internal, json!({"nan": 1}));
    nan.span.attributes[0].value = Some(AnyValue {
        value: Some(Value::DoubleValue(f64::NAN)),
    });
    nan.check(
        "what JSON has no number for stays metadata",
        json!({"/annotations": null, "/metadata/default": {"nan": "NaN"}}),
    );
}

#[test]
fn keys() {
    index_all(Internal, json!({"a.b-c d/é_9Z": 1})).check(
        "letters, digits and dots are kept in keys, all else is _",
        json!({"/annotations": {"a.b_c_d___9Z": 1}}),
    );
    index_all(Internal, json!({"a b": 1, "a-b": 2})).check(
        "of two keys that become the same the first is annotated, the other stays metadata",
        json!({"/annotations": {"a_b": 1}, "/metadata/default": {"a-b": 2}}),
    );
    let mut twice = Case::new(Internal, json!({"a": 1}));
    twice.span.attributes.push(attribute("a", &json!(2)));
    twice.check(
        "of one key twice the first counts",
        json!({"/metadata/default": {"a": 1}}),
    );
}

#[test]
fn resources() {
    let resource = json!({"service.name": "s", "n": 1, "list": [1]});
    let span = json!({"@resource": resource});
    let part = json!({"@resource": resource, "@parent": 1});
    index_all(Server, span.clone()).check(
        "a segment's resource is annotated with all",
        json!({
            "/annotations": {"otel.resource.service.name": "s", "otel.resource.n": 1},
            "/metadata/default": {"otel.resource.list": [1]},
        }),
    );
    case(Server, span.clone(), &["otel.resource.n", "service.name"]).check(
        "a resource's attribute is asked for by its whole key",
        json!({"/annotations": {"otel.resource.n": 1}, "/metadata/default/otel.resource.service.name": "s"}),
    );
    check(
        "a span may ask for the resource's",
        Server,
        json!({"@resource": resource, "aws.xray.annotations": ["otel.resource.n"]}),
        json!({"/annotations": {"otel.resource.n": 1}}),
    );
    index_all(Client, part.clone()).check(
        "a subsegment has none of the resource's annotations",
        json!({"/annotations": null, "/metadata": null}),
    );
    case(Client, part, &["otel.resource.n"]).check(
        "a subsegment has none, asked for or not",
        json!({"/annotations": null, "/metadata": null}),
    );
}
