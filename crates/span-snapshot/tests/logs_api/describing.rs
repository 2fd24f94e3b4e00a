//! `DescribeLogGroups` and `DescribeLogStreams`.

use serde_json::{Value as Json, json};
use span_snapshot::LogsApi;

use crate::asking::{NOW, ok};

#[test]
fn groups_are_described_page_by_page() {
    let api = LogsApi::start()
        .with_now(NOW)
        .with_retention("b/two", 14)
        .with_events("b/one", "s", [(NOW, "four")])
        .with_group("a");
    let names = |body: Json| {
        let answer = ok(&api, "DescribeLogGroups", body);
        let groups = answer["logGroups"].as_array().unwrap().iter();
        let names = groups.map(|group| group["logGroupName"].as_str().unwrap().to_owned());
        (Vec::from_iter(names), answer["nextToken"].clone())
    };
    assert_eq!(
        names(json!({})),
        (vec!["a".into(), "b/one".into(), "b/two".into()], Json::Null)
    );
    assert_eq!(
        names(json!({ "logGroupNamePrefix": "b/" })).0,
        ["b/one", "b/two"]
    );
    assert_eq!(names(json!({ "logGroupNamePattern": "TW" })).0, ["b/two"]);
    let (first, token) = names(json!({ "limit": 2 }));
    assert_eq!(first, ["a", "b/one"]);
    assert_eq!(
        names(json!({ "limit": 2, "nextToken": token })),
        (vec!["b/two".into()], Json::Null)
    );
    let answer = ok(
        &api,
        "DescribeLogGroups",
        json!({ "logGroupNamePrefix": "b/" }),
    );
    assert_eq!(
        answer["logGroups"][0],
        json!({
            "logGroupName": "b/one",
            "creationTime": NOW,
            "metricFilterCount": 0,
            "arn": "arn:aws:logs:us-east-1:000000000000:log-group:b/one:*",
            "logGroupArn": "arn:aws:logs:us-east-1:000000000000:log-group:b/one",
            "logGroupClass": "STANDARD",
            "storedBytes": 30,
        })
    );
    assert_eq!(answer["logGroups"][1]["retentionInDays"], 14);
}

#[test]
fn streams_are_described_by_name_or_by_their_last_event() {
    let api = LogsApi::start()
        .with_now(NOW)
        .with_events("cruddur", "a", [(NOW - 1, "x"), (NOW - 3, "x")])
        .with_events("cruddur", "b", [(NOW - 2, "x")])
        .with_stream("cruddur", "c");
    let names = |more: Json| {
        let mut body = json!({ "logGroupName": "cruddur" });
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let answer = ok(&api, "DescribeLogStreams", body);
        let streams = answer["logStreams"].as_array().unwrap().iter();
        let names = streams.map(|stream| stream["logStreamName"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(json!({})), "a b c");
    assert_eq!(
        names(json!({ "orderBy": "LogStreamName", "descending": true })),
        "c b a"
    );
    assert_eq!(names(json!({ "orderBy": "LastEventTime" })), "c b a");
    assert_eq!(
        names(json!({ "orderBy": "LastEventTime", "descending": true })),
        "a b c"
    );
    assert_eq!(names(json!({ "logStreamNamePrefix": "b" })), "b");
    assert_eq!(names(json!({ "limit": 1, "nextToken": "after/1" })), "b");
    let by_arn =
        json!({ "logGroupIdentifier": "arn:aws:logs:us-east-1:000000000000:log-group:cruddur:*" });
    let streams = ok(&api, "DescribeLogStreams", by_arn)["logStreams"].clone();
    let expected = json!({
        "logStreamName": "a",
        "creationTime": NOW,
        "firstEventTimestamp": NOW - 3,
        "lastEventTimestamp": NOW - 1,
        "lastIngestionTime": NOW - 1,
        "arn": "arn:aws:logs:us-east-1:000000000000:log-group:cruddur:log-stream:a",
        "storedBytes": 0,
        "uploadSequenceToken": streams[0]["uploadSequenceToken"],
    });
    assert_eq!(streams[0], expected);
    assert_eq!(streams[2].get("lastEventTimestamp"), None);
}
