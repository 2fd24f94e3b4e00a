//! How the program starts and ends: with an address that can't work; asked by a signal, with a collector that takes the spans, refuses them, or hangs.

#![cfg(unix)]

#[path = "../../../program.rs"]
mod program;

use std::net::TcpListener;

use program::{Program, SECRET, start_error};
use span_snapshot::{Answer, Collector};

const PROGRAM: &str = env!("CARGO_BIN_EXE_honeycomb-solution");

fn start(endpoint: &str, more: &[(&str, &str)]) -> Program {
    let headers = format!("x-honeycomb-team={SECRET}");
    let mut variables = vec![
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
        ("OTEL_EXPORTER_OTLP_HEADERS", &headers),
    ];
    variables.extend(more);
    Program::start(PROGRAM, &variables)
}

/// Sends the signal at once after a request; gives the program's last line.
fn last_line(program: Program, signal: &str) -> String {
    program.request(1, &[]);
    let told = program.end_by(signal);
    told.lines().last().expect("a last line").to_owned()
}

#[track_caller]
fn check_delivered(signal: &str) {
    let collector = Collector::start();
    let told = last_line(start(&collector.endpoint(), &[]), signal);
    assert_eq!(
        told,
        format!(
            "telemetry: 3 spans were delivered to {}",
            collector.endpoint()
        )
    );
    assert_eq!(collector.tree().len(), 3);
}

#[track_caller]
fn check_lost(endpoint: &str, why: &str) {
    assert_eq!(
        last_line(start(endpoint, &[]), "TERM"),
        format!("telemetry: 3 of 3 spans were lost: {endpoint} {why}")
    );
}

#[test]
fn sigterm_loses_nothing() {
    check_delivered("TERM");
}

#[test]
fn sigint_loses_nothing() {
    check_delivered("INT");
}

#[test]
fn a_collector_that_is_not_there() {
    // A port that was free a moment ago, and that nobody listens on.
    let free = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port");
    check_lost(&format!("http://{free}"), "could not be reached");
}

#[test]
fn a_collector_that_hangs() {
    check_lost(
        &Collector::answering(Answer::Hang).endpoint(),
        "did not answer in time",
    );
}

#[test]
fn a_refused_key() {
    check_lost(
        &Collector::answering(Answer::Unauthorized).endpoint(),
        "answered 401, the key was refused",
    );
}

#[test]
fn a_collector_that_throttles() {
    let answer = Answer::TooManyRequests {
        retry_after_seconds: 60,
    };
    check_lost(
        &Collector::answering(answer).endpoint(),
        "answered 429, it is too busy",
    );
}

#[test]
fn a_collector_that_is_overloaded() {
    check_lost(
        &Collector::answering(Answer::Unavailable).endpoint(),
        "answered 503, it is too busy",
    );
}

#[test]
fn a_collector_that_breaks_off() {
    check_lost(
        &Collector::answering(Answer::BreakOff).endpoint(),
        "could not be reached",
    );
}

#[test]
fn an_address_that_is_none() {
    assert_eq!(
        start_error(
            PROGRAM,
            &[],
            &[("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318")]
        ),
        "error: OTEL_EXPORTER_OTLP_ENDPOINT has a value (not shown), which is no address: write it like http://localhost:4318"
    );
}

#[test]
fn a_refused_key_is_told_at_once_and_once() {
    let collector = Collector::answering(Answer::Unauthorized);
    start(&collector.endpoint(), &[("OTEL_BSP_SCHEDULE_DELAY", "1")]).check_told_once(
        "answered 401, the key was refused: check that OTEL_EXPORTER_OTLP_HEADERS is exported",
        &[],
    );
}
