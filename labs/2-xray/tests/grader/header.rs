//! The header `X-Amzn-Trace-Id`: a caller's, and what the profiles service is told.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    Json, Router,
    body::Body,
    http::{HeaderMap, HeaderValue, Request},
    routing::any,
};
use opentelemetry::trace::SpanId;
use serde_json::{Value, json};
use span_snapshot::verdict;

use crate::application::Service;

const HEADER: &str = "x-amzn-trace-id";
const TRACE: &str = "1-5759e988-bd862e3fe1be46a994272793";

/// The caller's segment.
pub(crate) const CALLER: SpanId =
    SpanId::from_bytes([0x53, 0x99, 0x5c, 0x3f, 0x42, 0xcd, 0x8a, 0xd8]);

/// The request as somebody sends it whose trace is [`TRACE`], sampled (`1`) or not (`0`).
pub(crate) fn with(mut request: Request<Body>, sampled: &str) -> Request<Body> {
    let header = format!("Root={TRACE};Parent={CALLER};Sampled={sampled}");
    let header = HeaderValue::from_str(&header).expect("a header's value");
    request.headers_mut().insert(HEADER, header);
    request
}

/// The header that a service was sent last.
#[derive(Clone, Default)]
pub(crate) struct Told(Arc<Mutex<Option<String>>>);

impl Told {
    pub(crate) fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A profiles service that answers, and keeps the header.
pub(crate) async fn recording_profiles() -> (Service, Told) {
    let told = Told::default();
    let keep = told.clone();
    let answer = any(move |headers: HeaderMap| async move {
        let header = headers.get(HEADER).and_then(|value| value.to_str().ok());
        *keep.0.lock().unwrap_or_else(PoisonError::into_inner) = header.map(str::to_owned);
        Json(json!({ "handle": "andrewbrown", "display_name": "Andrew Brown" }))
    });
    (Service::start(Router::new().fallback(answer)).await, told)
}

/// Fails unless the segments continue the caller's trace, the profiles service was `told` of it,
/// and a request that the caller didn't sample left no segment.
pub(crate) fn check(documents: &[String], told: Option<&str>, unsampled: &[String]) {
    let read = |document: &String| -> Value {
        serde_json::from_str(document).expect("a document in JSON")
    };
    for document in documents.iter().map(read) {
        if document["trace_id"] != TRACE {
            verdict(
                "header-not-read",
                &format!(
                    "the caller's trace is {TRACE}, and the segment `{}` is in one of its own",
                    document["name"].as_str().unwrap_or_default()
                ),
                "the header X-Amzn-Trace-Id is read by an `XrayPropagator`: make it the global propagator",
            );
        }
    }
    let call = documents
        .iter()
        .map(read)
        .find(|document| document["namespace"] == "remote");
    let parent = call.as_ref().and_then(|call| call["id"].as_str());
    let wanted = format!(
        "Root={TRACE};Parent={};Sampled=1",
        parent.unwrap_or_default()
    );
    if told != Some(wanted.as_str()) {
        verdict(
            "header-not-sent",
            &format!(
                "the profiles service was told {}; wanted is {}",
                told.map_or("nothing".to_owned(), |told| shown(told, parent)),
                shown(&wanted, parent)
            ),
            "the call's span injects its context with the global propagator: make that an `XrayPropagator`",
        );
    }
    if !unsampled.is_empty() {
        verdict(
            "decision-ignored",
            "the caller said Sampled=0, and there are segments all the same",
            "leave the sampler as it is in this step: the SDK's default follows the caller's decision",
        );
    }
}

/// A header in which IDs that are others in each run are called by what they are.
fn shown(header: &str, call: Option<&str>) -> String {
    let name = |part: &str| match part.split_once('=') {
        Some(("Parent", id)) if Some(id) == call => "Parent={the call}".to_owned(),
        Some(("Parent", id)) if id == CALLER.to_string() => "Parent={the caller}".to_owned(),
        Some(("Parent", _)) => "Parent={another span}".to_owned(),
        Some(("Root", id)) if id != TRACE => "Root={another trace}".to_owned(),
        _ => part.to_owned(),
    };
    format!(
        "`{}`",
        header.split(';').map(name).collect::<Vec<_>>().join(";")
    )
}
