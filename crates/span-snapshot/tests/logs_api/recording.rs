//! What the fake tells of what came: groups, events, calls, a tree; and that it prints no secret.

use std::time::Duration;

use serde_json::{Value as Json, json};
use span_snapshot::{LogGroup, LogsApi, assert_span_snapshot};

use crate::asking::{NOW, SOON, call, messages, ok, ready};

#[test]
fn what_is_put_is_there_and_what_was_asked_is_recorded() {
    let api = LogsApi::start().with_now(NOW);
    let group = json!({ "logGroupName": "cruddur" });
    let stream = json!({ "logGroupName": "cruddur", "logStreamName": "backend" });
    let days = json!({ "logGroupName": "cruddur", "retentionInDays": 1 });
    assert_eq!(ok(&api, "CreateLogGroup", group), Json::Null);
    assert_eq!(ok(&api, "CreateLogStream", stream), Json::Null);
    assert_eq!(ok(&api, "PutRetentionPolicy", days), Json::Null);
    let body = messages([(NOW - 2, "first"), (NOW - 2, "second"), (NOW, "third")]);
    let answer = ok(&api, "PutLogEvents", body.clone());
    assert!(answer["nextSequenceToken"].is_string());
    assert_eq!(answer.get("rejectedLogEventsInfo"), None);

    let events = api.wait_for_events(3, SOON).unwrap();
    let told: Vec<_> = events
        .iter()
        .map(|e| (e.timestamp, e.message.as_str(), e.id))
        .collect();
    assert_eq!(
        told,
        [
            (NOW - 2, "first", 1),
            (NOW - 2, "second", 2),
            (NOW, "third", 3)
        ]
    );
    assert_eq!(
        (events[0].group.as_str(), events[0].stream.as_str()),
        ("cruddur", "backend")
    );
    assert_eq!(events[0].ingestion_time, NOW);
    assert_eq!(api.events("cruddur", "backend"), events);
    assert!(api.events("cruddur", "other").is_empty());
    let group = LogGroup {
        name: "cruddur".to_owned(),
        retention_in_days: Some(1),
        streams: vec!["backend".to_owned()],
    };
    assert_eq!(api.groups(), [group]);
    assert_span_snapshot!(api.tree(), @"
    log group cruddur
       retentionInDays = 1
    └─ STREAM backend
       └─ TEXT first
       └─ TEXT second
       └─ TEXT third
    ");

    let calls = api.wait_for_calls("PutLogEvents", 1, SOON).unwrap();
    assert_eq!(calls[0].path, "/");
    assert_eq!(calls[0].body, body);
    assert_eq!(calls[0].status, Some(200));
    assert_eq!(calls[0].refusal, None);
    assert_eq!(calls[0].region(), Some("ca-central-1"));
    assert_eq!(api.calls().len(), 4);
    assert_eq!(api.calls_of("CreateLogGroup").len(), 1);
}

#[test]
fn no_secret_is_printed() {
    let api = ready();
    ok(&api, "DescribeLogGroups", json!({}));
    let error = api
        .wait_for_calls("PutLogEvents", 1, Duration::ZERO)
        .unwrap_err();
    let printed = format!("{api:?} {:?} {error}", api.calls());
    assert!(printed.contains("authorization: [secret]"), "{printed}");
    assert!(
        printed.contains("x-amz-target: Logs_20140328.DescribeLogGroups"),
        "{printed}"
    );
    assert!(
        !printed.contains("hushhush") && !printed.contains("AKID"),
        "{printed}"
    );
}

#[test]
fn a_refusal_is_printed_with_its_call() {
    let api = ready();
    call(&api, "PutLogEvents", messages([(NOW, "b"), (NOW - 1, "a")]));
    let printed = format!("{:?}", api.calls()[0]);
    assert!(
        printed.contains("answered 400 InvalidParameterException: Log events in"),
        "{printed}"
    );
}

/// Puts events that break a limit: the service's message, and the rule.

#[test]
fn ids_get_the_names_that_are_given() {
    let id = "581cf771a006649127e371903a2de979";
    let line = format!(r#"{{"message": "m", "trace_id": "{id}"}}"#);
    let api = LogsApi::start().with_events("a", "s", [(1, line)]);
    let tree = api.tree_naming(&[(id, "mine")]);
    assert_eq!(
        tree.find("m").unwrap().attribute("trace_id").unwrap(),
        &"mine"
    );
}
