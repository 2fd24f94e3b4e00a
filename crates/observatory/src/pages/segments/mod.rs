//! One trace as X-Ray segments: a timeline with a group for each segment, and everything about the open one.
//!
//! `handlers` reads the address (`address`) and asks the store, `page` is the page; on it stand the `timeline`, whose
//! rows `rows` puts in order, and the open segment's `tabs`.

mod address;
mod handlers;
mod page;
#[cfg(test)]
mod rendering_tests;
mod rows;
mod tabs;
mod timeline;

use axum::{Router, routing::get};

use crate::server::AppState;

/// The timeline, the part of it that its script asks for, and documents.
pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/xray/trace/{trace_id}", get(handlers::segments))
        .route("/parts/xray/trace/{trace_id}", get(handlers::segments_part))
        .route(
            "/xray/trace/{trace_id}/segment/{segment_id}/document.json",
            get(handlers::document),
        )
}
