//! An observatory whose store is in memory, its pages, and the events in it; and how these tests read a page.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::{Router, body::Body};
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use observatory::{
    access::Access,
    server::{self, AppState, Keys},
    store::{Location, Store, StoreOptions},
};
use serde_json::{Value as Json, json};
use tower::ServiceExt;

pub(crate) const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/logs/aws4_request, \
     SignedHeaders=host, Signature=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
pub(crate) const TRACE: &str = "4efaaf4d1e8720b39541901950019ee5";
pub(crate) const XRAY: &str = "1-4efaaf4d-1e8720b39541901950019ee5";
/// What must not act when it is shown; also a direction override and a NUL.
pub(crate) const EVIL: &str =
    "\"'><script>alert(1)</script><img src=x onerror=alert(1)>\u{202e}\0&amp;";

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

pub(crate) struct Observatory(Router);

/// Now, in milliseconds: the service takes no events that are older than two weeks.
pub(crate) fn now() -> i64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("a clock");
    i64::try_from(now.as_millis()).expect("a time")
}

impl Observatory {
    pub(crate) fn new() -> Self {
        let options = StoreOptions {
            location: Location::Memory,
            retain_bytes: u64::MAX,
        };
        let store = Store::open(options).expect("a store in memory opens");
        Self(server::router(AppState::new(
            store,
            Keys::default(),
            Access::default(),
        )))
    }

    pub(crate) async fn ask(&self, request: http::request::Builder, body: String) -> Answer {
        let request = request
            .header(header::HOST, "localhost:4318")
            .body(Body::from(body))
            .expect("a request");
        let response = self.0.clone().oneshot(request).await.expect("an answer");
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

    pub(crate) async fn call(&self, operation: &str, body: Json) {
        let request = Request::post("/")
            .header(header::AUTHORIZATION, SIGNED)
            .header(header::CONTENT_TYPE, "application/x-amz-json-1.1")
            .header("x-amz-target", format!("Logs_20140328.{operation}"));
        let answer = self.ask(request, body.to_string()).await;
        assert_eq!(
            answer.status,
            StatusCode::OK,
            "{operation}: {}",
            answer.body
        );
        assert!(!answer.body.contains("rejected"), "{}", answer.body);
    }

    pub(crate) async fn make(&self, group: &str, stream: &str) {
        self.call("CreateLogGroup", json!({ "logGroupName": group }))
            .await;
        self.make_stream(group, stream).await;
    }

    pub(crate) async fn make_stream(&self, group: &str, stream: &str) {
        self.call(
            "CreateLogStream",
            json!({ "logGroupName": group, "logStreamName": stream }),
        )
        .await;
    }

    /// Puts messages, each a millisecond after the one before; the last one now.
    pub(crate) async fn put(&self, group: &str, stream: &str, messages: &[String]) {
        let first = now() - i64::try_from(messages.len()).expect("few");
        let events: Vec<Json> = (first..)
            .zip(messages)
            .map(|(timestamp, message)| json!({ "timestamp": timestamp, "message": message }))
            .collect();
        self.call(
            "PutLogEvents",
            json!({ "logGroupName": group, "logStreamName": stream, "logEvents": events }),
        )
        .await;
    }

    /// A group of two streams and a group of one, with a request that failed.
    pub(crate) async fn sample() -> Self {
        let observatory = Self::new();
        observatory.make("cruddur", "backend/1").await;
        observatory.make_stream("cruddur", "backend/2").await;
        observatory.make("/ecs/front-end", "nginx").await;
        observatory
            .put(
                "cruddur",
                "backend/1",
                &[request(200, "INFO"), failed(), request(422, "WARN")],
            )
            .await;
        observatory
            .put("cruddur", "backend/2", &[request(200, "INFO")])
            .await;
        observatory
            .put(
                "/ecs/front-end",
                "nginx",
                &[format!("GET / 200 Root={XRAY}"), "GET /x 404".to_owned()],
            )
            .await;
        observatory
    }
}

pub(crate) fn request(status: u16, level: &str) -> String {
    json!({ "level": level, "message": "request answered", "http.route": "/api/home", "http.response.status_code": status, "seconds": 0.5 }).to_string()
}

pub(crate) fn failed() -> String {
    json!({
        "level": "ERROR", "message": "profiles did not answer", "trace_id": TRACE, "span_id": "00000000000000aa",
        "http.response.status_code": 500,
    })
    .to_string()
}

/// The values of an attribute of elements, in the order of the page.
pub(crate) fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    page.split(&format!(" {attribute}=\""))
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

pub(crate) fn lines(page: &str) -> usize {
    page.matches(r#"data-testid="log-line""#).count()
}

/// The address that an element with this test ID leads to.
pub(crate) fn link(page: &str, testid: &str) -> Option<String> {
    let tag = page.split('<').find(|tag| {
        tag.contains(&format!(r#"data-testid="{testid}""#)) && tag.contains(" href=\"")
    })?;
    Some(values(tag, "href").first()?.replace("&amp;", "&"))
}

#[track_caller]
pub(crate) fn check_told(page: &str, told: &[&str]) {
    for told in told {
        assert!(page.contains(told), "{told}: {page}");
    }
}

/// Percent-encodes for a query.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
