//! Two traces side by side: the spans of both in one tree, aligned by service, name and occurrence.
//!
//! `align` puts the two trees together, `page` is the page with the totals, on it stand the aligned `rows` and the
//! `pair_details` with the attributes in which the open pair differs (`differences`); `handlers` reads the address
//! (`address`) and asks the store.

mod address;
mod align;
mod differences;
mod handlers;
mod page;
mod pair_details;
#[cfg(test)]
mod rendering_tests;
mod rows;

use axum::{Router, routing::get};

use crate::{model::TraceId, server::AppState};

/// The comparison.
pub(super) fn router() -> Router<AppState> {
    Router::new().route(
        "/trace/{trace_id}/compare/{other}",
        get(handlers::comparison),
    )
}

/// Where two traces are compared.
pub(super) fn href(left: TraceId, right: TraceId) -> String {
    format!("/trace/{left}/compare/{right}")
}
