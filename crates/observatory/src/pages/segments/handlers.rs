//! From a request to the segment timeline: reads the address, asks the store, renders.

use axum::{
    Json,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;
use xray_query::Trace;
use xray_segment::Segment;

use super::{
    address::{PARAMETERS, SegmentView, Tab, is_id},
    page::{self, Document, SegmentPage},
};
use crate::{
    model::TraceId,
    pages::{
        handlers::{Failed, Pairs, frame, shown},
        logs::{handlers::milliseconds, search},
        trace_ids,
    },
    server::AppState,
    store::StoreError,
    xray::stored,
};

/// `GET /xray/trace/{trace_id}`.
pub(super) async fn segments(
    State(state): State<AppState>,
    Path(id): Path<String>,
    pairs: Pairs,
) -> Result<Response, Failed> {
    let frame = frame(&state).await?.with_parameters(&pairs, &PARAMETERS);
    let not_here = |is_valid| {
        let page = page::not_here(&id, is_valid, &frame);
        Ok((StatusCode::NOT_FOUND, shown(page)).into_response())
    };
    let Some(trace_id) = trace_ids::parse(&id) else {
        return not_here(false);
    };
    let Some(trace) = trace(&state, trace_id).await? else {
        return not_here(true);
    };
    let view = SegmentView::read(&pairs);
    let page = page(&state, trace_id, &trace, &view, milliseconds(&frame)).await?;
    Ok(shown(page::page(&page, &frame)).into_response())
}

/// `GET /parts/xray/trace/{trace_id}`.
pub(super) async fn segments_part(
    State(state): State<AppState>,
    Path(id): Path<String>,
    pairs: Pairs,
) -> Result<Response, Failed> {
    let frame = frame(&state).await?;
    let Some(trace_id) = trace_ids::parse(&id) else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let Some(trace) = trace(&state, trace_id).await? else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let view = SegmentView::read(&pairs);
    let page = page(&state, trace_id, &trace, &view, milliseconds(&frame)).await?;
    Ok(shown(page::fragment(&page, &frame)).into_response())
}

/// `GET /xray/trace/{trace_id}/segment/{segment_id}/document.json`.
pub(super) async fn document(
    State(state): State<AppState>,
    Path((trace, segment)): Path<(String, String)>,
) -> Result<Response, Failed> {
    let not_here = (
        StatusCode::NOT_FOUND,
        Json(json!({ "error": "no such segment has been received" })),
    );
    let Some(trace_id) = trace_ids::parse(&trace) else {
        return Ok(not_here.into_response());
    };
    let found = document_of(&state, trace_id, &segment).await?;
    Ok(match found {
        Some(Document::Sent(text) | Document::Translated(text)) => {
            ([(header::CONTENT_TYPE, "application/json")], text).into_response()
        }
        None => not_here.into_response(),
    })
}

/// The trace, with the segments that are inferred from calls.
async fn trace(state: &AppState, id: TraceId) -> Result<Option<Trace>, StoreError> {
    let found = state
        .store
        .read(move |connection| stored::trace_by_id(connection, id))
        .await?;
    Ok(found.map(with_inferred))
}

fn with_inferred(mut trace: Trace) -> Trace {
    let inferred: Vec<Segment> = trace
        .api_segments()
        .iter()
        .filter_map(|(_, text)| serde_json::from_str::<Segment>(text).ok())
        .filter(|segment| segment.inferred)
        .filter(|segment| trace.segments.iter().all(|known| known.id != segment.id))
        .collect();
    trace.segments.extend(inferred);
    trace
}

async fn page<'a>(
    state: &AppState,
    id: TraceId,
    trace: &'a Trace,
    view: &'a SegmentView,
    now: i64,
) -> Result<SegmentPage<'a>, StoreError> {
    let mut page = SegmentPage::new(id, trace, view);
    match (view.tab, &view.segment) {
        (Tab::Raw, Some(segment)) => page.document = document_of(state, id, segment).await?,
        (Tab::Logs, Some(segment)) => {
            let logs =
                search::of_trace(&state.store, id, Some(segment), page.extent(), now).await?;
            page.logs = Some(logs);
        }
        _ => {}
    }
    Ok(page)
}

/// The document that holds this segment or subsegment.
async fn document_of(
    state: &AppState,
    trace: TraceId,
    segment: &str,
) -> Result<Option<Document>, StoreError> {
    if !is_id(segment) {
        return Ok(None);
    }
    let documents = stored::documents(&state.store, trace).await?;
    let holds = |text: &str| {
        serde_json::from_str::<Segment>(text).is_ok_and(|document| {
            let mut stack = vec![&document];
            while let Some(one) = stack.pop() {
                if one.id.eq_ignore_ascii_case(segment) {
                    return true;
                }
                stack.extend(&one.subsegments);
            }
            false
        })
    };
    let found = documents.into_iter().find(|one| holds(&one.text));
    Ok(found.map(|one| {
        if one.is_sent {
            Document::Sent(one.text)
        } else {
            Document::Translated(one.text)
        }
    }))
}
