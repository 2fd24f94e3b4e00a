//! Twenty minutes of requests as X-Ray's segments, some throttled, some failed.

use serde_json::{Value as Json, json};

use super::NOW;
use super::random::Random;

/// All documents, and the ID of the newest trace with a fault in it.
pub(super) fn documents() -> (Vec<Json>, String) {
    let mut random = Random(11);
    let mut documents = Vec::new();
    let mut failed = String::new();
    for number in 0..90_u64 {
        let start = (NOW - 20 * 60 + number * 13) as f64 + random.share();
        let trace = format!(
            "1-{:08x}-{:08x}{:016x}",
            start as u64,
            random.bits() as u32,
            random.bits()
        );
        let kind = if number % 9 == 4 {
            502
        } else if number % 11 == 7 {
            404
        } else {
            200
        };
        if kind == 502 {
            failed.clone_from(&trace);
        }
        request(&mut random, &mut documents, &trace, start, kind);
    }
    (documents, failed)
}

fn request(random: &mut Random, documents: &mut Vec<Json>, trace: &str, start: f64, status: u16) {
    let mut id = || format!("{:016x}", random.bits());
    let (root, home, call, profiles, table) = (id(), id(), id(), id(), id());
    let mut last = |typical: f64| random.around(typical) / 1_000.0;
    let (lead, query, called) = (last(4.0), last(18.0), last(31.0));
    let (method, url) = if status == 404 {
        ("GET", "http://cruddur.example/api/activities/@nobody")
    } else if status == 502 {
        ("POST", "http://cruddur.example/api/activities")
    } else {
        ("GET", "http://cruddur.example/api/activities/home")
    };
    let is_fault = status == 502;
    let end = start + lead + query + called + 0.004;
    let mut backend = json!({
        "name": "backend", "id": root, "trace_id": trace, "start_time": start, "end_time": end,
        "origin": "AWS::ECS::Container", "http": {"request": {"method": method, "url": url, "client_ip": "192.0.2.17"}, "response": {"status": status}},
        "aws": {"ecs": {"container": "backend-2"}, "xray": {"sdk": "X-Ray for Rust", "sdk_version": "0.1.0"}},
        "annotations": {"app.user_handle": "bayko", "app.build_id": "2.14.0"},
        "metadata": {"default": {"page": 1, "limit": 20}},
        "subsegments": [
            {"name": "activities_home", "id": home, "start_time": start + lead, "end_time": start + lead + query + called,
                "subsegments": [
                    {"name": "activities@db", "id": table, "namespace": "remote", "start_time": start + lead + 0.001, "end_time": start + lead + query,
                        "sql": {"url": "sqlite:activities", "database_type": "SQLite", "sanitized_query": "SELECT * FROM activities WHERE expires_at > ?"}},
                    {"name": "profiles", "id": call, "namespace": "remote", "start_time": start + lead + query, "end_time": start + lead + query + called,
                        "http": {"request": {"method": "GET", "url": "http://profiles.example/profiles/@bayko"}, "response": {"status": if is_fault { 429 } else { 200 }}}},
                ]},
        ],
    });
    if is_fault {
        backend["fault"] = true.into();
        let call = &mut backend["subsegments"][0]["subsegments"][1];
        call["throttle"] = true.into();
        call["error"] = true.into();
        backend["cause"] = json!({"working_directory": "/app", "exceptions": [{
            "id": "00000000000000e1", "type": "ProfilesUnavailable", "message": "profiles answered 429 Too Many Requests", "remote": false,
            "stack": [{"path": "src/backend/activities.rs", "line": 71, "label": "profile"}, {"path": "src/backend/home.rs", "line": 33, "label": "activities_home"}],
        }]});
    }
    if status == 404 {
        backend["error"] = true.into();
    }
    documents.push(backend);
    if !is_fault {
        documents.push(json!({
            "name": "profiles", "id": profiles, "parent_id": call, "trace_id": trace,
            "start_time": start + lead + query + 0.003, "end_time": start + lead + query + called - 0.003,
            "origin": "AWS::ECS::Container", "http": {"request": {"method": "GET", "url": "http://profiles.example/profiles/@bayko"}, "response": {"status": 200}},
        }));
    }
}
