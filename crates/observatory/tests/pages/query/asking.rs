//! The spans in an observatory that is asked, and forms.

use http::{Request, header};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, KeyValue, any_value::Value},
    resource::v1::Resource,
    trace::v1::{ResourceSpans, ScopeSpans, Span, Status},
};

use crate::asking::{Answer, Observatory, encoded};

/// Now, in seconds.
pub(crate) const NOW: u64 = 1_700_000_000;
/// What must not act when it is shown; also a direction override and a NUL.
pub(crate) const EVIL: &str =
    "\"'><script>alert(1)</script><img src=x onerror=alert(1)>\u{202e}\0&amp;";

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

/// An observatory, looked at at [`NOW`], with these spans in it.
pub(crate) async fn with(spans: Vec<Made>) -> Observatory {
    let observatory = Observatory::at(NOW);
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
        .state
        .store
        .ingest(request)
        .await
        .expect("spans are stored");
    observatory
}

/// Three requests of a minute ago, one of them failed, and one of yesterday.
pub(crate) async fn sample() -> Observatory {
    let user = |name| vec![("user.id", text(name))];
    with(vec![
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

impl Observatory {
    /// Sends a form as the page's own.
    pub(crate) async fn send_form(&self, address: &str, fields: &[(&str, &str)]) -> Answer {
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
