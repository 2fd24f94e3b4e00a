//! What the in-process exporter captures, seen through snapshots.

use opentelemetry::trace::{
    Link, Span as _, SpanKind, Status, TraceContextExt, Tracer, TracerProvider,
};
use opentelemetry::{Array, Context, KeyValue, StringValue, Value};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use span_snapshot::{Finish, InProcess, SpanTree, assert_span_snapshot};

#[test]
fn a_request_with_a_child() {
    let spans = InProcess::new();
    let tracer = spans.provider_for("backend").tracer("tower");
    let server = tracer
        .span_builder("GET /api/activities/home")
        .with_kind(SpanKind::Server)
        .with_attributes([
            KeyValue::new("http.request.method", "GET"),
            KeyValue::new("http.response.status_code", 200),
        ])
        .start(&tracer);
    let cx = Context::current_with_span(server);
    let mut child = tracer.start_with_context("home-activities-mock-data", &cx);
    child.set_attribute(KeyValue::new("app.result_length", 3));
    child.set_attribute(KeyValue::new("app.result_length", 4));
    child.add_event(
        "exception",
        vec![KeyValue::new("exception.message", "two\nlines")],
    );
    child.set_status(Status::error("boom"));
    child.end();
    drop(cx);
    assert_span_snapshot!(spans.tree(), @r#"
    resource: backend
       service.name = "backend"
    scope: tower

    trace 1
    └─ SERVER GET /api/activities/home
       http.request.method = "GET"
       http.response.status_code = 200
       └─ INTERNAL home-activities-mock-data
          status: ERROR "boom"
          app.result_length = 4
          event: exception
             exception.message = "two\nlines"
    "#);
}

#[test]
fn values_show_their_types() {
    let spans = InProcess::new();
    let tracer = spans.provider_for("backend").tracer("t");
    let mut span = tracer.start("values");
    span.set_attribute(KeyValue::new("string", "200"));
    span.set_attribute(KeyValue::new("integer", 200));
    span.set_attribute(KeyValue::new("float", 200.0));
    span.set_attribute(KeyValue::new("small", 1e-300));
    span.set_attribute(KeyValue::new("nan", f64::NAN));
    span.set_attribute(KeyValue::new("boolean", true));
    span.set_attribute(KeyValue::new(
        "strings",
        Value::Array(Array::String(vec![StringValue::from("a"), "b, ]".into()])),
    ));
    span.set_attribute(KeyValue::new("empty", Value::Array(Array::I64(vec![]))));
    span.set_attribute(KeyValue::new("a key", "└─ \"quoted\"\u{202e}"));
    span.end();
    assert_span_snapshot!(spans.tree().without_scope().without_resource(), @r#"
    trace 1
    └─ INTERNAL values
       "a key" = "└─ \"quoted\"\u{202e}"
       boolean = true
       empty = []
       float = 200.0
       integer = 200
       nan = NaN
       small = 1e-300
       string = "200"
       strings = ["a", "b, ]"]
    "#);
}

#[test]
fn two_services_share_one_capture() {
    let spans = InProcess::new();
    let (backend, profiles) = (
        spans.provider_for("backend"),
        spans.provider_for("profiles"),
    );
    let (here, there) = (backend.tracer("tower"), profiles.tracer("axum"));
    let client = here
        .span_builder("GET")
        .with_kind(SpanKind::Client)
        .start(&here);
    let context = client.span_context().clone();
    let cx = Context::new().with_remote_span_context(context);
    there
        .span_builder("GET /profiles/{handle}")
        .with_kind(SpanKind::Server)
        .start_with_context(&there, &cx);
    drop(client);
    let tree = spans.tree();
    assert_eq!(
        tree.find("GET /profiles/{handle}").unwrap().service_name(),
        Some("profiles")
    );
    assert_span_snapshot!(tree, @r#"
    resource: backend
       service.name = "backend"
    resource: profiles
       service.name = "profiles"
    scope: tower
    scope: axum

    trace 1
    └─ CLIENT GET  [in backend] [by tower]
       └─ SERVER GET /profiles/{handle}  [in profiles] [by axum]
    "#);
}

#[test]
fn links_lead_to_stable_names() {
    let spans = InProcess::new();
    let tracer = spans.provider_for("backend").tracer("t");
    let first = tracer.start("first");
    let to = first.span_context().clone();
    tracer
        .span_builder("second")
        .with_links(vec![
            Link::new(to, vec![KeyValue::new("why", "follows")], 0),
            Link::new(
                opentelemetry::trace::SpanContext::new(
                    7.into(),
                    8.into(),
                    Default::default(),
                    true,
                    Default::default(),
                ),
                vec![],
                0,
            ),
        ])
        .start(&tracer);
    drop(first);
    assert_span_snapshot!(spans.tree().without_scope().without_resource(), @r#"
    trace 1
    └─ INTERNAL first  [#1]

    trace 2
    └─ INTERNAL second
       link: #1
          why = "follows"
       link: external
    "#);
}

#[test]
fn unfinished_spans_are_told() {
    let spans = InProcess::new();
    let other = spans.provider_for("other");
    let forgotten = other.tracer("t").start("forgotten");
    let provider = spans.provider_for("backend");
    let late = provider.tracer("t").start("late");
    provider.shutdown().unwrap();
    drop(late);
    let tree = spans.tree();
    assert_eq!(tree.find("late").unwrap().finish(), Finish::OpenAtShutdown);
    assert_eq!(spans.spans().len(), 0);
    assert_span_snapshot!(tree.without_scope(), @r#"
    resource: other
       service.name = "other"
    resource: backend
       service.name = "backend"

    trace 1
    └─ INTERNAL forgotten  [in other] [not ended]

    trace 2
    └─ INTERNAL late  [in backend] [open at shutdown]
    "#);
    drop(forgotten);
    assert_eq!(spans.spans().len(), 1);
}

#[test]
fn a_provider_of_ones_own_tells_its_resource() {
    let spans = InProcess::new();
    let provider = SdkTracerProvider::builder()
        .with_resource(
            Resource::builder_empty()
                .with_attribute(KeyValue::new("service.name", "mine"))
                .build(),
        )
        .with_sampler(Sampler::AlwaysOn)
        .with_span_processor(spans.clone())
        .with_span_processor(spans.clone())
        .build();
    provider.tracer("t").start("work").end();
    provider.shutdown().unwrap();
    assert_span_snapshot!(spans.tree(), @r#"
    resource: mine
       service.name = "mine"
    scope: t

    trace 1
    └─ INTERNAL work  [exported 2 times]
    "#);
}

#[test]
fn a_parent_elsewhere_can_be_named() {
    let spans = InProcess::new();
    let tracer = spans.provider_for("backend").tracer("t");
    let browser = opentelemetry::trace::SpanContext::new(
        7.into(),
        8.into(),
        Default::default(),
        true,
        Default::default(),
    );
    // Sampled or not, the provider samples all.
    let cx = Context::new().with_remote_span_context(browser.clone());
    tracer.start_with_context("work", &cx).end();
    let tree = spans.tree().without_scope().without_resource();
    assert!(tree.find("work").unwrap().is_orphan());
    assert_span_snapshot!(tree.with_external_parent(browser.span_id(), "browser"), @r#"
    trace 1
    └─ INTERNAL work  [child of browser]
    "#);
}

#[test]
fn spans_of_another_exporter_give_the_same_tree() {
    let spans = InProcess::new();
    let resource = Resource::builder_empty()
        .with_service_name("backend")
        .build();
    let tracer = spans.provider(resource.clone()).tracer("t");
    tracer.in_span("outer", |_| tracer.in_span("inner", |_| {}));
    assert_eq!(
        SpanTree::from_spans(&spans.spans(), &resource),
        spans.tree()
    );
}

#[test]
fn what_follows_can_be_looked_at_alone() {
    let spans = InProcess::new();
    let tracer = spans.provider_for("backend").tracer("t");
    tracer.start("before").end();
    spans.clear();
    tracer.start("after").end();
    assert!(spans.tree().find("before").is_none() && spans.tree().find("after").is_some());
}

#[test]
fn nothing_at_all() {
    assert_span_snapshot!(InProcess::new().tree(), @"(no spans)");
}

/// The SDK names a service without a name after its program, and cargo has a hash in the name of a test's.
#[test]
fn a_service_without_a_name_is_the_same_in_each_build() {
    let tree = |service: &str| {
        let spans = InProcess::new();
        spans.provider_for(service).tracer("any").start("work");
        spans.tree().without_scope().to_string()
    };
    let check = |service: &str, shown: &str| {
        let tree = tree(service);
        let line = format!("   service.name = \"{shown}\"");
        assert!(tree.lines().any(|is| is == line), "{tree}");
    };
    check(
        "unknown_service:steps-a09cec325a7dccfa",
        "unknown_service:steps",
    );
    check("unknown_service:back-end", "unknown_service:back-end");
    check("backend-a09cec325a7dccfa", "backend-a09cec325a7dccfa");
}
