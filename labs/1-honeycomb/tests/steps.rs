//! The graders of lab 1: one test for each step. What they share is in `grader`.
//!
//! Each runs the lab's code in a process of its own, and looks at nothing but what it exported and answered.

#[path = "../../grader.rs"]
mod application;
#[path = "grader/mod.rs"]
mod grader;

use prelinked as _; // links what it holds dynamically: a save links only the lab

use application::{DEAD_END, Service, answer, block_on, get, post, send, stand_in, uninstrumented};
use axum::http::StatusCode;
use export_watch::{ExportWatch, Refusal};
use grader::{backend, backend_with_server_spans};
use honeycomb::telemetry;
use opentelemetry::{
    Key, KeyValue, global,
    trace::{SpanId, Tracer, TracerProvider},
};
use opentelemetry_sdk::{
    error::OTelSdkError, propagation::TraceContextPropagator, trace::SdkTracerProvider,
};
use opentelemetry_semantic_conventions::resource::SERVICE_NAME;
use span_snapshot::{
    Answer, Collector, InProcess, Kind, SpanTree, Value, assert_span_snapshot, in_isolation,
    isolated, verdict,
};

/// `service.name` is what OTEL_SERVICE_NAME says, or `backend`.
#[test]
fn step_1_resource() {
    fn export_one_span() -> SpanTree {
        let spans = InProcess::new();
        spans
            .provider(telemetry::resource())
            .tracer("grader")
            .start("any");
        spans
            .tree()
            .only_resource_attributes(["service.name"])
            .without_scope()
    }
    isolated!(|| assert_span_snapshot!("step_1_default", export_one_span()));
    isolated!([("OTEL_SERVICE_NAME", "profiles")], || {
        assert_span_snapshot!("step_1_from_the_environment", export_one_span());
    });
}

/// Every span reaches the collector with the header, also those of the last moment; a refusal is noticed.
#[test]
fn step_2_pipeline() {
    /// Exports three spans and shuts down at once, as a program that gets SIGTERM does.
    fn export(watch: &ExportWatch) -> SdkTracerProvider {
        let provider: SdkTracerProvider = match telemetry::tracer_provider(watch) {
            Ok(provider) => provider,
            Err(error) => verdict(
                "pipeline-not-built",
                &format!("`tracer_provider` gave an error: {error}"),
                "the exporter finds the endpoint in the environment by itself; `SpanExporter::builder().with_http().build()?` is enough",
            ),
        };
        // As `main` does. The global provider is never dropped, so nothing is flushed by accident.
        global::set_tracer_provider(provider.clone());
        let tracer = global::tracer("grader");
        let named = telemetry::resource()
            .get(&Key::new(SERVICE_NAME))
            .map(|name| KeyValue::new("grader.resource_says", name.to_string()));
        for name in ["first", "second", "last"] {
            let span = tracer.span_builder(name).with_attributes(named.clone());
            span.start(&tracer);
        }
        telemetry::shutdown(&provider);
        provider
    }
    const HEADERS: (&str, &str) = (
        "OTEL_EXPORTER_OTLP_HEADERS",
        "x-honeycomb-team=YOUR_API_KEY",
    );
    // Nothing is sent because time has passed: only a flush sends.
    const NO_TIMER: (&str, &str) = ("OTEL_BSP_SCHEDULE_DELAY", "3600000");

    let collector = Collector::start();
    let endpoint = collector.endpoint();
    isolated!(
        [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
            HEADERS,
            NO_TIMER
        ],
        || {
            let watch = ExportWatch::telling("the collector", |_| {});
            export(&watch);
            if watch.outcome().refusal == Some(Refusal::Unreachable) {
                verdict(
                    "endpoint-not-heeded",
                    "the spans were sent, and not to where OTEL_EXPORTER_OTLP_ENDPOINT says: nobody answered there",
                    "leave the address to the exporter, which reads the variable by itself: no `with_endpoint`",
                );
            }
        }
    );
    if !in_isolation() {
        assert_span_snapshot!(
            "step_2_all_spans",
            collector
                .tree()
                .without_resource()
                .without_scope()
                .only_attributes([])
        );
        for span in collector.tree().spans() {
            let said = span
                .attribute("grader.resource_says")
                .and_then(Value::as_str);
            if let Some(said) = said
                && span.service_name() != Some(said)
            {
                verdict(
                    "resource-not-used",
                    &format!(
                        "the spans come from `{}`; `resource()` says `{said}`",
                        span.service_name().unwrap_or("a service without a name")
                    ),
                    "give the provider your resource: `.with_resource(resource())`",
                );
            }
        }
        let requests = collector.requests();
        if requests
            .iter()
            .any(|request| request.header("x-honeycomb-team") != Some("YOUR_API_KEY"))
        {
            verdict(
                "missing-header",
                "the spans came without the header `x-honeycomb-team` that OTEL_EXPORTER_OTLP_HEADERS gives",
                "leave the headers to the exporter: it reads the variable by itself",
            );
        }
        if requests.len() > 1 {
            verdict(
                "not-batched",
                &format!("three spans came in {} requests", requests.len()),
                "a batch processor sends them together, and off the request's path: use `watch.batch(exporter)`",
            );
        }
    }

    let refusing = Collector::answering(Answer::Unauthorized);
    let endpoint = refusing.endpoint();
    isolated!(
        [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
            HEADERS,
            NO_TIMER
        ],
        || {
            let watch = ExportWatch::telling("the collector", |_| {});
            let provider = export(&watch);
            if watch.outcome().refusal != Some(Refusal::Key(401)) {
                verdict(
                    "refusal-not-told",
                    "the collector answered 401, and nobody was told",
                    "give the exporter to `watch.batch(exporter)`, and the processor that it returns to the provider",
                );
            }
            if !matches!(provider.shutdown(), Err(OTelSdkError::AlreadyShutdown)) {
                verdict(
                    "not-shut-down",
                    "after `shutdown` the provider goes on: it could be shut down once more",
                    "`provider.shutdown_with_timeout(export_watch::EXIT_WITHIN)` sends what is queued and ends it; `force_flush` waits for a collector that hangs for as long as that likes",
                );
            }
        }
    );
}

