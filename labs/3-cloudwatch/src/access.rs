//! The access log: one event after each request.

use axum::{extract::Request, middleware::Next, response::Response};

/// Lets the request be answered, and logs what was asked and what was answered.
pub async fn log_access(request: Request, next: Next) -> Response {
    // #region step 4
    // TODO(step 4): one event after the answer.
    next.run(request).await
    // #endregion
}
