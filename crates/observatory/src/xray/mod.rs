//! X-Ray's API: what aws-sdk-xray, boto3 and the AWS CLI ask, and what the daemon takes.
//! What the answers are made of is `xray-query`'s; how documents are read is `xray-segment`'s.

pub(crate) mod daemon;
pub(crate) mod error;
mod graphs;
pub(crate) mod groups;
pub(crate) mod ingest;
mod named;
pub(crate) mod orphans;
pub(crate) mod page;
mod put;
pub(crate) mod request;
pub(crate) mod settings;
pub(crate) mod signature;
pub(crate) mod stored;
mod summaries;
pub(crate) mod traces;

use axum::{Router, middleware};

use crate::{aws::request_id, server::AppState};

/// X-Ray's API, for calls that are signed.
pub(crate) fn router() -> Router<AppState> {
    calls()
        .route_layer(middleware::from_fn(signature::check))
        .route_layer(middleware::from_fn(request_id::add))
}

/// X-Ray's API, for whoever calls.
pub(crate) fn routes() -> Router<AppState> {
    calls().route_layer(middleware::from_fn(request_id::add))
}

fn calls() -> Router<AppState> {
    Router::new()
        .merge(traces::router())
        .merge(settings::router())
}
