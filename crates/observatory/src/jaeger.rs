//! Jaeger's query API, version 3: services, operations, traces, as OTLP JSON.
//! How a query is written in an address is read in `parameters`.

mod parameters;

use axum::{
    Json, Router,
    extract::{Path, RawQuery, State},
    response::{IntoResponse, Response},
    routing::get,
};
use http::{StatusCode, header::CONTENT_TYPE};
use serde::Serialize;
use serde_json::json;

use self::parameters::Parameters;
use crate::{
    model::{StoredSpan, TraceId},
    server::AppState,
    store::StoreError,
};

/// Most traces in one answer.
const MAX_SEARCH_DEPTH: usize = 1_000;

/// The routes of the query API.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/api/v3/services", get(services))
        .route("/api/v3/operations", get(operations))
        .route("/api/v3/traces", get(traces))
        .route("/api/v3/traces/{trace_id}", get(trace))
}

/// An error as Jaeger words it.
pub(crate) struct Refusal {
    status: StatusCode,
    message: String,
}

impl Refusal {
    fn bad(message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            message: message.into(),
        }
    }

    fn none_found() -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            message: "No traces found".to_owned(),
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            message: error.to_string(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let code = self.status.as_u16();
        let body = json!({"error": {"httpCode": code, "message": self.message}});
        (self.status, Json(body)).into_response()
    }
}

async fn services(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    Parameters::read(query.as_deref(), &[])?;
    Ok(Json(json!({"services": state.store.services().await?})).into_response())
}

async fn operations(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let parameters = Parameters::read(query.as_deref(), &["service", "spanKind"])?;
    let Some(service) = parameters.get("service") else {
        return Err(Refusal::bad("missing parameter service"));
    };
    let kind = parameters.span_kind()?;
    let operations: Vec<_> = state
        .store
        .operations(service)
        .await?
        .into_iter()
        .filter(|operation| kind.is_none_or(|kind| operation.kind == kind))
        .map(|operation| json!({"name": operation.name, "spanKind": operation.kind}))
        .collect();
    Ok(Json(json!({"operations": operations})).into_response())
}

async fn traces(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = Parameters::read(query.as_deref(), parameters::SEARCH)?.search()?;
    let page = state.store.traces(&query).await?;
    let mut spans = Vec::new();
    for found in page.traces {
        spans.extend(state.store.trace(found.trace_id).await?);
    }
    answer(&spans)
}

async fn trace(
    State(state): State<AppState>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let Some(id) = TraceId::parse(&id) else {
        return Err(Refusal::bad(
            "malformed parameter trace_id: 32 hex digits, not all zero, are wanted",
        ));
    };
    let (start, end) =
        Parameters::read(query.as_deref(), &["startTime", "endTime", "rawTraces"])?.window()?;
    let spans = state.store.trace(id).await?;
    // The window tells a partitioned store where to look; here it only says which trace is meant.
    let first = spans
        .iter()
        .map(|stored| stored.span.start_time_unix_nano)
        .min();
    let is_meant = first.is_some_and(|first| {
        start.is_none_or(|start| first >= start) && end.is_none_or(|end| first <= end)
    });
    if !is_meant {
        return Err(Refusal::none_found());
    }
    answer(&spans)
}

fn answer(spans: &[StoredSpan]) -> Result<Response, Refusal> {
    if spans.is_empty() {
        return Err(Refusal::none_found());
    }
    #[derive(Serialize)]
    struct Wrapped<T> {
        result: T,
    }
    let placed: Vec<_> = spans.iter().map(StoredSpan::placed).collect();
    let wrapped = Wrapped {
        result: otlp_json::traces(&placed),
    };
    let body = serde_json::to_vec(&wrapped).map_err(|error| Refusal {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        message: format!("the answer cannot be written as JSON: {error}"),
    })?;
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}
