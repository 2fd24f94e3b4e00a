//! What X-Ray wants of a trace ID: `1-{8 hex digits of the time in seconds}-{24 hex digits}`.

use serde_json::Value;
use span_snapshot::verdict;

/// How far the time in a trace ID may be from the start of its first segment.
const TOLERANCE_SECONDS: f64 = 60.0;

/// Fails unless there are documents, and the trace ID of each has the time of its start.
pub(crate) fn check_time(documents: &[String]) {
    if documents.is_empty() {
        verdict(
            "no-spans",
            "the span that the grader made was not exported",
            "`builder` returns a builder whose provider samples and exports: give it the ID generator, and nothing else",
        );
    }
    for document in documents {
        let document: Value = serde_json::from_str(document).expect("a document in JSON");
        let trace_id = document["trace_id"].as_str().unwrap_or_default();
        let start = document["start_time"].as_f64().unwrap_or_default();
        let time = trace_id
            .split('-')
            .nth(1)
            .and_then(|digits| u32::from_str_radix(digits, 16).ok());
        if time.is_none_or(|time| (f64::from(time) - start).abs() > TOLERANCE_SECONDS) {
            let says = match time {
                None => "has no time in it",
                Some(_) => "begins with a time that is not when the trace began",
            };
            // The ID itself is another one in each run.
            verdict(
                "trace-id-without-time",
                &format!(
                    "the trace ID {says}: wanted is `1-`, the seconds of the start in 8 hex digits, `-`, and 24 random ones"
                ),
                "the SDK's own trace IDs are random: give the builder an `XrayIdGenerator`",
            );
        }
    }
}
