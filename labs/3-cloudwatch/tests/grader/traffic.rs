//! The recorded hour: which requests there were, and what was logged of them.

use serde_json::json;

/// 2026-01-01T12:00:00Z, when the hour begins, in milliseconds.
pub(crate) const NOON: i64 = 1_767_268_800_000;

/// In milliseconds.
pub(crate) const HOUR: i64 = 3_600_000;

/// A request, and how it was answered.
pub(crate) struct Request {
    /// When, in milliseconds.
    pub(crate) time: i64,
    /// The route that it matched, if it did.
    pub(crate) route: Option<&'static str>,
    pub(crate) status: u16,
    /// How long it took.
    pub(crate) seconds: f64,
}

/// Routes with the durations of most of their requests and of two in five.
/// By the average, or by the fastest, the order is another one than by the 95th percentile.
const ROUTES: [(&str, f64, f64); 4] = [
    ("/api/activities/home", 0.004, 0.9),
    ("/api/activities", 0.45, 0.5),
    ("/api/activities/search", 0.02, 0.7),
    ("/api/message_groups", 0.1, 0.12),
];

/// Of each route this many, each half a minute after the one before.
const OF_EACH: i64 = 100;

/// All requests of the hour, in no order.
pub(crate) fn requests() -> impl Iterator<Item = Request> {
    let of_route = |(number, (route, fast, slow)): (usize, (&'static str, f64, f64))| {
        (0..OF_EACH).map(move |index| {
            let status = match (index + number as i64) % 25 {
                3 if number < 3 => 502,
                4 if number < 3 => 500,
                11 => 422,
                12 => 404,
                _ => 200,
            };
            Request {
                time: NOON + index * 30_000 + number as i64 * 7_000,
                route: Some(route),
                status,
                // One in fifty is slower by far, and what the slowest one waited is no measure.
                seconds: match index % 50 {
                    20 => 10.0 - slow,
                    _ if index % 5 < 2 => slow,
                    _ => fast,
                },
            }
        })
    };
    // Somebody asks slowly for what there is not.
    let unknown = (0..20).map(|index| Request {
        time: NOON + index * 100_000,
        route: None,
        status: 404,
        seconds: 3.0,
    });
    ROUTES
        .into_iter()
        .enumerate()
        .flat_map(of_route)
        .chain(unknown)
}

impl Request {
    /// What the access log says of it.
    pub(crate) fn line(&self) -> String {
        let mut line = json!({
            "level": if self.status >= 500 { "ERROR" } else { "INFO" },
            "target": "cloudwatch::access",
            "message": "request answered",
            "http.request.method": "GET",
            "http.response.status_code": self.status,
            "http.server.request.duration": self.seconds,
        });
        if let Some(route) = self.route {
            line["http.route"] = json!(route);
        }
        line.to_string()
    }
}

/// What else was logged in that hour: what is of no request, and some of that at ERROR.
pub(crate) fn others() -> impl Iterator<Item = (i64, String)> {
    (0..60).map(|minute| {
        let (level, message) = match minute % 10 {
            5 => ("ERROR", "feed not refreshed"),
            _ => ("INFO", "home feed shown"),
        };
        let line = json!({
            "level": level,
            "target": "cloudwatch::handlers",
            "message": message,
            "app.results": minute,
        });
        (NOON + minute * 60_000 + 500, line.to_string())
    })
}
