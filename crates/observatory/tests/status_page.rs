//! The status page over HTTP: each usual mistake of a sender shows there with its reason and what to do, and never with a key.

use axum::{Router, body::Body};
use http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use observatory::{
    access::Access,
    server::{self, AppState, By, Keys, Kind},
    store::{Location, Store, StoreOptions},
};
use serde_json::{Value, json};
use tower::ServiceExt;

/// The key that senders must give; nothing that is shown may have it, nor any that they give instead.
const KEY: &str = "hcaik_right_secret";

struct Observatory {
    state: AppState,
    http: Router,
    grpc: Router,
}

/// What is sent.
struct Sent {
    method: &'static str,
    path: &'static str,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Observatory {
    fn new(key: Option<&str>) -> Self {
        let store = Store::open(StoreOptions {
            location: Location::Memory,
            retain_bytes: u64::MAX,
        })
        .expect("a store in memory opens");
        let state = AppState::new(store, Keys::new(key.map(str::to_owned)), Access::default());
        Self {
            http: server::router(state.clone()),
            grpc: server::grpc_router(state.clone()),
            state,
        }
    }

    async fn send(&self, router: &Router, sent: Sent) -> (StatusCode, String) {
        let mut request = Request::builder()
            .method(sent.method)
            .uri(sent.path)
            .header(header::HOST, "localhost:4318");
        for (name, value) in sent.headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(sent.body)).expect("a request");
        let response = router.clone().oneshot(request).await.expect("an answer");
        let status = response.status();
        let body = response.into_body().collect().await.expect("a body");
        (
            status,
            String::from_utf8_lossy(&body.to_bytes()).into_owned(),
        )
    }

    async fn status_page(&self) -> String {
        let sent = Sent {
            method: "GET",
            path: "/status",
            headers: Vec::new(),
            body: Vec::new(),
        };
        self.send(&self.http, sent).await.1
    }
}

fn post(path: &'static str, headers: &[(&'static str, &str)], body: impl ToString) -> Sent {
    Sent {
        method: "POST",
        path,
        headers: headers
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect(),
        body: body.to_string().into_bytes(),
    }
}

fn signed(service: &str) -> String {
    let signature = "0123456789abcdef".repeat(4);
    format!(
        "AWS4-HMAC-SHA256 Credential=any/20260101/eu-central-1/{service}/aws4_request, SignedHeaders=host, Signature={signature}"
    )
}

fn logs_call(operation: &str, body: Value) -> Sent {
    post(
        "/",
        &[
            ("authorization", &signed("logs")),
            ("x-amz-target", &format!("Logs_20140328.{operation}")),
        ],
        body,
    )
}

fn span(trace_id: &str) -> Value {
    json!({"resourceSpans": [{
        "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "hello"}}]},
        "scopeSpans": [{"spans": [{"traceId": trace_id, "spanId": "00000000000000aa", "name": "first",
            "startTimeUnixNano": "1700000000000000000", "endTimeUnixNano": "1700000000250000000"}]}],
    }]})
}

const JSON: (&str, &str) = ("content-type", "application/json");
const PROTOBUF: (&str, &str) = ("content-type", "application/x-protobuf");

/// The text of a page, as a reader sees it.
fn text(page: &str) -> String {
    let mut text = String::new();
    let mut is_tag = false;
    for character in page.chars() {
        match character {
            '<' => is_tag = true,
            '>' => is_tag = false,
            other if !is_tag => text.push(other),
            _ => {}
        }
    }
    text.replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&amp;", "&")
}

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
        let observatory = Observatory::new(needs_key.then_some(KEY));
        observatory.send(&observatory.http, sent).await;
        let told = observatory.state.refusals.told();
        assert_eq!(told.last.len(), 1, "{rule}: {told:?}");
        assert_eq!(told.last[0].answer, answer, "{rule}");
        let page = text(&observatory.status_page().await);
        for part in parts {
            assert!(page.contains(part), "{rule}: {part} in {page}");
        }
        assert!(!page.contains("secret"), "{rule}: {page}");
        assert!(!page.contains("0123456789abcdef"), "{rule}: {page}");
        assert!(!format!("{told:?}").contains("secret"), "{rule}");
    }
}

