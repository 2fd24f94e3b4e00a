//! GetLogEvents and FilterLogEvents: windows, limits, patterns, what an event has.

use serde_json::{Value, json};

use crate::asking::{NOW, Observatory, messages};

async fn start() -> Observatory {
    let observatory = Observatory::start();
    observatory.make("g", &["a1", "a2", "b"]).await;
    observatory.advance(50);
    observatory
        .put("g", "a1", &[(NOW, "one"), (NOW + 2, "ERROR three")])
        .await;
    observatory
        .put(
            "g",
            "a2",
            &[(NOW + 1, "two"), (NOW + 3, "{\"level\":\"ERROR\",\"n\":4}")],
        )
        .await;
    observatory.put("g", "b", &[(NOW + 4, "five")]).await;
    observatory
}

#[tokio::test]
async fn are_shown_with_all_that_they_have() {
    let observatory = start().await;
    let answer = observatory
        .ask(
            "FilterLogEvents",
            json!({ "logGroupName": "g", "limit": 2, "interleaved": true }),
        )
        .await;
    let id = |at: usize| answer["events"][at]["eventId"].as_str().unwrap();
    assert_eq!((id(0).len(), id(0) < id(1)), (56, true));
    let token = answer["nextToken"].as_str().unwrap();
    assert_eq!(
        answer,
        json!({
            "events": [
                { "logStreamName": "a1", "timestamp": NOW, "message": "one", "ingestionTime": NOW + 50, "eventId": id(0) },
                { "logStreamName": "a2", "timestamp": NOW + 1, "message": "two", "ingestionTime": NOW + 50, "eventId": id(1) },
            ],
            "searchedLogStreams": [],
            "nextToken": token,
        })
    );
    let answer = observatory
        .ask(
            "GetLogEvents",
            json!({ "logGroupName": "g", "logStreamName": "b", "unmask": false }),
        )
        .await;
    assert_eq!(
        answer["events"],
        json!([{ "timestamp": NOW + 4, "message": "five", "ingestionTime": NOW + 50 }])
    );
}

#[tokio::test]
async fn are_chosen_by_stream_window_and_pattern() {
    let observatory = start().await;
    let arn = "arn:aws:logs:eu-central-1:000000000000:log-group:g";
    let all = [
        "one",
        "two",
        "ERROR three",
        "{\"level\":\"ERROR\",\"n\":4}",
        "five",
    ];
    let [one, two, three, four, five] = all;
    for (case, body, expected) in [
        ("all", json!({}), &all[..]),
        (
            "by ARN",
            json!({ "logGroupName": null, "logGroupIdentifier": arn }),
            &all,
        ),
        (
            "of one stream",
            json!({ "logStreamNames": ["a1"] }),
            &[one, three],
        ),
        (
            "of two streams",
            json!({ "logStreamNames": ["b", "a1", "b"] }),
            &[one, three, five],
        ),
        (
            "of a prefix",
            json!({ "logStreamNamePrefix": "a" }),
            &[one, two, three, four],
        ),
        (
            "of a prefix that none has",
            json!({ "logStreamNamePrefix": "c" }),
            &[],
        ),
        (
            "of a prefix that is a name",
            json!({ "logStreamNamePrefix": "a2" }),
            &[two, four],
        ),
        (
            "from a time on",
            json!({ "startTime": NOW + 2 }),
            &[three, four, five],
        ),
        (
            "to a time, included",
            json!({ "endTime": NOW + 2 }),
            &[one, two, three],
        ),
        (
            "within",
            json!({ "startTime": NOW + 1, "endTime": NOW + 3 }),
            &[two, three, four],
        ),
        (
            "nothing within",
            json!({ "startTime": NOW + 3, "endTime": NOW + 2 }),
            &[],
        ),
        (
            "a pattern",
            json!({ "filterPattern": "ERROR" }),
            &[three, four],
        ),
        (
            "a pattern over JSON",
            json!({ "filterPattern": "{ $.n = 4 }" }),
            &[four],
        ),
        ("an empty pattern", json!({ "filterPattern": "" }), &all),
        (
            "a pattern and a stream",
            json!({ "filterPattern": "?one ?five", "logStreamNames": ["b"] }),
            &[five],
        ),
        (
            "newest first",
            json!({ "startFromHead": false, "startTime": NOW, "limit": 2 }),
            &[five, four],
        ),
    ] {
        let mut body = body;
        if body.get("logGroupName").is_none() {
            body["logGroupName"] = "g".into();
        }
        let answer = observatory.ask("FilterLogEvents", body).await;
        assert_eq!(messages(&answer), expected, "{case}");
    }
}

