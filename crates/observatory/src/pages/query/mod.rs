//! The query page: a question over spans, segments or log events, and what it gives.
//!
//! `address` is what is asked, as typed, `links` are made of it; its parts are read by `terms`, `where_text`, `when` and `selected`,
//! and put together by `specification`. `handlers` asks the store, `page` is what is asked (`form`) and what came of it (`results`),
//! with a `shelf` of other queries, which `saving` changes.
//! What an answer looks like is `drawings`, with `line_chart`, `heatmap`, `bubble_up`, `table` and `examples`.

pub(crate) mod address;
mod asked_json;
mod bands;
mod bubble_up;
mod distribution;
#[cfg(test)]
mod drawing_tests;
mod drawings;
mod examples;
mod faults;
mod form;
mod handlers;
mod heatmap;
mod line_chart;
mod lines;
mod links;
mod page;
mod results;
#[cfg(test)]
mod sample_answers;
mod samples;
mod saving;
mod selected;
mod shelf;
mod specification;
mod table;
mod terms;
pub(crate) mod when;
mod where_text;

pub(crate) use self::{address::QueryView, when::When};

use axum::{
    Router,
    routing::{get, post},
};

use crate::server::AppState;

/// The page, what changes with each query, and what is saved.
pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/query", get(handlers::query))
        .route("/parts/query", get(handlers::query_part))
        .route("/query/saved", post(saving::save))
        .route("/query/saved/{id}/rename", post(saving::rename))
        .route("/query/saved/{id}/delete", post(saving::delete))
}
