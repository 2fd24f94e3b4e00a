//! Logs Insights: a query over log groups and a range of time, and what it gives.
//!
//! `handlers` reads the address (`address`) and has the query `run`, `page` is what is asked, `results` what was found:
//! a `histogram` of `buckets` over its records, a `chart` of its aggregates by time, and the table.

mod address;
mod buckets;
mod chart;
mod handlers;
mod histogram;
mod page;
#[cfg(test)]
mod rendering_tests;
mod results;
mod run;
mod samples;

use axum::{Router, routing::get};

pub(super) use address::{href_of, href_of_trace};

use crate::server::AppState;

/// The page, its results, and all fields of one row's event.
pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/insights", get(handlers::insights))
        .route("/parts/insights", get(handlers::results_part))
        .route("/parts/insights/event/{id}", get(handlers::event_part))
}
