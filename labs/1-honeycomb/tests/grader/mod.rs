//! What the graders of lab 1 share: the learner's back end and its spans.

pub(crate) mod bad_day;

use axum::{
    Router,
    body::Body,
    http::{Method, header},
};
use opentelemetry::global;
use span_snapshot::{InProcess, Kind};
use tower::ServiceExt;

use crate::application::{deterministic, get, infallible, request, send, settings};

/// A capture of what the process exports from now on, under this service's name.
pub(crate) fn capture(service: &str) -> InProcess {
    let spans = InProcess::new();
    global::set_tracer_provider(spans.provider_for(service));
    spans
}

/// The learner's back end, with nothing left to chance, and the profiles service at `profiles_url`.
pub(crate) fn backend(profiles_url: &str) -> Router {
    honeycomb::app(deterministic(), &settings(profiles_url))
}

/// The same, for the steps after the third: where the learner has no server spans yet, the grader's layer makes them.
///
/// So each of these steps fails for its own reason, and none because step 3 is still open.
pub(crate) async fn backend_with_server_spans(spans: &InProcess, profiles_url: &str) -> Router {
    let app = backend(profiles_url);
    send(&app, get("/api/activities/notifications")).await;
    let has_server_spans = spans.tree().spans().any(|span| span.kind() == Kind::Server);
    spans.clear();
    if has_server_spans {
        app
    } else {
        app.layer(opentelemetry_instrumentation_tower::http::server::Layer::new())
    }
}

/// The headers that a browser may send, as the answer to its preflight request says, in lower case.
pub(crate) async fn allowed_headers(app: &Router) -> Vec<String> {
    let preflight = request(Method::OPTIONS, "/api/activities")
        .header(header::ORIGIN, "http://localhost:3000")
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
        .header(
            header::ACCESS_CONTROL_REQUEST_HEADERS,
            "content-type,traceparent,tracestate",
        )
        .body(Body::empty())
        .expect("a request");
    let response = infallible(app.clone().oneshot(preflight).await);
    let allowed = response.headers().get(header::ACCESS_CONTROL_ALLOW_HEADERS);
    let allowed = allowed
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    allowed
        .split(',')
        .map(|name| name.trim().to_lowercase())
        .filter(|name| !name.is_empty())
        .collect()
}
