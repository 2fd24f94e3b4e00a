//! Two hours of requests as spans. In the middle a new build writes slowly to its database, on one machine:
//! that is there to be found.

use serde_json::{Value as Json, json};

use super::random::Random;
use super::{attributes, before_now};

/// How long ago the first request was, in milliseconds.
const SPAN: u64 = 2 * 60 * 60 * 1_000;
/// The new build ran from so long ago until so long ago, in milliseconds.
const INCIDENT: std::ops::Range<u64> = 24 * 60 * 1_000..47 * 60 * 1_000;
const USERS: [&str; 8] = [
    "andrewbrown",
    "bayko",
    "worf",
    "londo",
    "gkar",
    "delenn",
    "ivanova",
    "garibaldi",
];
const HOSTS: [&str; 3] = ["backend-1", "backend-2", "backend-3"];

/// What was made.
#[derive(Default)]
pub(super) struct Afternoon {
    /// Each with the service that sent it.
    pub(super) spans: Vec<(&'static str, Json)>,
    /// The newest that is slow and failed.
    pub(super) slow: Option<String>,
    /// The newest by the same route that went well.
    pub(super) quick: Option<String>,
    /// Failed requests: when in milliseconds since the Unix epoch, trace and span.
    pub(super) bad: Vec<(u64, String, String)>,
}

/// All requests, oldest first.
pub(super) fn afternoon() -> Afternoon {
    let mut random = Random(7);
    let mut made = Afternoon::default();
    let mut ago = SPAN as f64;
    while ago > 1_500.0 {
        request(&mut random, &mut made, ago as u64);
        // More and more come, in waves.
        let wave = 1.0 + 0.35 * (ago / 600_000.0).sin();
        ago -= 5_200.0 * (0.2 + 1.6 * random.share()) * wave * (0.45 + 0.55 * ago / SPAN as f64);
    }
    made
}

/// An OTLP request with these spans.
pub(super) fn message(spans: &[(&'static str, Json)]) -> Json {
    let resource = |service: &str| {
        json!({"attributes": attributes(&json!({
            "service.name": service, "service.version": "2.14.0", "deployment.environment.name": "workshop",
            "telemetry.sdk.language": if service == "frontend" { "webjs" } else { "rust" },
        }))})
    };
    let mut services: Vec<&str> = spans.iter().map(|(service, _)| *service).collect();
    services.sort_unstable();
    services.dedup();
    let of = |service: &str| -> Vec<&Json> {
        spans
            .iter()
            .filter(|span| span.0 == service)
            .map(|span| &span.1)
            .collect()
    };
    let all: Vec<Json> = services
        .iter()
        .map(|service| {
            json!({"resource": resource(service),
                "scopeSpans": [{"scope": {"name": format!("cruddur-{service}"), "version": "2.14.0"}, "spans": of(service)}]})
        })
        .collect();
    json!({"resourceSpans": all})
}

/// One trace in the making; times are milliseconds after its start.
struct Trace<'a> {
    id: String,
    random: &'a mut Random,
    start_nano: u64,
    spans: Vec<(&'static str, Json)>,
}

impl Trace<'_> {
    /// Adds a span, and gives its ID.
    fn span(
        &mut self,
        service: &'static str,
        parent: Option<&str>,
        kind: u8,
        name: &str,
        (from, to): (f64, f64),
        of: &Json,
    ) -> String {
        let id = format!("{:016x}", self.random.bits());
        let nanos = |at: f64| (self.start_nano + (at * 1e6) as u64).to_string();
        self.spans.push((service, json!({
            "traceId": self.id, "spanId": id, "parentSpanId": parent.unwrap_or_default(), "name": name, "kind": kind,
            "startTimeUnixNano": nanos(from), "endTimeUnixNano": nanos(to), "attributes": attributes(of),
        })));
        id
    }

    /// Marks the last span as failed, with an exception at its end.
    fn fail(&mut self, kind: &str, message: &str) {
        let Some((_, span)) = self.spans.last_mut() else {
            return;
        };
        span["status"] = json!({"code": 2, "message": message});
        span["events"] = json!([{
            "name": "exception", "timeUnixNano": span["endTimeUnixNano"],
            "attributes": attributes(&json!({"exception.type": kind, "exception.message": message})),
        }]);
    }
}

fn request(random: &mut Random, made: &mut Afternoon, ago: u64) {
    let id = format!("{:016x}{:016x}", random.bits() | 1 << 60, random.bits());
    let user = *random.one(&USERS);
    let host = *random.one(&HOSTS);
    let is_new = INCIDENT.contains(&ago) && host == "backend-3";
    let build = if is_new { "2.15.0-rc.1" } else { "2.14.0" };
    let (method, route, typical) = match random.share() {
        ..0.42 => ("GET", "/api/activities/home", 34.0),
        ..0.62 => ("GET", "/api/activities/@{handle}", 22.0),
        ..0.84 => ("POST", "/api/activities", 48.0),
        ..0.93 => ("GET", "/api/activities/search", 61.0),
        _ => ("GET", "/api/messages", 17.0),
    };
    let is_post = method == "POST";
    let slow = is_post && is_new;
    let write = if slow {
        random.around(620.0)
    } else {
        random.around(9.0)
    };
    let fails = slow && random.happens(0.45) || random.happens(0.012);
    let status = match (fails, slow) {
        (true, true) => 503,
        (true, false) => 500,
        _ => 200,
    };
    let lead = random.around(0.22 * typical);
    let profile = random.around(0.35 * typical);
    let total = lead
        + profile
        + if is_post {
            write
        } else {
            random.around(0.3 * typical)
        }
        + random.around(2.0);
    let mut trace = Trace {
        id: id.clone(),
        random,
        start_nano: before_now(ago) * 1_000_000,
        spans: Vec::new(),
    };
    let host_attributes = |extra: Json| {
        let mut all = json!({"host.name": host, "app.build_id": build, "user.id": user});
        if let (Some(all), Some(extra)) = (all.as_object_mut(), extra.as_object()) {
            all.extend(extra.clone());
        }
        all
    };
    let has_page = trace.random.happens(0.7);
    let page = has_page.then(|| {
        let of = json!({"url.path": "/", "user.id": user, "browser.language": "en"});
        let click = trace.span(
            "frontend",
            None,
            1,
            if is_post {
                "click Crud"
            } else {
                "load timeline"
            },
            (0.0, total + 12.0),
            &of,
        );
        trace.span(
            "frontend",
            Some(&click),
            3,
            &format!("HTTP {method}"),
            (2.0, total + 9.0),
            &json!({"http.request.method": method, "http.response.status_code": status}),
        )
    });
    let at = if has_page { 5.0 } else { 0.0 };
    let of = host_attributes(json!({
        "http.request.method": method, "http.route": route, "http.response.status_code": status,
        "url.path": route.replace("@{handle}", &format!("@{user}")), "http.response.body.size": (profile * 310.0) as u64,
    }));
    let root = trace.span(
        "backend",
        page.as_deref(),
        2,
        &format!("{method} {route}"),
        (at, at + total),
        &of,
    );
    if fails {
        trace.fail(
            if slow {
                "DatabaseBusy"
            } else {
                "ProfilesUnavailable"
            },
            if slow {
                "database is locked"
            } else {
                "profiles did not answer in 250 ms"
            },
        );
        made.bad
            .push((before_now(ago) + total as u64, id.clone(), root.clone()));
    }
    trace.span(
        "backend",
        Some(&root),
        1,
        "authenticate",
        (at + 0.4, at + lead * 0.8),
        &host_attributes(json!({"app.token.kind": "session"})),
    );
    let call = trace.span("backend", Some(&root), 3, "GET", (at + lead, at + lead + profile), &host_attributes(json!({"server.address": "profiles", "http.request.method": "GET", "http.response.status_code": 200})));
    let served = trace.span("profiles", Some(&call), 2, "GET /profiles/@{handle}", (at + lead + 0.12 * profile, at + lead + 0.86 * profile), &json!({"http.route": "/profiles/@{handle}", "http.response.status_code": 200, "host.name": "profiles-1", "app.cache.hit": profile < 0.35 * typical}));
    trace.span("profiles", Some(&served), 3, "SELECT profiles", (at + lead + 0.2 * profile, at + lead + 0.7 * profile), &json!({"db.system.name": "sqlite", "db.query.text": "SELECT handle, name, bio FROM profiles WHERE handle = ?", "db.response.returned_rows": 1}));
    let then = at + lead + profile + 0.5;
    if is_post {
        trace.span("backend", Some(&root), 3, "INSERT activities", (then, then + write), &host_attributes(json!({"db.system.name": "sqlite", "db.collection.name": "activities", "app.retries": if slow { 6 } else { 0 }})));
        if fails && slow {
            trace.fail("DatabaseBusy", "database is locked");
        }
        if !fails {
            let feed = trace.span(
                "feed",
                Some(&root),
                5,
                "activities process",
                (then + write, then + write + 14.0),
                &json!({"messaging.system": "cruddur", "messaging.destination.name": "activities"}),
            );
            trace.span(
                "feed",
                Some(&feed),
                3,
                "UPDATE timelines",
                (then + write + 2.0, then + write + 11.5),
                &json!({"db.system.name": "sqlite", "app.followers": 42}),
            );
        }
    } else {
        trace.span("backend", Some(&root), 3, "SELECT activities", (then, at + total - 1.2), &host_attributes(json!({"db.system.name": "sqlite", "db.response.returned_rows": (profile * 3.0) as u64})));
    }
    let spans = trace.spans;
    if is_post && has_page && ago > INCIDENT.start {
        if slow && fails {
            made.slow = Some(id);
        } else if !fails {
            made.quick = Some(id);
        }
    }
    made.spans.extend(spans);
}
