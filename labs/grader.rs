//! What the graders of all labs share: the application made deterministic, requests, services on free ports.
//! A lab's `tests/steps.rs` has it as a module by its path.

use std::{convert::Infallible, future::Future, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes},
    http::{Method, Request, StatusCode, header},
    routing::any,
};
use cruddur::{Cruddur, Settings, profiles::LocalProfiles};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use tower::ServiceExt;

/// The profiles service of a grader that needs none: nothing ever listens on port 0.
pub(crate) const DEAD_END: &str = "http://127.0.0.1:0";

/// The settings of a back end whose profiles service is at `profiles_url`.
pub(crate) fn settings(profiles_url: &str) -> Settings {
    let lookup = |name: &str| (name == "PROFILES_URL").then(|| profiles_url.to_owned());
    Settings::from_lookup(0, lookup).expect("settings without a mistake")
}

/// The application as it is without the lab.
pub(crate) fn uninstrumented() -> Router {
    cruddur::routes().with_state(deterministic())
}

/// The application with nothing left to chance.
pub(crate) fn deterministic() -> Cruddur {
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

/// A request of the back end.
pub(crate) fn request(method: Method, path: &str) -> axum::http::request::Builder {
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

/// The answer of a service that can't fail.
pub(crate) fn infallible<T>(result: Result<T, Infallible>) -> T {
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
