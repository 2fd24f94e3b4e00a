//! How a page learns that something arrived: a request that is answered at the store's next commit.

use std::time::Duration;

use axum::{
    Extension,
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use crate::{server::AppState, stopping::Stopping};

/// A waiting request is answered after this time although nothing happened, so that proxies keep it open.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the page knows.
#[derive(Deserialize)]
pub(crate) struct Known {
    /// The generation that the page was made from; without it, the current one is told at once.
    since: Option<u64>,
}

/// `GET /events?since=N`: `{"generation":M}` as soon as M is not N. When the server stops, 503.
pub(crate) async fn events(
    State(state): State<AppState>,
    stopping: Option<Extension<Stopping>>,
    Query(known): Query<Known>,
) -> Response {
    let mut changes = state.store.changes();
    let Some(since) = known.since else {
        let generation = *changes.borrow();
        return told(generation);
    };
    let other = changes.wait_for(|generation| *generation != since);
    tokio::select! {
        _ = tokio::time::sleep(PATIENCE) => told(since),
        _ = Stopping::told(stopping) => ending(),
        generation = other => match generation {
            Ok(generation) => told(*generation),
            Err(_) => ending(),
        }
    }
}

fn told(generation: u64) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, format!("{{\"generation\":{generation}}}")).into_response()
}

fn ending() -> Response {
    (
        StatusCode::SERVICE_UNAVAILABLE,
        "The observatory is ending.",
    )
        .into_response()
}
