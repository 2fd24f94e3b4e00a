//! The graders of lab 2: one test for each step. What they share is in `grader`.
//!
//! Each runs the lab's code in a process of its own, and looks at nothing but the segments it sent and the calls it made.

#[path = "../../grader.rs"]
mod application;
#[path = "grader/mod.rs"]
mod grader;

use prelinked_xray as _; // links what it holds dynamically: a save links only the lab

use application::{DEAD_END, Service, answer, block_on, get, post, send, stand_in, uninstrumented};
use axum::http::StatusCode;
use export_watch::ExportWatch;
use grader::{backend, header, segments::Segments, simulation, unreliable};
use opentelemetry::{
    global,
    trace::{SpanKind, Tracer},
};
use span_snapshot::{XrayDaemon, assert_span_snapshot, in_isolation, isolated, verdict};
use xray::{record, telemetry};

// Nothing is sent because time has passed: only a flush sends.
const NO_TIMER: (&str, &str) = ("OTEL_BSP_SCHEDULE_DELAY", "3600000");
const ADDRESS: &str = "AWS_XRAY_DAEMON_ADDRESS";

/// Trace IDs begin with the time; the caller's header is continued and passed on.
#[test]
fn step_1_ids_and_header() {
    isolated!(|| {
        telemetry::install_propagator();
        let segments = Segments::capture();
        global::tracer("grader").start("any");
        grader::ids::check_time(&segments.documents());
        segments.clear();

        let (told, unsampled) = block_on(async {
            let (profiles, told) = header::recording_profiles().await;
            let app = backend(&profiles.url());
            let new = || post("/api/activities", r#"{"message": "Hello", "ttl": "1-day"}"#);
            send(&app, header::with(new(), "1")).await;
            let told = told.take();
            let seen = segments.documents();
            segments.clear();
            send(&app, header::with(new(), "0")).await;
            profiles.stop().await;
            let unsampled = segments.documents();
            segments.replace(seen);
            (told, unsampled)
        });
        let tree = segments.tree().only_spans(grader::is_call);
        header::check(&segments.documents(), told.as_deref(), &unsampled);
        assert_span_snapshot!(
            tree.with_external_parent(header::CALLER, "caller")
                .without_events()
                .only_attributes(["namespace"])
        );
    });
}

/// One segment document a request, by UDP, to the address in either spelling.
#[test]
fn step_2_segments() {
    /// Sends two requests and shuts down at once, as a program that gets SIGTERM does.
    fn export() -> ExportWatch {
        let watch = ExportWatch::telling("the daemon", |_| {});
        let provider = match telemetry::to_daemon(telemetry::builder(), &watch) {
            Ok(provider) => provider,
            Err(error) => verdict(
                "pipeline-not-built",
                &format!("`to_daemon` gave an error: {error}"),
                "leave the variable to `Daemon::from_lookup`, which knows both spellings",
            ),
        };
        global::set_tracer_provider(provider.clone());
        block_on(async {
            let app = backend(DEAD_END);
            send(&app, get("/api/activities/home")).await;
            send(&app, get("/api/activities/@bayko")).await;
        });
        telemetry::shutdown(&provider);
        watch
    }

    let daemon = XrayDaemon::start();
    let address = daemon.address();
    isolated!([(ADDRESS, address.as_str()), NO_TIMER], || {
        export();
    });
    if !in_isolation() {
        let segments = daemon.tree().only_spans(grader::is_request);
        assert_span_snapshot!(
            "step_2_segments",
            segments.without_events().only_attributes([
                "http.request.method",
                "http.request.url",
                "http.response.status",
            ])
        );
    }

    let by_tcp = XrayDaemon::start();
    let by_udp = XrayDaemon::start();
    let both = format!("tcp:{} udp:{}", by_tcp.address(), by_udp.address());
    isolated!([(ADDRESS, both.as_str()), NO_TIMER], || {
        if export().outcome().ended == 0 {
            verdict(
                "not-watched",
                "the segments leave past the watch, so nobody would be told when nobody listens",
                "give the exporter to `watch.batch(…)`, and the processor that it returns to the provider",
            );
        }
    });
    if !in_isolation() {
        if !by_tcp.documents().is_empty() {
            verdict(
                "sent-to-tcp",
                "of `tcp:… udp:…` the segments went to the address behind `tcp:`",
                "TCP is for questions about sampling, segments go to the UDP address: `Daemon::from_lookup` tells them apart",
            );
        }
        if by_udp.documents().is_empty() {
            verdict(
                "no-spans",
                "AWS_XRAY_DAEMON_ADDRESS was `tcp:… udp:…`, and nothing came to the address behind `udp:`",
                "read the variable with `Daemon::from_lookup`, which knows both spellings",
            );
        }
    }
}

/// Each handler's subsegment, with `mock-data` in it; all of them ended, inside out; the answers as before.
#[test]
fn step_3_subsegments() {
    isolated!(|| {
        let segments = Segments::capture();
        let requests = || {
            [
                "/api/activities/home",
                "/api/activities/@bayko",
                grader::ACTIVITY,
            ]
        };
        let changed = block_on(async {
            let app = backend(DEAD_END);
            let mut changed = None;
            for path in requests() {
                if answer(&app, get(path)).await != answer(&uninstrumented(), get(path)).await {
                    changed = changed.or(Some(path));
                }
            }
            changed
        });
        segments.check_order();
        assert_span_snapshot!(segments.tree().without_events().only_attributes([]));
        if let Some(path) = changed {
            verdict(
                "answer-changed",
                &format!("GET {path} no longer answers what it answered before"),
                "return what `in_span` returns: a subsegment is put round the work, it does not replace its result",
            );
        }
    });
}

/// The handle is indexed; time and number of results are kept under their namespace.
#[test]
fn step_4_annotations_and_metadata() {
    isolated!(|| {
        let segments = Segments::capture();
        let tracer = global::tracer("grader");
        let request = tracer
            .span_builder("GET /api/activities/@{handle}")
            .with_kind(SpanKind::Server);
        tracer.in_span_with_builder(request, |_| {
            tracer.in_span("activities_users", |_| {
                record::user("bayko");
                tracer.in_span("mock-data", |_| {
                    record::results("activities_users", "2026-01-01T12:00:00Z", 2);
                });
            });
        });
        assert_span_snapshot!(grader::what_was_recorded(&segments.tree()));
        segments.clear();

        block_on(async { send(&backend(DEAD_END), get("/api/activities/@bayko")).await });
        grader::check_places(&segments.tree());
    });

    // The program's own pipeline annotates too, once it is there, which is step 2.
    let daemon = XrayDaemon::start();
    let address = daemon.address();
    isolated!([(ADDRESS, address.as_str()), NO_TIMER], || {
        let watch = ExportWatch::telling("the daemon", |_| {});
        if let Ok(provider) = telemetry::to_daemon(telemetry::builder(), &watch) {
            global::set_tracer_provider(provider.clone());
            block_on(async { send(&backend(DEAD_END), get("/api/activities/@bayko")).await });
            telemetry::shutdown(&provider);
        }
    });
    if !in_isolation() {
        let sent = daemon.tree();
        if sent.spans().next().is_some() && !grader::is_annotated(&sent) {
            verdict(
                "annotation-lost",
                "`exporter` indexes the handle, but what reaches the daemon has no annotation",
                "`to_daemon` must use `exporter(daemon)`, which knows what is indexed",
            );
        }
    }
}

/// 4xx, 429 and 5xx on the segment and on the call, with a cause where the server failed.
#[test]
fn step_5_error_throttle_fault() {
    isolated!(|| {
        let segments = Segments::capture();
        block_on(async {
            let app = backend(DEAD_END);
            send(
                &app,
                post("/api/activities", r#"{"message": "", "ttl": "1-day"}"#),
            )
            .await;
            send(&app, get(grader::NO_ACTIVITY)).await;
            for status in [
                StatusCode::TOO_MANY_REQUESTS,
                StatusCode::SERVICE_UNAVAILABLE,
            ] {
                let profiles = Service::start(stand_in(status)).await;
                let new = post("/api/activities", r#"{"message": "Hello", "ttl": "1-day"}"#);
                send(&backend(&profiles.url()), new).await;
                profiles.stop().await;
            }
        });
        let tree = segments.tree().only_spans(grader::is_call);
        assert_span_snapshot!(tree.only_attributes([
            "error",
            "fault",
            "http.response.status",
            "namespace",
            "throttle",
        ]));
        segments.check_failures();
    });
}

/// The rule as the course has it; and of 1,000 requests in a second the reservoir and the rate.
#[test]
fn step_6_sampling() {
    isolated!(simulation::check_rule);
    isolated!(simulation::check_sampler);
}

/// A group for the failing traces, and exactly these from the service; faults by service.
#[test]
fn step_7_groups_and_queries() {
    isolated!(grader::questions::check);
}

/// Batches of at most 50; what is refused once is sent again, what is refused for good is reported.
#[test]
fn step_8_without_the_daemon() {
    isolated!(unreliable::check);
}
