//! What the graders share: the application made deterministic, requests, services on free ports, a capture.

pub(crate) mod bad_day;

use std::{convert::Infallible, future::Future, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes},
    http::{Method, Request, StatusCode, header},
    routing::any,
};
use cruddur::{Cruddur, Settings, profiles::LocalProfiles};
use opentelemetry::global;
use span_snapshot::{InProcess, Kind};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use tower::ServiceExt;

/// The profiles service of a grader that needs none: nothing ever listens on port 0.
pub(crate) const DEAD_END: &str = "http://127.0.0.1:0";

/// A capture of what the process exports from now on, under this service's name.
pub(crate) fn capture(service: &str) -> InProcess {
    let spans = InProcess::new();
    global::set_tracer_provider(spans.provider_for(service));
    spans
}

/// The learner's back end, with nothing left to chance, and the profiles service at `profiles_url`.
pub(crate) fn backend(profiles_url: &str) -> Router {
    let lookup = |name: &str| (name == "PROFILES_URL").then(|| profiles_url.to_owned());
    let settings = Settings::from_lookup(0, lookup).expect("settings without a mistake");
    honeycomb::app(deterministic(), &settings)
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

/// The application as it is without the lab.
pub(crate) fn uninstrumented() -> Router {
    cruddur::routes().with_state(deterministic())
}

fn deterministic() -> Cruddur {
    Cruddur::deterministic(Arc::new(LocalProfiles)).expect("a database in memory")
}

/// A runtime with two threads, as programs have, and what `future` gives in it.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}

/// A GET of the back end, in the form in which a service hands requests on: with scheme and host.
pub(crate) fn get(path: &str) -> Request<Body> {
    request(Method::GET, path)
        .body(Body::empty())
        .expect("a request")
}

/// A POST of JSON.
pub(crate) fn post(path: &str, json: &str) -> Request<Body> {
    request(Method::POST, path)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(json.to_owned()))
        .expect("a request")
}

fn request(method: Method, path: &str) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(format!("http://localhost:4567{path}"))
}

/// Sends a request and waits for the whole answer.
pub(crate) async fn send(app: &Router, request: Request<Body>) {
    answer(app, request).await;
}

/// The answer's status and body.
pub(crate) async fn answer(app: &Router, request: Request<Body>) -> (StatusCode, Bytes) {
    let response = infallible(app.clone().oneshot(request).await);
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), usize::MAX)
        .await
        .expect("a whole answer");
    (status, body)
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

fn infallible<T>(result: Result<T, Infallible>) -> T {
    match result {
        Ok(value) => value,
    }
}

/// A service that gives every request the same answer, without a body.
pub(crate) fn stand_in(status: StatusCode) -> Router {
    Router::new().fallback(any(move || async move { status }))
}

/// A service on a free port.
pub(crate) struct Service {
    url: String,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Service {
    /// Starts it.
    pub(crate) async fn start(app: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(cruddur::serve(listener, app, async {
            stopped.await.ok();
        }));
        Self { url, stop, serving }
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }

    /// Stops it, and waits until its last request is done and its spans have ended.
    pub(crate) async fn stop(self) {
        self.stop.send(()).ok();
        self.serving
            .await
            .expect("no panic in the service")
            .expect("a service that ends well");
    }
}
