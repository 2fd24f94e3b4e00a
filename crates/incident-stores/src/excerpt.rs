//! Which traces and log events a grader asks: those in which anything was unusual, and some of the others.

use incident_recording::{LogEvent, Release, Span, TraceId, Value};

/// Of so many ordinary traces, one.
const ONE_IN: usize = 100;

/// Slower than nearly all, in milliseconds.
const SLOW: f64 = 700.0;

/// Whether the trace at this place in the recording is asked.
pub(crate) fn keeps(index: usize, trace: &[Span]) -> bool {
    index.is_multiple_of(ONE_IN) || trace.iter().any(is_unusual)
}

/// An error of whatever kind, a long feed, or a long time.
fn is_unusual(span: &Span) -> bool {
    let unusual = |(name, value): &(&str, Value)| match (*name, value) {
        ("error.type" | "http.request.resend_count", _) => true,
        ("http.response.status_code", Value::Int(status)) => *status >= 400,
        ("app.result_length", Value::Int(length)) => {
            *length > Release::MANY && span.name.ends_with("/home")
        }
        _ => false,
    };
    span.error.is_some() || span.duration_ms() > SLOW || span.attributes.iter().any(unusual)
}

/// The trace that a log event is of: each line of the recording says so.
pub(crate) fn trace_of(event: &LogEvent) -> Option<TraceId> {
    let (_, rest) = event.message.split_once(r#""trace_id":""#)?;
    let id = u128::from_str_radix(rest.get(..32)?, 16).ok()?;
    Some(TraceId(id.to_be_bytes()))
}
