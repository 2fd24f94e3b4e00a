//! Hosts and origins: what a page of a stranger in the learner's browser can reach, and what a page of theirs can.

use prost::Message;
use reqwest::{Method, Response};

use crate::{running::Running, spans};

async fn ask(
    observatory: &Running,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
) -> Response {
    let mut request = observatory.client.request(method, observatory.url(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

#[tokio::test]
async fn answers_to_its_own_names() {
    let observatory = Running::start().await;
    for (host, status) in [
        ("localhost", 200),
        ("127.0.0.1:4318", 200),
        ("4318-cruddur.forwarded.test", 200),
        ("rebound.example", 403),
        ("forwarded.test.example", 403),
    ] {
        let response = ask(&observatory, Method::GET, "/healthz", &[("host", host)]).await;
        assert_eq!(response.status(), status, "{host}");
        if status == 403 {
            let told = response.text().await.unwrap();
            assert!(told.contains(&format!("--allow-host {host}")), "{told}");
        }
    }
}

#[tokio::test]
async fn lets_pages_on_loopback_send_spans() {
    let observatory = Running::start().await;
    for (origin, allowed) in [
        ("http://localhost:3000", true),
        ("http://127.0.0.1:3000", true),
        ("https://3000-cruddur.forwarded.test", true),
        ("https://example.com", false),
        ("http://localhost.example.com", false),
        ("null", false),
    ] {
        let preflight = ask(
            &observatory,
            Method::OPTIONS,
            "/v1/traces",
            &[
                ("origin", origin),
                ("access-control-request-method", "POST"),
                (
                    "access-control-request-headers",
                    "content-type,x-honeycomb-team,traceparent",
                ),
            ],
        )
        .await;
        let header = |name: &str| {
            preflight
                .headers()
                .get(name)
                .map_or(String::new(), |value| value.to_str().unwrap().to_owned())
        };
        assert_eq!(
            preflight.status(),
            if allowed { 204 } else { 403 },
            "{origin}"
        );
        assert_eq!(
            header("access-control-allow-origin"),
            if allowed { origin } else { "" },
            "{origin}"
        );
        if allowed {
            assert_eq!(header("access-control-allow-methods"), "POST", "{origin}");
            for name in ["content-type", "x-honeycomb-team", "traceparent"] {
                let named = header("access-control-allow-headers");
                assert!(
                    named.split(',').any(|header| header == name),
                    "{origin} {name}"
                );
            }
        }
        let body = spans::request("page", vec![spans::span(1, 1, "click")]).encode_to_vec();
        let sent = observatory
            .post(
                &[
                    ("content-type", "application/x-protobuf"),
                    ("origin", origin),
                ],
                body,
            )
            .await;
        assert_eq!(sent.status(), if allowed { 200 } else { 403 }, "{origin}");
        let told = sent
            .headers()
            .get("access-control-allow-origin")
            .map(|value| value.to_str().unwrap());
        assert_eq!(
            told,
            allowed.then_some(origin),
            "a page must be let read its answer: {origin}"
        );
    }
}

#[tokio::test]
async fn is_emptied_by_its_own_pages_only() {
    let observatory = Running::start().await;
    let own = format!("http://{}", observatory.http);
    for (origin, status) in [
        (Some("https://example.com"), 403),
        (Some("http://localhost:3000"), 403),
        (Some("null"), 403),
        (Some(own.as_str()), 204),
        (None, 204),
    ] {
        observatory
            .send(spans::request("backend", vec![spans::span(1, 1, "GET /")]))
            .await;
        let headers: Vec<_> = origin.iter().map(|origin| ("origin", *origin)).collect();
        let response = ask(&observatory, Method::POST, "/api/reset", &headers).await;
        assert_eq!(response.status(), status, "{origin:?}");
        let left = observatory.state.store.status().await.unwrap().spans;
        assert_eq!(left, u64::from(status == 403), "{origin:?}");
    }
    observatory
        .send(spans::request("again", vec![spans::span(1, 1, "GET /")]))
        .await;
    assert_eq!(
        observatory.get("/api/v3/services").await.1["services"],
        serde_json::json!(["again"])
    );
}

#[tokio::test]
async fn is_not_emptied_from_elsewhere() {
    use axum::{body::Body, extract::ConnectInfo};
    use tower::ServiceExt;

    let observatory = Running::start().await;
    for (peer, status) in [
        ("192.168.1.7:5000", 403),
        ("[2001:db8::1]:5000", 403),
        ("[::ffff:127.0.0.1]:5000", 204),
        ("127.0.0.1:5000", 204),
    ] {
        let address: std::net::SocketAddr = peer.parse().unwrap();
        let request = http::Request::post("/api/reset")
            .header("host", "localhost")
            .extension(ConnectInfo(address))
            .body(Body::empty())
            .unwrap();
        let response = observatory::server::router(observatory.state.clone())
            .oneshot(request)
            .await
            .unwrap();
        assert_eq!(response.status(), status, "{peer}");
    }
}
