//! What a document is named after.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind::{
    self, Client, Consumer, Internal, Producer, Server, Unspecified,
};
use serde_json::{Value as Json, json};

use crate::spans::{Case, check};

#[track_caller]
fn check_name(rule: &str, kind: SpanKind, span: Json, name: &str) {
    check(rule, kind, span, json!({"/name": name}));
}

/// All names at once: each rule wins over the ones after it, so taking them away one by one shows the order.
#[test]
fn order() {
    let all = [
        ("aws.local.service", "local"),
        ("aws.remote.service", "remote"),
        ("peer.service", "peer"),
        ("aws.service", "S3"),
        ("db.namespace", "db"),
        ("rpc.service", "rpc"),
        ("http.host", "host"),
        ("net.peer.name", "peername"),
        ("server.address", "address"),
    ];
    let of_kind = |kind: SpanKind, without: &[&str]| {
        let mut names = Vec::new();
        let mut span = json!({"@resource": {"service.name": "service"}});
        for (key, name) in all {
            if !without.contains(&key) {
                span[key] = json!(name);
            }
        }
        loop {
            let name = Case::new(kind, span.clone()).documents("names")[0]["name"].clone();
            let name = name.as_str().unwrap().to_owned();
            match all.iter().find(|(_, value)| *value == name) {
                Some((key, _)) => span.as_object_mut().unwrap().remove(*key),
                None if name == "service" => span.as_object_mut().unwrap().remove("@resource"),
                None => {
                    names.push(name);
                    return names.join(" ");
                }
            };
            names.push(name);
        }
    };
    let after_the_first = "peer S3 db rpc host peername address GET /";
    for (rule, kind, expected) in [
        (
            "a server is named after its service",
            Server,
            "local peer S3 db service rpc host peername address GET /".to_owned(),
        ),
        (
            "a client is named after what it calls",
            Client,
            format!("remote {after_the_first}"),
        ),
        (
            "a producer is named after what it calls",
            Producer,
            format!("remote {after_the_first}"),
        ),
        (
            "a consumer is named after what it calls",
            Consumer,
            format!("remote {after_the_first}"),
        ),
        (
            "other spans have neither",
            Internal,
            after_the_first.to_owned(),
        ),
        (
            "a span of no kind has neither",
            Unspecified,
            after_the_first.to_owned(),
        ),
    ] {
        assert_eq!(of_kind(kind, &[]), expected, "{rule}");
    }
}

#[test]
fn local_and_remote_services() {
    check_name(
        "an internal local root is named after its service",
        Internal,
        json!({"aws.span.kind": "LOCAL_ROOT", "aws.local.service": "local"}),
        "local",
    );
    check_name(
        "AWS.SDK. before a service's name is dropped if AWS's API is called",
        Client,
        json!({"rpc.system": "aws-api", "aws.remote.service": "AWS.SDK.S3"}),
        "S3",
    );
    check_name(
        "AWS:: before a service's name is dropped if AWS's API is called",
        Client,
        json!({"rpc.system": "aws-api", "aws.remote.service": "AWS::DynamoDB"}),
        "DynamoDB",
    );
    check_name(
        "AWS's API is known by the stable name too",
        Client,
        json!({"rpc.system.name": "aws-api", "aws.remote.service": "AWS::DynamoDB"}),
        "DynamoDB",
    );
    check_name(
        "other calls keep the beginning of the service's name",
        Client,
        json!({"rpc.system": "grpc", "aws.remote.service": "AWS::DynamoDB"}),
        "AWS::DynamoDB",
    );
}

#[test]
fn databases() {
    let at = |connection: &str| json!({"db.name": "db", "db.connection_string": connection});
    for (rule, connection, name) in [
        (
            "a database is named with its host",
            "postgresql://user:p%40ss@db.example.com:5432/db?x=1",
            "db@db.example.com",
        ),
        (
            "jdbc: before a connection string is passed over",
            "jdbc:mysql://db.example.com:3306",
            "db@db.example.com",
        ),
        (
            "a host without port is one too",
            "mysql://db.example.com/db",
            "db@db.example.com",
        ),
        (
            "the host ends where the query begins",
            "mysql://db.example.com?ssl=1",
            "db@db.example.com",
        ),
        (
            "a connection string without host tells none",
            "sqlite::memory:",
            "db",
        ),
        ("a URL without host tells none", "file:///var/db", "db"),
        (
            "what is no port makes no host",
            "jdbc:sqlserver://db:1433;databaseName=db",
            "db",
        ),
        (
            "a v6 address without port is a host too",
            "mysql://[2001:db8::1]/db",
            "db@2001:db8::1",
        ),
        (
            "a v6 address is a host, without what names cannot have",
            "mysql://[::1]:3306",
            "db@::1",
        ),
    ] {
        check_name(rule, Client, at(connection), name);
    }
    check_name(
        "a database has the older name too",
        Client,
        json!({"db.name": "db"}),
        "db",
    );
}

#[test]
fn characters() {
    let named = |rule: &str, span: &str, name: &str| {
        check_name(rule, Internal, json!({"@name": span}), name);
    };
    named(
        "letters of all languages are kept",
        "été 東京 ٣",
        "été 東京 ٣",
    );
    named("symbols are kept", r"_.:/%&#=+\-@", r"_.:/%&#=+\-@");
    named(
        "other characters are dropped",
        "GET /{id}?a,b;(c)*!",
        "GET /idabc",
    );
    named(
        "a name is no longer than 200 bytes",
        &"x".repeat(201),
        &"x".repeat(200),
    );
    named(
        "a name ends with a whole character",
        &"é".repeat(150),
        &"é".repeat(100),
    );
    named("200 bytes are kept", &"y".repeat(200), &"y".repeat(200));
    let uneven = format!("x{}", "é".repeat(150));
    named(
        "a character is not cut",
        &uneven,
        &format!("x{}", "é".repeat(99)),
    );
    named("no name is `span`", "", "span");
    named("a name of none of these is `span`", "???", "span");
    check_name(
        "names from attributes lose these characters too",
        Client,
        json!({"peer.service": "a(b)"}),
        "ab",
    );
    check_name(
        "a name of which nothing is left is passed over",
        Client,
        json!({"peer.service": "***", "rpc.service": "rpc"}),
        "rpc",
    );
}
