//! From a request to the home page, or on to the list of traces, which was at `/` once.

use axum::{
    extract::{RawQuery, State},
    response::{Html, IntoResponse, Redirect, Response},
};

use super::page::{self, Home};
use crate::{
    model::TraceQuery,
    pages::{
        filter::Filter,
        handlers::{Failed, Pairs, frame, shown},
    },
    server::AppState,
};

/// Traces on the page.
const NEWEST: usize = 10;

/// `GET /`.
pub(crate) async fn home(
    State(state): State<AppState>,
    pairs: Pairs,
    RawQuery(query): RawQuery,
) -> Result<Response, Failed> {
    if pairs.iter().any(|(key, _)| Filter::has(key)) {
        let list = format!("/traces?{}", query.unwrap_or_default());
        return Ok(Redirect::temporary(&list).into_response());
    }
    let frame = frame(&state).await?;
    Ok(shown(page::page(&gather(&state).await?, &frame)).into_response())
}

/// `GET /parts/home`.
pub(crate) async fn part(State(state): State<AppState>) -> Result<Html<String>, Failed> {
    let frame = frame(&state).await?;
    Ok(shown(page::fragment(&gather(&state).await?, &frame)))
}

async fn gather(state: &AppState) -> Result<Home, Failed> {
    let newest = TraceQuery {
        limit: NEWEST,
        ..TraceQuery::default()
    };
    Ok(Home {
        services: state.store.services().await?,
        newest: state.store.traces(&newest).await?.traces,
    })
}
