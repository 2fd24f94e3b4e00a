//! The events in an observatory, and how these tests read lines of a page.

use http::{Request, StatusCode, header};
use serde_json::{Value as Json, json};

use crate::asking::{NOW, Observatory, signed, values};

pub(crate) const TRACE: &str = "4efaaf4d1e8720b39541901950019ee5";
pub(crate) const XRAY: &str = "1-4efaaf4d-1e8720b39541901950019ee5";
/// What must not act when it is shown; also a direction override and a NUL.
pub(crate) const EVIL: &str =
    "\"'><script>alert(1)</script><img src=x onerror=alert(1)>\u{202e}\0&amp;";

/// Now, in milliseconds: the service takes no events that are older than two weeks.
pub(crate) fn now() -> i64 {
    (NOW * 1_000).cast_signed()
}

impl Observatory {
    pub(crate) async fn call_logs(&self, operation: &str, body: Json) {
        let request = Request::post("/")
            .header(header::AUTHORIZATION, signed("logs"))
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
        self.call_logs("CreateLogGroup", json!({ "logGroupName": group }))
            .await;
        self.make_stream(group, stream).await;
    }

    pub(crate) async fn make_stream(&self, group: &str, stream: &str) {
        self.call_logs(
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
        self.call_logs(
            "PutLogEvents",
            json!({ "logGroupName": group, "logStreamName": stream, "logEvents": events }),
        )
        .await;
    }
}

/// A group of two streams and a group of one, with a request that failed.
pub(crate) async fn sample() -> Observatory {
    let observatory = Observatory::new();
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
