//! Five requests and what the access log says of them.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{Request, StatusCode},
    middleware::from_fn,
    routing,
};
use serde_json::Value;
use span_snapshot::{SpanTree, verdict};
use tokio::time::Instant;

use super::{
    backend,
    events::{self, Events, read, text},
};
use crate::application::{Service, block_on, get, post, send, stand_in};

const DURATION: &str = "http.server.request.duration";
const MESSAGE: &str = "request answered";

/// The request as it comes from 203.0.113.7.
fn from_somebody(mut request: Request<Body>) -> Request<Body> {
    let somebody = SocketAddr::from(([203, 0, 113, 7], 50_000));
    request.extensions_mut().insert(ConnectInfo(somebody));
    request
}

/// Makes the requests. Gives what the access log says of them, as lines and as a tree, and how long the longest took.
pub(crate) fn record(events: &Events) -> (Vec<String>, SpanTree, Duration) {
    let longest = block_on(make_requests());
    let lines = events.of_access_log(true);
    check_message(&lines);
    for line in &lines {
        check_type(&read(line)[DURATION]);
    }
    let tree = events::tree(&lines, &[]).only_attributes([
        "client.address",
        "http.request.method",
        "http.response.status_code",
        "http.route",
        DURATION,
        "url.path",
        "url.query",
        "url.scheme",
    ]);
    // It is another one in each run. Where there is nothing to redact, the comparison says so.
    let tree = tree
        .redact(&format!("*/{DURATION}"), "[seconds]")
        .unwrap_or(tree);
    (lines, tree, longest)
}

/// Fails where all events have the same message, and it is another one: the comparison would take them for others.
fn check_message(lines: &[String]) {
    let events: Vec<Value> = lines.iter().map(|line| read(line)).collect();
    let Some(first) = events.first().map(|event| text(event, "message")) else {
        return;
    };
    if first != MESSAGE && events.iter().all(|event| text(event, "message") == first) {
        verdict(
            "misnamed-message",
            &format!("the message is {first:?}; wanted is {MESSAGE:?}"),
            "the message is the text behind the fields; what differs from request to request is in the fields",
        );
    }
}

/// Fails unless a duration that is there is a number: the tree does not show it.
fn check_type(duration: &Value) {
    if !duration.is_null() && !duration.is_number() {
        verdict(
            "wrong-field-type",
            &format!("`{DURATION}` is text, and a number was wanted"),
            "`began.elapsed().as_secs_f64()`, without `%` and `?`, which make text of it",
        );
    }
}

/// Fails unless the durations are seconds, of which no request took more than `longest`.
pub(crate) fn check_durations(lines: &[String], longest: Duration) {
    for event in lines.iter().map(|line| read(line)) {
        let seconds = event[DURATION].as_f64().unwrap_or_default();
        // The numbers themselves are others in each run.
        if seconds <= 0.0 || seconds > longest.as_secs_f64() {
            let is = match seconds {
                ..=0.0 => "0, and each request took some time",
                _ => "more than the longest request took, in seconds",
            };
            verdict(
                "not-in-seconds",
                &format!("`{DURATION}` is {is}"),
                "the convention wants seconds, with a fraction: `began.elapsed().as_secs_f64()`, taken after the answer",
            );
        }
    }
}

/// How long the slow request is held, at least.
const HELD: Duration = Duration::from_millis(20);

/// A request that is held for a while: fails unless its duration has that while in it.
pub(crate) fn check_clock(events: &Events) {
    let before = events.of_access_log(true).len();
    let held: Arc<Mutex<Duration>> = Arc::default();
    let hold = {
        let held = held.clone();
        move || async move {
            let arrived = Instant::now();
            // No timer: what the grader reads off its clock is over for certain, and no longer than it has to be.
            while arrived.elapsed() < HELD {
                tokio::task::yield_now().await;
            }
            *held.lock().unwrap_or_else(PoisonError::into_inner) = arrived.elapsed();
        }
    };
    let app = Router::new()
        .route("/slow", routing::get(hold))
        .layer(from_fn(cloudwatch::access::log_access));
    block_on(send(&app, from_somebody(get("/slow"))));
    let held = held.lock().unwrap_or_else(PoisonError::into_inner);
    for line in &events.of_access_log(true)[before..] {
        let seconds = read(line)[DURATION].as_f64().unwrap_or_default();
        if seconds < held.as_secs_f64() {
            verdict(
                "clock-started-late",
                &format!("the handler alone took longer than `{DURATION}` says"),
                "`let began = Instant::now();` stands before `next.run(…)`, and `began.elapsed()` after its `.await`",
            );
        }
    }
}

/// Gives how long the longest took.
async fn make_requests() -> Duration {
    let broken = Service::start(stand_in(StatusCode::SERVICE_UNAVAILABLE)).await;
    let app = backend(&broken.url());
    let new = |message: &str| {
        let body = format!(r#"{{"message": "{message}", "ttl": "1-day"}}"#);
        post("/api/activities", &body)
    };
    let requests = [
        get("/api/activities/home"),
        get("/api/activities/search?term=trace"),
        new(""),
        get("/favicon.ico"),
        new("Hello"),
    ];
    let mut longest = Duration::ZERO;
    for request in requests {
        let began = Instant::now();
        send(&app, from_somebody(request)).await;
        longest = longest.max(began.elapsed());
    }
    broken.stop().await;
    longest
}
