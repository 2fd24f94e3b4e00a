//! Where a trace's context gets lost, and how it is kept: over threads, tasks, queues and headers.
//! The examples of `docs/concepts/context-propagation.md`, which includes them; each is followed by the tree that it makes.

use std::{collections::HashMap, thread};

use opentelemetry::{
    Context, KeyValue,
    baggage::BaggageExt as _,
    propagation::{TextMapCompositePropagator, TextMapPropagator as _},
    trace::{
        FutureExt as _, Link, SpanKind, TraceContextExt as _, Tracer as _, TracerProvider as _,
    },
};
use opentelemetry_sdk::{
    propagation::{BaggagePropagator, TraceContextPropagator},
    trace::{SdkTracer, SdkTracerProvider},
};
use span_snapshot::{InProcess, SpanTree, assert_span_snapshot};
use tokio::task::JoinHandle;

const IN_THE_REQUEST: &str = "
trace 1
└─ INTERNAL request
   └─ INTERNAL work";

const A_TRACE_OF_ITS_OWN: &str = "
trace 1
└─ INTERNAL request

trace 2
└─ INTERNAL work";

/// The tree of what `work` makes within a span `request`.
fn within_a_request(work: impl FnOnce(SdkTracer)) -> SpanTree {
    let spans = InProcess::new();
    let tracer = spans.provider_for("backend").tracer("book");
    tracer.in_span("request", |_| work(tracer.clone()));
    spans.tree().without_resource().without_scope()
}

/// The same of a task: `work` is polled with the span `request` as its context, as a handler is by the layer.
fn within_a_task<F: Future<Output = ()>>(work: impl FnOnce(SdkTracer) -> F) -> SpanTree {
    let spans = InProcess::new();
    let tracer = spans.provider_for("backend").tracer("book");
    let request = Context::new().with_span(tracer.start_with_context("request", &Context::new()));
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime")
        .block_on(work(tracer).with_context(request));
    spans.tree().without_resource().without_scope()
}

#[track_caller]
fn check(tree: &SpanTree, wanted: &str) {
    assert_eq!(tree.to_string().trim(), wanted.trim());
}

// ANCHOR: thread_lost
fn begin_thread(tracer: SdkTracer) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        tracer.in_span("work", |_| { /* … */ });
    })
}
// ANCHOR_END: thread_lost

#[test]
fn a_thread_begins_without_context() {
    let tree = within_a_request(|tracer| {
        begin_thread(tracer).join().expect("the thread's end");
    });
    check(&tree, A_TRACE_OF_ITS_OWN);
}

// ANCHOR: thread_kept
fn begin_thread_in_context(tracer: SdkTracer) -> thread::JoinHandle<()> {
    let context = Context::current();
    thread::spawn(move || {
        let _current = context.attach();
        tracer.in_span("work", |_| { /* … */ });
    })
}
// ANCHOR_END: thread_kept

#[test]
fn a_thread_that_is_given_the_context() {
    let tree = within_a_request(|tracer| {
        begin_thread_in_context(tracer)
            .join()
            .expect("the thread's end");
    });
    check(&tree, IN_THE_REQUEST);
}

// ANCHOR: task_lost
fn begin_task(tracer: SdkTracer) -> JoinHandle<()> {
    tokio::spawn(async move {
        tracer.in_span("work", |_| { /* … */ });
    })
}
// ANCHOR_END: task_lost

#[test]
fn a_task_begins_without_context() {
    let tree = within_a_task(async |tracer| {
        begin_task(tracer).await.expect("the task's end");
    });
    check(&tree, A_TRACE_OF_ITS_OWN);
}

// ANCHOR: task_kept
fn begin_task_in_context(tracer: SdkTracer) -> JoinHandle<()> {
    let work = async move {
        tracer.in_span("work", |_| { /* … */ });
    };
    tokio::spawn(work.with_context(Context::current()))
}
// ANCHOR_END: task_kept

#[test]
fn a_task_that_is_given_the_context() {
    let tree = within_a_task(async |tracer| {
        begin_task_in_context(tracer).await.expect("the task's end");
    });
    check(&tree, IN_THE_REQUEST);
}

// ANCHOR: blocking_kept
fn begin_blocking_in_context(tracer: SdkTracer) -> JoinHandle<()> {
    let context = Context::current();
    tokio::task::spawn_blocking(move || {
        let _current = context.attach();
        tracer.in_span("work", |_| { /* … */ });
    })
}
// ANCHOR_END: blocking_kept

#[test]
fn a_blocking_task_that_is_given_the_context() {
    let tree = within_a_task(async |tracer| {
        begin_blocking_in_context(tracer)
            .await
            .expect("the task's end");
    });
    check(&tree, IN_THE_REQUEST);
}