#[tokio::test]
async fn of_a_stream_end_before_the_end_time() {
    let observatory = start().await;
    for (case, body, expected) in [
        (
            "the end is not included",
            json!({ "endTime": NOW + 2 }),
            &["one"][..],
        ),
        (
            "the start is",
            json!({ "startTime": NOW + 2 }),
            &["ERROR three"],
        ),
        ("the last", json!({ "limit": 1 }), &["ERROR three"]),
        (
            "the first",
            json!({ "limit": 1, "startFromHead": true }),
            &["one"],
        ),
        (
            "an end at the beginning of time",
            json!({ "endTime": 0 }),
            &[],
        ),
    ] {
        let mut body = body;
        body["logGroupName"] = "g".into();
        body["logStreamName"] = "a1".into();
        let answer = observatory.ask("GetLogEvents", body).await;
        assert_eq!(messages(&answer), expected, "{case}");
    }
}

#[tokio::test]
async fn come_up_to_a_megabyte_at_a_time() {
    let observatory = Observatory::start();
    observatory.make("g", &["s"]).await;
    // Two of them and their overhead are a megabyte to the byte.
    let half = "x".repeat(524_288 - 26);
    let whole = "y".repeat(1_048_576 - 26);
    for (place, message) in [&half, &half, &whole, &half].into_iter().enumerate() {
        observatory
            .put("g", "s", &[(NOW + place as i64, message)])
            .await;
    }
    for (operation, token) in [
        ("FilterLogEvents", "nextToken"),
        ("GetLogEvents", "nextForwardToken"),
    ] {
        let mut body = json!({ "logGroupName": "g", "startFromHead": true });
        if operation == "GetLogEvents" {
            body["logStreamName"] = "s".into();
        }
        let mut sizes = Vec::new();
        for _ in 0..3 {
            let answer = observatory.ask(operation, body.clone()).await;
            sizes.push(messages(&answer).len());
            body["nextToken"] = answer[token].clone();
        }
        assert_eq!(sizes, [2, 1, 1], "{operation}");
    }
}

#[tokio::test]
async fn lead_on_when_much_was_read_and_nothing_matched() {
    let observatory = Observatory::start();
    observatory.make("g", &["s"]).await;
    let many = vec![(NOW, "m"); 10_000];
    for _ in 0..10 {
        observatory.put("g", "s", &many).await;
    }
    observatory.put("g", "s", &[(NOW + 1, "needle")]).await;
    let mut body = json!({ "logGroupName": "g", "filterPattern": "needle" });
    let first = observatory.ask("FilterLogEvents", body.clone()).await;
    assert_eq!(messages(&first), [""; 0]);
    body["nextToken"] = first["nextToken"].clone();
    let second = observatory.ask("FilterLogEvents", body).await;
    assert_eq!(
        (messages(&second), &second["nextToken"]),
        (vec!["needle".to_owned()], &Value::Null)
    );
}