/// One SERVER span a request, named after its route, with the HTTP conventions.
#[test]
fn step_3_server_spans() {
    isolated!(|| {
        let spans = grader::capture("backend");
        block_on(async {
            let app = backend(DEAD_END);
            send(&app, get("/api/activities/home")).await;
            send(&app, get("/api/activities/@bayko")).await;
            send(
                &app,
                post("/api/activities", r#"{"message": "", "ttl": "1-day"}"#),
            )
            .await;
        });
        let tree = spans.tree().only_spans(|span| span.kind() == Kind::Server);
        assert_span_snapshot!(
            tree.without_resource()
                .without_scope()
                .without_events()
                .only_attributes([
                    "http.request.method",
                    "http.response.status_code",
                    "http.route",
                    "url.path",
                    "url.scheme",
                ])
        );
    });
}

/// The home feed's own span, inside the request's, and the answer as before.
#[test]
fn step_4_by_hand() {
    isolated!(|| {
        let spans = grader::capture("backend");
        let (answered, wanted) = block_on(async {
            let home = || get("/api/activities/home");
            (
                answer(&backend_with_server_spans(&spans, DEAD_END).await, home()).await,
                answer(&uninstrumented(), home()).await,
            )
        });
        // Not the query's span, whatever its kind: that is step 6.
        let of_step = |span: span_snapshot::Span<'_>| {
            matches!(span.kind(), Kind::Server | Kind::Internal)
                && span.attribute("db.system.name").is_none()
        };
        let tree = spans
            .tree()
            .only_spans(of_step)
            .without_resource()
            .without_scope()
            .without_events();
        assert_span_snapshot!(tree.only_attributes(["app.now", "app.result_length"]));
        if answered != wanted {
            verdict(
                "answer-changed",
                "the home feed no longer answers what it answered before",
                "return what `in_span` returns: a span is put round the work, it does not replace its result",
            );
        }
    });
}

/// One trace: the back end's request, its call, and the profiles service's request.
#[test]
fn step_5_two_services() {
    isolated!(|| {
        telemetry::install_propagator();
        let spans = InProcess::new();
        let profiles_url = block_on(async {
            // The layer takes the global provider when it is built, so each service gets its own.
            global::set_tracer_provider(spans.provider_for("profiles"));
            let profiles = Service::start(honeycomb::profiles_app()).await;
            global::set_tracer_provider(spans.provider_for("backend"));
            let app = backend_with_server_spans(&spans, &profiles.url()).await;
            send(
                &app,
                post("/api/activities", r#"{"message": "Hello", "ttl": "1-day"}"#),
            )
            .await;
            let url = profiles.url();
            profiles.stop().await;
            url
        });
        // Not the query's span, which is step 6; but the call's, whatever its kind.
        let of_step = |span: span_snapshot::Span<'_>| {
            span.kind() == Kind::Server
                || span.kind() == Kind::Client && span.attribute("db.system.name").is_none()
                || span.attribute("http.request.method").is_some()
        };
        let tree = spans
            .tree()
            .only_spans(of_step)
            .without_scope()
            .without_events();
        let tree = tree
            .only_resource_attributes(["service.name"])
            .only_attributes([
                "http.request.method",
                "http.response.status_code",
                "http.route",
                "server.address",
                "server.port",
                "url.full",
            ]);
        let tree = grader::without_port(&tree, &profiles_url);
        assert_span_snapshot!(tree);
    });
}

