//! GetLogGroupFields: which fields the events of a group have.

use serde_json::json;

use crate::asking::{HOUR, NOW, Observatory, SECOND};

#[tokio::test]
async fn are_those_of_the_events_of_a_time() {
    let observatory = Observatory::start();
    observatory.make("g", &["s"]).await;
    observatory.advance(HOUR);
    let now = NOW + HOUR;
    observatory
        .put(
            "g",
            "s",
            &[
                (now - 15 * 60 * SECOND - 1, "{\"old\":1}"),
                (now - 15 * 60 * SECOND, "{\"a\":1,\"b\":{\"c\":2}}"),
                (now - SECOND, "{\"a\":1}"),
                (now, "no JSON"),
                (now + 1, "{\"new\":1}"),
            ],
        )
        .await;
    let own = |percent: u64| {
        [
            "@ingestionTime",
            "@log",
            "@logStream",
            "@message",
            "@timestamp",
        ]
        .map(|name| json!({ "name": name, "percent": percent }))
    };
    let answer = observatory
        .ask("GetLogGroupFields", json!({ "logGroupName": "g" }))
        .await;
    let mut expected = own(100).to_vec();
    expected.extend([
        json!({ "name": "a", "percent": 66 }),
        json!({ "name": "b.c", "percent": 33 }),
    ]);
    assert_eq!(answer, json!({ "logGroupFields": expected }));
    let body = json!({ "logGroupIdentifier": "g", "time": (now - 15 * 60 * SECOND) / 1000 - 480 });
    let answer = observatory.ask("GetLogGroupFields", body).await;
    assert_eq!(
        answer["logGroupFields"].as_array().unwrap().len(),
        5 + 3,
        "{answer}"
    );
    observatory
        .call("GetLogGroupFields", json!({ "logGroupName": "h" }))
        .await
        .refused(
            "unknown group",
            "ResourceNotFoundException",
            "The specified log group does not exist.",
        );
}
