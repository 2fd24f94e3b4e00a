//! The mistakes that senders make, one by one.

use serde_json::{Value, json};

use super::{JSON, KEY, PROTOBUF, Sent, logs_call, observatory, post, send, span, text};
use crate::asking::signed;

#[tokio::test]
async fn each_usual_mistake_is_told_with_what_to_do() {
    let key = ("x-honeycomb-team", KEY);
    let cases: Vec<(&str, bool, Sent, &str, &[&str])> = vec![
        (
            "a misspelt header",
            true,
            post("/v1/traces", &[JSON, ("x-honeycomb-teem", KEY)], "{}"),
            "401",
            &[
                "MissingKey",
                "POST /v1/traces",
                "missing 'x-honeycomb-team' header",
                "There was a header x-honeycomb-teem",
            ],
        ),
        (
            "no header",
            true,
            post("/v1/traces", &[JSON], "{}"),
            "401",
            &["OTEL_EXPORTER_OTLP_HEADERS=x-honeycomb-team=KEY"],
        ),
        (
            "another key",
            true,
            post(
                "/v1/traces",
                &[JSON, ("x-honeycomb-team", "hcaik_wrong_secret")],
                "{}",
            ),
            "401",
            &["UnknownKey", "unknown API key", "18 characters long"],
        ),
        (
            "a classic key",
            true,
            post(
                "/v1/traces",
                &[
                    JSON,
                    ("x-honeycomb-team", "0123456789abcdef0123456789abcdef"), // gitleaks:allow
                ],
                "{}",
            ),
            "401",
            &["MissingDataset"],
        ),
        (
            "as the auth of Honeycomb's API",
            true,
            Sent {
                method: "GET",
                ..post("/1/auth", &[("x-honeycomb-team", "hcaik_wrong_secret")], "")
            },
            "401",
            &["UnknownKey", "GET /1/auth", "Honeycomb's API"],
        ),
        (
            "as curl sends it",
            true,
            post(
                "/v1/traces",
                &[key, ("content-type", "application/x-www-form-urlencoded")],
                "{}",
            ),
            "415",
            &[
                "ContentType",
                "unsupported content-type",
                "what curl says by itself",
            ],
        ),
        (
            "an encoding that is not known",
            true,
            post("/v1/traces", &[key, JSON, ("content-encoding", "br")], "{}"),
            "415",
            &["ContentEncoding"],
        ),
        (
            "no OTLP",
            true,
            post("/v1/traces", &[key, JSON], "{resourceSpans:[]}"),
            "400",
            &["NotOtlp", "failed to parse OTLP request body", "quotes"],
        ),
        (
            "JSON that is called protobuf",
            true,
            post("/v1/traces", &[key, PROTOBUF], span("ab")),
            "400",
            &["NotOtlp", "If it is JSON"],
        ),
        (
            "IDs that are none",
            true,
            post(
                "/v1/traces",
                &[key, JSON],
                span("00000000000000000000000000000000"),
            ),
            "200, in part",
            &["RejectedSpans", "1 rejected: a trace ID must be 16 bytes"],
        ),
        (
            "metrics",
            false,
            post("/v1/metrics", &[PROTOBUF], ""),
            "501",
            &["NoLogsOrMetrics", "OTEL_METRICS_EXPORTER=none"],
        ),
        (
            "a misspelt path",
            false,
            post("/v1/trace?key=hcaik_right_secret", &[JSON], "{}"),
            "404",
            &["NoSuchAddress", "POST /v1/trace", "Spans go to /v1/traces."],
        ),
        (
            "a path twice",
            false,
            post("/v1/traces/v1/traces", &[PROTOBUF], ""),
            "404",
            &["without a path"],
        ),
        (
            "no path",
            false,
            post("/", &[PROTOBUF], ""),
            "404",
            &["OTLP/HTTP", "NoSuchAddress", "let it end in /v1/traces"],
        ),
        (
            "another method",
            false,
            Sent {
                method: "PUT",
                ..post("/v1/traces", &[JSON], "{}")
            },
            "405",
            &["MethodNotAllowed", "PUT /v1/traces"],
        ),
        (
            "a stranger's page",
            false,
            post(
                "/v1/traces",
                &[JSON, ("origin", "https://example.com")],
                "{}",
            ),
            "403",
            &["Origin", "--allow-host"],
        ),
        (
            "segments without a signature",
            false,
            post(
                "/TraceSegments",
                &[],
                json!({"TraceSegmentDocuments": ["{}"]}),
            ),
            "403",
            &[
                "MissingAuthenticationTokenException",
                "X-Ray's API",
                "AWS_ACCESS_KEY_ID=any",
            ],
        ),
        (
            "a key where the signature should be",
            false,
            post("/TraceSegments", &[("authorization", KEY)], json!({})),
            "403",
            &["IncompleteSignatureException", "Signature Version 4"],
        ),
        (
            "segments signed for logs",
            false,
            post(
                "/TraceSegments",
                &[("authorization", &signed("logs"))],
                json!({}),
            ),
            "403",
            &["InvalidSignatureException", "another service"],
        ),
        (
            "a document without an ID",
            false,
            post(
                "/TraceSegments",
                &[("authorization", &signed("xray"))],
                json!({"TraceSegmentDocuments": ["{}"]}),
            ),
            "200, without it",
            &["MissingId", "16 hex digits", "PutTraceSegments"],
        ),
        (
            "no documents",
            false,
            post(
                "/TraceSegments",
                &[("authorization", &signed("xray"))],
                json!({}),
            ),
            "400",
            &["InvalidRequestException", "traceSegmentDocuments"],
        ),
        (
            "logs without a signature",
            false,
            post("/", &[("x-amz-target", "Logs_20140328.PutLogEvents")], "{}"),
            "400",
            &[
                "MissingAuthenticationTokenException",
                "PutLogEvents",
                "CloudWatch Logs",
            ],
        ),
        (
            "a group that is not there",
            false,
            logs_call(
                "PutLogEvents",
                json!({"logGroupName": "none", "logStreamName": "s", "logEvents": [{"timestamp": 1, "message": "x"}]}),
            ),
            "400",
            &["ResourceNotFoundException", "create-log-group"],
        ),
        (
            "a call that is none",
            false,
            logs_call("PutMetricData", json!({})),
            "400",
            &["UnknownOperationException"],
        ),
        (
            "a body that is no JSON",
            false,
            logs_call("PutLogEvents", Value::String("x".into())),
            "400",
            &["SerializationException"],
        ),
    ];
    for (rule, needs_key, sent, answer, parts) in cases {
        let observatory = observatory(needs_key.then_some(KEY));
        send(&observatory.router, sent).await;
        let told = observatory.state.refusals.told();
        assert_eq!(told.last.len(), 1, "{rule}: {told:?}");
        assert_eq!(told.last[0].answer, answer, "{rule}");
        let page = text(&observatory.page("/status").await);
        for part in parts {
            assert!(page.contains(part), "{rule}: {part} in {page}");
        }
        assert!(!page.contains("secret"), "{rule}: {page}");
        assert!(!page.contains("0123456789abcdef"), "{rule}: {page}");
        assert!(!format!("{told:?}").contains("secret"), "{rule}");
    }
}