#[test]
fn what_is_awaited_without_a_task_keeps_the_context() {
    let tree = within_a_task(async |tracer| {
        tokio::task::yield_now().await;
        let ((), ()) = tokio::join!(async { tracer.in_span("work", |_| {}) }, async {});
    });
    check(&tree, IN_THE_REQUEST);
}

/// A message of a queue: what travels are its headers and its body.
#[derive(Default)]
struct Message {
    headers: HashMap<String, String>,
}

// ANCHOR: producer
/// Puts the trace's context into the message, as a client puts it into a request.
fn send(tracer: &SdkTracer) -> Message {
    let mut message = Message::default();
    let span = tracer
        .span_builder("send activities")
        .with_kind(SpanKind::Producer)
        .start(tracer);
    let context = Context::current_with_span(span);
    TraceContextPropagator::new().inject_context(&context, &mut message.headers);
    message
}
// ANCHOR_END: producer

// ANCHOR: consumer
/// Handles a batch: one span in a trace of its own, with a link to each message's sender.
fn process(tracer: &SdkTracer, batch: &[Message]) {
    let links = batch.iter().map(|message| {
        let sender = TraceContextPropagator::new().extract(&message.headers);
        Link::with_context(sender.span().span_context().clone())
    });
    let span = tracer
        .span_builder("process activities")
        .with_kind(SpanKind::Consumer)
        .with_links(links.collect());
    tracer.in_span_with_builder(span, |_| { /* … */ });
}
// ANCHOR_END: consumer

#[test]
fn a_batch_of_messages_links_to_its_senders() {
    let spans = InProcess::new();
    let backend = spans.provider_for("backend").tracer("book");
    let feed = spans.provider_for("feed").tracer("book");
    let mut batch = Vec::new();
    for request in ["POST /api/activities", "POST /api/messages"] {
        backend.in_span(request, |_| batch.push(send(&backend)));
    }
    process(&feed, &batch);
    let tree = spans.tree().without_resource().without_scope();
    assert_span_snapshot!("queue", tree);
}

#[test]
fn headers_that_a_caller_wrote_go_on() {
    let trace_context = TraceContextPropagator::new();
    let received = HashMap::from(
        [
            (
                "traceparent",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            ),
            ("tracestate", "vendor=opaque"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    let mut sent = HashMap::new();
    trace_context.inject_context(&trace_context.extract(&received), &mut sent);
    assert_eq!(sent, received);
}

#[test]
fn a_sampled_flag_of_0_is_told_to_everybody() {
    // As the SDK samples by itself: whatever the caller decided, and all that begins here.
    let tracer = SdkTracerProvider::builder().build().tracer("book");
    let received = HashMap::from([(
        "traceparent".to_owned(),
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00".to_owned(),
    )]);
    let caller = TraceContextPropagator::new().extract(&received);
    let context = Context::current_with_span(tracer.start_with_context("request", &caller));
    let mut sent = HashMap::new();
    TraceContextPropagator::new().inject_context(&context, &mut sent);
    assert!(!context.span().span_context().is_sampled());
    assert!(sent["traceparent"].starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-"));
    assert!(sent["traceparent"].ends_with("-00"));
}

// ANCHOR: baggage
fn both() -> TextMapCompositePropagator {
    TextMapCompositePropagator::new(vec![
        Box::new(TraceContextPropagator::new()),
        Box::new(BaggagePropagator::new()),
    ])
}

/// The headers of a call that tells everybody on its way the plan of whoever asked.
fn headers_with_plan(plan: &'static str) -> HashMap<String, String> {
    let mut headers = HashMap::new();
    let context = Context::current().with_baggage([KeyValue::new("app.plan", plan)]);
    both().inject_context(&context, &mut headers);
    headers
}
// ANCHOR_END: baggage

// ANCHOR: baggage_read
fn plan(headers: &HashMap<String, String>) -> Option<String> {
    let context = both().extract(headers);
    context.baggage().get("app.plan").map(ToString::to_string)
}
// ANCHOR_END: baggage_read

#[test]
fn baggage_travels_beside_the_trace_and_is_on_no_span() {
    let spans = InProcess::new();
    let tracer = spans.provider_for("backend").tracer("book");
    let headers = tracer.in_span("request", |_| headers_with_plan("free"));
    assert_eq!(headers["baggage"], "app.plan=free");
    assert!(headers.contains_key("traceparent"));
    assert!(spans.spans()[0].attributes.is_empty());
    assert_eq!(plan(&headers).as_deref(), Some("free"));
}