#[tokio::test]
async fn events_that_are_not_taken_are_told() {
    let observatory = Observatory::new(None);
    let place = json!({"logGroupName": "hello", "logStreamName": "s"});
    let group = json!({"logGroupName": "hello"});
    for (operation, body) in [("CreateLogGroup", &group), ("CreateLogStream", &place)] {
        observatory
            .send(&observatory.http, logs_call(operation, body.clone()))
            .await;
    }
    let put = |events: Value| {
        let mut body = place.clone();
        body["logEvents"] = events;
        observatory.send(&observatory.http, logs_call("PutLogEvents", body))
    };
    let in_seconds = json!([{"timestamp": 1_700_000_000, "message": "x"}]);
    assert_eq!(put(in_seconds).await.0, StatusCode::OK);
    let disordered = json!([{"timestamp": 5, "message": "x"}, {"timestamp": 4, "message": "x"}]);
    put(disordered).await;
    // A group that is there already is what clients expect that make it at each start.
    observatory
        .send(
            &observatory.http,
            logs_call("CreateLogGroup", group.clone()),
        )
        .await;
    let told = observatory.state.refusals.told();
    let reasons: Vec<&str> = told.last.iter().map(|one| &one.reason[..]).collect();
    assert_eq!(reasons, ["InvalidParameterException", "RejectedLogEvents"]);
    let page = text(&observatory.status_page().await);
    for part in [
        "200, in part",
        "1 of 1 events more than 14 days old",
        "milliseconds since 1970",
        "Sort the events",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
}

#[tokio::test]
async fn what_goes_wrong_over_grpc_is_told() {
    let export = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    let logs = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
    let grpc = ("content-type", "application/grpc");
    let framed = |message: &[u8]| {
        let mut body = vec![0, 0, 0, 0, message.len() as u8];
        body.extend_from_slice(message);
        body
    };
    let trace_ids = {
        use prost::Message;
        let request = opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest {
            resource_spans: vec![opentelemetry_proto::tonic::trace::v1::ResourceSpans {
                scope_spans: vec![opentelemetry_proto::tonic::trace::v1::ScopeSpans {
                    spans: vec![Default::default()],
                    ..Default::default()
                }],
                ..Default::default()
            }],
        };
        request.encode_to_vec()
    };
    for (rule, key, path, headers, body, answer, parts) in [
        (
            "no key",
            Some(KEY),
            export,
            vec![grpc],
            framed(b""),
            "Unauthenticated",
            &["MissingKey", "OTLP/gRPC"][..],
        ),
        (
            "a misspelt header",
            Some(KEY),
            export,
            vec![grpc, ("x-honeycomb-temm", KEY)],
            framed(b""),
            "Unauthenticated",
            &["x-honeycomb-temm"],
        ),
        (
            "garbage",
            None,
            export,
            vec![grpc],
            framed(b"\xff\xff"),
            "InvalidArgument",
            &["NotOtlp"],
        ),
        (
            "no IDs",
            None,
            export,
            vec![grpc],
            framed(&trace_ids),
            "OK, in part",
            &["RejectedSpans"],
        ),
        (
            "logs",
            None,
            logs,
            vec![grpc],
            framed(b""),
            "Unimplemented",
            &["Only traces are taken by gRPC"],
        ),
        (
            "OTLP over HTTP",
            None,
            "/v1/traces",
            vec![PROTOBUF],
            Vec::new(),
            "Unimplemented",
            &["This is OTLP over HTTP"],
        ),
    ] {
        let observatory = Observatory::new(key);
        let sent = Sent {
            body,
            ..post(path, &headers, "")
        };
        observatory.send(&observatory.grpc, sent).await;
        let told = observatory.state.refusals.told();
        assert_eq!(told.last.len(), 1, "{rule}");
        assert_eq!(
            (told.last[0].by, &told.last[0].answer[..]),
            (By::OtlpGrpc, answer),
            "{rule}"
        );
        let page = text(&observatory.status_page().await);
        for part in parts {
            assert!(page.contains(part), "{rule}: {part} in {page}");
        }
        assert!(!page.contains("secret"), "{rule}");
    }
}

#[tokio::test]
async fn who_looks_around_is_not_refused_anything() {
    let observatory = Observatory::new(None);
    for path in [
        "/favicon.ico",
        "/v1/traces",
        "/trace/nothing",
        "/robots.txt",
        "/traces?min=1",
    ] {
        let sent = Sent {
            method: "GET",
            ..post(path, &[], "")
        };
        observatory.send(&observatory.http, sent).await;
    }
    let ask = post("/api/query", &[JSON], "no query");
    observatory.send(&observatory.http, ask).await;
    assert_eq!(observatory.state.refusals.total(), 0);
}

#[tokio::test]
async fn what_arrives_is_counted_by_sender() {
    let observatory = Observatory::new(None);
    let trace = "0123456789abcdef0123456789abcdef";
    for _ in 0..2 {
        let sent = post("/v1/traces", &[JSON], span(trace));
        assert_eq!(
            observatory.send(&observatory.http, sent).await.0,
            StatusCode::OK
        );
    }
    let document = json!({"id": "00000000000000aa", "trace_id": "1-65535353-0123456789abcdef01234567",
        "name": "shop", "start_time": 1.0, "end_time": 2.0,
        "subsegments": [{"id": "00000000000000ab", "name": "inner", "start_time": 1.0, "end_time": 2.0}]});
    let documents = json!({"TraceSegmentDocuments": [document.to_string()]});
    let sent = post(
        "/TraceSegments",
        &[("authorization", &signed("xray"))],
        documents,
    );
    observatory.send(&observatory.http, sent).await;
    let told = observatory.state.arrivals.told();
    let counts: Vec<(&str, Kind, u64, u64)> = {
        let mut counts: Vec<_> = told
            .senders
            .iter()
            .map(|from| {
                let sender = &from.sender;
                (
                    &sender.name[..],
                    sender.kind,
                    from.items.total,
                    from.requests.total,
                )
            })
            .collect();
        counts.sort_unstable();
        counts
    };
    assert_eq!(
        counts,
        [("hello", Kind::Spans, 2, 2), ("shop", Kind::Segments, 1, 1)]
    );
    assert_eq!((told.requests.total, told.repeated), (3, 1));
    assert_eq!(observatory.state.refusals.total(), 0);
    let page = text(&observatory.status_page().await);
    for part in [
        "hello",
        "OTLP/HTTP, JSON",
        "1 span had arrived before",
        "shop",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
}
