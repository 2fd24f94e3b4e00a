//! Honeycomb, or whoever else takes OTLP: the key asked about, then one span sent. Where to, `destination` reads.

mod answer;
mod destination;

use std::time::{SystemTime, UNIX_EPOCH};

use reqwest::{Client, RequestBuilder, Response};
use serde_json::json;

use crate::finding::Finding;
use crate::network;
use crate::patience::ANSWER_WITHIN;
pub(crate) use destination::Destination;

/// Tells what was learnt.
pub(crate) async fn check(destination: &Destination) {
    let client = match Client::builder().timeout(ANSWER_WITHIN).build() {
        Ok(client) => client,
        Err(error) => return network::no_answer(&destination.shown, false, &error).tell(),
    };
    if let Some(address) = &destination.auth {
        let request = destination.with_headers(client.get(address));
        let answer = match send(request, destination).await {
            Ok(answer) => answer,
            Err(finding) => return finding.tell(),
        };
        if let Some(finding) = answer::clock(&destination.shown, answer.headers(), now().as_secs())
        {
            finding.tell();
        }
        let status = answer.status().as_u16();
        let body = answer.text().await.unwrap_or_default();
        let (finding, is_worth_a_span) = answer::auth(&destination.shown, status, &body);
        finding.tell();
        if !is_worth_a_span {
            return;
        }
    }
    let (trace, span) = span();
    let request = destination
        .with_headers(client.post(&destination.traces))
        .header("content-type", "application/json")
        .body(span);
    match send(request, destination).await {
        Ok(answer) => {
            let status = answer.status().as_u16();
            let body = answer.text().await.unwrap_or_default();
            answer::span(&destination.shown, status, &body, &trace).tell();
        }
        Err(finding) => finding.tell(),
    }
}

async fn send(request: RequestBuilder, to: &Destination) -> Result<Response, Finding> {
    request
        .send()
        .await
        .map_err(|error| network::no_answer(&to.shown, error.is_timeout(), &error))
}

/// An OTLP request with one span of a moment, in JSON, and its trace's ID.
fn span() -> (String, String) {
    let trace = format!("{:032x}", rand::random::<u128>());
    let end = now().as_nanos();
    let attribute = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
    let request = json!({"resourceSpans": [{
        "resource": {"attributes": [attribute("service.name", "cargo-lab-doctor")]},
        "scopeSpans": [{
            "scope": {"name": "live-check"},
            "spans": [{
                "traceId": trace,
                "spanId": format!("{:016x}", rand::random::<u64>()),
                "name": "cargo lab doctor",
                "kind": 1,
                "startTimeUnixNano": (end - 1_000_000).to_string(),
                "endTimeUnixNano": end.to_string(),
            }],
        }],
    }]});
    (trace, request.to_string())
}

/// Since the Unix epoch.
fn now() -> std::time::Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}
