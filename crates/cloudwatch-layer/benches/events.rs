//! What an event costs: on the thread that logs it, and for the whole process with the AWS SDK below.
//! `cargo bench -p cloudwatch-layer --bench events [-- EVENTS]`
//!
//! The service is a process of its own that takes everything, so that what it costs is not counted.
//! CPU time is that of all threads, as Linux tells it in `/proc/self/stat`.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use aws_settings::{AwsSettings, Service};
use axum::{Router, body::Bytes, routing::post};
use cloudwatch_layer::{
    CloudWatch, CloudWatchLayer, Delivery, Handle, JsonLines, LogEvent, Oversize, Report, Sending,
    Sink, batches,
};
use opentelemetry::{
    Context, SpanId, TraceFlags, TraceId,
    trace::{SpanContext, TraceContextExt as _, TraceState},
};
use tracing::Dispatch;
use tracing_subscriber::layer::SubscriberExt as _;

const ROUNDS: usize = 7;
const ROLE: &str = "BENCH_ROLE";

/// `/proc/self/stat` counts in clock ticks, of which Linux shows programs 100 a second.
const MICROSECONDS_A_TICK: f64 = 10_000.0;

fn main() {
    if std::env::var(ROLE).is_ok() {
        serve();
        return;
    }
    let events = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(100_000);
    println!("{events} access-log events a round, medians of {ROUNDS} rounds");
    without_service(events);
    with_service(events);
    batching();
}

/// What a request logs: an event with eight fields within a span with two, in a trace.
fn log(events: usize) {
    let span = SpanContext::new(
        TraceId::from_bytes([7; 16]),
        SpanId::from_bytes([7; 8]),
        TraceFlags::SAMPLED,
        true,
        TraceState::NONE,
    );
    let _context = Context::new().with_remote_span_context(span).attach();
    let span = tracing::info_span!("request", user = "andrewbrown", release = 7);
    let _entered = span.enter();
    for number in 0..events {
        tracing::info!(
            client = "127.0.0.1:51234",
            method = "GET",
            scheme = "http",
            path = "/api/activities/search",
            query = "term=crud",
            status = 200,
            seconds = 0.012_345,
            number,
            "answered"
        );
    }
}

/// Takes everything at once.
struct Nowhere;

impl Sink for Nowhere {
    fn put(&self, events: Vec<LogEvent>) -> Sending<'_> {
        Box::pin(async move { Delivery::sent(events.len()) })
    }
}

fn layer(sink: impl Sink) -> (Dispatch, Handle) {
    let (layer, handle) = CloudWatchLayer::builder(sink)
        // Nothing is dropped: that would be cheap.
        .with_queue_events(usize::MAX)
        .with_queue_bytes(usize::MAX)
        .with_flush_within(Duration::from_secs(60))
        .with_shutdown_within(Duration::from_secs(60))
        .build();
    (
        Dispatch::new(tracing_subscriber::registry().with(layer)),
        handle,
    )
}

fn without_service(events: usize) {
    let lines = Dispatch::new(tracing_subscriber::registry().with(JsonLines::new(std::io::sink())));
    measure("formatted and written to nowhere", events, &lines, || {});
    let (dispatch, handle) = layer(Nowhere);
    measure(
        "formatted and queued, sent to nowhere",
        events,
        &dispatch,
        || {
            handle.flush_blocking();
        },
    );
    check(&handle.shutdown_blocking(), events);
}

fn with_service(events: usize) {
    let this = std::env::current_exe().expect("this program");
    let mut service = Command::new(this)
        .env(ROLE, "service")
        .stdout(Stdio::piped())
        .spawn()
        .expect("the service starts");
    let mut address = String::new();
    BufReader::new(service.stdout.take().expect("a pipe"))
        .read_line(&mut address)
        .expect("its address");
    let endpoint = format!("http://{}", address.trim());
    let lookup = |name: &str| (name == "AWS_ENDPOINT_URL").then(|| endpoint.clone());
    let settings =
        AwsSettings::from_lookup(Service::CloudWatchLogs, lookup, false).expect("settings");
    let client = aws_sdk_cloudwatchlogs::Client::new(&settings.sdk_config());
    let sink = CloudWatch::builder(client, "bench").build().expect("names");
    let (dispatch, handle) = layer(sink);
    measure(
        "formatted, queued and sent by PutLogEvents",
        events,
        &dispatch,
        || {
            handle.flush_blocking();
        },
    );
    let report = handle.shutdown_blocking();
    service.kill().expect("the service ends");
    service.wait().expect("the service ends");
    check(&report, events);
}

fn check(report: &Report, events: usize) {
    assert_eq!(
        report.lost(),
        0,
        "lost events would make the figure too good"
    );
    assert_eq!(report.sent, (events * (ROUNDS + 1)) as u64);
}

fn measure(what: &str, events: usize, dispatch: &Dispatch, flush: impl Fn()) {
    let mut rounds = Vec::new();
    for round in 0..=ROUNDS {
        let (cpu_before, before) = (cpu(), Instant::now());
        tracing::dispatcher::with_default(dispatch, || log(events));
        let logged = before.elapsed();
        flush();
        let all = before.elapsed();
        // The first round warms up.
        if round > 0 {
            rounds.push([
                logged.as_secs_f64() * 1e6,
                all.as_secs_f64() * 1e6,
                cpu() - cpu_before,
            ]);
        }
    }
    let median = |of: usize| {
        let mut figures: Vec<f64> = rounds.iter().map(|round| round[of]).collect();
        figures.sort_by(f64::total_cmp);
        figures[figures.len() / 2] / events as f64
    };
    println!(
        "{what:45} {:5.2} µs an event for who logs, {:8.0} events/s in all, {:5.2} µs of CPU an event",
        median(0),
        1e6 / median(1),
        median(2)
    );
}

fn batching() {
    let events: Vec<LogEvent> = (0..100_000)
        .map(|number| LogEvent::new(number % 1000, "x".repeat(300)))
        .collect();
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let events = events.clone();
            let start = Instant::now();
            let batches = batches(events, Oversize::Truncate);
            let took = start.elapsed();
            assert_eq!(batches.iter().map(Vec::len).sum::<usize>(), 100_000);
            took
        })
        .collect();
    times.sort();
    println!(
        "{:45} {:5.2} µs an event",
        "batches of 100,000 unordered events",
        times[ROUNDS / 2].as_secs_f64() * 10.0
    );
}

/// Takes everything, and prints its address.
fn serve() {
    let routes = Router::new()
        .route("/", post(|_: Bytes| async { "{}" }))
        .layer(axum::extract::DefaultBodyLimit::disable());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let listener = tokio::net::TcpListener::bind(address)
            .await
            .expect("a port");
        println!("{}", listener.local_addr().expect("an address"));
        axum::serve(listener, routes).await.expect("requests");
    });
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
