//! Every answer of `POST /v1/traces`: status, content type, body.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use flate2::{
    Compression,
    write::{DeflateEncoder, GzEncoder, ZlibEncoder},
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message;

use crate::{running::Running, spans};

/// `google.rpc.Status`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct RpcStatus {
    #[prost(int32, tag = "1")]
    pub(crate) code: i32,
    #[prost(string, tag = "2")]
    pub(crate) message: String,
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn raw_deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

/// Compresses a body.
type Encode = fn(&[u8]) -> Vec<u8>;

fn one_span(number: u64) -> ExportTraceServiceRequest {
    spans::request("backend", vec![spans::span(number, 1, "GET /")])
}

#[tokio::test]
async fn takes_every_content_type_and_encoding() {
    let observatory = Running::start().await;
    let mut number = 0;
    for content_type in [
        "application/x-protobuf",
        "application/protobuf",
        "Application/X-Protobuf; proto=x",
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
    ] {
        let encodings: [(&str, Encode); 7] = [
            ("", <[u8]>::to_vec),
            ("identity", <[u8]>::to_vec),
            ("gzip", gzip),
            ("GZIP", gzip),
            ("deflate", zlib),
            ("deflate", raw_deflate),
            ("zstd", zstd),
        ];
        for (encoding, encode) in encodings {
            number += 1;
            let is_json = content_type.contains("json");
            let body = if is_json {
                let (trace, start) = (spans::trace_hex(number), spans::START);
                format!(
                    r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{"traceId":"{trace}","spanId":"0000000000000001","name":"n","startTimeUnixNano":"{start}"}}]}}]}}]}}"#
                )
                .into_bytes()
            } else {
                one_span(number).encode_to_vec()
            };
            let response = observatory
                .post(
                    &[
                        ("content-type", content_type),
                        ("content-encoding", encoding),
                    ],
                    encode(&body),
                )
                .await;
            let rule = format!("{content_type} {encoding}");
            assert_eq!(response.status(), 200, "{rule}");
            let answered = response.headers()["content-type"]
                .to_str()
                .unwrap()
                .to_owned();
            let wanted = content_type.split(';').next().unwrap().to_lowercase();
            assert_eq!(answered, wanted, "{rule}");
            let body = response.bytes().await.unwrap();
            assert_eq!(&body[..], if is_json { &b"{}"[..] } else { b"" }, "{rule}");
            let (status, _) = observatory
                .get(&format!("/api/v3/traces/{}", spans::trace_hex(number)))
                .await;
            assert_eq!(status, 200, "{rule}");
        }
    }
}

