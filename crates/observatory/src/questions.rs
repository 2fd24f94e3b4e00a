//! `POST /api/query`: Honeycomb's query specification, answered over the rows of all stored spans.

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
    routing::post,
};
use http::StatusCode;
use serde::Serialize;
use span_columns::Answer;
use span_query::{Query, Table, UnknownColumn};

use crate::{
    model::Dataset,
    server::AppState,
    store::{AskError, Question},
};

pub(crate) fn router() -> Router<AppState> {
    Router::new().route("/api/query", post(query))
}

/// A table, and the columns asked for that no row has.
#[derive(Serialize)]
struct Told {
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
    let question = Question {
        dataset: Dataset::Spans,
        groups: Vec::new(),
        query,
        now: state.clock.seconds(),
    };
    match state.store.ask(question).await {
        Ok(answer) => Json(told(answer)).into_response(),
        Err(error @ AskError::Store(_)) => {
            refuse(StatusCode::SERVICE_UNAVAILABLE, &error.to_string())
        }
        Err(error) => refuse(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

fn told(answer: Answer) -> Told {
    let unknown = |unknown: UnknownColumn| Unknown {
        name: unknown.name,
        nearest: unknown.nearest,
    };
    Told {
        table: answer.table,
        unknown_columns: answer.unknown_columns.into_iter().map(unknown).collect(),
    }
}

fn refuse(status: StatusCode, message: &str) -> Response {
    (status, Json(serde_json::json!({"error": message}))).into_response()
}
