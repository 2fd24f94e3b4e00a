//! `GET /api/openapi.json`: what the observatory's own JSON is, as OpenAPI 3.1 describes it. The description is a file.

use axum::{Router, http::header::CONTENT_TYPE, response::IntoResponse, routing::get};

use crate::server::AppState;

/// The tests compare it with what is answered.
const DESCRIPTION: &str = include_str!("../assets/openapi.json");

pub(crate) fn router() -> Router<AppState> {
    Router::new().route("/api/openapi.json", get(description))
}

async fn description() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], DESCRIPTION)
}
