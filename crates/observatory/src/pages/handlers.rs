//! From a request to a page: reads the address, asks the store, renders. How pages look is in their modules.

use axum::{
    Json,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use maud::{Markup, html};

use super::{
    colours::ServiceColours,
    filter::{FieldError, Filter, PARAMETERS},
    layout::{self, Frame},
    logs::{handlers::milliseconds, of_trace::TraceLogs, search},
    raw_json,
    trace_address::{SINGLE, TraceView},
    trace_page::{self, Trace},
    traces_page::{self, Listing},
    waterfall::hex,
};
use crate::{model::TraceId, server::AppState, store::StoreError};

/// The address's query, in its order.
pub(crate) type Pairs = Query<Vec<(String, String)>>;

/// A page that could not be made: the store did not answer.
pub(crate) struct Failed(StoreError);

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let frame = Frame {
            status: Default::default(),
            generation: 0,
            now: 0,
            clock_stands: false,
            left_out: Vec::new(),
        };
        let page = layout::page(
            "Not available",
            &frame,
            &html! {
                main.notice {
                    p.over { "503" }
                    h1 { "The store did not answer" }
                    p { (self.0) }
                }
            },
        );
        (StatusCode::SERVICE_UNAVAILABLE, shown(page)).into_response()
    }
}

pub(crate) fn shown(markup: Markup) -> Html<String> {
    Html(markup.into_string())
}

/// Read before anything else, so that whatever arrives while a page is made is told to it afterwards.
pub(crate) async fn frame(state: &AppState) -> Result<Frame, Failed> {
    let generation = *state.store.changes().borrow();
    Ok(Frame {
        status: state.store.status().await?,
        generation,
        now: state.clock.nanos(),
        clock_stands: state.clock.stands(),
        left_out: Vec::new(),
    })
}

async fn listing(state: &AppState, pairs: &[(String, String)]) -> Result<Listing, Failed> {
    let filter = Filter::read(pairs);
    let services = state.store.services().await?;
    let names = if filter.service.is_empty() {
        Vec::new()
    } else {
        let mut names: Vec<String> = state
            .store
            .operations(&filter.service)
            .await?
            .into_iter()
            .map(|op| op.name)
            .collect();
        names.dedup();
        names
    };
    let found = match filter.query() {
        Err(errors) => Err(errors),
        Ok(query) => match state.store.traces(&query).await {
            Ok(page) => Ok(page),
            Err(error @ StoreError::Cursor(_)) => Err(vec![FieldError {
                field: "after",
                index: 0,
                message: error.to_string(),
            }]),
            Err(error) => return Err(error.into()),
        },
    };
    Ok(Listing {
        filter,
        found,
        services,
        names,
    })
}

/// `GET /traces`.
pub(crate) async fn traces(
    State(state): State<AppState>,
    pairs: Pairs,
) -> Result<Response, Failed> {
    let frame = frame(&state).await?.with_parameters(&pairs, &PARAMETERS);
    let listing = listing(&state, &pairs).await?;
    let status = if listing.found.is_ok() {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    };
    Ok((status, shown(traces_page::page(&listing, &frame))).into_response())
}

/// `GET /parts/traces`.
pub(crate) async fn traces_part(
    State(state): State<AppState>,
    pairs: Pairs,
) -> Result<Html<String>, Failed> {
    let frame = frame(&state).await?;
    Ok(shown(traces_page::fragment(
        &listing(&state, &pairs).await?,
        &frame,
    )))
}

/// `GET /trace/{trace_id}`.
pub(crate) async fn trace(
    State(state): State<AppState>,
    Path(id): Path<String>,
    pairs: Pairs,
) -> Result<Response, Failed> {
    let frame = frame(&state).await?.with_single(&pairs, &SINGLE);
    let not_here = |is_valid| {
        (
            StatusCode::NOT_FOUND,
            shown(trace_page::not_here(&id, is_valid, &frame)),
        )
            .into_response()
    };
    let Some(trace_id) = TraceId::parse(&id) else {
        return Ok(not_here(false));
    };
    let spans = state.store.trace(trace_id).await?;
    if spans.is_empty() {
        return Ok(not_here(true));
    }
    let colours = ServiceColours::new(state.store.services().await?);
    let view = TraceView::read(&pairs);
    let mut trace = Trace::new(trace_id, &spans, &colours, &view);
    trace.logs = logs(&state, &trace, &frame).await?;
    trace.route = state.store.route(trace_id).await?;
    Ok(shown(trace_page::page(&trace, &frame)).into_response())
}

/// Log events of the open span, if one is open.
async fn logs(
    state: &AppState,
    trace: &Trace<'_>,
    frame: &Frame,
) -> Result<Option<TraceLogs>, StoreError> {
    let Some(span) = &trace.view.span else {
        return Ok(None);
    };
    let span = span.trim_start_matches('m');
    search::of_trace(
        &state.store,
        trace.id,
        Some(span),
        trace.extent(),
        milliseconds(frame),
    )
    .await
    .map(Some)
}

/// `GET /parts/trace/{trace_id}?parts=…`: 204 if the trace still has as many spans as `have` says, and the open span as many log events as `logs` says.
pub(crate) async fn trace_part(
    State(state): State<AppState>,
    Path(id): Path<String>,
    pairs: Pairs,
) -> Result<Response, Failed> {
    let frame = frame(&state).await?;
    let Some(trace_id) = TraceId::parse(&id) else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let spans = state.store.trace(trace_id).await?;
    let given = |name: &str| {
        pairs
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| &value[..])
    };
    if spans.is_empty() {
        return Ok(StatusCode::NOT_FOUND.into_response());
    }
    let number = |name: &str| given(name).and_then(|number| number.parse::<usize>().ok());
    let view = TraceView::read(&pairs);
    let is_known = number("have") == Some(spans.len());
    if is_known && view.span.is_none() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let colours = ServiceColours::new(state.store.services().await?);
    let mut trace = Trace::new(trace_id, &spans, &colours, &view);
    trace.logs = logs(&state, &trace, &frame).await?;
    let mut parts = given("parts").unwrap_or("");
    if is_known {
        let logged = trace.logs.as_ref().map(|logs| logs.lines.len());
        if logged == number("logs") {
            return Ok(StatusCode::NO_CONTENT.into_response());
        }
        parts = "details";
    }
    if trace_page::wants(parts, "route") {
        trace.route = state.store.route(trace_id).await?;
    }
    let part = trace_page::fragment(&trace, &frame, parts);
    Ok(([("x-spans", spans.len().to_string())], shown(part)).into_response())
}

/// `GET /trace/{trace_id}/span/{span_id}/otlp.json`.
pub(crate) async fn raw(
    State(state): State<AppState>,
    Path((trace, span)): Path<(String, String)>,
) -> Result<Response, Failed> {
    let not_here = (
        StatusCode::NOT_FOUND,
        Json(serde_json::json!({ "error": "no such span has been received" })),
    );
    let Some(trace_id) = TraceId::parse(&trace) else {
        return Ok(not_here.into_response());
    };
    let spans = state.store.trace(trace_id).await?;
    let found = spans
        .iter()
        .find(|one| hex(&one.span.span_id) == span.to_lowercase());
    Ok(match found.map(raw_json::pretty) {
        Some(Ok(json)) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
        Some(Err(_)) | None => not_here.into_response(),
    })
}
