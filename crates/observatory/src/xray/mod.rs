//! X-Ray's API: what aws-sdk-xray, boto3 and the AWS CLI ask, and what the daemon takes.
//! What the answers are made of is `xray-query`'s; how documents are read is `xray-segment`'s.

pub(crate) mod error;
pub(crate) mod page;
pub(crate) mod settings;
pub(crate) mod traces;

use axum::Router;

use crate::server::AppState;

/// Everything at X-Ray's paths.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .merge(traces::router())
        .merge(settings::router())
}