#[tokio::test]
async fn takes_a_chunked_body() {
    let observatory = Running::start().await;
    let address = observatory.http;
    let answer = tokio::task::spawn_blocking(move || {
        let body = one_span(1).encode_to_vec();
        let mut stream = TcpStream::connect(address).unwrap();
        let head = "POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-protobuf\r\n\
                    transfer-encoding: chunked\r\nconnection: close\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        for piece in body.chunks(7) {
            stream.write_all(format!("{:x}\r\n", piece.len()).as_bytes()).unwrap();
            stream.write_all(piece).unwrap();
            stream.write_all(b"\r\n").unwrap();
        }
        stream.write_all(b"0\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    })
    .await
    .unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert_eq!(observatory.state.store.status().await.unwrap().spans, 1);
}

#[tokio::test]
async fn refuses_in_honeycombs_order_and_words() {
    let body = one_span(1).encode_to_vec();
    let unsupported = "unsupported content-type, valid types are: application/protobuf, application/x-protobuf, application/json";
    let classic = "0123456789abcdef0123456789abcdef";
    let missing = "missing 'x-honeycomb-team' header";
    let dataset = "missing 'x-honeycomb-dataset' header";
    let unknown = "unknown API key - check your credentials";
    let unparsed = "failed to parse OTLP request body";
    let observatory = Running::with_key(Some("right")).await;
    let proto = ("content-type", "application/x-protobuf");
    let json = ("content-type", "application/json");
    let right = ("x-honeycomb-team", "right");
    // Rule, headers, body, status, code of the google.rpc.Status (0: plain text), message.
    type Case<'a> = (
        &'a str,
        &'a [(&'a str, &'a str)],
        &'a [u8],
        u16,
        i32,
        &'a str,
    );
    let cases: &[Case<'_>] = &[
        ("no content type", &[], b"", 415, 0, unsupported),
        (
            "content type before key",
            &[("content-type", "text/plain")],
            b"x",
            415,
            0,
            unsupported,
        ),
        ("key before body", &[proto], b"garbage", 401, 16, missing),
        (
            "an empty key is none",
            &[proto, ("x-honeycomb-team", "")],
            b"",
            401,
            16,
            missing,
        ),
        ("key missing, JSON", &[json], b"garbage", 401, 16, missing),
        (
            "classic key without dataset",
            &[proto, ("x-honeycomb-team", classic)],
            &body,
            401,
            16,
            dataset,
        ),
        (
            "classic key with dataset",
            &[
                proto,
                ("x-honeycomb-team", classic),
                ("x-honeycomb-dataset", "d"),
            ],
            &body,
            401,
            16,
            unknown,
        ),
        (
            "wrong key",
            &[proto, ("x-honeycomb-team", "wrong")],
            &body,
            401,
            16,
            unknown,
        ),
        (
            "a key that begins right",
            &[proto, ("x-honeycomb-team", "rightly")],
            &body,
            401,
            16,
            unknown,
        ),
        (
            "garbage protobuf",
            &[proto, right],
            b"garbage",
            400,
            3,
            unparsed,
        ),
        (
            "garbage JSON",
            &[json, right],
            b"{\"resourceSpans\":",
            400,
            3,
            unparsed,
        ),
        (
            "JSON that is no object",
            &[json, right],
            b"[]",
            400,
            3,
            unparsed,
        ),
        (
            "not gzip",
            &[proto, right, ("content-encoding", "gzip")],
            &body,
            400,
            3,
            unparsed,
        ),
        (
            "not zstd",
            &[proto, right, ("content-encoding", "zstd")],
            &body,
            400,
            3,
            unparsed,
        ),
        (
            "unknown encoding",
            &[proto, right, ("content-encoding", "br")],
            &body,
            415,
            0,
            "unsupported content-encoding \"br\", valid encodings are: gzip, deflate, zstd",
        ),
    ];
    for (rule, headers, body, status, code, message) in cases {
        let response = observatory.post(headers, body.to_vec()).await;
        assert_eq!(response.status(), *status, "{rule}");
        let content_type = response.headers()["content-type"]
            .to_str()
            .unwrap()
            .to_owned();
        let answer = response.bytes().await.unwrap();
        if *code == 0 {
            assert!(content_type.starts_with("text/plain"), "{rule}");
            assert_eq!(String::from_utf8_lossy(&answer), *message, "{rule}");
        } else if headers.contains(&json) {
            assert_eq!(content_type, "application/json", "{rule}");
            let told: serde_json::Value = serde_json::from_slice(&answer).unwrap();
            assert_eq!(
                told,
                serde_json::json!({"code": code, "message": message}),
                "{rule}"
            );
        } else {
            assert_eq!(content_type, "application/x-protobuf", "{rule}");
            let told = RpcStatus::decode(&answer[..]).unwrap();
            assert_eq!(
                (told.code, told.message.as_str()),
                (*code, *message),
                "{rule}"
            );
        }
    }
    let taken = observatory.post(&[proto, right], body.clone()).await;
    assert_eq!(taken.status(), 200, "the right key");
    assert_eq!(observatory.state.store.status().await.unwrap().spans, 1);
}

#[tokio::test]
async fn refuses_other_methods_and_what_is_not_kept() {
    let observatory = Running::start().await;
    for (method, path, status) in [
        ("GET", "/v1/traces", 405),
        ("PUT", "/v1/traces", 405),
        ("DELETE", "/v1/traces", 405),
        ("POST", "/v1/trace", 404),
        ("POST", "/v1/logs", 501),
        ("POST", "/v1/metrics", 501),
        ("GET", "/api/reset", 405),
    ] {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let request = observatory
            .client
            .request(method.clone(), observatory.url(path));
        let response = request
            .header("content-type", "application/json")
            .body("{}")
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), status, "{method} {path}");
    }
    let response = observatory
        .client
        .post(observatory.url("/v1/logs"))
        .header("content-type", "application/json")
        .send()
        .await
        .unwrap();
    let told: serde_json::Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert_eq!(told["code"], 12);
    assert!(
        told["message"].as_str().unwrap().contains("traces only"),
        "{told}"
    );
    let (status, told) = observatory.get("/v1/spans").await;
    assert_eq!(status, 404);
    assert!(told.as_str().unwrap().contains("POST /v1/traces"), "{told}");
}

