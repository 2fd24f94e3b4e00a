//! How a page learns that something arrived: a request that is answered at the store's next commit.

use std::time::Duration;

use axum::{
    Extension,
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tokio::sync::watch;

use crate::server::AppState;

/// A waiting request is answered after this time although nothing happened, so that proxies keep it open.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the page knows.
#[derive(Deserialize)]
pub(crate) struct Known {
    /// The generation that the page was made from; without it, the current one is told at once.
    since: Option<u64>,
}

/// Tells waiting requests that the server is stopping, so that an open page does not hold it up.
#[derive(Clone, Debug)]
pub struct Stopping(pub watch::Receiver<bool>);

impl Stopping {
    /// Until the server stops; for ever where nobody says so.
    async fn told(stopping: Option<Extension<Self>>) {
        match stopping {
            // A sender that is gone means the same.
            Some(Extension(Self(mut stop))) => drop(stop.wait_for(|stop| *stop).await),
            None => std::future::pending().await,
        }
    }
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
