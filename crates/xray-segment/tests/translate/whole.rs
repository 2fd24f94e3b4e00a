//! Whole documents, so that nothing is in them that no rule puts there.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind::{Client, Server};
use serde_json::json;

use crate::spans::Case;

#[test]
fn server() {
    let case = Case::new(
        Server,
        json!({
            "@name": "GET /api/activities/home",
            "@resource": {"service.name": "backend", "service.version": "1.0", "telemetry.sdk.name": "opentelemetry", "telemetry.sdk.language": "rust"},
            "http.request.method": "GET",
            "url.scheme": "http",
            "url.path": "/api/activities/home",
            "server.address": "localhost",
            "server.port": 4567,
            "http.route": "/api/activities/home",
            "http.response.status_code": 200,
        }),
    );
    assert_eq!(
        case.documents("a server's document"),
        [json!({
            "name": "backend",
            "id": "1010101010101010",
            "trace_id": "1-5f29ab21-0102030405060708090a0b0c",
            "start_time": 1_700_000_000.0,
            "end_time": 1_700_000_001.0,
            "http": {
                "request": {"method": "GET", "url": "http://localhost:4567/api/activities/home"},
                "response": {"status": 200, "content_length": 0},
            },
            "aws": {"xray": {"sdk": "opentelemetry for rust", "auto_instrumentation": false}},
            "service": {"version": "1.0"},
            "metadata": {"default": {
                "http.route": "/api/activities/home",
                "otel.resource.service.name": "backend",
                "otel.resource.service.version": "1.0",
                "otel.resource.telemetry.sdk.name": "opentelemetry",
                "otel.resource.telemetry.sdk.language": "rust",
            }},
        })]
    );
}

#[test]
fn nothing_but_a_span() {
    let case = Case::new(Client, json!({"@parent": 1, "@name": "call"}));
    assert_eq!(
        case.documents("a client's document"),
        [json!({
            "name": "call",
            "id": "1010101010101010",
            "parent_id": "2020202020202020",
            "trace_id": "1-5f29ab21-0102030405060708090a0b0c",
            "type": "subsegment",
            "namespace": "remote",
            "start_time": 1_700_000_000.0,
            "end_time": 1_700_000_001.0,
            "aws": {"xray": {"auto_instrumentation": false}},
        })]
    );
}
