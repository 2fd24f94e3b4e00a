//! The log events: JSON, one for each request at least, and joined to the spans by their IDs.

use std::collections::{BTreeMap, HashMap};

use incident_recording::{Kind, Span};
use serde_json::Value as Json;

use crate::{RECORDING, answered, text};

fn lines() -> Vec<(&'static str, i64, Json)> {
    let line = |message: &str| serde_json::from_str(message).expect("a line of JSON");
    RECORDING
        .logs()
        .iter()
        .map(|event| (event.stream, event.timestamp, line(&event.message)))
        .collect()
}

#[test]
fn every_line_is_of_a_span_and_in_the_stream_of_its_instance() {
    let spans: HashMap<String, &Span> = RECORDING
        .spans()
        .iter()
        .map(|span| (span.span_id.to_string(), span))
        .collect();
    for (stream, timestamp, line) in lines() {
        let span = spans[line["span_id"].as_str().expect("a span ID")];
        assert_eq!(line["trace_id"], span.trace_id.to_string());
        assert_eq!(line["xray_trace_id"], span.trace_id.xray());
        assert_eq!(stream, text(span, "service.instance.id"));
        let within = span.start / 1_000_000..=span.end / 1_000_000;
        assert!(
            within.contains(&(timestamp as u64)),
            "{line} is not within its span"
        );
        let [minute, second] = [timestamp / 60_000 % 60, timestamp / 1_000 % 60];
        let told = line["timestamp"].as_str().unwrap_or_default();
        assert_eq!(
            told[..20],
            format!("2026-03-12T14:{minute:02}:{second:02}.")
        );
        assert_eq!(line["request_id"].as_str().map(str::len), Some(36));
    }
}

#[test]
fn every_request_is_in_the_access_log_with_its_level() {
    let mut levels: BTreeMap<String, String> = BTreeMap::new();
    let mut requests = 0;
    for (_, _, line) in lines()
        .into_iter()
        .filter(|(_, _, line)| line["message"] == "request answered")
    {
        requests += 1;
        let status = line["http.response.status_code"].to_string();
        levels.insert(
            status,
            line["level"].as_str().unwrap_or_default().to_owned(),
        );
    }
    assert_eq!(
        requests,
        answered("backend").count() + answered("profiles").count()
    );
    let wanted = [
        ("200", "INFO"),
        ("404", "WARN"),
        ("422", "WARN"),
        ("429", "WARN"),
        ("500", "ERROR"),
    ];
    let levels: Vec<(&str, &str)> = levels
        .iter()
        .map(|(status, level)| (status.as_str(), level.as_str()))
        .collect();
    assert_eq!(levels, wanted);
}

#[test]
fn the_log_tells_of_each_fallback_and_of_each_lookup_that_gave_up() {
    let truth = RECORDING.truth();
    let mut fallbacks: BTreeMap<u64, u64> = BTreeMap::new();
    let mut gave_up = 0;
    let mut meeting = Vec::new();
    for (_, timestamp, line) in lines() {
        match line["message"].as_str().unwrap_or_default() {
            "search throttled, falling back to the database" => {
                *fallbacks.entry(timestamp as u64 / 60_000 * 60).or_default() += 1;
            }
            "profile lookup gave up, display name left out" => {
                gave_up += 1;
                assert_eq!(line["app.profile_handle"], truth.user.id);
                if line["trace_id"] == truth.all_three.trace.to_string() {
                    meeting.push((line["span_id"].clone(), line["request_id"].clone()));
                }
            }
            _ => {}
        }
    }
    assert_eq!(fallbacks, truth.dependency.fallbacks);
    assert_eq!(gave_up, truth.user.gave_up.len());
    let wanted = (
        Json::from(truth.all_three.segment.to_string()),
        Json::from(truth.all_three.request_id.as_str()),
    );
    assert_eq!(meeting, [wanted]);
}

#[test]
fn only_servers_log() {
    let servers = RECORDING
        .spans()
        .iter()
        .filter(|span| span.kind == Kind::Server)
        .map(|span| span.span_id.to_string());
    let servers: std::collections::HashSet<String> = servers.collect();
    assert!(
        lines()
            .iter()
            .all(|(_, _, line)| servers.contains(line["span_id"].as_str().unwrap_or_default()))
    );
}
