//! The home page: how each service does, what arrived last, and what to type while nothing has.
//! The list of all traces is `traces_page`'s; what arrived is remembered by `journal`.

mod first_span;
mod handlers;
mod page;
mod questions;
mod range;
#[cfg(test)]
mod rendering_tests;
mod services;
mod sparkline;
mod summary;

use axum::{Router, routing::get};

use crate::server::AppState;

/// `/` and its part.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/", get(handlers::home))
        .route("/parts/home", get(handlers::part))
}
