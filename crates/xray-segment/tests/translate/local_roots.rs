//! Local roots: the first span of a service, with what it calls.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind::{
    self, Client, Consumer, Internal, Producer, Server, Unspecified,
};
use serde_json::{Value as Json, json};

use crate::spans::{Case, has};

fn root(kind: SpanKind, more: Json) -> Case {
    let mut span = json!({"aws.span.kind": "LOCAL_ROOT", "aws.local.service": "backend", "aws.remote.service": "queue"});
    for (key, value) in more.as_object().unwrap() {
        span[key] = value.clone();
    }
    Case::new(kind, span)
}

#[test]
fn one_document() {
    for kind in [Server, Internal] {
        root(kind, json!({"@parent": 1, "rpc.system": "aws-api"})).check(
            "a local root that calls nobody is its service's segment",
            json!({"/name": "backend", "/type": null, "/namespace": null, "/parent_id": "2020202020202020", "/id": "1010101010101010"}),
        );
    }
    root(Internal, json!({"@parent": 1, "@resource": {"a": 1}})).check(
        "an internal local root with a parent has no resource, as the Collector has it",
        json!({"/metadata/default/otel.resource.a": null}),
    );
    Case::new(
        Client,
        json!({"aws.span.kind": "CLIENT", "aws.remote.service": "queue"}),
    )
    .check("other kinds are no local roots", json!({"/name": "queue"}));
}

/// Subsegment and segment of a local root.
#[track_caller]
fn check_both(rule: &str, case: &Case, subsegment: Json, segment: Json) {
    let documents = case.documents(rule);
    assert_eq!(documents.len(), 2, "{rule}");
    has(&format!("{rule} (subsegment)"), &documents[0], subsegment);
    has(&format!("{rule} (segment)"), &documents[1], segment);
}

#[test]
fn two_documents() {
    for kind in [Client, Producer, Consumer, Unspecified] {
        let case = root(kind, json!({"@parent": 1}));
        let segment = case.documents("a local root")[1]["id"].clone();
        assert_ne!(
            segment,
            json!("1010101010101010"),
            "the segment has its own ID"
        );
        check_both(
            "a local root that calls somebody is a subsegment of its service's segment",
            &case,
            json!({
                "/name": "queue", "/type": "subsegment", "/namespace": "remote",
                "/id": "1010101010101010", "/parent_id": segment, "/trace_id": "1-5f29ab21-0102030405060708090a0b0c",
            }),
            json!({
                "/name": "backend", "/type": null, "/namespace": null,
                "/id": segment, "/parent_id": "2020202020202020", "/trace_id": "1-5f29ab21-0102030405060708090a0b0c",
            }),
        );
    }
    check_both(
        "without parent too",
        &root(Client, json!({})),
        json!({"/type": "subsegment"}),
        json!({"/type": null, "/parent_id": null}),
    );
    check_both(
        "a call of AWS keeps its namespace and loses the name's beginning",
        &root(
            Client,
            json!({"rpc.system": "aws-api", "aws.remote.service": "AWS::SQS"}),
        ),
        json!({"/namespace": "aws", "/name": "SQS"}),
        json!({"/namespace": null, "/name": "backend"}),
    );
    check_both(
        "services that are not told are named as other spans are",
        &Case::new(
            Client,
            json!({"aws.span.kind": "LOCAL_ROOT", "peer.service": "peer"}),
        ),
        json!({"/name": "peer"}),
        json!({"/name": "peer"}),
    );
    let mut nameless = root(Client, json!({"@name": "call"}));
    nameless
        .span
        .attributes
        .retain(|attribute| attribute.key != "aws.local.service");
    check_both(
        "the service is not named after what it calls",
        &nameless,
        json!({"/name": "queue"}),
        json!({"/name": "call"}),
    );
}

#[test]
fn what_is_about_the_callee() {
    check_both(
        "the request is the subsegment's",
        &root(Client, json!({"http.method": "GET"})),
        json!({"/http/request/method": "GET"}),
        json!({"/http": null}),
    );
    let call = root(
        Client,
        json!({
            "aws.operation": "o", "aws.account_id": "a", "aws.region": "r", "aws.request_id": "i", "aws.queue_url": "q",
            "aws.table_name": "t", "@resource": {"cloud.platform": "aws_ec2"},
        }),
    );
    let fields = [
        "operation",
        "account_id",
        "region",
        "request_id",
        "queue_url",
        "table_name",
    ];
    let documents = call.documents("a call of AWS");
    for field in fields {
        assert!(
            documents[0]["aws"].get(field).is_some(),
            "{field} is the subsegment's"
        );
        assert!(
            documents[1]["aws"].get(field).is_none(),
            "{field} is not the segment's"
        );
    }
    check_both(
        "the names of tables are the subsegment's",
        &root(Client, json!({"aws.dynamodb.table_names": ["a", "b"]})),
        json!({"/aws/table_names": ["a", "b"]}),
        json!({"/aws/table_names": null}),
    );
    check_both(
        "where the service runs is both's",
        &call,
        json!({"/aws/ec2": {}, "/origin": "AWS::EC2::Instance"}),
        json!({"/aws/ec2": {}, "/origin": "AWS::EC2::Instance"}),
    );
    let mut annotated = root(
        Client,
        json!({"aws.remote.operation": "o", "remoteTarget": "t", "K8s.RemoteNamespace": "n", "own": 1}),
    );
    annotated.options.index_all = true;
    check_both(
        "annotations about what is called are the subsegment's",
        &annotated,
        json!({"/annotations": {
            "aws.span.kind": "LOCAL_ROOT", "aws.local.service": "backend", "own": 1,
            "aws.remote.service": "queue", "aws.remote.operation": "o", "remoteTarget": "t", "K8s.RemoteNamespace": "n",
        }}),
        json!({"/annotations": {"aws.span.kind": "LOCAL_ROOT", "aws.local.service": "backend", "own": 1}}),
    );
    check_both(
        "metadata is the subsegment's, and the resource's is the segment's",
        &root(
            Client,
            json!({"own": 1, "aws.xray.metadata.app": "{\"a\": 1}", "@resource": {"r": 1}}),
        ),
        json!({"/metadata/default/own": 1, "/metadata/app": {"a": 1}, "/metadata/default/otel.resource.r": null}),
        json!({"/metadata": {"default": {"otel.resource.r": 1}}}),
    );
    check_both(
        "a namespace of which nothing is left is left out",
        &root(Client, json!({"own": 1})),
        json!({"/metadata/default/own": 1}),
        json!({"/metadata": null}),
    );
    check_both(
        "a failure is both's",
        &root(
            Client,
            json!({"http.status_code": 500, "@status": "ERROR", "@message": "m"}),
        ),
        json!({"/fault": true, "/cause/exceptions/0/message": "m"}),
        json!({"/fault": true, "/cause/exceptions/0/message": "m"}),
    );
}

#[test]
fn links() {
    let links = json!([{"trace": vec![1; 16], "span": vec![7; 8]}]);
    for (rule, kind, subsegment, segment) in [
        ("a consumer's links are the service's", Consumer, 0, 1),
        ("a client's links are the call's", Client, 1, 0),
        ("a producer's links are the call's", Producer, 1, 0),
    ] {
        let documents = root(kind, json!({"@links": links})).documents(rule);
        let count = |document: &Json| document["links"].as_array().map_or(0, Vec::len);
        assert_eq!(
            (count(&documents[0]), count(&documents[1])),
            (subsegment, segment),
            "{rule}"
        );
    }
}
