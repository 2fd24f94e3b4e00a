//! What the graders of lab 1 share: the learner's back end and its spans.

pub(crate) mod bad_day;

use axum::{
    Router,
    body::Body,
    http::{Method, header},
};
use cruddur::Query;
use honeycomb::database;
use opentelemetry::global;
use span_snapshot::{Finish, InProcess, Kind, SpanTree, Value, verdict};
use tower::ServiceExt;

use crate::application::{deterministic, get, infallible, request, send, settings};

/// A capture of what the process exports from now on, under this service's name.
pub(crate) fn capture(service: &str) -> InProcess {
    let spans = InProcess::new();
    global::set_tracer_provider(spans.provider_for(service));
    spans
}

/// The learner's back end, with nothing left to chance, and the profiles service at `profiles_url`.
pub(crate) fn backend(profiles_url: &str) -> Router {
    honeycomb::app(deterministic(), &settings(profiles_url))
}

/// The same, for the steps after the third: where the learner has no server spans yet, the grader's layer makes them.
///
/// So each of these steps fails for its own reason, and none because step 3 is still open.
pub(crate) async fn backend_with_server_spans(spans: &InProcess, profiles_url: &str) -> Router {
    let app = backend(profiles_url);
    send(&app, get("/api/activities/notifications")).await;
    let has_server_spans = spans.tree().spans().any(|span| span.kind() == Kind::Server);
    spans.clear();
    if has_server_spans {
        app
    } else {
        app.layer(opentelemetry_instrumentation_tower::http::server::Layer::new())
    }
}

/// The headers that a browser may send, as the answer to its preflight request says, in lower case.
pub(crate) async fn allowed_headers(app: &Router) -> Vec<String> {
    let preflight = request(Method::OPTIONS, "/api/activities")
        .header(header::ORIGIN, "http://localhost:3000")
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
        .header(
            header::ACCESS_CONTROL_REQUEST_HEADERS,
            "content-type,traceparent,tracestate",
        )
        .body(Body::empty())
        .expect("a request");
    let response = infallible(app.clone().oneshot(preflight).await);
    let allowed = response.headers().get(header::ACCESS_CONTROL_ALLOW_HEADERS);
    let allowed = allowed
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    allowed
        .split(',')
        .map(|name| name.trim().to_lowercase())
        .filter(|name| !name.is_empty())
        .collect()
}

/// The tree of step 5 with a word in place of the port of `profiles_url`, which is another one in each run.
/// Fails where a CLIENT span says another port or address than the one that was asked.
pub(crate) fn without_port(tree: &SpanTree, profiles_url: &str) -> SpanTree {
    let port = profiles_url.rsplit(':').next().unwrap_or_default();
    for span in tree.spans().filter(|span| span.kind() == Kind::Client) {
        let shown = |value: &Value| value.to_string().replace(port, "[port]");
        match span.attribute("server.port") {
            None => {}
            Some(Value::I64(number)) if number.to_string() == port => {}
            Some(Value::I64(_)) => verdict(
                "wrong-attribute-value",
                "`server.port` is another port than the one that was asked",
                "take it from the URL: `url.port_or_known_default()`",
            ),
            Some(other) => verdict(
                "wrong-attribute-type",
                &format!("`server.port` is {}, wanted an integer", other.type_name()),
                "convert it: `KeyValue::new(SERVER_PORT, i64::from(port))`",
            ),
        }
        let wanted = Value::String(format!("{profiles_url}/profiles/@andrewbrown"));
        if let Some(url) = span.attribute("url.full").filter(|url| **url != wanted) {
            verdict(
                "wrong-attribute-value",
                &format!("`url.full` is {}; {} was asked", shown(url), shown(&wanted)),
                "it is the whole address, with scheme, host, port and path: `request.url().to_string()`",
            );
        }
    }
    // Where there is nothing to redact, the comparison says so.
    let tree = tree
        .redact("*/server.port", "[port]")
        .unwrap_or(tree.clone());
    tree.redact("*/url.full", "[url with the port]")
        .unwrap_or(tree)
}

/// What became of a query that `around_query` was given.
pub(crate) struct OneQuery {
    /// How often it was run.
    times: usize,
    /// Whether a CLIENT span was open while it ran.
    inside: bool,
}

/// Gives the learner's `around_query` a query, and watches it run.
pub(crate) fn one_query(spans: &InProcess) -> OneQuery {
    let query = Query {
        operation: "SELECT",
        collection: "activities",
        text: "SELECT 1",
    };
    let mut watched = OneQuery {
        times: 0,
        inside: false,
    };
    database::around_query(&query, &mut || {
        let is_open = |span: span_snapshot::Span<'_>| {
            span.kind() == Kind::Client && span.finish() == Finish::NotEnded
        };
        watched.times += 1;
        watched.inside |= spans.tree().spans().any(is_open);
    });
    watched
}

impl OneQuery {
    /// Fails unless it was run once.
    pub(crate) fn check_times(&self) {
        match self.times {
            1 => {}
            0 => verdict(
                "query-not-run",
                "`around_query` did not run the query, so that it has no result",
                "call `run()`, once, inside the span",
            ),
            times => verdict(
                "query-run-again",
                &format!(
                    "`around_query` ran the query {times} times: an INSERT would be there {times} times too"
                ),
                "call `run()` once, inside the span",
            ),
        }
    }

    /// Fails unless it was run while its span was open: a span that begins or ends elsewhere measures nothing.
    pub(crate) fn check_inside(&self) {
        if !self.inside {
            verdict(
                "query-outside",
                "no CLIENT span was open while the query ran, so that its duration is none of the query's",
                "`tracer.in_span_with_builder(builder, |_| run())`: the span begins before `run()`, and ends after it",
            );
        }
    }
}
