//! StartLiveTail: events as they come, in AWS's event stream.

use std::time::Duration;

use axum::body::Body;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::asking::{HOUR, NOW, Observatory, authorization, within};

const INVALID: &str = "InvalidParameterException";

fn arn(group: &str) -> String {
    format!("arn:aws:logs:eu-central-1:000000000000:log-group:{group}")
}

/// A session under way.
struct Session(Body);

impl Session {
    async fn start(observatory: &Observatory, body: Value) -> Self {
        let request = http::Request::post("/")
            .header("host", "stream-127.0.0.1:4318")
            .header("authorization", authorization("logs"))
            .header("x-amz-target", "Logs_20140328.StartLiveTail")
            .body(Body::from(body.to_string()))
            .unwrap();
        let router = observatory::server::router(observatory.state.clone());
        let response = router.oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(
            response.headers()["content-type"],
            "application/vnd.amazon.eventstream"
        );
        Self(response.into_body())
    }

    /// The next message: its name and payload.
    async fn next(&mut self) -> Option<(String, Value)> {
        let frame = tokio::time::timeout(Duration::from_secs(30), self.0.frame());
        let frame = frame
            .await
            .expect("a message within 30 s")?
            .unwrap()
            .into_data()
            .unwrap();
        let number = |at: usize| u32::from_be_bytes(frame[at..at + 4].try_into().unwrap()) as usize;
        let (length, headers) = (number(0), number(4));
        assert_eq!(length, frame.len());
        // As much as clients take at once.
        assert!(length <= 24 * 1024 * 1024, "{length}");
        let mut rest = &frame[12..12 + headers];
        let mut name = String::new();
        while let [size, tail @ ..] = rest {
            let (key, tail) = tail.split_at(usize::from(*size));
            let value = usize::from(u16::from_be_bytes([tail[1], tail[2]]));
            if key.ends_with(b"-type") && key != b":message-type" && key != b":content-type" {
                name = String::from_utf8(tail[3..3 + value].to_vec()).unwrap();
            }
            rest = &tail[3 + value..];
        }
        let payload = serde_json::from_slice(&frame[12 + headers..length - 4]).unwrap();
        Some((name, payload))
    }

    /// The next update that has events.
    async fn update(&mut self) -> Value {
        within("an update with events", async {
            loop {
                let (name, update) = self.next().await.expect("an update");
                assert_eq!(name, "sessionUpdate");
                if update["sessionResults"] != json!([]) {
                    return update;
                }
                let nothing =
                    json!({ "sessionMetadata": { "sampled": false }, "sessionResults": [] });
                assert_eq!(update, nothing);
            }
        })
        .await
    }

    /// The messages of the next update that has any.
    async fn messages(&mut self) -> Vec<String> {
        let update = self.update().await;
        let results = update["sessionResults"].as_array().unwrap();
        let message = |result: &Value| result["message"].as_str().unwrap().to_owned();
        results.iter().map(message).collect()
    }

    /// Reads what a session begins with.
    async fn begun(&mut self) -> Value {
        assert_eq!(
            self.next().await,
            Some(("initial-response".to_owned(), json!({})))
        );
        let (name, start) = self.next().await.unwrap();
        assert_eq!(name, "sessionStart");
        start
    }
}

