//! Calls must be signed, as AWS wants it; pages of strangers in a browser are refused before that.

use axum::body::Body;

use crate::running::{AUTHORIZATION, Observatory};

async fn check(rule: &str, headers: &[(&str, &str)], status: u16, error: &str) {
    let observatory = Observatory::new();
    for path in [
        "/TraceSegments",
        "/Traces",
        "/TraceSummaries",
        "/ServiceGraph",
    ] {
        let mut request = http::Request::post(path).header("host", "localhost");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = observatory
            .request(request.body(Body::from("{}")).unwrap())
            .await;
        assert_eq!(
            (answer.status, answer.error.as_str()),
            (status, error),
            "{rule}, {path}: {answer:?}"
        );
        assert_eq!(answer.message().is_empty(), error.is_empty(), "{rule}");
    }
}

#[tokio::test]
async fn calls_must_be_signed() {
    check("unsigned", &[], 403, "MissingAuthenticationTokenException").await;
    let wrong = [("authorization", "AWS4-HMAC-SHA256 Credential=x")];
    check("half signed", &wrong, 403, "IncompleteSignatureException").await;
    let logs = AUTHORIZATION.replace("/xray/", "/logs/");
    let other = [("authorization", logs.as_str())];
    check(
        "for another service",
        &other,
        403,
        "InvalidSignatureException",
    )
    .await;
    let good = [("authorization", AUTHORIZATION)];
    check("signed", &good, 400, "InvalidRequestException").await;
    let elsewhere = [
        ("authorization", AUTHORIZATION),
        ("origin", "https://example.com"),
    ];
    check("from a page elsewhere", &elsewhere, 403, "").await;
}
