//! An observatory whose store is in memory and whose clock stands still, the spans in it, and how these tests ask it.

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

/// Now, in seconds.
pub(crate) const NOW: u64 = 1_700_000_000;
/// What must not act when it is shown; also a direction override and a NUL.
pub(crate) const EVIL: &str =
    "\"'><script>alert(1)</script><img src=x onerror=alert(1)>\u{202e}\0&amp;";

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

pub(crate) struct Observatory {
    pub(crate) store: Store,
    router: Router,
}

/// A span of a service, so many seconds ago, with attributes.
pub(crate) struct Made {
    pub(crate) service: &'static str,
    pub(crate) name: &'static str,
    pub(crate) seconds_ago: u64,
    pub(crate) milliseconds: u64,
    pub(crate) is_error: bool,
    pub(crate) attributes: Vec<(&'static str, Value)>,
}

pub(crate) fn made(service: &'static str, name: &'static str, seconds_ago: u64) -> Made {
    Made {
        service,
        name,
        seconds_ago,
        milliseconds: 10,
        is_error: false,
        attributes: Vec::new(),
    }
}

pub(crate) fn text(text: &str) -> Value {
    Value::StringValue(text.to_owned())
}

fn attribute(key: &str, value: Value) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue { value: Some(value) }),
        ..KeyValue::default()
    }
}

impl Observatory {
    pub(crate) fn new() -> Self {
        Self::at(Location::Memory)
    }

    pub(crate) fn at(location: Location) -> Self {
        let store = Store::open(StoreOptions {
            location,
            retain_bytes: u64::MAX,
        });
        let store = store.expect("a store opens");
        let clock = || UNIX_EPOCH + Duration::from_secs(NOW);
        let router = server::router(AppState::with_clock(
            store.clone(),
            Keys::default(),
            Access::default(),
            Clock::new(clock),
        ));
        Self { store, router }
    }

    pub(crate) async fn with(spans: Vec<Made>) -> Self {
        let observatory = Self::new();
        let resource_spans = spans.into_iter().enumerate().map(|(number, made)| {
            let id = number as u64 + 1;
            let start = (NOW - made.seconds_ago) * 1_000_000_000;
            ResourceSpans {
                resource: Some(Resource {
                    attributes: vec![attribute("service.name", text(made.service))],
                    ..Resource::default()
                }),
                scope_spans: vec![ScopeSpans {
                    spans: vec![Span {
                        trace_id: u128::from(id).to_be_bytes().to_vec(),
                        span_id: id.to_be_bytes().to_vec(),
                        name: made.name.to_owned(),
                        start_time_unix_nano: start,
                        end_time_unix_nano: start + made.milliseconds * 1_000_000,
                        attributes: made
                            .attributes
                            .into_iter()
                            .map(|(key, value)| attribute(key, value))
                            .collect(),
                        status: made.is_error.then(|| Status {
                            code: 2,
                            ..Status::default()
                        }),
                        ..Span::default()
                    }],
                    ..ScopeSpans::default()
                }],
                ..ResourceSpans::default()
            }
        });
        let request = ExportTraceServiceRequest {
            resource_spans: resource_spans.collect(),
        };
        observatory
            .store
            .ingest(request)
            .await
            .expect("spans are stored");
        observatory
    }

    /// Three requests of a minute ago, one of them failed, and one of yesterday.
    pub(crate) async fn sample() -> Self {
        let user = |name| vec![("user.id", text(name))];
        Self::with(vec![
            Made {
                milliseconds: 900,
                is_error: true,
                attributes: user("andrew"),
                ..made("backend", "GET /slow", 60)
            },
            Made {
                attributes: user("bayko"),
                ..made("backend", "GET /", 60)
            },
            Made {
                attributes: user("bayko"),
                ..made("backend", "GET /", 50)
            },
            made("profiles", "GET /yesterday", 86_400),
        ])
        .await
    }

    pub(crate) async fn ask(&self, request: http::request::Builder, body: String) -> Answer {
        let request = request
            .header(header::HOST, "localhost:4318")
            .body(Body::from(body))
            .expect("a request");
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

    pub(crate) async fn get(&self, address: &str) -> Answer {
        self.ask(Request::get(address), String::new()).await
    }

    pub(crate) async fn page(&self, address: &str) -> String {
        let answer = self.get(address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.body);
        answer.body
    }

    /// Sends a form as the page's own.
    pub(crate) async fn send(&self, address: &str, fields: &[(&str, &str)]) -> Answer {
        let fields: Vec<String> = fields
            .iter()
            .map(|(key, value)| format!("{key}={}", encoded(value)))
            .collect();
        let request = Request::post(address)
            .header(header::ORIGIN, "http://localhost:4318")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.ask(request, fields.join("&")).await
    }
}

/// A text as it stands in an address.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

#[track_caller]
pub(crate) fn check_told(page: &str, told: &[&str]) {
    for told in told {
        assert!(page.contains(told), "{told}: {page}");
    }
}
