//! The URL of the HTTP request.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind::{self, Client, Internal, Server};
use serde_json::{Value as Json, json};

use crate::spans::{Case, check};

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
            let found = Case::new(kind, json!({"http.method": "GET", key: "x"}));
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
