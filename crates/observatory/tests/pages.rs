//! The pages over HTTP, from a store in memory: what each route answers, and with which headers.

mod hostile;

use std::time::{Duration, UNIX_EPOCH};

use axum::{Router, body::Body};
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use observatory::{
    access::Access,
    server::{self, AppState, Clock, Keys},
    store::{Location, Store, StoreOptions},
};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, KeyValue, any_value::Value},
    resource::v1::Resource,
    trace::v1::{ResourceSpans, ScopeSpans, Span, Status},
};
use tower::ServiceExt;

/// When the made-up traces begin, in nanoseconds.
const START: u64 = 1_700_000_000_000_000_000;
const MS: u64 = 1_000_000;

/// An observatory with nothing in it.
struct Observatory {
    store: Store,
    router: Router,
}

/// An answer, its body as text.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Observatory {
    fn new() -> Self {
        Self::with_clock(Clock::default())
    }

    fn with_clock(clock: Clock) -> Self {
        let options = StoreOptions {
            location: Location::Memory,
            retain_bytes: u64::MAX,
        };
        let store = Store::open(options).expect("a store in memory opens");
        let router = server::router(AppState::with_clock(
            store.clone(),
            Keys::default(),
            Access::default(),
            clock,
        ));
        Self { store, router }
    }

    async fn with(spans: Vec<(&str, Span)>) -> Self {
        let observatory = Self::new();
        observatory.send(spans).await;
        observatory
    }

    async fn send(&self, spans: Vec<(&str, Span)>) {
        let resource_spans = spans
            .into_iter()
            .map(|(service, span)| ResourceSpans {
                resource: Some(Resource {
                    attributes: vec![attribute("service.name", service)],
                    ..Resource::default()
                }),
                scope_spans: vec![ScopeSpans {
                    spans: vec![span],
                    ..ScopeSpans::default()
                }],
                ..ResourceSpans::default()
            })
            .collect();
        let request = ExportTraceServiceRequest { resource_spans };
        let accepted = self.store.ingest(request).await.expect("spans are stored");
        assert_eq!(accepted.rejected, 0);
    }

    async fn get(&self, address: &str) -> Answer {
        let request = Request::get(address)
            .header(header::HOST, "localhost:4318")
            .body(Body::empty())
            .expect("a request");
        self.answer(request).await
    }

    async fn answer(&self, request: Request<Body>) -> Answer {
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(bytes.to_vec()).expect("UTF-8"),
        }
    }

    async fn page(&self, address: &str) -> String {
        let answer = self.get(address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        answer.body
    }
}

fn attribute(key: &str, value: &str) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue {
            value: Some(Value::StringValue(value.to_owned())),
        }),
        ..KeyValue::default()
    }
}

/// A root span, alone in its trace; trace and span have the ID `id`, later ones start later.
fn root(id: u8, name: &str, milliseconds: u64) -> Span {
    let start = START + u64::from(id) * 1_000 * MS;
    Span {
        trace_id: vec![id; 16],
        span_id: vec![id; 8],
        name: name.to_owned(),
        kind: 2,
        start_time_unix_nano: start,
        end_time_unix_nano: start + milliseconds * MS,
        ..Span::default()
    }
}

fn trace_id(id: u8) -> String {
    format!("{id:02x}").repeat(16)
}

/// The values of an attribute of elements, in the order of the page.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    page.split(&format!(" {attribute}=\""))
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

async fn sample() -> Observatory {
    let mut failed = root(2, "POST /api/activities", 40);
    failed.status = Some(Status {
        code: 2,
        message: "no room".into(),
    });
    failed.attributes = vec![attribute("user.id", "andrewbrown"), attribute("a", "1")];
    let mut slow = root(3, "GET /profiles/@{handle}", 2_000);
    slow.attributes = vec![attribute("user.id", "worf")];
    Observatory::with(vec![
        ("backend", root(1, "GET /api/activities/home", 5)),
        ("backend", failed),
        ("profiles", slow),
    ])
    .await
}

#[tokio::test]
async fn an_address_that_no_page_has_is_told_in_a_page() {
    let observatory = Observatory::new();
    let request = |accept: &str| {
        let request = Request::get("/tarces/%3Cb%3E")
            .header(header::HOST, "localhost:4318")
            .header(header::ACCEPT, accept);
        request.body(Body::empty()).expect("a request")
    };
    let page = observatory
        .answer(request("text/html,application/xhtml+xml"))
        .await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.headers.contains_key(header::CONTENT_SECURITY_POLICY));
    assert!(page.body.contains("There is no page here"));
    assert!(page.body.contains("/tarces/%3Cb%3E"), "{}", page.body);
    let line = observatory.answer(request("*/*")).await;
    assert_eq!(line.status, StatusCode::NOT_FOUND);
    assert!(line.body.starts_with("there is nothing at /tarces"));
}

