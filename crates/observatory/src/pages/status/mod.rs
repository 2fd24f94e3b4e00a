//! The page of the observatory's own state: what arrived, what was refused and why, what is kept and where.
//! What it tells is remembered by `journal`.

mod arrived;
mod handlers;
mod kept;
mod page;
mod refused;
#[cfg(test)]
mod rendering_tests;

use axum::{Router, routing::get};

use crate::server::AppState;

/// `/status` and its part.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/status", get(handlers::status))
        .route("/parts/status", get(handlers::part))
}