#[tokio::test]
async fn shows_what_comes_after_it_began() {
    let observatory = Observatory::start();
    observatory.make("g", &["s"]).await;
    observatory.make("h", &["s"]).await;
    observatory.put("g", "s", &[(NOW, "before")]).await;
    let mut session =
        Session::start(&observatory, json!({ "logGroupIdentifiers": [arn("g")] })).await;
    let start = session.begun().await;
    assert_eq!(start["logGroupIdentifiers"], json!([arn("g")]));
    assert_eq!(start["sessionId"].as_str().unwrap().len(), 36);
    observatory
        .put("h", "s", &[(NOW, "of another group")])
        .await;
    observatory.advance(7);
    // An event that happened long ago comes now.
    observatory
        .put("g", "s", &[(NOW - HOUR, "one"), (NOW, "two")])
        .await;
    let update = session.update().await;
    assert_eq!(
        update,
        json!({
            "sessionMetadata": { "sampled": false },
            "sessionResults": [
                { "logStreamName": "s", "logGroupIdentifier": arn("g"), "message": "one", "timestamp": NOW - HOUR, "ingestionTime": NOW + 7 },
                { "logStreamName": "s", "logGroupIdentifier": arn("g"), "message": "two", "timestamp": NOW, "ingestionTime": NOW + 7 },
            ],
        })
    );
    observatory.put("g", "s", &[(NOW, "three")]).await;
    assert_eq!(session.messages().await, ["three"]);
}

#[tokio::test]
async fn follows_groups_streams_and_a_pattern() {
    let observatory = Observatory::start();
    observatory.make("g", &["a1", "a2", "b"]).await;
    observatory.make("h", &["a1"]).await;
    for (case, more, expected) in [
        (
            "two groups",
            json!({ "logGroupIdentifiers": [arn("g"), arn("h")] }),
            &["ERROR a1", "INFO a2", "ERROR b", "ERROR h"][..],
        ),
        (
            "a stream",
            json!({ "logStreamNames": ["b", "absent"] }),
            &["ERROR b"],
        ),
        (
            "a prefix",
            json!({ "logStreamNamePrefixes": ["a", "c"] }),
            &["ERROR a1", "INFO a2"],
        ),
        (
            "a pattern",
            json!({ "logEventFilterPattern": "ERROR" }),
            &["ERROR a1", "ERROR b"],
        ),
        (
            "a prefix and a pattern",
            json!({ "logStreamNamePrefixes": ["a"], "logEventFilterPattern": "INFO" }),
            &["INFO a2"],
        ),
    ] {
        let mut body = json!({ "logGroupIdentifiers": [arn("g")] });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let mut session = Session::start(&observatory, body).await;
        session.begun().await;
        // Twice, so that what is not followed would show between what is.
        for _ in 0..2 {
            for (group, stream, message) in [
                ("g", "a1", "ERROR a1"),
                ("g", "a2", "INFO a2"),
                ("g", "b", "ERROR b"),
                ("h", "a1", "ERROR h"),
            ] {
                observatory.put(group, stream, &[(NOW, message)]).await;
            }
        }
        let expected = [expected, expected].concat();
        let mut seen = Vec::new();
        while seen.len() < expected.len() {
            seen.extend(session.messages().await);
        }
        assert_eq!(seen, expected, "{case}");
    }
}

#[tokio::test]
async fn gives_a_sample_of_very_many() {
    let observatory = Observatory::start();
    observatory.make("g", &["s"]).await;
    let body = json!({ "logGroupIdentifiers": [arn("g")] });
    let mut session = Session::start(&observatory, body).await;
    session.begun().await;
    for (number, expected, sampled) in [(500, 500, false), (501, 500, true), (1_201, 500, true)] {
        let texts: Vec<String> = (0..number).map(|number| number.to_string()).collect();
        let events: Vec<(i64, &str)> = texts.iter().map(|text| (NOW, text.as_str())).collect();
        observatory.put("g", "s", &events).await;
        let update = session.update().await;
        let results = update["sessionResults"].as_array().unwrap();
        assert_eq!(results.len(), expected, "{number}");
        assert_eq!(update["sessionMetadata"]["sampled"], sampled, "{number}");
        let last = results[expected - 1]["message"].as_str();
        assert_eq!(last, Some(&*(number - 1).to_string()), "the last of them");
    }
}