#[tokio::test]
async fn are_asked_for_as_the_service_wants_it() {
    let observatory = start().await;
    let invalid = "InvalidParameterException";
    let not_found = "ResourceNotFoundException";
    let over = |limit: &str, bound: &str| {
        format!(
            "1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: Member must have value {bound}"
        )
    };
    for operation in ["GetLogEvents", "FilterLogEvents"] {
        let of = |more: Value| {
            let mut body = json!({ "logGroupName": "g" });
            if operation == "GetLogEvents" {
                body["logStreamName"] = "a1".into();
            }
            for (name, value) in more.as_object().unwrap() {
                body[name] = value.clone();
            }
            body
        };
        observatory
            .ask(operation, of(json!({ "limit": 10_000 })))
            .await;
        for (case, more, name, message) in [
            ("limit of 10,001", json!({ "limit": 10_001 }), invalid, over("10001", "less than or equal to 10000")),
            ("limit of 0", json!({ "limit": 0 }), invalid, over("0", "greater than or equal to 1")),
            ("no group", json!({ "logGroupName": null }), invalid, "Either logGroupName or logGroupIdentifier must be specified.".to_owned()),
            ("both", json!({ "logGroupIdentifier": "g" }), invalid, "logGroupName and logGroupIdentifier cannot both be specified.".to_owned()),
            ("unknown group", json!({ "logGroupName": "h" }), not_found, "The specified log group does not exist.".to_owned()),
            ("a token of nobody's", json!({ "nextToken": "x" }), invalid, "The specified nextToken is invalid.".to_owned()),
            (
                "before 1970",
                json!({ "startTime": -1 }),
                invalid,
                "1 validation error detected: Value '-1' at 'startTime' failed to satisfy constraint: Member must have value greater than or equal to 0".to_owned(),
            ),
            ("unknown", json!({ "tail": true }), invalid, "'tail' is not a parameter of this call that the observatory knows".to_owned()),
        ] {
            let answer = observatory.call(operation, of(more)).await;
            answer.refused(&format!("{operation}: {case}"), name, &message);
        }
    }
    let stream = json!({ "logGroupName": "g", "logStreamName": "c" });
    observatory.call("GetLogEvents", stream).await.refused(
        "unknown stream",
        not_found,
        "The specified log stream does not exist.",
    );
    let long = "x".repeat(1_025);
    let many: Vec<String> = (0..101).map(|number| number.to_string()).collect();
    for (case, body, name, piece) in [
        (
            "an unknown stream",
            json!({ "logStreamNames": ["a1", "c"] }),
            not_found,
            "The specified log stream does not exist.",
        ),
        (
            "names and a prefix",
            json!({ "logStreamNames": ["a1"], "logStreamNamePrefix": "a" }),
            invalid,
            "cannot both be specified",
        ),
        (
            "no names",
            json!({ "logStreamNames": [] }),
            invalid,
            "Value '[]' at 'logStreamNames'",
        ),
        (
            "101 names",
            json!({ "logStreamNames": many }),
            invalid,
            "Member must have length less than or equal to 100",
        ),
        (
            "a bad name",
            json!({ "logStreamNames": ["a1", "a:b"] }),
            invalid,
            "Value 'a:b' at 'logStreamNames.2.member'",
        ),
        (
            "a long pattern",
            json!({ "filterPattern": long }),
            invalid,
            "Member must have length less than or equal to 1024",
        ),
        (
            "a bad pattern",
            json!({ "filterPattern": "{ $.a = }" }),
            invalid,
            "",
        ),
        (
            "backwards without a start",
            json!({ "startFromHead": false }),
            invalid,
            "startFromHead can be false only",
        ),
        (
            "backwards from before 2024",
            json!({ "startFromHead": false, "startTime": 1_704_067_199_999_i64 }),
            invalid,
            "startFromHead can be false only",
        ),
    ] {
        let mut body = body;
        body["logGroupName"] = "g".into();
        observatory
            .call("FilterLogEvents", body)
            .await
            .refused_with(case, name, piece);
    }
    observatory
        .ask(
            "FilterLogEvents",
            json!({ "logGroupName": "g", "filterPattern": "x".repeat(1_024) }),
        )
        .await;
}
