//! Span trees for insta: fake exporters, stable snapshots of exported spans, and failures that name the likely cause.
//!
//! # What it looks like
//!
//! A test that looks at what was really exported, and wants this:
//!
//! ```text
//! trace 1
//! └─ SERVER GET /api/activities/home
//!    http.response.status_code = 200
//!    └─ INTERNAL home-activities-mock-data
//!       app.result_length = 3
//! ```
//!
//! fails like this when the child's parent was not current:
//!
//! ```text
//! the spans are not those wanted
//!
//!   yours                                 │   wanted
//!   ───────────────────────────────────── │   ──────
//!   trace 1                               │   trace 1
//!   └─ SERVER GET /api/activities/home    │   └─ SERVER GET /api/activities/home
//!      http.response.status_code = 200    │      http.response.status_code = 200
//! +                                       │ -    └─ INTERNAL home-activities-mock-data
//! + trace 2                               │ -       app.result_length = 3
//! + └─ INTERNAL home-activities-mock-data │
//! +    app.result_length = 3              │
//!
//! cause[second-root]: `home-activities-mock-data` is a root of its own; it was wanted inside `GET /api/activities/home`
//!   help: The span was started but its parent was not current. Make the parent current (in_span, …
//! ```
//!
//! The two trees stand beside each other where the terminal has room for that: as wide as the environment variable `SPAN_SNAPSHOT_WIDTH` says, or 76 columns; else one above the other.
//!
//! # A first test
//!
//! [`InProcess`] captures spans; [`assert_span_snapshot!`] compares their tree with a snapshot, inline or stored, as insta's own assertions do.
//!
//! ```
//! use opentelemetry::trace::{TraceContextExt, Tracer, TracerProvider};
//! use opentelemetry::KeyValue;
//! use span_snapshot::{assert_span_snapshot, InProcess};
//!
//! let spans = InProcess::new();
//! let tracer = spans.provider_for("backend").tracer("cruddur");
//!
//! tracer.in_span("home", |_| {
//!     tracer.in_span("mock-data", |cx| {
//!         cx.span().set_attribute(KeyValue::new("app.result_length", 3));
//!     });
//! });
//!
//! assert_span_snapshot!(spans.tree(), @r#"
//! resource: backend
//!    service.name = "backend"
//! scope: cruddur
//!
//! trace 1
//! └─ INTERNAL home
//!    └─ INTERNAL mock-data
//!       app.result_length = 3
//! "#);
//! ```
//!
//! No run of it gives another text: there are no IDs and no times in it.
//!
//! # What the tree shows
//!
//! - IDs are gone: a span's place says whose child it is, and a span that a link leads to has a number (`[#1]`, `link: #1`; a link out of the tree is `link: external`).
//! - Times are gone: siblings and traces are in the order of their starts, then names, then contents.
//! - Attributes are sorted and keep their types: `"200"`, `200`, `200.0`, `true`, `["a", "b"]`.
//! - Status (if set), events and links follow the attributes.
//! - Resource and scope stand at the top, once. If there are several, spans say `[in service]` and `[by scope]` where it changes.
//! - What is wrong with a span stands behind its name: `[orphan]` (its parent was not exported), `[not ended]`, `[open at shutdown]`, `[exported 2 times]`, `[parent cycle]`.
//!
//! A line depends on nothing but its own span and depth, so one span more or less changes no other line; below the 32nd level the depth is a number instead of an indentation.
//! Names that could be taken for something else are quoted. [`SpanTree::parse`] reads the text back.
//!
//! # Looking at less
//!
//! A good snapshot holds what the test is about. Views leave out the rest; each is a tree of its own:
//!
//! ```
//! # use opentelemetry::trace::{Span, Tracer, TracerProvider};
//! # use opentelemetry::KeyValue;
//! # use span_snapshot::{assert_span_snapshot, InProcess};
//! # let spans = InProcess::new();
//! # let tracer = spans.provider_for("backend").tracer("cruddur");
//! # let mut span = tracer.start("home");
//! # span.set_attributes([KeyValue::new("app.now", "12:00"), KeyValue::new("app.result_length", 3), KeyValue::new("thread.id", 7)]);
//! # span.end();
//! let tree = spans
//!     .tree()
//!     .without_resource()
//!     .without_scope()
//!     .only_attributes(["app.now", "app.result_length"])
//!     .redact("home/app.now", "[now]")?;
//!
//! assert_span_snapshot!(tree, @r#"
//! trace 1
//! └─ INTERNAL home
//!    app.now = "[now]"
//!    app.result_length = 3
//! "#);
//!
//! // A redaction that matches nothing would hide that something is missing.
//! assert!(tree.redact("home/app.than", "[then]").is_err());
//! # Ok::<(), span_snapshot::RedactError>(())
//! ```
//!
//! # What was really sent
//!
//! [`Collector`] is an OTLP/HTTP collector on a free port, on threads of its own. It records headers and bodies, and answers well or badly: 401, 429, 503, late, never, or half.
//! Waiting is for arrival, with a deadline.
//!
//! ```
//! use std::time::Duration;
//! # use opentelemetry::trace::{Span, Tracer, TracerProvider};
//! use opentelemetry_otlp::WithExportConfig;
//! use span_snapshot::{Answer, Collector};
//!
//! let collector = Collector::answering_in_turn([Answer::Unavailable, Answer::Accept]);
//! # let exporter = opentelemetry_otlp::SpanExporter::builder().with_http()
//! #     .with_endpoint(format!("{}/v1/traces", collector.endpoint())).build()?;
//! # let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder().with_simple_exporter(exporter).build();
//! # for _ in 0..2 {
//! // … the program under test, with OTEL_EXPORTER_OTLP_ENDPOINT set to collector.endpoint() …
//! # provider.tracer("t").start("work").end(); }
//!
//! let tree = collector.wait_for_spans(1, Duration::from_secs(5))?;
//! assert_eq!(tree.find("work").map(|span| span.is_root()), Some(true));
//! assert_eq!(collector.requests()[0].status, Some(503));
//! assert!(collector.requests()[0].header("x-honeycomb-team").is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Segments
//!
//! X-Ray's segment documents make trees too, for the same views, snapshots and causes.
//! [`SpanTree::from_segments`] takes embedded subsegments and independent ones.
//! A SEGMENT is named after its service; there is no resource and no scope. What is still in progress is `[not ended]`, what was sent again `[exported 2 times]`.
//!
//! ```
//! use span_snapshot::{assert_span_snapshot, SpanTree};
//!
//! let tree = SpanTree::from_segments([r#"{
//!     "trace_id": "1-581cf771-a006649127e371903a2de979", "id": "70de5b6f19ff9a0a",
//!     "name": "backend", "start_time": 1478293361.271, "end_time": 1478293361.449,
//!     "http": {"request": {"method": "GET"}, "response": {"status": 500}}, "fault": true,
//!     "cause": {"exceptions": [{"id": "1f2e3d4c5b6a7988", "type": "NotFound", "message": "no such user"}]},
//!     "subsegments": [{
//!         "id": "53995c3f42cd8ad8", "name": "activities_home", "start_time": 1478293361.3, "end_time": 1478293361.4,
//!         "annotations": {"user_handle": "andrewbrown"},
//!         "metadata": {"cruddur": {"results-size": 3}}
//!     }]
//! }"#])?;
//!
//! assert_span_snapshot!(tree, @r#"
//! trace 1
//! └─ SEGMENT backend
//!    fault = true
//!    http.request.method = "GET"
//!    http.response.status = 500
//!    event: exception
//!       message = "no such user"
//!       type = "NotFound"
//!    └─ SUBSEGMENT activities_home
//!       annotations.user_handle = "andrewbrown"
//!       metadata.cruddur.results-size = 3
//! "#);
//! # Ok::<(), span_snapshot::SegmentError>(())
//! ```
//!
//! [`XrayDaemon`] takes segments by UDP, as `AWS_XRAY_DAEMON_ADDRESS` has them sent, and keeps what is garbage apart, with the reason.
//! [`XrayApi`] answers the AWS SDKs: segments, sampling rules and targets, groups, summaries, traces and the service graph. It records what it was asked, and refuses what the service would, or what it is told to.
//!
//! ```
//! use std::time::Duration;
//! use span_snapshot::{XrayAnswer, XrayApi, XrayDaemon};
//!
//! let daemon = XrayDaemon::start();
//! # let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
//! # let document = r#"{"trace_id": "1-581cf771-a006649127e371903a2de979", "id": "70de5b6f19ff9a0a", "name": "backend", "start_time": 1.0, "end_time": 2.0}"#;
//! # socket.send_to(format!("{{\"format\": \"json\", \"version\": 1}}\n{document}").as_bytes(), daemon.address())?;
//! // … the program under test, with AWS_XRAY_DAEMON_ADDRESS set to daemon.address() …
//! let tree = daemon.wait_for_segments(1, Duration::from_secs(5))?;
//! assert!(tree.find("backend").is_some() && daemon.garbage().is_empty());
//!
//! // Its first PutTraceSegments is throttled; all others are served.
//! let api = XrayApi::start().answering("PutTraceSegments", [XrayAnswer::Throttle, XrayAnswer::Serve]);
//! // … the program under test, with AWS_ENDPOINT_URL_XRAY set to api.endpoint() …
//! assert!(api.calls_of("CreateSamplingRule").is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Log events
//!
//! What a program has put into CloudWatch Logs makes trees as well. A test that wants this:
//!
//! ```text
//! log group cruddur
//! └─ STREAM backend
//!    └─ INFO answered
//!       http.request.method = "GET"
//!       http.response.status_code = 200
//!       trace_id = "the request's"
//! ```
//!
//! fails like this when the values are glued into the text and the level is not chosen:
//!
//! ```text
//! the log events are not those wanted
//!
//!   yours                        │   wanted
//!   ──────────────────────────── │   ──────
//!   log group cruddur            │   log group cruddur
//!   └─ STREAM backend            │   └─ STREAM backend
//! +    └─ ERROR answered GET 200 │ -    └─ INFO answered
//! +       trace_id = "trace 1"   │ -       http.request.method = "GET"
//!                                │ -       http.response.status_code = 200
//!                                │ -       trace_id = "the request's"
//!
//! cause[glued-into-message]: `http.request.method` and `http.response.status_code` of `answered GET 200` stand inside the message
//!   help: Out of a text no query can filter, sort or count by a value. Log values as fields with their types: …
//!
//! cause[all-at-error]: the only log event is at ERROR
//!   help: Where all is an error, nobody sees one. The level tells who must look: …
//!
//! cause[not-correlated]: `trace_id` on `answered GET 200` is "trace 1"; "the request's" was wanted
//!   help: The ID must be that of the request's span: …
//! ```
//!
//! [`LogsApi`] answers the AWS SDKs: log groups and streams, retention, events in and out, Logs Insights. It refuses what the service would, each limit of `PutLogEvents` at its edge, and says which rule was broken.
//! [`SpanTree::from_log_events`] and [`SpanTree::from_log_lines`] make the trees, [`SpanTree::only_log_events`] leaves out groups and streams.
//! Timestamps become order, and IDs become names, so that it shows what belongs together.
//!
//! ```
//! use std::time::Duration;
//! use span_snapshot::{assert_span_snapshot, LogsAnswer, LogsApi};
//!
//! // Its first PutLogEvents is throttled; all others are served.
//! let api = LogsApi::start()
//!     .with_retention("cruddur", 14)
//!     .answering("PutLogEvents", [LogsAnswer::Throttle, LogsAnswer::Serve]);
//! # let api = api.with_events("cruddur", "backend", [
//! #     (1478293361271, r#"{"level": "INFO", "message": "answered", "seconds": 0.178, "trace_id": "581cf771a006649127e371903a2de979", "xray_trace_id": "1-581cf771-a006649127e371903a2de979"}"#),
//! #     (1478293361449, "out of memory"),
//! # ]);
//! // … the program under test, with AWS_ENDPOINT_URL_CLOUDWATCH_LOGS set to api.endpoint() …
//! let events = api.wait_for_events(2, Duration::from_secs(5))?;
//! assert_eq!(events[1].message, "out of memory");
//! assert!(api.rejected().is_empty());
//!
//! let tree = api.tree_naming(&[("581cf771a006649127e371903a2de979", "the request's")]);
//! assert_span_snapshot!(tree.redact("answered/seconds", "[seconds]")?, @r#"
//! log group cruddur
//!    retentionInDays = 14
//! └─ STREAM backend
//!    └─ INFO answered
//!       seconds = "[seconds]"
//!       trace_id = "the request's"
//!       xray_trace_id = "the request's"
//!    └─ TEXT out of memory
//! "#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Tests that need the process for themselves
//!
//! OpenTelemetry's global provider and the environment belong to the whole process. [`isolated!`] runs part of a test in a process of its own:
//!
//! ```no_run
//! #[test]
//! fn spans_go_to_the_global_provider() {
//!     span_snapshot::isolated!([("OTEL_SERVICE_NAME", "backend")], || {
//!         let spans = span_snapshot::InProcess::new();
//!         opentelemetry::global::set_tracer_provider(spans.provider_for("backend"));
//!         // …
//!     });
//! }
//! ```
//!
//! # Causes
//!
//! [`explain()`] compares two trees and names what likely went wrong; a failed assertion prints it.
//! Checks of one's own fail in the same form by [`verdict()`]: `cause[id]: what`, then `help:`.

