//! A span as OTLP JSON, as any OpenTelemetry tool reads it.

use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, TracesData};

use crate::model::StoredSpan;

/// The span with its resource and scope, indented.
pub(crate) fn pretty(span: &StoredSpan) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&TracesData {
        resource_spans: vec![ResourceSpans {
            resource: Some((*span.resource).clone()),
            scope_spans: vec![ScopeSpans {
                scope: Some((*span.scope).clone()),
                spans: vec![span.span.clone()],
                schema_url: span.scope_schema_url.to_string(),
            }],
            schema_url: span.resource_schema_url.to_string(),
        }],
    })
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
