//! Whose request it is, on the span.

use axum::extract::Request;

/// Looks at each request on its way in, while the request's span is current already.
pub async fn record_user(request: Request) -> Request {
    // #region step 9
    use opentelemetry::{Context, KeyValue, trace::TraceContextExt};
    use opentelemetry_semantic_conventions::attribute::USER_ID;

    // High cardinality is what a span's attributes are for: it is the name that must stay low.
    Context::current()
        .span()
        .set_attribute(KeyValue::new(USER_ID, cruddur::CURRENT_USER));
    // #endregion
    request
}