mod assert;
mod aws;
mod build;
mod collector;
mod error;
mod explain;
mod in_process;
mod isolated;
mod logs;
mod order;
mod otlp;
mod parse;
mod quote;
mod record;
mod render;
mod segments;
mod server;
mod side_by_side;
mod span;
mod tree;
mod value;
mod verdict;
mod view;
mod xray;

pub use assert::mismatch;
pub use aws::{Call, Refusal};
pub use collector::{Answer, ApiKey, Collector, Request};
pub use error::{OtlpError, ParseError, RedactError, SegmentError};
pub use explain::explain;
pub use in_process::InProcess;
pub use isolated::{in_isolation, isolated, isolated_within};
pub use logs::{
    LogGroup, LogsAnswer, LogsApi, MalformedQuery, Rejected, StartedQuery, StoredEvent,
};
pub use server::{Gate, NotArrived};
pub use side_by_side::side_by_side;
pub use span::{Event, Finish, Kind, Level, Span, Status};
pub use tree::SpanTree;
pub use value::{Attributes, Value};
pub use verdict::{Cause, verdict};
pub use xray::{Garbage, Quota, XrayAnswer, XrayApi, XrayDaemon};

#[doc(hidden)]
pub mod __private {
    //! What the macros expand to; no part of the API.
    pub use crate::assert::compare;
    pub use crate::isolated::name_of;
    pub use insta;
}
