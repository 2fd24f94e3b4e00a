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
    // Outside of a request no span is current, and what one gets then is all zeros.
    if span.is_valid() {
        let trace_id = span.trace_id().to_string();
        // X-Ray's writing: the first eight digits are the time.
        let (time, random) = trace_id.split_at(8);
        event.set("xray_trace_id", format!("1-{time}-{random}"));
        event.set("trace_id", trace_id);
        event.set("span_id", span.span_id().to_string());
    }
    // #endregion
}
