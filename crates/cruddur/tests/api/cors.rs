//! What browsers are told that pages of other origins may do.

use axum::body::Body;
use axum::http::{HeaderName, Request};
use axum::response::Response;
use cruddur::{CORS_HEADERS, cors};
use tower::ServiceExt as _;
use tower_http::cors::CorsLayer;

use crate::asking::{local, router};

const HOME: &str = "/api/activities/home";

async fn ask(layer: CorsLayer, request: axum::http::request::Builder) -> Response {
    let request = request.body(Body::empty()).expect("a request");
    router(local())
        .layer(layer)
        .oneshot(request)
        .await
        .expect("a router never fails")
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response
        .headers()
        .get(name)
        .map(|value| value.to_str().expect("a header of text"))
}

#[tokio::test]
async fn the_two_origins_alone_are_allowed() {
    for (origin, allowed) in [
        ("http://localhost:3000", true),
        ("https://api.example", true),
        ("http://localhost:3001", false),
        ("https://localhost:3000", false),
        ("null", false),
    ] {
        // A slash or a path at the end, or the scheme's own port, make no other origin.
        let layer = cors(
            "http://localhost:3000/",
            "https://api.example:443/somewhere",
        );
        let response = ask(layer, Request::get(HOME).header("origin", origin)).await;
        assert_eq!(response.status(), 200);
        assert_eq!(
            header(&response, "access-control-allow-origin"),
            allowed.then_some(origin),
            "{origin}"
        );
        assert_eq!(
            header(&response, "access-control-expose-headers"),
            Some("location,link")
        );
    }
}

#[tokio::test]
async fn the_preflight_names_methods_and_headers() {
    let preflight = || {
        Request::options("/api/activities")
            .header("origin", "http://localhost:3000")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type,traceparent")
    };
    let layer = cors("http://localhost:3000", "http://localhost:4567");
    let response = ask(layer.clone(), preflight()).await;
    assert_eq!(
        header(&response, "access-control-allow-methods"),
        Some("OPTIONS,GET,HEAD,POST")
    );
    assert_eq!(
        header(&response, "access-control-allow-headers"),
        Some("content-type,if-modified-since")
    );

    let more = CORS_HEADERS
        .into_iter()
        .chain([HeaderName::from_static("traceparent")]);
    let response = ask(layer.allow_headers(more.collect::<Vec<_>>()), preflight()).await;
    assert_eq!(
        header(&response, "access-control-allow-headers"),
        Some("content-type,if-modified-since,traceparent")
    );
}

#[tokio::test]
async fn what_is_no_http_address_allows_nothing() {
    for address in ["", "localhost:3000", "file:///tmp", "\n"] {
        let response = ask(
            cors(address, address),
            Request::get(HOME).header("origin", "null"),
        )
        .await;
        assert_eq!(
            header(&response, "access-control-allow-origin"),
            None,
            "{address:?}"
        );
    }
}
