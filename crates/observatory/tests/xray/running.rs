//! An observatory's router with its store in memory, asked as AWS's clients ask.

use axum::{Router, body::Body};
use http_body_util::BodyExt;
use observatory::{
    access::Access,
    model::TraceId,
    server::{self, AppState, Keys},
    store::{Location, Store, StoreOptions},
};
use serde_json::{Value, json};
use tower::ServiceExt;

/// A moment in 2026, in seconds since the epoch.
pub(crate) const START: f64 = 1_780_000_000.0;

pub(crate) const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260528/eu-central-1/xray/aws4_request, SignedHeaders=host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";

pub(crate) fn store(location: Location) -> Store {
    Store::open(StoreOptions {
        location,
        retain_bytes: u64::MAX,
    })
    .unwrap()
}

pub(crate) struct Observatory {
    pub(crate) state: AppState,
    router: Router,
}

/// An answer: its status, the error's name, its body.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) error: String,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn message(&self) -> &str {
        self.body["Message"]
            .as_str()
            .or_else(|| self.body["message"].as_str())
            .unwrap_or_default()
    }
}

impl Observatory {
    pub(crate) fn new() -> Self {
        Self::of(store(Location::Memory))
    }

    pub(crate) fn of(store: Store) -> Self {
        let state = AppState::new(store, Keys::default(), Access::default());
        Self {
            router: server::router(state.clone()),
            state,
        }
    }

    pub(crate) async fn request(&self, request: http::Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let error = response
            .headers()
            .get("x-amzn-errortype")
            .map(|name| name.to_str().unwrap().to_owned())
            .unwrap_or_default();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into_owned().into());
        Answer {
            status,
            error,
            body,
        }
    }

    /// A signed call.
    pub(crate) async fn call(&self, path: &str, body: impl Into<Body>) -> Answer {
        let request = http::Request::post(path)
            .header("host", "localhost:4318")
            .header("authorization", AUTHORIZATION)
            .body(body.into());
        self.request(request.unwrap()).await
    }

    /// A signed call that must be answered.
    pub(crate) async fn ask(&self, path: &str, body: Value) -> Value {
        let answer = self.call(path, body.to_string()).await;
        assert_eq!(answer.status, 200, "{path} {body}: {answer:?}");
        answer.body
    }

    /// Puts documents that must all be taken.
    pub(crate) async fn put(&self, documents: &[Value]) {
        for call in documents.chunks(50) {
            let texts: Vec<String> = call.iter().map(Value::to_string).collect();
            let answer = self
                .ask("/TraceSegments", json!({ "TraceSegmentDocuments": texts }))
                .await;
            assert_eq!(answer, json!({ "UnprocessedTraceSegments": [] }));
        }
    }

    /// Sends spans over OTLP, as JSON.
    pub(crate) async fn send(&self, service: &str, spans: Value) {
        let body = json!({ "resourceSpans": [{
            "resource": { "attributes": [{ "key": "service.name", "value": { "stringValue": service } }] },
            "scopeSpans": [{ "spans": spans }],
        }] });
        let request = http::Request::post("/v1/traces")
            .header("host", "localhost")
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()));
        assert_eq!(self.request(request.unwrap()).await.status, 200);
    }

    /// The spans of a trace: name, ID and service of each, earliest start first.
    pub(crate) async fn spans(&self, trace: u64) -> Vec<(String, u64, String)> {
        let spans = self.state.store.trace(id(trace)).await.unwrap();
        spans
            .into_iter()
            .map(|stored| {
                let service = stored
                    .resource
                    .attributes
                    .iter()
                    .find(|attribute| attribute.key == "service.name");
                let service = service
                    .and_then(|attribute| attribute.value.clone()?.value)
                    .map(|value| match value {
                        opentelemetry_proto::tonic::common::v1::any_value::Value::StringValue(
                            text,
                        ) => text,
                        other => format!("{other:?}"),
                    });
                (
                    stored.span.name,
                    u64::from_be_bytes(stored.span.span_id.try_into().unwrap()),
                    service.unwrap_or_default(),
                )
            })
            .collect()
    }

    /// Summaries of the whole day around [`START`] that a filter takes.
    pub(crate) async fn summaries(&self, filter: &str) -> Value {
        let request = json!({
            "StartTime": START - 3_600.0, "EndTime": START + 3_600.0, "FilterExpression": filter,
        });
        self.ask("/TraceSummaries", request).await
    }
}

/// The 16 bytes of trace `number`.
pub(crate) fn id(number: u64) -> TraceId {
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&0x6a18_9c80_u32.to_be_bytes());
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    TraceId(bytes)
}

/// Its ID as X-Ray writes it.
pub(crate) fn trace_id(number: u64) -> String {
    let hex = id(number).to_string();
    format!("1-{}-{}", &hex[..8], &hex[8..])
}

/// A complete segment of trace `trace` that begins at [`START`] and takes a tenth of a second.
pub(crate) fn segment(trace: u64, id: u64, name: &str) -> Value {
    json!({
        "trace_id": trace_id(trace), "id": format!("{id:016x}"), "name": name,
        "start_time": START, "end_time": START + 0.1,
    })
}

/// A subsegment sent by itself.
pub(crate) fn subsegment(trace: u64, id: u64, parent: u64, name: &str) -> Value {
    with(
        segment(trace, id, name),
        json!({ "type": "subsegment", "parent_id": format!("{parent:016x}") }),
    )
}

/// A document with more fields, or others; `null` takes one away.
pub(crate) fn with(mut document: Value, more: Value) -> Value {
    let fields = document.as_object_mut().unwrap();
    for (name, value) in more.as_object().unwrap() {
        if value.is_null() {
            fields.remove(name);
        } else {
            fields.insert(name.clone(), value.clone());
        }
    }
    document
}

/// A span as OTLP's JSON has it.
pub(crate) fn span(trace: u64, span: u64, parent: Option<u64>, name: &str, kind: u8) -> Value {
    let start = START as u64 * 1_000_000_000;
    json!({
        "traceId": id(trace).to_string(), "spanId": format!("{span:016x}"),
        "parentSpanId": parent.map(|parent| format!("{parent:016x}")).unwrap_or_default(),
        "name": name, "kind": kind,
        "startTimeUnixNano": start.to_string(), "endTimeUnixNano": (start + 50_000_000).to_string(),
    })
}