#[tokio::test]
async fn counts_unusable_ids_and_keeps_the_rest() {
    let observatory = Running::start().await;
    let good = spans::span(1, 1, "good");
    let mut bad = Vec::new();
    for trace_id in [vec![], vec![0; 16], vec![1; 15], vec![1; 17]] {
        bad.push(opentelemetry_proto::tonic::trace::v1::Span {
            trace_id,
            ..good.clone()
        });
    }
    for span_id in [vec![], vec![0; 8], vec![1; 7]] {
        bad.push(opentelemetry_proto::tonic::trace::v1::Span {
            span_id,
            ..good.clone()
        });
    }
    bad.push(opentelemetry_proto::tonic::trace::v1::Span {
        parent_span_id: vec![1; 3],
        ..good.clone()
    });
    let mut all = bad;
    all.push(good);
    let body = spans::request("backend", all).encode_to_vec();
    let response = observatory
        .post(&[("content-type", "application/protobuf")], body)
        .await;
    assert_eq!(response.status(), 200);
    let told = ExportTraceServiceResponse::decode(response.bytes().await.unwrap()).unwrap();
    let partial = told.partial_success.unwrap();
    assert_eq!(partial.rejected_spans, 8);
    assert_eq!(
        partial.error_message,
        "4 rejected: a trace ID must be 16 bytes, not all zero; \
         3 rejected: a span ID must be 8 bytes, not all zero; \
         1 rejected: a parent span ID must be empty or 8 bytes"
    );
    assert_eq!(observatory.state.store.status().await.unwrap().spans, 1);

    let body = r#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"00","spanId":"0000000000000001"}]}]}]}"#;
    let response = observatory
        .post(&[("content-type", "application/json")], body)
        .await;
    let told: serde_json::Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert_eq!(told["partialSuccess"]["rejectedSpans"], "1");
    assert_eq!(
        told["partialSuccess"]["errorMessage"],
        "1 rejected: a trace ID must be 16 bytes, not all zero"
    );
}

#[tokio::test]
async fn stores_a_span_once_however_often_it_is_sent() {
    let observatory = Running::start().await;
    let batch = spans::request(
        "backend",
        vec![spans::span(1, 1, "GET /"), spans::child(1, 2, 1, "query")],
    );
    for _ in 0..3 {
        observatory.send(batch.clone()).await;
    }
    let mut twice = batch.clone();
    twice.resource_spans.extend(batch.resource_spans.clone());
    observatory.send(twice).await;
    let status = observatory.state.store.status().await.unwrap();
    assert_eq!((status.traces, status.spans), (1, 2));
    let accepted = observatory.state.store.ingest(batch).await.unwrap();
    assert_eq!(
        (accepted.stored, accepted.duplicates, accepted.rejected),
        (0, 2, 0)
    );
}
