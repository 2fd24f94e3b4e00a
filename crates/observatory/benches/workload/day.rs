//! A day of a small web application: traces of eight spans of three services, about twenty attributes a span.
//! Deterministic; `of` traces are spread evenly over the day, whatever their number.

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{InstrumentationScope, KeyValue},
    resource::v1::Resource,
    trace::v1::{ResourceSpans, ScopeSpans, Span, Status},
};

use super::{ROUTES, SPANS_PER_TRACE, START, id, name_and_kind, number, parent, text};

/// Nanoseconds of a day.
pub const DAY: u64 = 86_400_000_000_000;

/// Services, and which of a trace's spans are theirs.
const SERVICES: [(&str, &[u64]); 3] = [
    ("frontend", &[0]),
    ("backend", &[1, 2, 3, 4]),
    ("profiles", &[5, 6, 7]),
];

/// One request with the traces from one number to another, of which the first begins at `from`, each `step` nanoseconds after
/// the one before.
pub fn request(traces: std::ops::Range<u64>, from: u64, step: u64) -> ExportTraceServiceRequest {
    let service = |(name, places): (&str, &'static [u64])| {
        let traces = traces.clone();
        let spans = traces.flat_map(|trace| {
            let start = from + trace * step;
            places.iter().map(move |place| span(trace, *place, start))
        });
        ResourceSpans {
            resource: Some(Resource {
                attributes: vec![
                    text("service.name", name),
                    text("service.version", "1.4.2"),
                    text("telemetry.sdk.language", "rust"),
                    text("host.name", "workshop"),
                    text("deployment.environment.name", "development"),
                ],
                ..Resource::default()
            }),
            scope_spans: vec![ScopeSpans {
                scope: Some(InstrumentationScope {
                    name: "cruddur".to_owned(),
                    version: "0.1.0".to_owned(),
                    ..InstrumentationScope::default()
                }),
                spans: spans.collect(),
                schema_url: String::new(),
            }],
            schema_url: String::new(),
        }
    };
    ExportTraceServiceRequest {
        resource_spans: SERVICES.into_iter().map(service).collect(),
    }
}

/// A number that looks random, the same for the same trace and place.
fn noise(trace: u64, place: u64, salt: u64) -> u64 {
    u64::from_be_bytes(id(trace * 8 + place + salt * 0x1000_0001))
}

fn span(trace: u64, place: u64, trace_start: u64) -> Span {
    let route = ROUTES[(noise(trace, 0, 1) % 6) as usize];
    let is_failed = noise(trace, 0, 2).is_multiple_of(50);
    let user = noise(trace, 0, 3) % 2_000;
    // One in forty is ten times as slow, most of all those of one route and one version of the application.
    let is_slow = noise(trace, 0, 4).is_multiple_of(if route == ROUTES[4] { 8 } else { 60 });
    let own = 2_000_000 + noise(trace, place, 5) % 9_000_000 * (1 + place % 3);
    let duration = if is_slow { own * 10 } else { own } + (8 - place) * 3_000_000;
    let start = trace_start + place * 700_000;
    let trace_id = [id(trace ^ 0x5555), id(trace)].concat();
    let mut attributes: Vec<KeyValue> = vec![
        text(
            "http.request.method",
            if route == ROUTES[2] { "POST" } else { "GET" },
        ),
        text("http.route", route),
        text(
            "url.path",
            &format!("{route}/{}", noise(trace, 0, 6) % 5_000),
        ),
        text("url.scheme", "http"),
        number(
            "http.response.status_code",
            if is_failed { 500 } else { 200 },
        ),
        number(
            "http.response.body.size",
            (noise(trace, place, 7) % 60_000).cast_signed(),
        ),
        text("server.address", "127.0.0.1"),
        number("server.port", 4567),
        text("user.id", &format!("user-{user}")),
        text("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64)"),
        text(
            "app.build",
            if is_slow {
                "b-219"
            } else {
                ["b-217", "b-218"][(user % 2) as usize]
            },
        ),
        text(
            "code.function.name",
            ["home_feed", "search", "messages"][(place % 3) as usize],
        ),
        number("thread.id", (noise(trace, place, 8) % 8).cast_signed()),
    ];
    if (1..=3).contains(&place) {
        attributes.extend([
            text("db.system.name", "sqlite"),
            text("db.query.text", "SELECT * FROM activities WHERE handle = ?"),
            number(
                "db.response.returned_rows",
                (noise(trace, place, 9) % 100).cast_signed(),
            ),
        ]);
    }
    let (name, kind) = name_and_kind(place, route);
    Span {
        trace_id,
        span_id: id(trace * 8 + place).to_vec(),
        parent_span_id: parent(trace, place.checked_sub(1).map(|below| below / 2)),
        flags: 0x101,
        name,
        kind,
        start_time_unix_nano: start,
        end_time_unix_nano: start + duration,
        attributes,
        status: Some(Status {
            code: if is_failed && place < 2 { 2 } else { 0 },
            message: String::new(),
        }),
        ..Span::default()
    }
}

/// Nanoseconds between two traces if so many spans fill the day, and where the day begins.
pub fn spread(spans: u64) -> (u64, u64) {
    (START, DAY / (spans / SPANS_PER_TRACE).max(1))
}
