//! An observatory whose clock the test sets, and calls of CloudWatch Logs to it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, UNIX_EPOCH},
};

use axum::{Router, body::Body};
use http::Request;
use http_body_util::BodyExt;
use observatory::{
    access::Access,
    server::{self, AppState, Keys, LogsLive, QueryLimits},
    store::{Location, Store, StoreOptions},
};
use serde_json::{Value, json};
use tower::ServiceExt;

/// When the observatory's clock begins, in milliseconds since the Unix epoch.
pub(crate) const NOW: i64 = 1_780_000_000_000;

pub(crate) const SECOND: i64 = 1_000;
pub(crate) const HOUR: i64 = 3_600 * SECOND;
pub(crate) const DAY: i64 = 24 * HOUR;

/// An observatory.
pub(crate) struct Observatory {
    router: Router,
    pub(crate) state: AppState,
    clock: Arc<AtomicI64>,
}

/// What it answered.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The error's name, as the header has it.
    pub(crate) error: Option<String>,
    pub(crate) body: Value,
}

impl Answer {
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        self.body
    }

    /// That it was refused: the error's name, and its whole message.
    #[track_caller]
    pub(crate) fn refused(&self, case: &str, name: &str, message: &str) {
        self.refused_with(case, name, message);
        assert_eq!(self.message(), message, "{case}");
    }

    /// That it was refused: the error's name, and a piece of its message.
    #[track_caller]
    pub(crate) fn refused_with(&self, case: &str, name: &str, piece: &str) {
        assert_eq!(self.error.as_deref(), Some(name), "{case}: {self:?}");
        assert_eq!(self.body["__type"], name, "{case}");
        assert_eq!(self.status, 400, "{case}");
        let message = self.message();
        assert!(
            message.contains(piece),
            "{case}: no {piece:?} in {message:?}"
        );
    }

    fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }
}

impl Observatory {
    /// One whose store is in memory.
    pub(crate) fn start() -> Self {
        Self::of(Location::Memory, u64::MAX)
    }

    pub(crate) fn of(location: Location, retain_bytes: u64) -> Self {
        Self::with(location, retain_bytes, QueryLimits::default())
    }

    /// One with other bounds on queries.
    pub(crate) fn limited(limits: QueryLimits) -> Self {
        Self::with(Location::Memory, u64::MAX, limits)
    }

    fn with(location: Location, retain_bytes: u64, limits: QueryLimits) -> Self {
        let store = Store::open(StoreOptions {
            location,
            retain_bytes,
        })
        .unwrap();
        let clock = Arc::new(AtomicI64::new(NOW));
        let now = Arc::clone(&clock);
        let live = LogsLive::with_limits(limits, move || {
            UNIX_EPOCH + Duration::from_millis(now.load(Ordering::SeqCst).unsigned_abs())
        });
        let state = AppState {
            logs: Arc::new(live),
            ..AppState::new(store, Keys::default(), Access::default())
        };
        Self {
            router: server::router(state.clone()),
            state,
            clock,
        }
    }

    /// Moves the clock on.
    pub(crate) fn advance(&self, milliseconds: i64) {
        self.clock.fetch_add(milliseconds, Ordering::SeqCst);
    }

    /// A call with whatever headers and body.
    pub(crate) async fn raw(&self, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let mut request = Request::post("/").header("host", "localhost");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.into()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let error = response.headers().get("x-amzn-errortype");
        let error = error.map(|name| name.to_str().unwrap().to_owned());
        assert!(response.headers().contains_key("x-amzn-requestid"));
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Answer {
            status,
            error,
            body: serde_json::from_slice(&body)
                .unwrap_or_else(|_| String::from_utf8_lossy(&body).into()),
        }
    }

    /// A signed call.
    pub(crate) async fn call(&self, operation: &str, body: Value) -> Answer {
        self.send(operation, body.to_string()).await
    }

    /// A signed call whose body is already text.
    pub(crate) async fn send(&self, operation: &str, body: impl Into<Body>) -> Answer {
        let target = format!("Logs_20140328.{operation}");
        let headers = [
            ("x-amz-target", target.as_str()),
            ("content-type", "application/x-amz-json-1.1"),
            ("authorization", &authorization("logs")),
        ];
        self.raw(&headers, body).await
    }

    /// A signed call that must be answered.
    pub(crate) async fn ask(&self, operation: &str, body: Value) -> Value {
        let answer = self.call(operation, body.clone()).await;
        assert_eq!(answer.status, 200, "{operation} {body}: {answer:?}");
        answer.body
    }

    /// Makes a group and streams in it.
    pub(crate) async fn make(&self, group: &str, streams: &[&str]) {
        self.ask("CreateLogGroup", json!({ "logGroupName": group }))
            .await;
        for stream in streams {
            let body = json!({ "logGroupName": group, "logStreamName": stream });
            self.ask("CreateLogStream", body).await;
        }
    }

    /// Puts events, which must all be taken.
    pub(crate) async fn put(&self, group: &str, stream: &str, events: &[(i64, &str)]) {
        let answer = self.try_put(group, stream, events).await.ok();
        assert_eq!(answer["rejectedLogEventsInfo"], Value::Null, "{answer}");
    }

    pub(crate) async fn try_put(
        &self,
        group: &str,
        stream: &str,
        events: &[(i64, &str)],
    ) -> Answer {
        self.call("PutLogEvents", put_body(group, stream, events))
            .await
    }
}

/// The header of a call that is signed for a service.
pub(crate) fn authorization(service: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260528/eu-central-1/{service}/aws4_request, SignedHeaders=host;x-amz-date, Signature={}",
        "0".repeat(64)
    )
}

/// The body of PutLogEvents.
pub(crate) fn put_body(group: &str, stream: &str, events: &[(i64, &str)]) -> Value {
    let events: Vec<Value> = events
        .iter()
        .map(|(timestamp, message)| json!({ "timestamp": timestamp, "message": message }))
        .collect();
    json!({ "logGroupName": group, "logStreamName": stream, "logEvents": events })
}

/// The messages of an answer's events.
pub(crate) fn messages(answer: &Value) -> Vec<String> {
    let events = answer["events"]
        .as_array()
        .unwrap_or_else(|| panic!("no events: {answer}"));
    let message = |event: &Value| event["message"].as_str().unwrap().to_owned();
    events.iter().map(message).collect()
}

/// The names in an answer's list.
pub(crate) fn names(answer: &Value, list: &str, name: &str) -> Vec<String> {
    let items = answer[list]
        .as_array()
        .unwrap_or_else(|| panic!("no {list}: {answer}"));
    items
        .iter()
        .map(|item| item[name].as_str().unwrap().to_owned())
        .collect()
}

/// What is waited for, which must come in time.
pub(crate) async fn within<T>(what: &str, wait: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), wait)
        .await
        .unwrap_or_else(|_| panic!("{what}: not within a minute"))
}
