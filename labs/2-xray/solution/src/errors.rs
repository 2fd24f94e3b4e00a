//! What a failed request leaves on its segment.

use axum::response::Response;

/// Looks at each answer on its way out, while the request's span is still current.
pub async fn record_failure(response: Response) -> Response {
    // #region step 5
    use cruddur::Failure;
    use opentelemetry::{
        Context, KeyValue,
        trace::{Status, TraceContextExt},
    };
    use opentelemetry_semantic_conventions::attribute::{EXCEPTION_MESSAGE, EXCEPTION_TYPE};

    // The status alone makes the segment `error` or `fault`; why it failed is the `cause`, and that is an exception's.
    if response.status().is_server_error()
        && let Some(failure) = response.extensions().get::<Failure>()
    {
        let context = Context::current();
        let span = context.span();
        span.add_event(
            "exception",
            vec![
                KeyValue::new(EXCEPTION_TYPE, failure.code()),
                KeyValue::new(EXCEPTION_MESSAGE, failure.message()),
            ],
        );
        span.set_status(Status::error(failure.message()));
    }
    // #endregion
    response
}
