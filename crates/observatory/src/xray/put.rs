//! PutTraceSegments: documents in, and which of them were not taken.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    error::XrayError,
    ingest,
    request::{Input, required},
};
use crate::{journal::refusals::By, server::AppState};

/// Documents in one call.
const MAX_DOCUMENTS: usize = 50;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Request {
    trace_segment_documents: Option<Vec<String>>,
}

/// A document that was not taken.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Unprocessed {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    error_code: &'static str,
    message: String,
}

/// `POST /TraceSegments`
pub(crate) async fn put(
    State(state): State<AppState>,
    Input(request): Input<Request>,
) -> Result<Json<Value>, XrayError> {
    let documents = required(request.trace_segment_documents, "TraceSegmentDocuments")?;
    if documents.is_empty() {
        return Err(XrayError::InvalidRequest(
            "1 validation error detected: Value '[]' at 'traceSegmentDocuments' failed to satisfy constraint: Member must have length greater than or equal to 1"
                .to_owned(),
        ));
    }
    if documents.len() > MAX_DOCUMENTS {
        // As the service words it: https://github.com/open-telemetry/opentelemetry-collector-contrib/pull/203
        return Err(XrayError::InvalidRequest(format!(
            "Exceeding maximum segment count: {MAX_DOCUMENTS}"
        )));
    }
    let unprocessed: Vec<Unprocessed> = ingest::put(&state, By::PutTraceSegments, documents)
        .await?
        .into_iter()
        .map(|unprocessed| Unprocessed {
            id: unprocessed.id,
            error_code: unprocessed.code.as_str(),
            message: unprocessed.message,
        })
        .collect();
    Ok(Json(json!({ "UnprocessedTraceSegments": unprocessed })))
}
