//! What the services wrote in the last half hour, in two log groups.

use serde_json::json;

use super::before_now;
use super::random::Random;
use crate::Observatory;

/// `bad` are failed requests: when, trace and span.
pub(super) fn send(observatory: &Observatory, bad: &[(u64, String, String)]) -> anyhow::Result<()> {
    let mut random = Random(13);
    let mut backend: Vec<(u64, String)> = (0..260_u64)
        .map(|number| {
            let route = *random.one(&["/api/activities/home", "/api/activities", "/api/activities/@{handle}", "/api/messages"]);
            let took = (random.around(31.0) * 100.0).round() / 100.0;
            let event = json!({
                "level": "INFO", "message": "request answered", "http.route": route, "http.response.status_code": 200,
                "http.server.request.duration": took / 1_000.0, "host.name": *random.one(&["backend-1", "backend-2", "backend-3"]),
            });
            (before_now(1_800_000 - number * 6_900), event.to_string())
        })
        .collect();
    for (at, trace, span) in bad.iter().filter(|(at, ..)| *at > before_now(1_790_000)) {
        let event = json!({
            "level": "ERROR", "message": "request failed", "error": "database is locked", "http.route": "/api/activities",
            "http.response.status_code": 503, "trace_id": trace, "span_id": span,
        });
        backend.push((*at, event.to_string()));
    }
    for number in 0..9_u64 {
        let event = json!({"level": "WARN", "message": "profile is not in the cache", "user.id": "gkar", "app.cache.size": 512 + number});
        backend.push((before_now(1_500_000 - number * 150_000), event.to_string()));
    }
    let profiles: Vec<(u64, String)> = (0..40_u64)
        .map(|number| {
            let line = format!(
                "profiles: served 12 of 12 from the cache in {} µs",
                180 + number * 7 % 90
            );
            (before_now(1_750_000 - number * 42_000), line)
        })
        .collect();
    put(observatory, "cruddur", "backend/1", backend)?;
    put(observatory, "cruddur-profiles", "profiles/1", profiles)
}

fn put(
    observatory: &Observatory,
    group: &str,
    stream: &str,
    mut events: Vec<(u64, String)>,
) -> anyhow::Result<()> {
    events.sort();
    let events: Vec<(i64, String)> = events
        .into_iter()
        .map(|(at, message)| (at.cast_signed(), message))
        .collect();
    observatory.put_logs(group, stream, &events)
}
