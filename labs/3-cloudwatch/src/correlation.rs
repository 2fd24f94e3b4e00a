//! What joins a log event to the trace in which it happened.

use cloudwatch_layer::Added;
use opentelemetry::{Context, trace::TraceContextExt};

/// Adds to an event the IDs of the span that is current, if there is one: `trace_id`, `span_id` and `xray_trace_id`.
/// The layer calls it for each event, where and when that is logged.
pub fn correlate(event: &mut Added<'_>) {
    let context = Context::current();
    let span = context.span();
    let span = span.span_context();
    // #region step 5
    // TODO(step 5): `trace_id`, `span_id` and `xray_trace_id`, if a span is current.
    let _ = (event, span);
    // #endregion
}