#[tokio::test]
async fn pages_go_by_the_clock_that_they_are_given() {
    let later = UNIX_EPOCH + Duration::from_nanos(START) + Duration::from_secs(400);
    let observatory = Observatory::with_clock(Clock::new(move || later));
    observatory
        .send(vec![("backend", root(1, "GET /", 5))])
        .await;
    assert!(observatory.get("/").await.body.contains("6 min ago"));
}

#[tokio::test]
async fn the_list_is_newest_first_and_filtered_by_its_address() {
    let observatory = sample().await;
    for (query, expected) in [
        ("", &[3, 2, 1][..]),
        ("?service=backend", &[2, 1]),
        ("?name=GET+/api/activities/home", &[1]),
        ("?min=10ms", &[3, 2]),
        ("?min=10ms&max=1.5s", &[2]),
        ("?error=true", &[2]),
        ("?error=false", &[3, 1]),
        ("?attribute=user.id%3Dandrewbrown", &[2]),
        ("?attribute=user.id%3Dandrewbrown&attribute=a%3D1", &[2]),
        ("?attribute=user.id%3Dandrewbrown&attribute=a%3D2", &[]),
        ("?service=nobody", &[]),
        ("?service=&name=&min=&max=&error=&attribute=", &[3, 2, 1]),
    ] {
        let expected: Vec<String> = expected.iter().map(|&id| trace_id(id)).collect();
        for path in ["/traces", "/parts/traces"] {
            let page = observatory.page(&format!("{path}{query}")).await;
            assert_eq!(values(&page, "data-trace-id"), expected, "{path}{query}");
        }
    }
}

#[tokio::test]
async fn addresses_of_the_list_from_before_lead_to_it() {
    let observatory = sample().await;
    for query in [
        "error=true",
        "service=backend&name=GET+%2Fapi",
        "attribute=a%3D%3Cb%3E&unknown=1",
        "min=10",
        "after=x",
    ] {
        let answer = observatory.get(&format!("/?{query}")).await;
        assert_eq!(answer.status, StatusCode::TEMPORARY_REDIRECT, "{query}");
        let list = format!("/traces?{query}");
        assert_eq!(answer.headers[header::LOCATION], list);
    }
    let home = observatory.page("/").await;
    assert_eq!(
        values(&home, "data-trace-id"),
        [3, 2, 1].map(trace_id),
        "the newest are there too"
    );
}

