//! Spans like those of a small web application: eight a trace, about 300 bytes each.
//! Deterministic, so that two runs store the same.

#![allow(dead_code, missing_docs, unreachable_pub)]

pub mod day;
pub mod plot;

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value},
    resource::v1::Resource,
    trace::v1::{ResourceSpans, ScopeSpans, Span, Status, span::SpanKind},
};

pub const SPANS_PER_TRACE: u64 = 8;

const ROUTES: [&str; 6] = [
    "/api/activities/home",
    "/api/activities/notifications",
    "/api/activities/@{handle}",
    "/api/messages/@{handle}",
    "/api/message_groups",
    "/api/activities/search",
];

/// A moment in 2026, in nanoseconds since the epoch.
pub const START: u64 = 1_780_000_000_000_000_000;

/// One request with this many spans, the `number`th of a run.
pub fn batch(number: u64, spans: u64) -> ExportTraceServiceRequest {
    let first = number * spans;
    let made = (first..first + spans).map(span).collect();
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(Resource {
                attributes: vec![
                    text(
                        "service.name",
                        if number % 4 == 3 {
                            "profiles"
                        } else {
                            "backend"
                        },
                    ),
                    text("service.version", "1.4.2"),
                    text("telemetry.sdk.language", "rust"),
                ],
                ..Resource::default()
            }),
            scope_spans: vec![ScopeSpans {
                scope: Some(InstrumentationScope {
                    name: "cruddur".to_owned(),
                    version: "0.1.0".to_owned(),
                    ..InstrumentationScope::default()
                }),
                spans: made,
                schema_url: String::new(),
            }],
            schema_url: String::new(),
        }],
    }
}

/// What a client of the AWS SDKs sends with a call of X-Ray's API.
pub const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260528/eu-central-1/xray/aws4_request, SignedHeaders=host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";

/// A segment of a trace of its own, with a query inside it: ten a second.
pub fn document(number: u64) -> String {
    let route = ROUTES[(number % 6) as usize];
    let start = START as f64 / 1e9 + number as f64 / 10.0;
    let status = if number % 20 == 7 { 500 } else { 200 };
    serde_json::json!({
        "trace_id": format!("1-{:08x}-{number:024x}", START / 1_000_000_000 + number / 10),
        "id": format!("{:016x}", number * 2 + 1),
        "name": "backend",
        "start_time": start,
        "end_time": start + 0.045,
        "fault": status == 500,
        "http": {
            "request": {
                "method": "GET", "url": format!("http://127.0.0.1:4567{route}"),
                "user_agent": "Mozilla/5.0 (X11; Linux x86_64)", "client_ip": "127.0.0.1",
            },
            "response": { "status": status, "content_length": 1234 },
        },
        "aws": { "xray": { "sdk": "X-Ray for Python", "sdk_version": "2.15.0" } },
        "annotations": { "user_handle": format!("user{}", number % 100), "count": number % 7 },
        "metadata": { "default": { "now": "2026-05-28T20:26:40Z" } },
        "subsegments": [{
            "id": format!("{:016x}", number * 2 + 2), "name": "cruddur", "namespace": "remote",
            "start_time": start + 0.01, "end_time": start + 0.03,
            "sql": { "database_type": "SQLite", "sanitized_query": "SELECT * FROM activities WHERE handle = ?" },
        }],
    })
    .to_string()
}

fn span(index: u64) -> Span {
    let trace = index / SPANS_PER_TRACE;
    let place = index % SPANS_PER_TRACE;
    let route = ROUTES[(trace % 6) as usize];
    let start = START + trace * 10_000_000 + place * 100_000;
    let (name, kind) = name_and_kind(place, route);
    let mut trace_id = id(trace ^ 0x5555).to_vec();
    trace_id.extend(id(trace));
    Span {
        trace_id,
        span_id: id(index).to_vec(),
        parent_span_id: parent(trace, (place > 0).then_some(0)),
        flags: 0x101,
        name,
        kind,
        start_time_unix_nano: start,
        end_time_unix_nano: start + 1_000_000 * (SPANS_PER_TRACE - place) + trace % 1000 * 1000,
        attributes: vec![
            text("http.request.method", "GET"),
            text("http.route", route),
            text("url.path", &format!("{route}/{}", trace % 5_000)),
            number(
                "http.response.status_code",
                if trace.is_multiple_of(97) { 500 } else { 200 },
            ),
            text("server.address", "127.0.0.1"),
            number("server.port", 4567),
            text("user.id", &format!("user-{}", trace % 10_000)),
        ],
        status: Some(Status {
            code: if trace.is_multiple_of(97) && place == 0 {
                2
            } else {
                0
            },
            message: String::new(),
        }),
        ..Span::default()
    }
}

/// What the span in this place of its trace is called, and its kind.
fn name_and_kind(place: u64, route: &str) -> (String, i32) {
    match place {
        0 => (format!("GET {route}"), SpanKind::Server.into()),
        1..=3 => ("SELECT activities".to_owned(), SpanKind::Client.into()),
        4 => ("GET".to_owned(), SpanKind::Client.into()),
        _ => (format!("step {place}"), SpanKind::Internal.into()),
    }
}

/// The ID of a trace's span in this place, of which another is the child; none for a root.
fn parent(trace: u64, place: Option<u64>) -> Vec<u8> {
    place.map_or_else(Vec::new, |place| {
        id(trace * SPANS_PER_TRACE + place).to_vec()
    })
}

/// Eight bytes that look random and are never the same twice.
fn id(number: u64) -> [u8; 8] {
    let mixed = (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ mixed >> 31).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed ^ mixed >> 29).to_be_bytes()
}

fn text(key: &str, value: &str) -> KeyValue {
    attribute(key, Value::StringValue(value.to_owned()))
}

fn number(key: &str, value: i64) -> KeyValue {
    attribute(key, Value::IntValue(value))
}

fn attribute(key: &str, value: Value) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue { value: Some(value) }),
        ..KeyValue::default()
    }
}

/// Starts the program with its store in a folder; gives its addresses too.
pub fn start_program(folder: &Path) -> (Child, serde_json::Value) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_observatory"))
        .args([
            "--http",
            "127.0.0.1:0",
            "--grpc",
            "127.0.0.1:0",
            "--xray-daemon",
            "127.0.0.1:0",
            "--print-addresses",
            "--data",
        ])
        .arg(folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(program.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let addresses = serde_json::from_str(&line).unwrap();
    (program, addresses)
}

/// Resident memory of a process, such as `36 MiB` (Linux; elsewhere it is not known).
pub fn resident(process: u32) -> String {
    of_status(process, "VmRSS:")
}

/// The most that it has been so far.
pub fn resident_at_most(process: u32) -> String {
    of_status(process, "VmHWM:")
}

fn of_status(process: u32, name: &str) -> String {
    let kibibytes = || {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    };
    kibibytes().map_or("unknown".to_owned(), |kibibytes| {
        format!("{} MiB", kibibytes / 1024)
    })
}

/// Processor seconds that a process has used, its threads together (Linux).
pub fn processor_seconds(process: u32) -> Option<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in parentheses may have spaces; user and system time are the 12th and 13th after it, in hundredths.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    Some((fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?) / 100.0)
}
