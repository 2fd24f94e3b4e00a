//! The trace map: a service graph of a range of time as a drawing, and the traces behind it.
//!
//! `handlers` reads the address (`address`) and has the traces looked at (`looking`); `page` is what stands around the drawing.
//! From a service graph to a drawing:
//!
//! | step | where |
//! |---|---|
//! | what there is to draw, and its numbers | `graph`, `numbers` |
//! | where it stands | `layout`, with `layers`, `columns`, `routes` and `labels` |
//! | how it looks | `drawing`, with `node` and `edge`; `legend` says what the shapes mean |

mod address;
mod columns;
mod drawing;
mod edge;
mod graph;
mod handlers;
mod labels;
mod layers;
mod layout;
mod legend;
mod looking;
mod node;
mod numbers;
mod page;
#[cfg(test)]
mod rendering_tests;
mod routes;

use axum::{Router, routing::get};

use crate::server::AppState;

/// The map, and the part of it that its script asks for.
pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/map", get(handlers::map))
        .route("/parts/map", get(handlers::map_part))
}
