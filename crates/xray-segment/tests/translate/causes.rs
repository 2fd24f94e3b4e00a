//! Why a span failed.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind::{
    Client, Consumer, Internal, Producer, Server,
};
use serde_json::json;

use crate::spans::{Case, check};

#[test]
fn exceptions() {
    let exception = json!([{"name": "exception", "attributes": {"exception.type": "KeyError", "exception.message": "no such key"}}]);
    for (rule, status) in [
        ("an exception is a cause", "ERROR"),
        ("an exception of a span that did not fail is a cause", "OK"),
        ("an exception of a span without status is a cause", "UNSET"),
    ] {
        check(
            rule,
            Internal,
            json!({"@events": exception, "@status": status}),
            json!({
                "/cause/exceptions/0/type": "KeyError",
                "/cause/exceptions/0/message": "no such key",
                "/cause/exceptions/0/cause": null,
                "/cause/exceptions/0/stack": null,
                "/cause/exceptions/1": null,
            }),
        );
    }
    for (rule, kind, remote) in [
        ("a client's exception is remote", Client, true),
        ("a producer's exception is remote", Producer, true),
        ("a server's exception is not remote", Server, false),
        ("a consumer's exception is not remote", Consumer, false),
    ] {
        check(
            rule,
            kind,
            json!({"@events": exception}),
            json!({"/cause/exceptions/0/remote": remote}),
        );
    }
    check(
        "an exception wins over the status's message",
        Internal,
        json!({"@events": exception, "@status": "ERROR", "@message": "failed"}),
        json!({"/cause/exceptions/0/message": "no such key", "/cause/exceptions/1": null}),
    );
    check(
        "each exception is told",
        Internal,
        json!({"@events": [
            {"name": "exception", "attributes": {"exception.type": "A"}},
            {"name": "log"},
            {"name": "exception", "attributes": {"exception.type": "B"}},
        ]}),
        json!({
            "/cause/exceptions/0/type": "A",
            "/cause/exceptions/0/cause": null,
            "/cause/exceptions/1/type": "B",
            "/cause/exceptions/2": null,
        }),
    );
    check(
        "other events are no causes",
        Internal,
        json!({"@events": [{"name": "log"}], "@status": "UNSET"}),
        json!({"/cause": null}),
    );
    check(
        "an exception of nothing is one too",
        Internal,
        json!({"@events": [{"name": "exception"}]}),
        json!({"/cause/exceptions/0/type": null, "/cause/exceptions/0/message": null, "/cause/exceptions/0/remote": false}),
    );
}

#[test]
fn chains_of_causes() {
    let stack = "RuntimeException: out\n\tat a.B.c(B.java:1)\nCaused by: IOException: in\n\tat d.E.f(E.java:2)\n";
    let case = Case::new(
        Client,
        json!({
            "@resource": {"telemetry.sdk.language": "java"},
            "@events": [
                {"name": "exception", "attributes": {"exception.type": "RuntimeException", "exception.stacktrace": stack}},
                {"name": "exception", "attributes": {"exception.type": "Other"}},
            ],
        }),
    );
    let document = &case.documents("a cause")[0];
    let exceptions = &document["cause"]["exceptions"];
    assert_eq!(
        exceptions[0]["cause"], exceptions[1]["id"],
        "an exception names its cause"
    );
    assert_eq!(exceptions[1]["type"], "IOException", "a cause has its type");
    assert_eq!(exceptions[1]["message"], "in", "a cause has its message");
    assert_eq!(
        exceptions[1]["remote"], true,
        "a cause is as remote as what it caused"
    );
    assert_eq!(
        exceptions[1].get("cause"),
        None,
        "the last cause has none, whatever follows"
    );
    assert_eq!(
        exceptions[2]["type"], "Other",
        "the next event follows the causes"
    );
}

#[test]
fn requests_of_aws_sdks() {
    let failed = json!({
        "name": "HTTP request failure",
        "nanos": 1_700_000_000_123_456_789_u64,
        "attributes": {"http.response.status_code": 503, "aws.http.error_message": "Slow Down"},
    });
    check(
        "a failed request of an AWS SDK is a cause",
        Client,
        json!({"rpc.system": "aws-api", "@events": [failed]}),
        json!({
            "/cause/exceptions/0/type": "aws.http.error.event",
            "/cause/exceptions/0/message": "503@1700000000.123456@Slow Down",
            "/cause/exceptions/0/remote": true,
        }),
    );
    check(
        "a failed request of another client is none",
        Client,
        json!({"@events": [failed]}),
        json!({"/cause": null}),
    );
    check(
        "a failed request without status or message is none",
        Client,
        json!({"rpc.system": "aws-api", "@events": [
            {"name": "HTTP request failure", "attributes": {"http.response.status_code": 503}},
            {"name": "HTTP request failure", "attributes": {"aws.http.error_message": "Slow Down"}},
        ]}),
        json!({"/cause": null}),
    );
}

#[test]
fn messages() {
    check(
        "an error's message is a cause",
        Client,
        json!({"@status": "ERROR", "@message": "failed"}),
        json!({
            "/cause/exceptions/0/message": "failed",
            "/cause/exceptions/0/type": null,
            "/cause/exceptions/0/remote": null,
            "/cause/exceptions/1": null,
        }),
    );
    check(
        "an error without message has no cause",
        Client,
        json!({"@status": "ERROR"}),
        json!({"/cause": null, "/fault": true}),
    );
    check(
        "a message without error is no cause",
        Client,
        json!({"@status": "OK", "@message": "well"}),
        json!({"/cause": null}),
    );
    check(
        "HTTP's words stand in for the message",
        Client,
        json!({"@status": "ERROR", "http.status_text": "Not Found"}),
        json!({"/cause/exceptions/0/message": "Not Found", "/metadata": null}),
    );
    check(
        "the message wins over HTTP's words, which are taken all the same",
        Client,
        json!({"@status": "ERROR", "@message": "failed", "http.status_text": "Not Found"}),
        json!({"/cause/exceptions/0/message": "failed", "/metadata": null}),
    );
    check(
        "HTTP's words of no error are metadata",
        Client,
        json!({"@status": "OK", "http.status_text": "OK"}),
        json!({"/cause": null, "/metadata/default": {"http.status_text": "OK"}}),
    );
}
