//! How a page learns that something arrived: a request that is answered at the store's next commit.

use std::time::Duration;

use axum::{
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use crate::server::AppState;

/// A waiting request is answered after this time although nothing happened, so that proxies keep it open.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the page knows.
#[derive(Deserialize)]
pub(crate) struct Known {
    /// The generation that the page was made from; without it, the current one is told at once.
    since: Option<u64>,
}

/// `GET /events?since=N`: `{"generation":M}` as soon as M is not N. A store that is closing answers 503.
pub(crate) async fn events(State(state): State<AppState>, Query(known): Query<Known>) -> Response {
    let mut changes = state.store.changes();
    let generation = match known.since {
        None => *changes.borrow(),
        Some(since) => {
            let other = changes.wait_for(|generation| *generation != since);
            match tokio::time::timeout(PATIENCE, other).await {
                Err(_) => since,
                Ok(Ok(generation)) => *generation,
                Ok(Err(_)) => {
                    return (
                        StatusCode::SERVICE_UNAVAILABLE,
                        "The observatory is ending.",
                    )
                        .into_response();
                }
            }
        }
    };
    (
        [
            (header::CONTENT_TYPE, "application/json"),
            (header::CACHE_CONTROL, "no-store"),
        ],
        format!("{{\"generation\":{generation}}}"),
    )
        .into_response()
}
