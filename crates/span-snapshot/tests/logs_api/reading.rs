//! `GetLogEvents` and `FilterLogEvents`.

use serde_json::{Value as Json, json};
use span_snapshot::LogsApi;

use crate::asking::{NOW, ok};

/// The messages told, and the two tokens.
fn get(api: &LogsApi, more: Json) -> (String, String, String) {
    let mut body = json!({ "logGroupName": "cruddur", "logStreamName": "backend" });
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let answer = ok(api, "GetLogEvents", body);
    let token = |field: &str| answer[field].as_str().unwrap().to_owned();
    (
        texts(&answer),
        token("nextForwardToken"),
        token("nextBackwardToken"),
    )
}

fn texts(answer: &Json) -> String {
    let events = answer["events"].as_array().unwrap().iter();
    let texts = events.map(|event| event["message"].as_str().unwrap());
    texts.collect::<Vec<_>>().join(" ")
}

fn five() -> LogsApi {
    let events = [(1, "a"), (2, "b"), (3, "c"), (4, "d"), (5, "e")];
    LogsApi::start()
        .with_now(NOW)
        .with_events("cruddur", "backend", events)
}

#[test]
fn events_are_told_both_ways_until_the_token_repeats() {
    let api = five();
    let (texts, forward, backward) = get(&api, json!({ "limit": 2, "startFromHead": true }));
    assert_eq!(texts, "a b");
    let (texts, forward, _) = get(&api, json!({ "limit": 2, "nextToken": forward }));
    assert_eq!(texts, "c d");
    let (texts, forward, _) = get(&api, json!({ "limit": 2, "nextToken": forward }));
    assert_eq!(texts, "e");
    let (texts, again, back) = get(&api, json!({ "limit": 2, "nextToken": forward }));
    assert_eq!((texts.as_str(), &again), ("", &forward));
    assert_eq!(get(&api, json!({ "limit": 2, "nextToken": back })).0, "d e");
    let (texts, _, again) = get(&api, json!({ "limit": 2, "nextToken": backward }));
    assert_eq!((texts.as_str(), again), ("", backward));
    // Without a word the last ones come, by time.
    let (texts, _, backward) = get(&api, json!({ "limit": 2 }));
    assert_eq!(texts, "d e");
    let (texts, _, backward) = get(&api, json!({ "limit": 2, "nextToken": backward }));
    assert_eq!(texts, "b c");
    assert_eq!(
        get(&api, json!({ "limit": 2, "nextToken": backward })).0,
        "a"
    );
    assert_eq!(get(&api, json!({})).0, "a b c d e");
    let whole = ok(
        &api,
        "GetLogEvents",
        json!({ "logGroupName": "cruddur", "logStreamName": "backend", "limit": 1 }),
    );
    assert_eq!(
        whole["events"][0],
        json!({ "timestamp": 5, "message": "e", "ingestionTime": 5 })
    );
}

#[test]
fn only_events_of_the_time_asked_about_are_told() {
    let api = five();
    let times = json!({ "startTime": 2, "endTime": 4 });
    assert_eq!(get(&api, times.clone()).0, "b c", "the end is not included");
    let mut body = times;
    body["logGroupName"] = "cruddur".into();
    assert_eq!(
        texts(&ok(&api, "FilterLogEvents", body)),
        "b c d",
        "the end is included"
    );
}

#[test]
fn all_streams_of_a_group_are_told_by_time() {
    let api = five()
        .with_events("cruddur", "profiles", [(3, "p"), (1, "q")])
        .with_events("other", "backend", [(3, "z")]);
    let filter = |more: Json| {
        let mut body = json!({ "logGroupName": "cruddur" });
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let answer = ok(&api, "FilterLogEvents", body);
        (texts(&answer), answer["nextToken"].clone())
    };
    assert_eq!(filter(json!({})).0, "a q b c p d e");
    assert_eq!(filter(json!({ "logStreamNames": ["profiles"] })).0, "q p");
    assert_eq!(
        filter(json!({ "logStreamNamePrefix": "back" })).0,
        "a b c d e"
    );
    let (first, token) = filter(json!({ "limit": 4 }));
    assert_eq!(first, "a q b c");
    assert_eq!(
        filter(json!({ "limit": 4, "nextToken": token })),
        ("p d e".to_owned(), Json::Null)
    );
    let answer = ok(
        &api,
        "FilterLogEvents",
        json!({ "logGroupIdentifier": "cruddur", "limit": 1 }),
    );
    assert_eq!(
        answer["events"][0],
        json!({ "logStreamName": "backend", "timestamp": 1, "message": "a", "ingestionTime": 1, "eventId": format!("{:056}", 1) })
    );
}

#[test]
fn events_of_one_millisecond_are_told_as_they_came() {
    let api = LogsApi::start()
        .with_now(NOW)
        .with_events("cruddur", "z", [(1, "first")])
        .with_events("cruddur", "a", [(1, "second")]);
    let answer = ok(
        &api,
        "FilterLogEvents",
        json!({ "logGroupName": "cruddur" }),
    );
    assert_eq!(texts(&answer), "first second");
}

#[test]
fn whoever_ignores_the_token_loses_events() {
    let api = five().with_page_size(2);
    assert_eq!(get(&api, json!({ "startFromHead": true })).0, "a b");
    let answer = ok(
        &api,
        "FilterLogEvents",
        json!({ "logGroupName": "cruddur" }),
    );
    assert_eq!(texts(&answer), "a b");
    assert!(answer["nextToken"].is_string());
}
