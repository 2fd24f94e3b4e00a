//! Error, throttle and fault.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind::Server;
use serde_json::{Value as Json, json};

use crate::spans::check;

#[test]
fn flags() {
    let flags = |flags: &str| {
        let flag = |name: &str| {
            if flags.contains(name) {
                json!(true)
            } else {
                Json::Null
            }
        };
        json!({"/error": flag("error"), "/throttle": flag("throttle"), "/fault": flag("fault")})
    };
    for (rule, code, status, expected) in [
        ("200 is none", 200, "UNSET", ""),
        ("200 with an error is a fault", 200, "ERROR", "fault"),
        ("399 is none", 399, "OK", ""),
        ("399 with an error is a fault", 399, "ERROR", "fault"),
        ("400 is an error", 400, "UNSET", "error"),
        ("400 is an error whatever the status", 400, "ERROR", "error"),
        ("404 is an error whatever the status", 404, "OK", "error"),
        (
            "429 is an error and a throttle",
            429,
            "UNSET",
            "error throttle",
        ),
        ("429 is no fault", 429, "ERROR", "error throttle"),
        ("499 is an error", 499, "ERROR", "error"),
        ("500 is a fault", 500, "UNSET", "fault"),
        ("500 is a fault whatever the status", 500, "OK", "fault"),
        ("599 is a fault", 599, "UNSET", "fault"),
        ("600 is none", 600, "UNSET", ""),
        ("600 with an error is a fault", 600, "ERROR", "fault"),
    ] {
        for key in ["http.response.status_code", "http.status_code"] {
            check(
                rule,
                Server,
                json!({key: code, "@status": status}),
                flags(expected),
            );
        }
    }
    for (rule, status, expected) in [
        ("no code and no error is none", "OK", ""),
        ("no code and no status is none", "UNSET", ""),
        ("no code and an error is a fault", "ERROR", "fault"),
    ] {
        check(rule, Server, json!({"@status": status}), flags(expected));
    }
    check(
        "a code that is no number is none",
        Server,
        json!({"http.status_code": "500"}),
        flags(""),
    );
    check(
        "of two codes the stable name's wins",
        Server,
        json!({"http.status_code": 200, "http.response.status_code": 500}),
        flags("fault"),
    );
}
