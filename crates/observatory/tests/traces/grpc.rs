//! OTLP over gRPC, as frames and trailers: what a client of any language sees.

use axum::body::Body;
use bytes::Bytes;
use http::Request;
use http_body_util::BodyExt;
use observatory::server::{self, AppState};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message;
use tower::ServiceExt;

use crate::{answers::gzip, running::Running, spans};

const EXPORT: &str = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

/// A call's `grpc-status`, `grpc-message` and first message.
struct Outcome {
    status: String,
    message: String,
    answer: Option<Bytes>,
}

async fn call(
    state: &AppState,
    method: &str,
    headers: &[(&str, &str)],
    compressed: bool,
    message: &[u8],
) -> Outcome {
    let mut frame = vec![u8::from(compressed)];
    frame.extend((message.len() as u32).to_be_bytes());
    frame.extend(message);
    let mut request = Request::post(method)
        .header("content-type", "application/grpc")
        .header("te", "trailers");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = server::grpc_router(state.clone())
        .oneshot(request.body(Body::from(frame)).unwrap())
        .await
        .unwrap();
    assert_eq!(
        response.status(),
        200,
        "a call's outcome is in its trailers"
    );
    let mut told = response.headers().clone();
    let body = response.into_body().collect().await.unwrap();
    told.extend(body.trailers().cloned().unwrap_or_default());
    let bytes = body.to_bytes();
    let header = |name: &str| {
        told.get(name)
            .map_or(String::new(), |value| value.to_str().unwrap().to_owned())
    };
    Outcome {
        status: header("grpc-status"),
        message: header("grpc-message"),
        answer: (bytes.len() >= 5).then(|| bytes.slice(5..)),
    }
}

#[tokio::test]
async fn stores_what_is_exported() {
    let observatory = Running::start().await;
    let request = spans::request("backend", vec![spans::span(1, 1, "GET /")]).encode_to_vec();
    let plain = call(&observatory.state, EXPORT, &[], false, &request).await;
    assert_eq!(plain.status, "0");
    assert_eq!(plain.answer.as_deref(), Some(&b""[..]));
    let request = spans::request(
        "backend",
        vec![spans::span(2, 1, "GET /"), spans::span(2, 0, "bad")],
    );
    let request = gzip(&request.encode_to_vec());
    let zipped = call(
        &observatory.state,
        EXPORT,
        &[("grpc-encoding", "gzip")],
        true,
        &request,
    )
    .await;
    assert_eq!(zipped.status, "0");
    let told = ExportTraceServiceResponse::decode(zipped.answer.unwrap()).unwrap();
    assert_eq!(told.partial_success.unwrap().rejected_spans, 1);
    assert_eq!(observatory.state.store.status().await.unwrap().spans, 2);
}

#[tokio::test]
async fn refuses_with_grpcs_codes() {
    let observatory = Running::with_key(Some("right")).await;
    let request = spans::request("backend", vec![spans::span(1, 1, "GET /")]).encode_to_vec();
    let right = ("x-honeycomb-team", "right");
    // Rule, method, headers, message, code, words in the message (percent-encoded on the wire).
    type Case<'a> = (
        &'a str,
        &'a str,
        &'a [(&'a str, &'a str)],
        &'a [u8],
        &'a str,
        &'a str,
    );
    let large = vec![0; 20 * 1024 * 1024 + 1];
    let cases: &[Case<'_>] = &[
        (
            "no key",
            EXPORT,
            &[],
            &request,
            "16",
            "missing 'x-honeycomb-team' header",
        ),
        (
            "wrong key",
            EXPORT,
            &[("x-honeycomb-team", "wrong")],
            &request,
            "16",
            "unknown API key",
        ),
        (
            "garbage",
            EXPORT,
            &[right],
            b"garbage",
            "3",
            "failed to parse OTLP request body",
        ),
        ("too large", EXPORT, &[right], &large, "11", "20971520"),
        (
            "another service",
            "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
            &[right],
            b"",
            "12",
            "traces only",
        ),
    ];
    for (rule, method, headers, message, code, words) in cases {
        let outcome = call(&observatory.state, method, headers, false, message).await;
        assert_eq!(outcome.status, *code, "{rule}");
        let told = outcome.message.replace("%20", " ").replace("%27", "'");
        assert!(told.contains(words), "{rule}: {told}");
    }
    assert_eq!(observatory.state.store.status().await.unwrap().spans, 0);
    let taken = call(&observatory.state, EXPORT, &[right], false, &request).await;
    assert_eq!(taken.status, "0", "the right key");
}
