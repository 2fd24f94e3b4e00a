//! Groups, sampling rules, tags and encryption: what the service is told besides segments.

use axum::Router;

use crate::server::AppState;

pub(crate) fn router() -> Router<AppState> {
    Router::new()
}
