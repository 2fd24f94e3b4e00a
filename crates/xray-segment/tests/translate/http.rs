//! The HTTP request.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind::{self, Client, Internal, Server};
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

#[track_caller]
fn check_url(rule: &str, kind: SpanKind, mut span: Json, url: Json) {
    if span.get("http.target").is_none() {
        span["http.method"] = json!("GET");
    }
    check(rule, kind, span, json!({"/http/request/url": url}));
}

#[test]
fn whole_urls() {
    for key in ["url.full", "http.url"] {
        for kind in [Client, Server] {
            check_url(
                "a whole URL wins over its parts",
                kind,
                json!({key: "https://example.com/a?b", "server.address": "other", "http.host": "other", "url.path": "/c"}),
                json!("https://example.com/a?b"),
            );
        }
    }
}

/// All hosts at once, taken away one by one.
#[test]
fn order_of_hosts() {
    let hosts = [
        "http.host",
        "http.server_name",
        "net.host.name",
        "host.name",
        "net.peer.name",
        "net.peer.ip",
        "server.address",
    ];
    for (rule, kind, expected) in [
        (
            "a server's host",
            Server,
            vec![
                "http.host",
                "http.server_name",
                "net.host.name",
                "host.name",
                "server.address",
                "",
            ],
        ),
        (
            "a client's host",
            Client,
            vec![
                "http.host",
                "net.peer.name",
                "net.peer.ip",
                "server.address",
                "",
            ],
        ),
        (
            "other spans' host is a client's",
            Internal,
            vec![
                "http.host",
                "net.peer.name",
                "net.peer.ip",
                "server.address",
                "",
            ],
        ),
    ] {
        for (gone, host) in expected.iter().enumerate() {
            let mut span = json!({"network.peer.address": "10.0.0.1"});
            for key in hosts {
                if !expected[..gone].contains(&key) {
                    span[key] = json!(key);
                }
            }
            check_url(rule, kind, span, json!(format!("http://{host}/")));
        }
    }
}

#[test]
fn presence_of_urls() {
    for key in [
        "url.full",
        "http.host",
        "http.server_name",
        "host.name",
        "net.host.name",
        "net.peer.name",
        "server.address",
    ] {
        for kind in [Client, Server] {
            let rule = format!("{key} makes a URL");
            let found = crate::spans::Case::new(kind, json!({"http.method": "GET", key: "x"}));
            let document = &found.documents(&rule)[0];
            assert!(document["http"]["request"].get("url").is_some(), "{rule}");
        }
    }
    check_url(
        "a peer makes a URL, even without host",
        Server,
        json!({"network.peer.address": "10.0.0.1"}),
        json!("http:///"),
    );
    check_url(
        "a peer by its older name makes a URL",
        Client,
        json!({"net.peer.ip": "10.0.0.1"}),
        json!("http://10.0.0.1/"),
    );
    check_url(
        "without host and peer there is none",
        Server,
        json!({"url.path": "/a", "url.scheme": "https"}),
        Json::Null,
    );
}

#[test]
fn schemes_and_ports() {
    for (rule, kind, span, url) in [
        (
            "the scheme is http if none is told",
            Client,
            json!({"server.address": "a"}),
            "http://a/",
        ),
        (
            "the scheme is told",
            Client,
            json!({"server.address": "a", "url.scheme": "https"}),
            "https://a/",
        ),
        (
            "the scheme is told by its older name",
            Client,
            json!({"server.address": "a", "http.scheme": "https"}),
            "https://a/",
        ),
        (
            "a port is told",
            Client,
            json!({"server.address": "a", "server.port": 8080}),
            "http://a:8080/",
        ),
        (
            "a port may be a text",
            Server,
            json!({"server.address": "a", "server.port": "8080"}),
            "http://a:8080/",
        ),
        (
            "80 is http's",
            Client,
            json!({"server.address": "a", "server.port": 80}),
            "http://a/",
        ),
        (
            "443 is not http's",
            Client,
            json!({"server.address": "a", "server.port": 443}),
            "http://a:443/",
        ),
        (
            "443 is https's",
            Client,
            json!({"url.scheme": "https", "server.address": "a", "server.port": 443}),
            "https://a/",
        ),
        (
            "80 is not https's",
            Client,
            json!({"url.scheme": "https", "server.address": "a", "server.port": 80}),
            "https://a:80/",
        ),
        (
            "a host header has its own port",
            Client,
            json!({"http.host": "a:1", "server.port": 2, "net.peer.port": 3}),
            "http://a:1/",
        ),
        (
            "a client's port is the peer's",
            Client,
            json!({"server.address": "a", "net.peer.port": 1, "net.host.port": 2, "server.port": 3}),
            "http://a:1/",
        ),
        (
            "a client's port is not the host's",
            Client,
            json!({"server.address": "a", "net.host.port": 2}),
            "http://a/",
        ),
        (
            "a server's port is the host's",
            Server,
            json!({"server.address": "a", "net.peer.port": 1, "net.host.port": 2, "server.port": 3}),
            "http://a:2/",
        ),
        (
            "a server's port is not the peer's",
            Server,
            json!({"server.address": "a", "net.peer.port": 1}),
            "http://a/",
        ),
    ] {
        check_url(rule, kind, span, json!(url));
    }
}

#[test]
fn paths_and_queries() {
    for (rule, span, url) in [
        ("the path is / if none is told", json!({}), "http://a/"),
        (
            "a target is path and query",
            json!({"http.target": "/b?c=d", "url.path": "/e", "url.query": "f"}),
            "http://a/b?c=d",
        ),
        ("a path is told", json!({"url.path": "/b"}), "http://a/b"),
        (
            "a query is told",
            json!({"url.path": "/b", "url.query": "c=d"}),
            "http://a/b?c=d",
        ),
        (
            "a query may begin with its mark",
            json!({"url.path": "/b", "url.query": "?c=d"}),
            "http://a/b?c=d",
        ),
        (
            "a query needs no path",
            json!({"url.query": "c=d"}),
            "http://a/?c=d",
        ),
    ] {
        for kind in [Client, Server] {
            let mut span = span.clone();
            span["server.address"] = json!("a");
            check_url(rule, kind, span, json!(url));
        }
    }
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
