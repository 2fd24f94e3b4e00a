//! The home page: what arrived last, and what to type while nothing has. The list of all traces is `traces_page`'s.

mod first_span;
mod handlers;
mod page;

use axum::{Router, routing::get};

use crate::server::AppState;

/// `/` and its part.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/", get(handlers::home))
        .route("/parts/home", get(handlers::part))
}
