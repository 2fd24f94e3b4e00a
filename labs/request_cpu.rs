//! What the labs' benches share: CPU time that instrumentation adds to a request, with the receiver in a process of its own.
//! A lab's `benches/request_cpu.rs` has it as a module by its path.
//!
//! The home feed is asked for by the router itself, without a network, uninstrumented and instrumented in turn.
//! Counted is all CPU time of the process, the exporter's threads included, as Linux tells it in `/proc/self/stat`.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    sync::Arc,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use cruddur::{Cruddur, Settings, profiles::LocalProfiles};
use export_watch::ExportWatch;
use tower::ServiceExt;

const REQUESTS: usize = 20_000;
const ROUNDS: usize = 7;

/// Spans that a lab makes of one request for the home feed.
const SPANS: usize = 3;

/// `/proc/self/stat` counts in clock ticks, of which Linux shows programs 100 a second on every platform that Rust runs on.
const MICROSECONDS_A_TICK: f64 = 10_000.0;

/// Runs `sink`, which prints its address and takes whatever is exported, and beside it `requests`, with that address in the environment as `variable`.
pub(crate) fn run(variable: &str, sink: fn(), requests: fn()) {
    match std::env::var("BENCH_ROLE").as_deref() {
        Ok("sink") => sink(),
        Ok("requests") => requests(),
        _ => start(variable),
    }
}

/// Starts the sink, then the measuring process with the environment that a learner's program has.
fn start(variable: &str) {
    let this = std::env::current_exe().expect("this program");
    let mut sink = Command::new(&this)
        .env("BENCH_ROLE", "sink")
        .stdout(Stdio::piped())
        .spawn()
        .expect("the sink starts");
    let mut address = String::new();
    BufReader::new(sink.stdout.take().expect("a pipe"))
        .read_line(&mut address)
        .expect("its address");
    let status = Command::new(&this)
        .env("BENCH_ROLE", "requests")
        .env(variable, address.trim())
        // At full speed the default queue overflows, and lost spans would be cheap ones.
        .env("OTEL_BSP_MAX_QUEUE_SIZE", "1000000")
        .status();
    sink.kill().expect("the sink ends");
    sink.wait().expect("the sink ends");
    assert!(status.expect("the requests were made").success());
}

/// Makes the requests and prints what they cost. `app` is the lab's; `flush` and `shutdown` are its pipeline's, which `watch` watches: no span may get lost.
pub(crate) fn measure(
    app: fn(Cruddur, &Settings) -> Router,
    watch: &ExportWatch,
    flush: impl Fn(),
    shutdown: impl FnOnce(),
) {
    let cruddur = || Cruddur::deterministic(Arc::new(LocalProfiles)).expect("a database");
    let settings = Settings::from_lookup(0, |_| None).expect("settings");
    let plain = cruddur::routes()
        .layer(cruddur::cors(&settings.frontend_url, &settings.backend_url))
        .with_state(cruddur());
    let traced = app(cruddur(), &settings);

    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
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
    shutdown();
    let outcome = watch.tell_outcome();
    assert_eq!(
        outcome.lost(),
        0,
        "lost spans would make the figure too good"
    );
    assert_eq!(outcome.ended, (SPANS * REQUESTS * (ROUNDS + 1)) as u64);

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
        "instrumented   {:6.1} µs of CPU a request, {SPANS} spans each",
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
