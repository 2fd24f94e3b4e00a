//! `GET /healthz` and `POST /api/reset`: for whoever runs the observatory.

use std::net::SocketAddr;

use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::StatusCode;

use crate::server::AppState;

pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/healthz", get(health))
        .route("/api/reset", post(reset))
}

/// 200 while the store answers.
async fn health(State(state): State<AppState>) -> Response {
    match state.store.status().await {
        Ok(_) => "ok\n".into_response(),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")).into_response(),
    }
}

/// Empties the store; only for somebody on this machine (other origins are refused before).
async fn reset(State(state): State<AppState>, request: Request) -> Response {
    let is_near = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .is_some_and(|peer| peer.0.ip().to_canonical().is_loopback());
    if !is_near {
        let message = "the store can be emptied from the machine it runs on only\n";
        return (StatusCode::FORBIDDEN, message).into_response();
    }
    match state.store.reset().await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")).into_response(),
    }
}
