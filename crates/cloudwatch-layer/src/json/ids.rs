//! The IDs of the request that an event belongs to, from the current OpenTelemetry context, and as X-Ray writes them.

use opentelemetry::{Context, SpanId, TraceId, trace::TraceContextExt as _};

/// X-Ray's way to write a trace ID: `1-581cf771-a006649127e371903a2de979` is W3C's `581cf771a006649127e371903a2de979`.
/// Source: AWS X-Ray Developer Guide, "Trace ID format".
pub fn xray_trace_id(trace_id: TraceId) -> String {
    let mut text = String::with_capacity(35);
    write_xray(&mut text, trace_id);
    text
}

/// What the current context says of an event.
pub(crate) enum Current {
    /// The work of exporters, which is not to be observed.
    Suppressed,
    /// No span.
    None,
    /// Within this span.
    Span(TraceId, SpanId),
}

/// Reads the current context for an event whose target is `target`.
pub(crate) fn current(target: &str) -> Current {
    // OpenTelemetry logs some of its warnings while it is changing the current context, which panics when it is read then.
    if target.starts_with("opentelemetry") {
        return Current::None;
    }
    Context::map_current(|context| {
        if context.is_telemetry_suppressed() {
            return Current::Suppressed;
        }
        if !context.has_active_span() {
            return Current::None;
        }
        let span = context.span();
        let span = span.span_context();
        if span.is_valid() {
            Current::Span(span.trace_id(), span.span_id())
        } else {
            Current::None
        }
    })
}

/// Appends the IDs as members of an object, each with a comma before it.
pub(crate) fn write(to: &mut String, trace_id: TraceId, span_id: SpanId) {
    to.push_str(",\"trace_id\":\"");
    hex(to, &trace_id.to_bytes());
    to.push_str("\",\"span_id\":\"");
    hex(to, &span_id.to_bytes());
    to.push_str("\",\"xray_trace_id\":\"");
    write_xray(to, trace_id);
    to.push('"');
}

fn write_xray(to: &mut String, trace_id: TraceId) {
    let bytes = trace_id.to_bytes();
    to.push_str("1-");
    hex(to, &bytes[..4]);
    to.push('-');
    hex(to, &bytes[4..]);
}

fn hex(to: &mut String, bytes: &[u8]) {
    const DIGITS: [u8; 16] = *b"0123456789abcdef";
    to.extend(
        bytes
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .map(|digit| char::from(DIGITS[usize::from(digit)])),
    );
}
