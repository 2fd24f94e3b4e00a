//! `POST /api/query`: Honeycomb's query specification, answered over the rows of all stored spans.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
    routing::post,
};
use http::StatusCode;
use serde::Serialize;
use span_query::{Query, Table};

use crate::{
    rows::{self, Columns},
    server::AppState,
    store::StoreError,
};

pub(crate) fn router() -> Router<AppState> {
    Router::new().route("/api/query", post(query))
}

/// A table, and the columns asked for that no row has.
#[derive(Serialize)]
struct Answer {
    #[serde(flatten)]
    table: Table,
    unknown_columns: Vec<Unknown>,
}

#[derive(Serialize)]
struct Unknown {
    name: String,
    /// The column that was probably meant.
    nearest: Option<String>,
}

async fn query(State(state): State<AppState>, body: Bytes) -> Response {
    let query: Query = match std::str::from_utf8(&body)
        .map_err(|error| error.to_string())
        .and_then(|text| {
            text.parse()
                .map_err(|error: span_query::Error| error.to_string())
        }) {
        Ok(query) => query,
        Err(message) => return refuse(StatusCode::BAD_REQUEST, &message),
    };
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    match state
        .store
        .with_all_spans(move |spans| answer(&query, now, spans))
        .await
    {
        Ok(answer) => Json(answer).into_response(),
        Err(error) => refuse(StatusCode::SERVICE_UNAVAILABLE, &error.to_string()),
    }
}

fn answer(
    query: &Query,
    now: u64,
    spans: &mut dyn Iterator<Item = Result<crate::model::StoredSpan, StoreError>>,
) -> Result<Answer, StoreError> {
    let mut columns = Columns::new(query.columns());
    let mut failure = None;
    let rows = spans
        .map_while(|span| span.map_err(|error| failure = Some(error)).ok())
        .flat_map(|span| rows::of(&span, &mut columns));
    let table = query.run_at(rows, now);
    if let Some(error) = failure {
        return Err(error);
    }
    let unknown_columns = query
        .unknown_columns(columns.known())
        .into_iter()
        .map(|unknown| Unknown {
            name: unknown.name,
            nearest: unknown.nearest,
        })
        .collect();
    Ok(Answer {
        table,
        unknown_columns,
    })
}

fn refuse(status: StatusCode, message: &str) -> Response {
    (status, Json(serde_json::json!({"error": message}))).into_response()
}
