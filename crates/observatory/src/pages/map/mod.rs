//! The trace map: a service graph of a window of time as a drawing, and the traces behind it.
//!
//! `handlers` reads the address (`address`) and asks the store, `page` is the page around the drawing. The drawing's
//! way is from `graph` (what there is) by `layout` (where it stands; one column's order is `columns`') to `view`.

mod address;
mod columns;
mod graph;
mod handlers;
mod layout;
mod page;
#[cfg(test)]
mod rendering_tests;
mod view;

use axum::{Router, routing::get};

use crate::server::AppState;

/// The map, and the part of it that its script asks for.
pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/map", get(handlers::map))
        .route("/parts/map", get(handlers::map_part))
}