#[tokio::test]
async fn gives_a_sample_to_whoever_is_slow() {
    let observatory = Observatory::start();
    observatory.make("g", &["s"]).await;
    let body = json!({ "logGroupIdentifiers": [arn("g")] });
    let mut session = Session::start(&observatory, body).await;
    session.begun().await;
    // Nothing is read meanwhile, so what does not fit into what waits comes at once afterwards.
    let long = "x".repeat(1_000_000);
    for number in 0..50 {
        let message = format!("{number} {long}");
        observatory.put("g", "s", &[(NOW, &*message)]).await;
    }
    let (mut messages, mut sampled) = (vec![], false);
    while messages.last().is_none_or(|last| last != "49") {
        let update = session.update().await;
        sampled |= update["sessionMetadata"]["sampled"] == true;
        let results = update["sessionResults"].as_array().unwrap();
        assert!(results.len() <= 3, "{}", results.len());
        for result in results {
            let message = result["message"].as_str().unwrap();
            messages.push(message.split(' ').next().unwrap().to_owned());
        }
    }
    assert!(sampled && messages.len() < 50, "{messages:?}");
}

#[tokio::test]
async fn is_refused_what_the_service_refuses() {
    let observatory = Observatory::start();
    observatory.make("g", &["s"]).await;
    observatory.make("h", &["s"]).await;
    let eleven: Vec<String> = (0..11).map(|number| arn(&number.to_string())).collect();
    for (case, body, name, piece) in [
        (
            "no group",
            json!({}),
            INVALID,
            "Value null at 'logGroupIdentifiers'",
        ),
        (
            "none",
            json!({ "logGroupIdentifiers": [] }),
            INVALID,
            "greater than or equal to 1",
        ),
        (
            "eleven",
            json!({ "logGroupIdentifiers": eleven }),
            INVALID,
            "less than or equal to 10",
        ),
        (
            "a name",
            json!({ "logGroupIdentifiers": ["g"] }),
            INVALID,
            "takes log groups by their ARNs",
        ),
        (
            "a star",
            json!({ "logGroupIdentifiers": [format!("{}:*", arn("g"))] }),
            INVALID,
            "must satisfy regular expression pattern",
        ),
        (
            "an unknown one",
            json!({ "logGroupIdentifiers": [arn("x")] }),
            "ResourceNotFoundException",
            "The specified log group does not exist.",
        ),
        (
            "streams of two",
            json!({ "logGroupIdentifiers": [arn("g"), arn("h")], "logStreamNames": ["s"] }),
            INVALID,
            "with one log group only",
        ),
        (
            "prefixes of two",
            json!({ "logGroupIdentifiers": [arn("g"), arn("h")], "logStreamNamePrefixes": ["s"] }),
            INVALID,
            "with one log group only",
        ),
        (
            "names and prefixes",
            json!({ "logGroupIdentifiers": [arn("g")], "logStreamNames": ["s"], "logStreamNamePrefixes": ["s"] }),
            INVALID,
            "cannot both be specified",
        ),
        (
            "a bad pattern",
            json!({ "logGroupIdentifiers": [arn("g")], "logEventFilterPattern": "{ $.a = }" }),
            INVALID,
            "",
        ),
    ] {
        observatory
            .call("StartLiveTail", body)
            .await
            .refused_with(case, name, piece);
    }
}

#[tokio::test]
async fn has_fifteen_places() {
    let observatory = Observatory::start();
    observatory.make("g", &["s"]).await;
    let body = json!({ "logGroupIdentifiers": [arn("g")] });
    let mut sessions = Vec::new();
    for _ in 0..15 {
        sessions.push(Session::start(&observatory, body.clone()).await);
    }
    let answer = observatory.call("StartLiveTail", body.clone()).await;
    answer.refused_with(
        "the sixteenth",
        "LimitExceededException",
        "15 Live Tail sessions are open",
    );
    // A client that goes away gives its place back.
    drop(sessions.pop());
    within("a free place", async {
        while observatory.state.logs.free_sessions() == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    Session::start(&observatory, body).await.begun().await;
}
