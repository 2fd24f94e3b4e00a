//! The pages of logs: groups, streams, events, one event, the live tail, and the events of a trace in its details.
//!
//! `handlers` reads the address (`address`, `range`) and asks the store; each page has its module.
//! What an event's text says is `reading`'s, how an event looks `line`'s, what links to other events ask by `patterns`'.

pub(super) mod address;
mod event_page;
mod events_page;
mod groups_page;
pub(super) mod handlers;
pub(super) mod level;
pub(super) mod line;
pub(super) mod of_trace;
mod patterns;
pub(super) mod range;
pub(super) mod reading;
#[cfg(test)]
mod rendering_tests;
pub(super) mod search;
mod streams_page;
mod tail_page;

use axum::{Router, routing::get};

use crate::server::AppState;

/// The pages, and the parts of them that their script asks for.
pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/logs", get(handlers::groups))
        .route("/parts/logs", get(handlers::groups_part))
        .route("/logs/group", get(handlers::streams))
        .route("/parts/logs/group", get(handlers::streams_part))
        .route("/logs/events", get(handlers::events))
        .route("/parts/logs/events", get(handlers::events_part))
        .route("/logs/event/{id}", get(handlers::event))
        .route("/logs/tail", get(handlers::tail))
        .route("/parts/logs/tail", get(handlers::tail_part))
}
