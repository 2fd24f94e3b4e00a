//! The hosted search service, and the slow query that stands in for it when it takes no more calls.

use std::sync::Arc;

use crate::database::LIKE;
use crate::line::{Field, Level};
use crate::scene::{Open, Scene};
use crate::story::SEARCH_HOST;
use crate::{Kind, Resource, Value};

/// What is searched for, as the access log has it.
pub(crate) const TERMS: [&str; 8] = [
    "term=cloud",
    "term=trace",
    "term=rust",
    "term=otter",
    "term=lunch",
    "term=release",
    "term=photo",
    "term=weekend",
];

/// The message of the log event that each search which fell back leaves, and no other event has.
pub const FELL_BACK: &str = "search throttled, falling back to the database";

impl Scene<'_> {
    /// Searches within a request; gives when the results were there, and how many.
    pub(crate) fn search(
        &mut self,
        request: Open,
        backend: &Arc<Resource>,
        request_id: &str,
        at: u64,
    ) -> (u64, i64) {
        let found = self.random.between(0, 30) as i64;
        let attributes = vec![
            ("http.request.method", Value::Text("POST")),
            ("server.address", Value::Text(SEARCH_HOST)),
            ("server.port", Value::Int(443)),
            (
                "url.full",
                Value::Text("https://search.quota.example/1/indexes/activities/query"),
            ),
        ];
        let call = self.open(Some(request), backend, "POST", Kind::Client, at, attributes);
        if !self.story.is_throttled(at) {
            let end = self.later(at, 160.0, 0.35);
            self.set(call, "http.response.status_code", Value::Int(200));
            self.close(call, end);
            return (end, found);
        }
        let refused = self.later(at, 14.0, 0.3);
        self.set(call, "http.response.status_code", Value::Int(429));
        self.set(call, "error.type", Value::Text("429"));
        self.span(call).error = Some("429 Too Many Requests");
        self.close(call, refused);
        let fields = [
            ("request_id", Field::Text(request_id)),
            ("server.address", Field::Text(SEARCH_HOST)),
            ("http.response.status_code", Field::Int(429)),
        ];
        self.log(request, refused, Level::Warn, FELL_BACK, &fields);
        self.fate.fell_back.push(refused);
        let asked = self.later(refused, 1.0, 0.3);
        let takes = self.random.latency(560.0, 0.2);
        (
            self.query(request, backend, &LIKE, asked, takes, found),
            found,
        )
    }
}