/// A CLIENT span round the query, whose text has no value that a user typed.
#[test]
fn step_6_database() {
    isolated!(|| {
        let spans = grader::capture("backend");
        block_on(async {
            let app = backend_with_server_spans(&spans, DEAD_END).await;
            send(&app, get("/api/activities/search?term=mysecretword")).await;
        });
        let tree = spans
            .tree()
            .without_resource()
            .without_scope()
            .without_events();
        for span in tree.spans().filter(|span| span.kind() != Kind::Server) {
            if let Some((key, _)) = span
                .attributes()
                .iter()
                .find(|(_, value)| value.to_string().contains("mysecretword"))
            {
                verdict(
                    "value-in-attribute",
                    &format!("`{key}` has in it what the user typed into the search box"),
                    "use `query.text`, which has placeholders where the values go",
                );
            }
        }
        spans.clear();
        let query = grader::one_query(&spans);
        query.check_times();
        assert_span_snapshot!(tree.only_attributes([
            "db.collection.name",
            "db.operation.name",
            "db.query.text",
            "db.system.name",
        ]));
        query.check_inside();
    });
}

/// A 502 leaves an exception and a status; a 422 leaves neither.
#[test]
fn step_7_errors() {
    isolated!(|| {
        let spans = grader::capture("backend");
        block_on(async {
            let broken = Service::start(stand_in(StatusCode::SERVICE_UNAVAILABLE)).await;
            let app = backend_with_server_spans(&spans, &broken.url()).await;
            send(
                &app,
                post("/api/activities", r#"{"message": "Hello", "ttl": "1-day"}"#),
            )
            .await;
            send(
                &app,
                post("/api/activities", r#"{"message": "", "ttl": "1-day"}"#),
            )
            .await;
            broken.stop().await;
        });
        let tree = spans.tree().only_spans(|span| span.kind() == Kind::Server);
        assert_span_snapshot!(
            tree.without_resource()
                .without_scope()
                .only_attributes(["http.response.status_code"])
        );
    });
}

/// The browser may send its trace, and the server continues it.
#[test]
fn step_8_browser() {
    isolated!(|| {
        // What step 5 does, so that this step does not depend on it.
        global::set_text_map_propagator(TraceContextPropagator::new());
        let spans = grader::capture("backend");
        let browser = SpanId::from_bytes([0xb7, 0xad, 0x6b, 0x71, 0x69, 0x20, 0x33, 0x31]);
        let allowed = block_on(async {
            let app = backend_with_server_spans(&spans, DEAD_END).await;
            let allowed = grader::allowed_headers(&app).await;
            spans.clear();
            let mut request = get("/api/activities/home");
            let traceparent = format!("00-0af7651916cd43dd8448eb211c80319c-{browser}-01");
            request.headers_mut().insert(
                "traceparent",
                traceparent.parse().expect("a header's value"),
            );
            send(&app, request).await;
            allowed
        });
        if allowed == ["*"] {
            verdict(
                "all-headers-allowed",
                "the answer to the browser's preflight allows `*`, which is every header",
                "name those that are needed: `cruddur::CORS_HEADERS`, `traceparent` and `tracestate`",
            );
        }
        for (cause, headers) in [
            ("trace-context-not-allowed", ["traceparent", "tracestate"]),
            (
                "header-no-longer-allowed",
                ["content-type", "if-modified-since"],
            ),
        ] {
            let is_missing = |header: &&str| !allowed.iter().any(|name| name == header);
            let missing: Vec<&str> = headers.into_iter().filter(is_missing).collect();
            if !missing.is_empty() {
                verdict(
                    cause,
                    &format!(
                        "the answer to the browser's preflight allows {allowed:?}, without `{}`",
                        missing.join("` and `")
                    ),
                    "`allow_headers` replaces the list: name `cruddur::CORS_HEADERS`, `traceparent` and `tracestate`",
                );
            }
        }
        let tree = spans
            .tree()
            .only_spans(|span| span.kind() == Kind::Server)
            .with_external_parent(browser, "browser");
        assert_span_snapshot!(
            tree.without_resource()
                .without_scope()
                .without_events()
                .only_attributes([])
        );
    });
}

/// The user is on the span, and the query finds the one with the bad day.
#[test]
fn step_9_questions() {
    isolated!(|| {
        let spans = grader::capture("backend");
        block_on(async {
            let app = backend_with_server_spans(&spans, DEAD_END).await;
            send(&app, get("/api/activities/notifications")).await;
        });
        let tree = spans.tree().only_spans(|span| span.kind() == Kind::Server);
        assert_span_snapshot!(
            tree.without_resource()
                .without_scope()
                .without_events()
                .only_attributes(["user.id"])
        );
    });
    grader::bad_day::check_query(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/queries/latency-by-user.json"
    ));
}
