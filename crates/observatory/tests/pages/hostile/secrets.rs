//! Keys, right and wrong, in the header they belong in and in others: no page and no JSON tells them.

use axum::body::Body;
use http::{Method, Request, header};
use observatory::server::Keys;

use super::check;
use crate::asking::{NOW, Observatory};

const RIGHT: &str = "right-Key-7Qz";
const SECRETS: [&str; 7] = [
    RIGHT,
    "wrong-Key-8Rx",
    "bearer-Key-9Sw",
    "basicKey1Tv",
    "AKIAKEY2UVWXYZ345678",
    "51677a7e51677a7e51677a7e51677a7e51677a7e51677a7e51677a7e51677a7e",
    "session-Key-3Vu",
];

fn observatory() -> Observatory {
    let keys = Keys::new(Some(RIGHT.to_owned()));
    Observatory::with_keys(keys, NOW)
}

#[tokio::test]
async fn keys_are_told_to_nobody() {
    let observatory = observatory();
    let aws = format!(
        "AWS4-HMAC-SHA256 Credential={}/20260101/us-east-1/xray/aws4_request, SignedHeaders=host, Signature={}",
        SECRETS[4], SECRETS[5]
    );
    let broken = format!(
        "AWS4-HMAC-SHA256 Credential={} Signature={}",
        SECRETS[4], SECRETS[5]
    );
    let bearer = format!("Bearer {}", SECRETS[2]);
    let basic = format!("Basic {}", SECRETS[3]);
    let quoted = format!("\"{}\"", SECRETS[1]);
    let written = format!("x-honeycomb-team={}", SECRETS[1]);
    let headers: Vec<(&str, &str)> = vec![
        ("x-honeycomb-team", RIGHT),
        ("x-honeycomb-team", SECRETS[1]),
        ("x-honeycomb-team", &quoted),
        ("x-honeycomb-team", &written),
        ("x-honeycomb-teem", SECRETS[1]),
        ("honeycomb-team", SECRETS[1]),
        ("x-honeycomb-api-key", SECRETS[1]),
        ("x-honeycomb-key", RIGHT),
        ("x-api-key", RIGHT),
        ("api-key", SECRETS[1]),
        ("authorization", &bearer),
        ("authorization", &basic),
        ("authorization", RIGHT),
        ("authorization", &aws),
        ("authorization", &broken),
        ("x-amz-security-token", SECRETS[6]),
        ("cookie", SECRETS[6]),
    ];
    for (path, target) in [
        ("/v1/traces", ""),
        ("/v1/tracez", ""),
        ("/v1/metrics", ""),
        ("/1/auth", ""),
        ("/1/events/x", ""),
        ("/TraceSegments", ""),
        ("/TraceSummaries", ""),
        ("/", "Logs_20140328.PutLogEvents"),
        ("/", "Logs_20140328.NoSuch"),
        ("/api/query", ""),
    ] {
        for method in [Method::POST, Method::GET] {
            for (name, value) in &headers {
                for body in ["{}", "{", ""] {
                    let mut request = Request::builder()
                        .method(&method)
                        .uri(format!("{path}?api_key={}", SECRETS[1]))
                        .header(header::HOST, "localhost:4318")
                        .header(header::CONTENT_TYPE, "application/json")
                        .header(*name, *value);
                    if !target.is_empty() {
                        request = request.header("x-amz-target", target);
                    }
                    let request = request.body(Body::from(body)).expect("a request");
                    let answer = observatory.answer(request).await;
                    // AWS tells a sender what it wrote in the place of an algorithm; nobody else is told.
                    if !answer.body.contains("Unsupported AWS 'algorithm'") {
                        told_nowhere(path, &answer.body);
                    }
                }
            }
        }
    }
    for address in [
        "/",
        "/parts/home",
        "/status",
        "/parts/status",
        "/traces",
        "/query",
        "/query?of=logs",
        "/logs",
        "/api/status",
        "/api/fields",
        "/api/openapi.json",
        "/1/auth",
    ] {
        let answer = observatory.get(address).await;
        check(address, &answer);
        told_nowhere(address, &answer.body);
    }
    let misspelt = Request::post("/v1/traces")
        .header(header::HOST, "localhost:4318")
        .header(header::CONTENT_TYPE, "application/json")
        .header("x-honeycomb-teem", SECRETS[1])
        .body(Body::from("{}"))
        .expect("a request");
    observatory.answer(misspelt).await;
    let status = observatory.page("/status").await;
    told_nowhere("/status", &status);
    assert!(
        status.contains("x-honeycomb-teem"),
        "a misspelt header is named"
    );
}

#[track_caller]
fn told_nowhere(address: &str, body: &str) {
    for secret in SECRETS {
        assert!(!body.contains(secret), "{address} tells {secret}: {body}");
    }
}
