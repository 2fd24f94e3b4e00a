//! BatchGetTraces and GetTraceGraph: traces by their IDs. Also the list of the calls that have to do with traces.

use axum::{Json, Router, extract::State, routing::post};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use xray_query::{ServiceGraph, api_documents};
use xray_segment::trace_id;

use super::{
    error::XrayError,
    graphs, page, put,
    request::{Input, required},
    stored, summaries,
};
use crate::{
    model::TraceId,
    server::AppState,
    store::{self, Lookup, StoreError},
};

/// Traces in one call of BatchGetTraces.
const MAX_TRACES: usize = 5;

/// Traces in one call of GetTraceGraph.
const MAX_GRAPH_TRACES: usize = 100;

/// Bytes of documents after which a page takes no further trace.
const PAGE_BYTES: usize = 4 * 1024 * 1024;

/// What the service keeps of one trace; what goes beyond it is given all the same.
/// (`docs.aws.amazon.com/general/latest/gr/xray.html`, "Trace document size")
const TRACE_BYTES: usize = 500 * 1024;

pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/TraceSegments", post(put::put))
        .route("/Traces", post(batch_get))
        .route("/TraceSummaries", post(summaries::get))
        .route("/TraceGraph", post(graph))
        .route("/ServiceGraph", post(graphs::service_graph))
        .route("/TimeSeriesServiceStatistics", post(graphs::over_time))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Request {
    trace_ids: Option<Vec<String>>,
    next_token: Option<String>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    traces: Vec<Trace>,
    unprocessed_trace_ids: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Trace {
    id: String,
    duration: f64,
    limit_exceeded: bool,
    segments: Vec<Segment>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Segment {
    id: String,
    document: String,
}

/// The traces asked for, each once, in the order of the request.
fn ids(ids: Option<Vec<String>>, most: usize) -> Result<Vec<TraceId>, XrayError> {
    let texts = required(ids, "TraceIds")?;
    let constraint = |value: &str, constraint: String| {
        XrayError::InvalidRequest(format!(
            "1 validation error detected: Value '{value}' at 'traceIds' failed to satisfy constraint: {constraint}"
        ))
    };
    if texts.is_empty() {
        return Err(constraint(
            "[]",
            "Member must have length greater than or equal to 1".to_owned(),
        ));
    }
    if texts.len() > most {
        return Err(constraint(
            &format!("[{}]", texts.join(", ")),
            format!("Member must have length less than or equal to {most}"),
        ));
    }
    let mut ids = Vec::with_capacity(texts.len());
    for text in texts {
        let id = trace_id::parse(&text)
            .map(TraceId)
            .ok_or_else(|| XrayError::InvalidRequest(format!("Invalid trace ID: {text}")))?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

/// `POST /Traces`
async fn batch_get(
    State(state): State<AppState>,
    Input(request): Input<Request>,
) -> Result<Json<Answer>, XrayError> {
    let ids = ids(request.trace_ids, MAX_TRACES)?;
    let from = page::given_before(request.next_token.as_deref())?;
    let answer = state
        .store
        .read(move |connection| {
            let mut answer = Answer::default();
            let mut lookup = Lookup::new(connection);
            let mut bytes = 0;
            for (place, id) in ids.into_iter().enumerate().skip(from) {
                if bytes > PAGE_BYTES {
                    answer.next_token = Some(page::after(place));
                    break;
                }
                match store::trace_row(connection, id)? {
                    Some(row) => {
                        let trace = read(&mut lookup, &row)?;
                        let documents = trace.segments.iter();
                        bytes += documents
                            .map(|segment| segment.document.len())
                            .sum::<usize>();
                        answer.traces.push(trace);
                    }
                    None => answer.unprocessed_trace_ids.push(trace_id::to_xray(id.0)),
                }
            }
            Ok(answer)
        })
        .await?;
    Ok(Json(answer))
}

fn read(lookup: &mut Lookup<'_>, row: &store::TraceRow) -> Result<Trace, StoreError> {
    let id = trace_id::to_xray(row.id.0);
    let documents = stored::documents_of(lookup, row)?;
    let bytes: usize = documents.iter().map(|document| document.text.len()).sum();
    let values = stored::values(&documents);
    let segments = api_documents(&id, values)
        .into_iter()
        .map(|(id, document)| Segment { id, document });
    Ok(Trace {
        duration: super::request::seconds(row.end - row.start),
        limit_exceeded: bytes > TRACE_BYTES,
        segments: segments.collect(),
        id,
    })
}

/// `POST /TraceGraph`
async fn graph(
    State(state): State<AppState>,
    Input(request): Input<Request>,
) -> Result<Json<Value>, XrayError> {
    let ids = ids(request.trace_ids, MAX_GRAPH_TRACES)?;
    graphs::no_further_page(request.next_token.as_deref())?;
    let traces = state
        .store
        .read(move |connection| {
            let mut traces = Vec::new();
            for id in ids {
                traces.extend(stored::trace_by_id(connection, id)?);
            }
            Ok(traces)
        })
        .await?;
    let graph = ServiceGraph::of(&traces);
    Ok(Json(json!({ "Services": graph.services })))
}
