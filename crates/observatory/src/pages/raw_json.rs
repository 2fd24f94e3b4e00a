//! A span as OTLP JSON, as any OpenTelemetry tool reads it.

use crate::model::StoredSpan;

/// The span with its resource and scope, indented.
pub(crate) fn pretty(span: &StoredSpan) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&otlp_json::traces(&[span.placed()]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample::span;

    #[test]
    fn ids_are_hex_and_times_are_strings() {
        let json = pretty(&span(0x0a, 1, "get", 0, 9)).expect("a span");
        for expected in [
            r#""spanId": "000000000000000a""#,
            r#""parentSpanId": "0000000000000001""#,
            r#""startTimeUnixNano": "1700000000000000000""#,
            r#""stringValue": "backend""#,
        ] {
            assert!(json.contains(expected), "{expected} in {json}");
        }
    }
}
