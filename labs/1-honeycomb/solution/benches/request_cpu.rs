//! CPU time that lab 1's instrumentation adds to a request: `cargo bench --package honeycomb-solution`.
//!
//! The home feed is asked for by the router itself, without a network, uninstrumented and instrumented in turn.
//! The instrumented one makes three spans a request, exports them over OTLP/HTTP to a process of its own, and none may get lost.
//! Counted is all CPU time of this process, the exporter's thread included, as Linux tells it in `/proc/self/stat`.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    sync::Arc,
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    http::{Request, StatusCode},
    routing::post,
};
use cruddur::{Cruddur, Settings, profiles::LocalProfiles};
use export_watch::ExportWatch;
use honeycomb::telemetry;
use tower::ServiceExt;

const REQUESTS: usize = 20_000;
const ROUNDS: usize = 7;

/// `/proc/self/stat` counts in clock ticks, of which Linux shows programs 100 a second on every platform that Rust runs on.
const MICROSECONDS_A_TICK: f64 = 10_000.0;

fn main() {
    match std::env::var("BENCH_ROLE").as_deref() {
        Ok("sink") => sink(),
        Ok("requests") => requests(),
        _ => start(),
    }
}

/// Starts the sink, then the measuring process with the environment that a learner's program has.
fn start() {
    let this = std::env::current_exe().expect("this program");
    let mut sink = Command::new(&this)
        .env("BENCH_ROLE", "sink")
        .stdout(Stdio::piped())
        .spawn()
        .expect("the sink starts");
    let mut endpoint = String::new();
    BufReader::new(sink.stdout.take().expect("a pipe"))
        .read_line(&mut endpoint)
        .expect("its address");
    let status = Command::new(&this)
        .env("BENCH_ROLE", "requests")
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.trim())
        // At full speed the default queue overflows, and lost spans would be cheap ones.
        .env("OTEL_BSP_MAX_QUEUE_SIZE", "1000000")
        .status();
    sink.kill().expect("the sink ends");
    sink.wait().expect("the sink ends");
    assert!(status.expect("the requests were made").success());
}

/// Takes whatever is exported.
#[tokio::main(flavor = "current_thread")]
async fn sink() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    println!("http://{}", listener.local_addr().expect("an address"));
    let taken = |_: Bytes| async { StatusCode::OK };
    axum::serve(listener, Router::new().route("/v1/traces", post(taken)))
        .await
        .expect("a sink");
}

fn requests() {
    let watch = ExportWatch::new("the sink");
    let provider = telemetry::tracer_provider(&watch).expect("a pipeline");
    opentelemetry::global::set_tracer_provider(provider.clone());
    telemetry::install_propagator();
    let cruddur = || Cruddur::deterministic(Arc::new(LocalProfiles)).expect("a database");
    let settings = Settings::from_lookup(0, |_| None).expect("settings");
    let plain = cruddur::routes()
        .layer(cruddur::cors(&settings.frontend_url, &settings.backend_url))
        .with_state(cruddur());
    let traced = honeycomb::app(cruddur(), &settings);

    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let flush = || provider.force_flush().expect("a flush");
    let mut rounds = Vec::new();
    for round in 0..=ROUNDS {
        let before = cpu();
        runtime.block_on(ask(&plain));
        let between = cpu();
        runtime.block_on(ask(&traced));
        flush();
        let after = cpu();
        // The first round warms up.
        if round > 0 {
            rounds.push((between - before, after - between));
        }
    }
    telemetry::shutdown(&provider);
    let outcome = watch.tell_outcome();
    assert_eq!(
        outcome.lost(),
        0,
        "lost spans would make the figure too good"
    );
    assert_eq!(outcome.ended, (3 * REQUESTS * (ROUNDS + 1)) as u64);

    let median = |of: fn(&(f64, f64)) -> f64| {
        let mut figures: Vec<f64> = rounds.iter().map(of).collect();
        figures.sort_by(f64::total_cmp);
        figures[figures.len() / 2] / REQUESTS as f64
    };
    println!("{ROUNDS} rounds of {REQUESTS} requests, medians");
    println!(
        "uninstrumented {:6.1} µs of CPU a request",
        median(|round| round.0)
    );
    println!(
        "instrumented   {:6.1} µs of CPU a request, 3 spans each",
        median(|round| round.1)
    );
    println!(
        "added          {:6.1} µs of CPU a request",
        median(|round| round.1 - round.0)
    );
}

async fn ask(app: &Router) {
    for _ in 0..REQUESTS {
        let request = Request::get("http://localhost:4567/api/activities/home").body(Body::empty());
        let response = app
            .clone()
            .oneshot(request.expect("a request"))
            .await
            .expect("an answer");
        assert_eq!(response.status(), StatusCode::OK);
        to_bytes(response.into_body(), usize::MAX)
            .await
            .expect("a body");
    }
}

/// CPU time of all threads of this process, in microseconds.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    // The second field, the program's name, may have spaces in it; utime and stime are the 14th and 15th.
    let fields = stat.rsplit_once(')').expect("a name in brackets").1;
    let ticks = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .map(|field| field.parse::<f64>().expect("a number"));
    ticks.sum::<f64>() * MICROSECONDS_A_TICK
}
