//! The stores, and an observatory that took in the same spans and log events over the protocols of real senders.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::{Duration, UNIX_EPOCH};

use axum::body::{Body, Bytes};
use axum::{Router, http::Request};
use http_body_util::BodyExt as _;
use incident_recording::{END, GROUP, LogEvent, START, Span, Value};
use incident_stores::Stores;
use observatory::access::Access;
use observatory::server::{self, AppState, Clock, Keys};
use observatory::store::{Location, Store, StoreOptions};
use prost::Message as _;
use serde_json::{Value as Json, json};
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

/// Traces in an export request.
const TRACES: usize = 100;
/// Events in a call of PutLogEvents.
const EVENTS: usize = 1_000;

/// Both, made once for all questions.
pub(crate) static BOTH: LazyLock<Both> = LazyLock::new(Both::load);

pub(crate) struct Both {
    pub(crate) stores: Stores,
    pub(crate) state: AppState,
    router: Router,
    /// What the observatory runs on, whichever test asks.
    pub(crate) runtime: Runtime,
}

impl Both {
    fn load() -> Self {
        let store = Store::open(StoreOptions {
            location: Location::Memory,
            retain_bytes: u64::MAX,
        });
        // As `cargo lab up incident` starts it.
        let clock = Clock::new(|| UNIX_EPOCH + Duration::from_secs(END));
        let store = store.expect("a store in memory");
        let state = AppState::with_clock(store, Keys::default(), Access::default(), clock);
        let both = Self {
            stores: Stores::some(is_asked),
            router: server::router(state.clone()),
            state,
            runtime: Runtime::new().expect("a runtime"),
        };
        both.runtime.block_on(async {
            both.send_spans().await;
            both.send_events().await;
        });
        both
    }

    async fn send_spans(&self) {
        let traces: Vec<_> = self.stores.asked().collect();
        for some in traces.chunks(TRACES) {
            let body = incident_recording::request(&some.concat()).encode_to_vec();
            let request = Request::post("/v1/traces")
                .header("host", "localhost")
                .header("content-type", "application/x-protobuf")
                .body(Body::from(body));
            let answer = self.answer(request.expect("a request")).await;
            assert_eq!(answer, "", "spans that were not taken");
        }
    }

    async fn send_events(&self) {
        let mut streams: BTreeMap<&str, Vec<&LogEvent>> = BTreeMap::new();
        for event in self.stores.events() {
            streams.entry(event.stream).or_default().push(event);
        }
        self.logs("CreateLogGroup", json!({"logGroupName": GROUP}))
            .await;
        for (stream, events) in streams {
            let of = json!({"logGroupName": GROUP, "logStreamName": stream});
            self.logs("CreateLogStream", of.clone()).await;
            for some in events.chunks(EVENTS) {
                let event = |event: &&LogEvent| json!({"timestamp": event.timestamp, "message": event.message});
                let mut body = of.clone();
                body["logEvents"] = some.iter().map(event).collect();
                let answer = self.logs("PutLogEvents", body).await;
                assert_eq!(answer["rejectedLogEventsInfo"], Json::Null, "{answer}");
            }
        }
    }

    /// A call of CloudWatch Logs.
    pub(crate) async fn logs(&self, action: &str, body: Json) -> Json {
        let request = signed("/", "logs")
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", format!("Logs_20140328.{action}"));
        self.json(request.body(body.to_string().into())).await
    }

    /// The summaries of the hour's traces that a filter expression takes.
    pub(crate) async fn summaries(&self, filter: &str) -> Vec<Json> {
        let mut body = json!({"StartTime": START, "EndTime": END, "FilterExpression": filter});
        let mut summaries = Vec::new();
        loop {
            let request = signed("/TraceSummaries", "xray").body(body.to_string().into());
            let mut answer = self.json(request).await;
            let Json::Array(page) = answer["TraceSummaries"].take() else {
                panic!("{answer}");
            };
            summaries.extend(page);
            match answer["NextToken"].take() {
                Json::Null => return summaries,
                token => body["NextToken"] = token,
            }
        }
    }

    async fn json(&self, request: Result<Request<Body>, axum::http::Error>) -> Json {
        let answer = self.answer(request.expect("a request")).await;
        // Some calls are answered with nothing.
        serde_json::from_slice(&answer).unwrap_or_default()
    }

    /// The body of an answer, which must be none to a request that was refused.
    async fn answer(&self, request: Request<Body>) -> Bytes {
        let answer = self.router.clone().oneshot(request).await;
        let answer = answer.expect("an answer");
        let status = answer.status();
        let body = answer.into_body().collect().await.expect("a body");
        let body = body.to_bytes();
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
        body
    }
}

/// Few enough for hundreds of questions in a debug build: of each kind of trouble some traces, and some ordinary ones.
fn is_asked(index: usize, trace: &[Span]) -> bool {
    let is_any = |says: fn(&Span) -> bool| trace.iter().any(says);
    let gave_up =
        is_any(|span| span.attribute("http.request.resend_count") == Some(&Value::Int(2)));
    let throttled = is_any(|span| span.error == Some("429 Too Many Requests"));
    let failed = is_any(|span| span.error.is_some());
    let asked_often = trace.len() > 45;
    gave_up && (throttled || index.is_multiple_of(10))
        || index.is_multiple_of(30) && (failed || asked_often)
        || index.is_multiple_of(1_000)
}

/// A call with the signature that the observatory wants to see, and does not verify.
fn signed(path: &str, service: &str) -> axum::http::request::Builder {
    let signature = format!(
        "AWS4-HMAC-SHA256 Credential=recording/20260312/us-east-1/{service}/aws4_request, \
         SignedHeaders=host, Signature={:064}",
        0
    );
    Request::post(path)
        .header("host", "localhost")
        .header("authorization", signature)
}