#[tokio::test]
async fn a_wrong_filter_is_told_and_lists_nothing() {
    let observatory = sample().await;
    for (query, told) in [
        ("?min=10&service=backend", "Add a unit"),
        ("?attribute=novalue&service=backend", "Write key=value"),
        ("?after=nonsense&service=backend", "not a place in the list"),
    ] {
        let answer = observatory.get(&format!("/traces{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(answer.body.contains(told), "{query}");
        assert!(
            answer.body.contains(r#"value="backend" selected"#),
            "{query}"
        );
        assert!(values(&answer.body, "data-trace-id").is_empty(), "{query}");
    }
}

#[tokio::test]
async fn older_traces_are_reached_by_links() {
    let spans = (1..=120)
        .map(|id| ("backend", root(id, "get", 1)))
        .collect();
    let observatory = Observatory::with(spans).await;
    let mut address = "/traces?service=backend".to_owned();
    let mut found = Vec::new();
    for rows in [50, 50, 20] {
        let page = observatory.page(&address).await;
        let here: Vec<String> = values(&page, "data-trace-id")
            .iter()
            .map(|id| id[..2].to_owned())
            .collect();
        assert_eq!(here.len(), rows);
        found.extend(here);
        let older = page.split(r#"data-testid="older" href=""#).nth(1);
        address = older
            .and_then(|rest| rest.split('"').next())
            .unwrap_or_default()
            .replace("&amp;", "&");
    }
    assert_eq!(address, "");
    let all: Vec<String> = (1..=120).rev().map(|id| format!("{id:02x}")).collect();
    assert_eq!(found, all);
}

#[tokio::test]
async fn a_trace_shows_its_spans_and_the_open_one() {
    let mut child = root(9, "SELECT", 1);
    child.trace_id = vec![1; 16];
    child.parent_span_id = vec![1; 8];
    child.attributes = vec![attribute("html", "<script>alert(1)</script>")];
    let observatory =
        Observatory::with(vec![("backend", root(1, "GET /", 5)), ("db", child)]).await;
    let address = format!("/trace/{}", trace_id(1));

    let page = observatory.page(&address).await;
    assert_eq!(values(&page, "data-span-name"), ["GET /", "SELECT"]);
    assert!(!page.contains("data-testid=\"attribute\""));

    let page = observatory
        .page(&format!("{address}?span=0909090909090909"))
        .await;
    assert_eq!(
        values(&page, "data-key")
            .iter()
            .filter(|key| **key == "html")
            .count(),
        1
    );
    assert!(page.contains("<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>"));

    let page = observatory
        .page(&format!("{address}?collapsed=0101010101010101"))
        .await;
    assert_eq!(values(&page, "data-span-name"), ["GET /"]);

    let json = observatory
        .get(&format!("{address}/span/0909090909090909/otlp.json"))
        .await;
    assert_eq!(json.headers[header::CONTENT_TYPE], "application/json");
    assert!(json.body.contains(r#""spanId": "0909090909090909""#));
    let none = observatory
        .get(&format!("{address}/span/0a0a/otlp.json"))
        .await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_trace_that_is_not_here_is_awaited() {
    let observatory = Observatory::new();
    for (id, part) in [
        (trace_id(7), r#"data-page="awaited""#),
        ("nonsense".to_owned(), "This is no trace ID"),
        ("0".repeat(32), "This is no trace ID"),
        ("%3Cscript%3E".to_owned(), "&lt;script&gt;"),
    ] {
        let answer = observatory.get(&format!("/trace/{id}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(answer.body.contains(part), "{id}: {}", answer.body);
    }
    observatory
        .send(vec![("backend", root(7, "late", 1))])
        .await;
    observatory.page(&format!("/trace/{}", trace_id(7))).await;
}

#[tokio::test]
async fn parts_come_only_when_there_is_more() {
    let observatory = Observatory::with(vec![("backend", root(1, "get", 1))]).await;
    let address = format!(
        "/parts/trace/{}?parts=header+waterfall+details",
        trace_id(1)
    );
    let all = observatory.get(&address).await;
    assert_eq!(all.headers["x-spans"], "1");
    for id in ["trace-header", "overview", "waterfall", "details", "status"] {
        assert!(all.body.contains(&format!("id=\"{id}\"")), "{id}");
    }
    assert_eq!(
        observatory.get(&format!("{address}&have=1")).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        observatory.get(&format!("{address}&have=0")).await.status,
        StatusCode::OK
    );
    let unknown = observatory
        .get(&format!("/parts/trace/{}", trace_id(2)))
        .await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_waiting_page_is_told_when_something_arrives() {
    let observatory = Observatory::new();
    let now = observatory.get("/events").await.body;
    let generation: u64 = now
        .trim_start_matches("{\"generation\":")
        .trim_end_matches('}')
        .parse()
        .expect("a number");
    let address = format!("/events?since={generation}");
    let waiting = observatory.get(&address);
    let told = async {
        let (told, ()) = tokio::join!(
            waiting,
            observatory.send(vec![("backend", root(1, "get", 1))])
        );
        told
    };
    let told = tokio::time::timeout(Duration::from_secs(5), told)
        .await
        .expect("told in time");
    assert_ne!(told.body, now);
    // Whoever asks with an old number is told at once.
    assert_eq!(observatory.get(&address).await.body, told.body);
}

#[tokio::test]
async fn a_waiting_page_does_not_hold_up_the_end() {
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let mut observatory = Observatory::new();
    let now = observatory.get("/events").await.body;
    let generation: String = now.chars().filter(char::is_ascii_digit).collect();
    observatory.router = observatory
        .router
        .layer(axum::Extension(observatory::server::Stopping(stopping)));
    let address = format!("/events?since={generation}");
    let told = async { tokio::join!(observatory.get(&address), async { stop.send(true) }).0 };
    let told = tokio::time::timeout(Duration::from_secs(5), told)
        .await
        .expect("told in time");
    assert_eq!(told.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn an_empty_store_says_what_to_type() {
    let page = Observatory::new().page("/").await;
    for typed in [
        "cargo lab up",
        "OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318",
    ] {
        assert!(page.contains(typed), "{typed}");
    }
}

#[tokio::test]
async fn every_answer_is_guarded_and_every_file_is_there() {
    let observatory = sample().await;
    let page = observatory.page("/").await;
    let files: Vec<&str> = values(&page, "href")
        .into_iter()
        .chain(values(&page, "src"))
        .filter(|address| address.starts_with("/assets/"))
        .collect();
    assert_eq!(files.len(), 3, "{files:?}");
    let trace = format!("/trace/{}", trace_id(1));
    for address in files.iter().copied().chain([
        "/",
        "/traces",
        &trace,
        "/trace/x",
        "/events",
        "/assets/none",
    ]) {
        let answer = observatory.get(address).await;
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .expect("text");
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
            "{address}"
        );
        assert_eq!(
            answer.headers[header::X_CONTENT_TYPE_OPTIONS],
            "nosniff",
            "{address}"
        );
        assert_eq!(
            answer.headers[header::REFERRER_POLICY],
            "same-origin",
            "{address}"
        );
        let kept = answer.headers[header::CACHE_CONTROL]
            .to_str()
            .expect("text");
        assert_eq!(
            kept.contains("immutable"),
            files.contains(&address),
            "{address}"
        );
    }
}

/// A request of which the back end makes `queries` queries; each such trace begins later than those before.
fn request(id: u8, queries: u8, milliseconds: u64) -> Vec<(&'static str, Span)> {
    let mut spans = vec![("backend", root(id, "GET /", milliseconds))];
    for query in 0..queries {
        let mut span = root(id, "SELECT", 1);
        span.span_id = vec![100 + query; 8];
        span.parent_span_id = vec![id; 8];
        spans.push(("db", span));
    }
    spans
}

#[tokio::test]
async fn a_trace_is_held_against_the_others_of_its_route() {
    let observatory = Observatory::new();
    let address = format!("/trace/{}", trace_id(9));
    observatory.send(request(9, 12, 90)).await;
    assert!(
        observatory
            .page(&address)
            .await
            .contains("data-testid=\"too-few\"")
    );
    for id in 1..=4 {
        observatory.send(request(id, 1, 10 + u64::from(id))).await;
    }
    let page = observatory.page(&address).await;
    assert!(page.contains("4 other traces of this route are here: too few"));
    let mut failed = request(5, 1, 15);
    failed[1].1.status = Some(Status {
        code: 2,
        message: String::new(),
    });
    observatory.send(failed).await;
    observatory
        .send(vec![("backend", root(6, "POST /", 1))])
        .await;
    let page = observatory.page(&address).await;
    for told in [
        "is longer than all 5 other traces",
        "12 times</b></a>, usually 1 and at most 1",
        "(N+1)",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    let candidates: Vec<_> = values(&page, "data-why");
    assert_eq!(
        candidates,
        [
            "fastest",
            "median",
            "slowest",
            "latest",
            "latest with an error"
        ]
    );
    for (why, id) in [("fastest", 1), ("median", 3), ("slowest", 5), ("latest", 5)] {
        let link = format!(
            "data-why=\"{why}\" href=\"{address}/compare/{}\"",
            trace_id(id)
        );
        assert!(page.contains(&link), "{link}");
    }
    let part = observatory
        .page(&format!("/parts{address}?parts=route"))
        .await;
    assert!(part.contains("(N+1)") && !part.contains("id=\"waterfall\""));
    let part = observatory
        .page(&format!("/parts{address}?parts=waterfall"))
        .await;
    assert!(!part.contains("(N+1)"));
}

#[tokio::test]
async fn two_traces_are_compared() {
    let observatory = Observatory::new();
    observatory.send(request(1, 1, 10)).await;
    observatory.send(request(2, 3, 30)).await;
    let address = format!("/trace/{}/compare/{}", trace_id(1), trace_id(2));
    let page = observatory.page(&address).await;
    assert_eq!(
        values(&page, "data-side"),
        ["both", "both", "right", "right"]
    );
    assert!(page.contains("+20 ms"));
    let page = observatory
        .page(&format!("{address}?right=6666666666666666"))
        .await;
    assert!(page.contains("Only the right trace has this span."));
    for wrong in [
        format!("/trace/{}/compare/{}", trace_id(1), trace_id(7)),
        format!("/trace/{}/compare/{}", trace_id(7), trace_id(1)),
        format!("/trace/{}/compare/x", trace_id(1)),
    ] {
        assert_eq!(
            observatory.get(&wrong).await.status,
            StatusCode::NOT_FOUND,
            "{wrong}"
        );
    }
    let page = observatory
        .page(&format!("{address}?rows=many&foo=%3Cscript%3E"))
        .await;
    assert!(page.contains("Part of this address was left out.") && page.contains("&lt;script&gt;"));
}

#[tokio::test]
async fn what_an_address_says_wrongly_is_told() {
    let observatory = sample().await;
    let page = observatory
        .page(&format!(
            "/trace/{}?zoom=9-1&colour=red&span=01",
            trace_id(1)
        ))
        .await;
    assert!(page.contains("zoom=9-1: two times"));
    assert!(page.contains("colour=red: this page has no such parameter"));
    assert!(
        !observatory
            .page(&format!("/trace/{}", trace_id(1)))
            .await
            .contains("address-wrong")
    );
}
