//! The port for spans alone: it takes them as the main one does, and whoever knows its address learns and changes nothing.

use prost::Message;
use reqwest::{Method, Response};
use tokio::{net::TcpListener, sync::watch};

use crate::{running::Running, spans};

/// An observatory with that port.
struct SpansOnly {
    observatory: Running,
    url: String,
    _stop: watch::Sender<bool>,
}

impl SpansOnly {
    async fn start(key: Option<&str>) -> Self {
        let observatory = Running::with_key(key).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = watch::channel(false);
        let state = observatory.state.clone();
        tokio::spawn(observatory::server::serve_spans(listener, state, stopped));
        Self {
            observatory,
            url,
            _stop: stop,
        }
    }

    async fn ask(&self, method: &Method, path: &str, headers: &[(&str, &str)]) -> Response {
        self.send(method, path, headers, Vec::new()).await
    }

    async fn send(
        &self,
        method: &Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Response {
        let client = &self.observatory.client;
        let mut request = client.request(method.clone(), format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(body).send().await.unwrap()
    }

    /// Sends a span, as a page of this origin does.
    async fn post(&self, origin: &str, more: &[(&str, &str)]) -> Response {
        let body = spans::request("page", vec![spans::span(1, 1, "click")]).encode_to_vec();
        let mut headers = vec![
            ("content-type", "application/x-protobuf"),
            ("origin", origin),
        ];
        headers.extend(more);
        self.send(&Method::POST, "/v1/traces", &headers, body).await
    }

    async fn stored(&self) -> u64 {
        self.observatory.state.store.status().await.unwrap().spans
    }
}

/// The origin that an answer is for.
fn allowed(response: &Response) -> &str {
    let origin = response.headers().get("access-control-allow-origin");
    origin.map_or("", |origin| origin.to_str().unwrap())
}

const PAGE: &str = "https://3000-cruddur.forwarded.test";

#[tokio::test]
async fn takes_the_spans_of_pages_that_may_send_them() {
    let spans_only = SpansOnly::start(None).await;
    for (origin, status) in [(PAGE, 204), ("https://example.com", 403)] {
        let headers = [
            ("host", "4316-cruddur.forwarded.test"),
            ("origin", origin),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "content-type"),
        ];
        let preflight = spans_only
            .ask(&Method::OPTIONS, "/v1/traces", &headers)
            .await;
        assert_eq!(preflight.status(), status, "{origin}");
        assert_eq!(allowed(&preflight) == origin, status == 204, "{origin}");
    }
    let sent = spans_only.post("https://example.com", &[]).await;
    assert_eq!(sent.status(), 403);
    let sent = spans_only.post(PAGE, &[("host", "rebound.example")]).await;
    assert_eq!(sent.status(), 403);
    assert_eq!(spans_only.stored().await, 0);
    let sent = spans_only.post(PAGE, &[]).await;
    assert_eq!(sent.status(), 200);
    assert_eq!(allowed(&sent), PAGE);
    assert_eq!(spans_only.stored().await, 1);
}

#[tokio::test]
async fn asks_for_the_key_and_for_otlp() {
    let spans_only = SpansOnly::start(Some("k")).await;
    assert_eq!(spans_only.post(PAGE, &[]).await.status(), 401);
    let key = ("x-honeycomb-team", "k");
    assert_eq!(spans_only.post(PAGE, &[key]).await.status(), 200);
    let garbage = [key, ("content-type", "application/json")];
    let refused = spans_only
        .send(&Method::POST, "/v1/traces", &garbage, b"[]".to_vec())
        .await;
    assert_eq!(refused.status(), 400);
    assert_eq!(spans_only.stored().await, 1);
}

#[tokio::test]
async fn answers_nothing_else() {
    let spans_only = SpansOnly::start(None).await;
    let observatory = &spans_only.observatory;
    observatory
        .send(spans::request("backend", vec![spans::span(1, 1, "GET /")]))
        .await;
    let trace = format!("/trace/{}", spans::trace_hex(1));
    let (get, post, options) = (Method::GET, Method::POST, Method::OPTIONS);
    for (method, path) in [
        (&get, "/"),
        (&get, "/traces"),
        (&get, &trace),
        (&get, "/status"),
        (&get, "/query"),
        (&get, "/insights"),
        (&get, "/healthz"),
        (&get, "/v1/traces"),
        (&post, "/v1/logs"),
        (&post, "/v1/metrics"),
        (&options, "/v1/logs"),
        (&get, "/1/auth"),
        (&get, "/api/v3/services"),
        (&get, "/api/openapi.json"),
        (&get, "/api/fields"),
        (&post, "/api/query"),
        // CloudWatch Logs' calls, then X-Ray's.
        (&post, "/"),
        (&post, "/TraceSummaries"),
        (&post, "/TraceSegments"),
        (&post, "/GetSamplingRules"),
        // Last, because the main port does it.
        (&post, "/api/reset"),
    ] {
        let headers = [
            ("origin", "http://localhost:3000"),
            ("accept", "text/html"),
            ("access-control-request-method", "POST"),
        ];
        let answer = spans_only.ask(method, path, &headers).await;
        assert_eq!(answer.status(), 404, "{method} {path}");
        let told = answer.text().await.unwrap();
        assert!(told.starts_with("spans alone are taken here"), "{told}");
        assert_eq!(spans_only.stored().await, 1, "{method} {path}");
        let main = observatory
            .client
            .request(method.clone(), observatory.url(path))
            .send()
            .await
            .unwrap();
        assert_ne!(main.status(), 404, "{method} {path} is not there at all");
    }
}
