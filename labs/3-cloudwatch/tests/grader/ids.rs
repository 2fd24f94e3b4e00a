//! Events before, in and between requests, and the IDs that they have.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{Router, http::HeaderValue, routing::get};
use opentelemetry::{
    Context, global,
    trace::{TraceContextExt, Tracer},
};
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use serde_json::Value;
use span_snapshot::{InProcess, SpanTree, verdict};

use super::{
    backend,
    events::{self, Events, read, text},
};
use crate::application::{DEAD_END, block_on, get as request, send};

const FIELDS: [&str; 3] = ["trace_id", "span_id", "xray_trace_id"];

/// A span that was current where an event was logged.
#[derive(Clone)]
struct Current {
    trace: String,
    span: String,
}

/// Logs `message`, and keeps which span is current.
fn log(message: &'static str, kept: &Mutex<Vec<Current>>) {
    tracing::info!(target: "cloudwatch::grader", "{message}");
    let context = Context::current();
    let span = context.span();
    let span = span.span_context();
    let current = Current {
        trace: span.trace_id().to_string(),
        span: span.span_id().to_string(),
    };
    kept.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(current);
}

/// Logs before any request, and in two of them, in each twice. Gives the lines' tree, in which IDs are called by whose they are.
pub(crate) fn record(events: &Events) -> SpanTree {
    let spans = InProcess::new();
    global::set_tracer_provider(spans.provider_for("backend"));
    xray::telemetry::install_propagator();

    let kept: Arc<Mutex<Vec<Current>>> = Arc::default();
    let logging = kept.clone();
    let answer = get(move || async move {
        log("in a request", &logging);
        global::tracer("grader").in_span("work", |_| log("in a span of the request", &logging));
    });
    let app = xray::server_spans(Router::new().route("/logs", answer));
    tracing::info!(target: "cloudwatch::grader", "before any request");
    block_on(async {
        send(&app, request("/logs")).await;
        send(&app, request("/logs")).await;
    });
    let kept = kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let lines = events.lines();
    check_outside(&read(&lines[0]));
    for (line, current) in lines[1..].iter().zip(&kept) {
        check_form(&read(line), &current.trace);
    }
    let ids = [
        (kept[0].trace.as_str(), "the first request's trace"),
        (kept[0].span.as_str(), "the first request's span"),
        (kept[1].span.as_str(), "the span `work` in it"),
        (kept[2].trace.as_str(), "the second request's trace"),
        (kept[2].span.as_str(), "the second request's span"),
        (kept[3].span.as_str(), "the span `work` in that"),
    ];
    let mut lines = lines;
    for (name, current) in ["first", "second", "third", "fourth"]
        .into_iter()
        .zip(&kept)
    {
        for (of, digits) in [("trace", &current.trace), ("span", &current.span)] {
            let number = u128::from_str_radix(digits, 16).unwrap_or_default();
            let word = format!("the {name} event's {of}, in decimal digits");
            for line in &mut lines {
                *line = line.replace(&number.to_string(), &word);
            }
        }
    }
    events::tree(&lines, &ids).only_attributes(FIELDS)
}

/// Fails where an event's `xray_trace_id` has the right digits in it, and is not written as X-Ray writes it.
fn check_form(event: &Value, trace: &str) {
    let id = text(event, "xray_trace_id");
    let (time, random) = trace.split_at(8);
    let wanted = format!("1-{time}-{random}");
    if id != wanted && id.replace('-', "").to_lowercase().contains(trace) {
        verdict(
            "wrong-id-form",
            &format!(
                "`xray_trace_id` has the digits of the request's trace as {}; wanted is {}",
                form(id),
                form(&wanted)
            ),
            "the ID is the right one; X-Ray's form of it is `1-`, the first 8 digits, `-`, the other 24: `trace_id.split_at(8)` gives both parts",
        );
    }
}

/// The form of an ID, whose digits are others in each run: `1-(8 digits)-(24 digits)`.
fn form(id: &str) -> String {
    let part = |part: &str| match part.len() {
        0..=2 => part.to_owned(),
        digits => format!("({digits} digits)"),
    };
    let parts: Vec<String> = id.split('-').map(part).collect();
    format!("`{}`", parts.join("-"))
}

fn check_outside(event: &Value) {
    if let Some(field) = FIELDS.into_iter().find(|field| !event[*field].is_null()) {
        let id = &event[field];
        let zeros = id
            .as_str()
            .is_some_and(|id| id.ends_with("0000000000000000"));
        let what = if zeros { ", which is no ID" } else { "" };
        verdict(
            "ids-outside",
            &format!("an event that was logged before any request has `{field}` = {id}{what}"),
            "`if span.is_valid() { … }`: outside of a request no span is current, and what one gets then is all zeros",
        );
    }
}

/// The learner's back end, called within a trace, one that is sampled and one that is not: each event that it logs is of that trace.
pub(crate) fn check_application(events: &Events) {
    const TRACE: &str = "1-69566140-000000000000000000000001";
    let following = Sampler::ParentBased(Box::new(Sampler::AlwaysOn));
    global::set_tracer_provider(SdkTracerProvider::builder().with_sampler(following).build());
    for (sampled, help) in [
        (
            "1",
            "log within the request, where its span is current: not in a task or a thread of its own",
        ),
        (
            "0",
            "`if span.is_valid() { … }`: a request that is not sampled has its IDs all the same, and by them its events belong together",
        ),
    ] {
        let before = events.lines().len();
        block_on(async {
            let mut request = request("/api/activities/home");
            let header = format!("Root={TRACE};Parent=00000000000000aa;Sampled={sampled}");
            let header = HeaderValue::from_str(&header).expect("a header's value");
            request.headers_mut().insert("x-amzn-trace-id", header);
            send(&backend(DEAD_END), request).await;
        });
        for line in &events.lines()[before..] {
            let event = read(line);
            if text(&event, "xray_trace_id") != TRACE {
                verdict(
                    "not-correlated",
                    &format!(
                        "the caller's trace is {TRACE} (Sampled={sampled}), and the event `{}` of its request has `xray_trace_id` = {}",
                        text(&event, "message"),
                        event["xray_trace_id"]
                    ),
                    help,
                );
            }
        }
    }
}
