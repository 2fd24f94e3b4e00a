//! From a request to the home page, or on to the list of traces, which was at `/` once.

use axum::{
    extract::{RawQuery, State},
    response::{Html, IntoResponse, Redirect, Response},
};

use super::{
    first_span::Place,
    page::{self, Home},
    questions,
    range::Range,
    summary::{self, Service},
};
use crate::{
    model::TraceQuery,
    pages::{
        filter::Filter,
        handlers::{Failed, Pairs, frame, shown},
    },
    server::AppState,
    store::AskError,
};

/// Traces in each of the page's lists.
const NEWEST: usize = 6;

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
    let frame = frame(&state).await?.with_single(&pairs, &["range"]);
    Ok(shown(page::page(&gather(&state, &pairs).await?, &frame)).into_response())
}

/// `GET /parts/home`.
pub(crate) async fn part(
    State(state): State<AppState>,
    pairs: Pairs,
) -> Result<Html<String>, Failed> {
    let frame = frame(&state).await?;
    Ok(shown(page::fragment(
        &gather(&state, &pairs).await?,
        &frame,
    )))
}

async fn gather(state: &AppState, pairs: &[(String, String)]) -> Result<Home, Failed> {
    let (range, strange) = Range::read(pairs);
    let newest = TraceQuery {
        limit: NEWEST,
        ..TraceQuery::default()
    };
    let failed = TraceQuery {
        error: Some(true),
        ..newest.clone()
    };
    let about = &state.about;
    let newest = state.store.traces(&newest).await?.traces;
    let services = if newest.is_empty() {
        Ok(Vec::new())
    } else {
        services(state, range).await
    };
    Ok(Home {
        range,
        strange,
        services: services.map_err(|error| error.to_string()),
        names: state.store.services().await?,
        arrived: state.arrivals.told(),
        newest,
        failed: state.store.traces(&failed).await?.traces,
        extent: state.store.extent().await?,
        place: Place::new(about.http, about.xray_daemon, state.keys.are_required()),
    })
}

async fn services(state: &AppState, range: Range) -> Result<Vec<Service>, AskError> {
    let now = state.clock.seconds();
    let (requests, errors, routes) = tokio::try_join!(
        state.store.ask(questions::requests(range, now)?),
        state.store.ask(questions::errors(range, now)?),
        state.store.ask(questions::routes(range, now)?),
    )?;
    Ok(summary::services(&requests, &errors, &routes))
}
