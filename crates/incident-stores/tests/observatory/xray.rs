//! X-Ray's filter expressions: that of lab 4's solution, those of the guide, and each kind of condition.

use std::collections::BTreeSet;

use incident_recording::TraceId;
use xray_query::Filter;

use crate::running::BOTH;

/// Fails unless both find the same traces, and gives them.
#[track_caller]
fn check(expression: &str) -> BTreeSet<TraceId> {
    let filter = Filter::parse(expression).unwrap_or_else(|error| panic!("{expression}: {error}"));
    let stores = BOTH.stores.xray(&filter);
    let summaries = BOTH.runtime.block_on(BOTH.summaries(expression));
    let ids = summaries.iter().map(|summary| {
        let hex: String = summary["Id"].as_str().expect("an ID")[2..].replace('-', "");
        TraceId(u128::from_str_radix(&hex, 16).expect("an ID").to_be_bytes())
    });
    let observatory: BTreeSet<TraceId> = ids.collect();
    assert_eq!(stores, observatory, "{expression}");
    stores
}

#[test]
fn the_expressions_of_the_solution_and_of_the_guide() {
    for expression in [
        r#"service("search.quota.example") { throttle }"#,
        r#"service("search.quota.example") { throttle } AND user = "plucky_koala""#,
        r#"service("search.quota.example")"#,
        r#"service("backend") { fault }"#,
        "throttle",
    ] {
        assert!(!check(expression).is_empty(), "{expression}");
    }
}

#[test]
fn what_is_asked_of_a_whole_trace() {
    for expression in [
        "ok",
        "error",
        "fault",
        "!fault",
        "partial",
        "inferred",
        "error = false",
        "responsetime > 0.7",
        "responsetime < 0.02",
        "duration >= 1 AND duration <= 3",
        "duration > 3",
        "http.status = 429",
        "http.status >= 500",
        "http.status != 200",
        r#"http.method = "POST""#,
        r#"http.url CONTAINS "/api/activities/home""#,
        r#"http.url BEGINSWITH "https://cruddur.example""#,
        r#"http.url ENDSWITH "/query""#,
        r#"http.useragent CONTAINS "Firefox""#,
        r#"http.clientip BEGINSWITH "203.""#,
        r#"user = "plucky_koala""#,
        r#"user BEGINSWITH "plucky" OR user ENDSWITH "otter""#,
        r#"availabilityzone BEGINSWITH "us""#,
        r#"instance.id CONTAINS "backend""#,
        r#"resource.arn CONTAINS "arn""#,
    ] {
        check(expression);
    }
}

#[test]
fn what_is_asked_of_services_and_edges() {
    for service in ["backend", "profiles", "cruddur", "search.quota.example"] {
        for condition in [
            "ok AND responsetime > 0.1",
            "error AND !throttle",
            "throttle",
            "fault",
            "root",
            "inferred",
            r#"http.status = 200 AND type = "remote""#,
        ] {
            check(&format!(r#"service("{service}") {{ {condition} }}"#));
        }
        check(&format!(r#"edge("backend", "{service}")"#));
        check(&format!(r#"edge("backend", "{service}") {{ error }}"#));
        check(&format!(
            r#"edge("{service}", "backend") {{ responsetime > 0.2 }}"#
        ));
    }
    for kind in ["client", "remote", "Database::SQL", "AWS::ECS::Container"] {
        check(&format!(r#"service(id(type: "{kind}"))"#));
        check(&format!(r#"edge(id(type: "{kind}"), id(name: "backend"))"#));
    }
}

#[test]
fn what_is_asked_of_annotations_and_root_causes() {
    for expression in [
        "annotation.user_id",
        r#"annotation[user.id] = "plucky_koala""#,
        r#"annotation[service.version] = "2.4.0""#,
        "annotation[app.result_length] > 20",
        "annotation[http.request.resend_count] = 2",
        "annotation[app.feature.new_composer] = true",
        r#"rootcause.fault.service { name = "backend" }"#,
        r#"rootcause.error.service { name = "search.quota.example" }"#,
        r#"rootcause.fault.exception { message CONTAINS "closed" }"#,
        r#"rootcause.error.exception { name = "store_failed" }"#,
        r#"rootcause.responsetime.entity { name = "backend" }"#,
        r#"rootcause.responsetime.entity { coverage > 0.5 }"#,
        "error AND !throttle OR fault",
        r#"(user = "plucky_koala" OR throttle) AND !(fault)"#,
    ] {
        check(expression);
    }
}
