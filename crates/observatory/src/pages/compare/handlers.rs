//! From a request to a comparison: reads the address, asks the store for both traces and for others of the route.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    address::{CompareView, SINGLE},
    page::{self, Comparison},
};
use crate::{
    model::TraceId,
    pages::{
        colours::ServiceColours,
        handlers::{Failed, Pairs, frame, shown},
        trace_address::TraceView,
        trace_page::{self, Trace},
    },
    server::AppState,
};

/// `GET /trace/{trace_id}/compare/{other}`; 404 with a page that waits for the one that is not there.
pub(super) async fn comparison(
    State(state): State<AppState>,
    Path((left, right)): Path<(String, String)>,
    pairs: Pairs,
) -> Result<Response, Failed> {
    let frame = frame(&state).await?.with_single(&pairs, &SINGLE);
    let mut both = Vec::new();
    for id in [left, right] {
        let not_here = |is_valid| {
            let page = trace_page::not_here(&id, is_valid, &frame);
            Ok((StatusCode::NOT_FOUND, shown(page)).into_response())
        };
        let Some(trace) = TraceId::parse(&id) else {
            return not_here(false);
        };
        let spans = state.store.trace(trace).await?;
        if spans.is_empty() {
            return not_here(true);
        }
        both.push((trace, spans));
    }
    let [(left, left_spans), (right, right_spans)] = &both[..] else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let colours = ServiceColours::new(state.store.services().await?);
    let as_it_is = TraceView::default();
    let (left, right) = (
        Trace::new(*left, left_spans, &colours, &as_it_is),
        Trace::new(*right, right_spans, &colours, &as_it_is),
    );
    let route = state.store.route(left.id).await?;
    let view = CompareView::read(&pairs);
    let comparison = Comparison::new(&left, &right, &colours, &view, route.as_ref());
    Ok(shown(page::page(&comparison, &frame)).into_response())
}
