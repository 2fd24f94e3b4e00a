//! What the observatory does not take: for its page of what was refused and why.

use anyhow::ensure;
use serde_json::json;

use crate::Observatory;

pub(super) fn send(observatory: &Observatory) -> anyhow::Result<()> {
    let documents = [
        json!({"name": "backend", "id": "70de5b6f19ff9a0a", "start_time": 1_790_000_000.0, "end_time": 1_790_000_000.1}).to_string(),
        "{\"name\": \"backend\", \"id\": 12}".to_owned(),
    ];
    for (path, kind, body) in [
        (
            "/TraceSegments",
            "application/json",
            json!({"TraceSegmentDocuments": documents}).to_string(),
        ),
        ("/v1/traces", "text/plain", "spans".to_owned()),
        (
            "/v1/traces",
            "application/json",
            "{\"resourceSpans\": [{".to_owned(),
        ),
        (
            "/v1/traces",
            "application/x-protobuf",
            "not protobuf".to_owned(),
        ),
    ] {
        let status = observatory.post(path, kind, body)?;
        let expected = if path == "/TraceSegments" {
            200..300
        } else {
            400..500
        };
        ensure!(expected.contains(&status), "{path}: {status}");
    }
    Ok(())
}
