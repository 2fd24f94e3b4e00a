//! The HTTP request; its URL is in `urls`.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind::{Client, Server};
use serde_json::{Value as Json, json};

use crate::spans::check;

#[test]
fn requests_and_responses() {
    for (rule, key, pointer) in [
        (
            "the method is told",
            "http.request.method",
            "/http/request/method",
        ),
        (
            "the method is told by its older name",
            "http.method",
            "/http/request/method",
        ),
        (
            "the user agent is told",
            "user_agent.original",
            "/http/request/user_agent",
        ),
        (
            "the user agent is told by its older name",
            "http.user_agent",
            "/http/request/user_agent",
        ),
        (
            "the client's address is told by the header's name",
            "http.client_ip",
            "/http/request/client_ip",
        ),
    ] {
        check(
            rule,
            Server,
            json!({key: "x"}),
            json!({pointer: "x", "/metadata": null}),
        );
    }
    for key in ["http.response.status_code", "http.status_code"] {
        check(
            "the status is told",
            Server,
            json!({key: 204}),
            json!({"/http/response/status": 204, "/metadata": null}),
        );
    }
    check(
        "of an old and a stable name the stable one wins, and the other stays metadata if it differs",
        Server,
        json!({"http.method": "get", "http.request.method": "GET"}),
        json!({"/http/request/method": "GET", "/metadata/default": {"http.method": "get"}}),
    );
    check(
        "an old and a stable name that say the same are both taken",
        Server,
        json!({"http.method": "GET", "http.request.method": "GET"}),
        json!({"/http/request/method": "GET", "/metadata": null}),
    );
    check(
        "a value of the wrong type stays metadata",
        Server,
        json!({"http.method": "GET", "http.status_code": "204"}),
        json!({"/http/response/status": null, "/metadata/default": {"http.status_code": "204"}}),
    );
}

#[test]
fn presence() {
    for key in [
        "http.request.method",
        "http.method",
        "user_agent.original",
        "http.user_agent",
        "http.client_ip",
        "url.full",
        "http.url",
        "url.scheme",
        "http.scheme",
        "http.host",
        "http.target",
        "http.server_name",
        "url.path",
        "url.query",
        "net.host.port",
    ] {
        let rule = format!("{key} is HTTP's own");
        check(
            &rule,
            Server,
            json!({key: "1"}),
            json!({"/http/response/content_length": 0, "/metadata": null}),
        );
    }
    for key in [
        "host.name",
        "net.host.name",
        "net.peer.name",
        "net.peer.port",
        "net.peer.ip",
        "server.address",
        "server.port",
        "client.address",
        "network.peer.address",
    ] {
        let rule = format!("{key} is not HTTP's own, and taken all the same");
        check(
            &rule,
            Server,
            json!({key: "10.0.0.1"}),
            json!({"/http": null, "/metadata": null}),
        );
    }
    check(
        "other attributes are not HTTP's",
        Server,
        json!({"network.peer.port": 80}),
        json!({"/http": null, "/metadata/default": {"network.peer.port": 80}}),
    );
}

#[test]
fn clients() {
    let request = |rule: &str, span: Json, ip: Json, hearsay: Json| {
        let mut span = span;
        span["http.request.method"] = json!("GET");
        let expected =
            json!({"/http/request/client_ip": ip, "/http/request/x_forwarded_for": hearsay});
        check(rule, Server, span, expected);
    };
    request(
        "what a header said is hearsay",
        json!({"http.client_ip": "10.0.0.1"}),
        json!("10.0.0.1"),
        json!(true),
    );
    request(
        "the client's address is hearsay",
        json!({"client.address": "10.0.0.1"}),
        json!("10.0.0.1"),
        json!(true),
    );
    request(
        "the client's address may be of v6",
        json!({"client.address": "2001:db8::1"}),
        json!("2001:db8::1"),
        json!(true),
    );
    request(
        "a client's address that is no IP address is none",
        json!({"client.address": "example.com"}),
        json!(null),
        json!(null),
    );
    request(
        "a peer is no hearsay",
        json!({"network.peer.address": "10.0.0.2"}),
        json!("10.0.0.2"),
        json!(null),
    );
    request(
        "a peer has its older name too",
        json!({"net.peer.ip": "10.0.0.2"}),
        json!("10.0.0.2"),
        json!(null),
    );
    request(
        "a peer that is no IP address is none",
        json!({"network.peer.address": "/run/socket"}),
        json!(null),
        json!(null),
    );
    request(
        "the header wins over the client's address",
        json!({"http.client_ip": "10.0.0.1", "client.address": "10.0.0.3"}),
        json!("10.0.0.1"),
        json!(true),
    );
    request(
        "the client's address wins over the peer, which confirms it",
        json!({"client.address": "10.0.0.1", "network.peer.address": "10.0.0.2"}),
        json!("10.0.0.1"),
        json!(null),
    );
    request(
        "a peer by its older name confirms too",
        json!({"http.client_ip": "10.0.0.1", "net.peer.ip": "10.0.0.2"}),
        json!("10.0.0.1"),
        json!(null),
    );
    check(
        "an address that is no IP address stays metadata",
        Server,
        json!({"http.method": "GET", "client.address": "example.com"}),
        json!({"/metadata/default": {"client.address": "example.com"}}),
    );
}

#[test]
fn content_lengths() {
    let received = |key: &str, size: i64| json!({"message.type": "RECEIVED", key: size});
    let event = |attributes: Json| json!({"name": "message", "attributes": attributes});
    let old = "messaging.message_payload_size_bytes";
    let new = "messaging.message.body.size";
    let length = |rule: &str, span: Json, length: i64| {
        let mut span = span;
        span["http.method"] = json!("GET");
        check(
            rule,
            Client,
            span,
            json!({"/http/response/content_length": length}),
        );
    };
    length("the length is 0 if none is told", json!({}), 0);
    length("the span's message tells the length", received(old, 7), 7);
    length(
        "the span's message tells the length by the stable name",
        received(new, 7),
        7,
    );
    length(
        "an event's message tells the length",
        json!({"@events": [event(received(old, 8))]}),
        8,
    );
    length(
        "the first event that was received tells the length",
        json!({"@events": [event(json!({"message.type": "SENT", old: 7})), event(received(new, 8)), event(received(old, 9))]}),
        8,
    );
    length(
        "0 tells nothing",
        json!({"@events": [event(received(old, 0)), event(received(old, 9))]}),
        9,
    );
    let mut span = received(old, 7);
    span["@events"] = json!([event(received(old, 8))]);
    length("the span wins over its events", span, 7);
}
