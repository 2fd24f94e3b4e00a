//! PutLogEvents: each limit at its edge and broken by one, and what is taken in part.

use serde_json::{Value, json};

use crate::asking::{DAY, HOUR, NOW, Observatory, messages, put_body};

const INVALID: &str = "InvalidParameterException";

async fn start() -> Observatory {
    let observatory = Observatory::start();
    observatory.make("g", &["s"]).await;
    observatory
}

async fn stored(observatory: &Observatory) -> Vec<String> {
    let mut all = Vec::new();
    let mut token = Value::Null;
    loop {
        let body = json!({ "logGroupName": "g", "nextToken": token });
        let answer = observatory.ask("FilterLogEvents", body).await;
        all.extend(messages(&answer));
        token = answer["nextToken"].clone();
        if token.is_null() {
            return all;
        }
    }
}

#[tokio::test]
async fn gives_a_sequence_token_and_ignores_the_one_it_gets() {
    let observatory = start().await;
    let mut body = put_body("g", "s", &[(NOW, "x")]);
    for given in [Value::Null, "49".into(), "nonsense".into()] {
        body["sequenceToken"] = given;
        let answer = observatory.ask("PutLogEvents", body.clone()).await;
        assert_eq!(answer["nextSequenceToken"].as_str().unwrap().len(), 56);
        assert_eq!(answer.as_object().unwrap().len(), 1, "{answer}");
    }
    assert_eq!(stored(&observatory).await.len(), 3);
}

#[tokio::test]
async fn takes_as_much_as_the_service() {
    let observatory = start().await;
    let many = vec![(NOW, "m"); 10_000];
    observatory.put("g", "s", &many).await;
    assert_eq!(stored(&observatory).await.len(), 10_000);
    let largest = "x".repeat(1_048_576 - 26);
    observatory.put("g", "s", &[(NOW + 1, &largest)]).await;
    // Letters of two bytes count twice; half and half with the overhead of two events.
    let half = "é".repeat((1_048_576 - 52) / 4);
    observatory
        .put("g", "s", &[(NOW + 2, &half), (NOW + 2, &half)])
        .await;
    assert_eq!(stored(&observatory).await.len(), 10_003);
}

#[tokio::test]
async fn refuses_what_is_one_too_much() {
    let observatory = start().await;
    let most = 1_048_576;
    let event = "x".repeat(most - 25);
    let half = "x".repeat(most / 2 - 26);
    let more_than_half = "x".repeat(most / 2 - 25);
    let many = vec![(NOW, "m"); 10_001];
    for (case, events, message) in [
        (
            "an event too large by one",
            vec![(NOW, event.as_str())],
            "Log event too large: 1048577 bytes exceeds limit of 1048576",
        ),
        (
            "a call too large by one",
            vec![(NOW, half.as_str()), (NOW, more_than_half.as_str())],
            "Upload too large: 1048577 bytes exceeds limit of 1048576",
        ),
        (
            "one event too many",
            many,
            "1 validation error detected: Value 'a list of 10001' at 'logEvents' failed to satisfy constraint: Member must have length less than or equal to 10000",
        ),
        (
            "no event",
            vec![],
            "1 validation error detected: Value '[]' at 'logEvents' failed to satisfy constraint: Member must have length greater than or equal to 1",
        ),
        (
            "an empty message",
            vec![(NOW, "x"), (NOW, "")],
            "1 validation error detected: Value '' at 'logEvents.2.member.message' failed to satisfy constraint: Member must have length greater than or equal to 1",
        ),
        (
            "before 1970",
            vec![(-1, "x")],
            "1 validation error detected: Value '-1' at 'logEvents.1.member.timestamp' failed to satisfy constraint: Member must have value greater than or equal to 0",
        ),
        (
            "out of order",
            vec![(NOW, "x"), (NOW - 1, "y")],
            "Log events in a single PutLogEvents request must be in chronological order.",
        ),
        (
            "more than 24 hours",
            vec![(NOW - DAY, "x"), (NOW - HOUR, "y"), (NOW + 1, "z")],
            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
        ),
    ] {
        observatory
            .try_put("g", "s", &events)
            .await
            .refused(case, INVALID, message);
    }
    assert_eq!(stored(&observatory).await, [""; 0]);
    observatory
        .put("g", "s", &[(NOW - DAY, "x"), (NOW, "z")])
        .await;
}

#[tokio::test]
async fn refuses_what_is_missing_or_of_another_type() {
    let observatory = start().await;
    let whole = put_body("g", "s", &[(NOW, "x")]);
    let missing = |path: &str| {
        format!(
            "1 validation error detected: Value null at '{path}' failed to satisfy constraint: Member must not be null"
        )
    };
    for member in ["logGroupName", "logStreamName", "logEvents"] {
        let mut body = whole.clone();
        body.as_object_mut().unwrap().remove(member);
        let answer = observatory.call("PutLogEvents", body.clone()).await;
        answer.refused(member, INVALID, &missing(member));
        body[member] = Value::Null;
        let answer = observatory.call("PutLogEvents", body).await;
        answer.refused(member, INVALID, &missing(member));
    }
    for (case, event, path) in [
        (
            "no time",
            json!({ "message": "x" }),
            "logEvents.1.member.timestamp",
        ),
        (
            "no message",
            json!({ "timestamp": NOW }),
            "logEvents.1.member.message",
        ),
        (
            "null",
            json!({ "timestamp": NOW, "message": null }),
            "logEvents.1.member.message",
        ),
    ] {
        let body = json!({ "logGroupName": "g", "logStreamName": "s", "logEvents": [event] });
        observatory
            .call("PutLogEvents", body)
            .await
            .refused(case, INVALID, &missing(path));
    }
    let both = json!({ "logGroupName": "g", "logStreamName": "s", "logEvents": [{}] });
    observatory.call("PutLogEvents", both).await.refused_with(
        "neither",
        INVALID,
        "2 validation errors detected: ",
    );
    for (case, events) in [
        ("no list", json!({})),
        ("no event", json!(["x"])),
        (
            "a time in words",
            json!([{ "timestamp": "now", "message": "x" }]),
        ),
        (
            "a time with a fraction",
            json!([{ "timestamp": 1.5, "message": "x" }]),
        ),
        (
            "a message that is no text",
            json!([{ "timestamp": NOW, "message": { "a": 1 } }]),
        ),
        (
            "an unknown member",
            json!([{ "timestamp": NOW, "message": "x", "level": "INFO" }]),
        ),
    ] {
        let body = json!({ "logGroupName": "g", "logStreamName": "s", "logEvents": events });
        observatory.call("PutLogEvents", body).await.refused_with(
            case,
            "SerializationException",
            "",
        );
    }
    let mut unknown = whole.clone();
    unknown["kind"] = 1.into();
    observatory
        .call("PutLogEvents", unknown)
        .await
        .refused_with("unknown", INVALID, "'kind' is not a parameter");
    let answer = observatory.send("PutLogEvents", "{\"logGroupName\":").await;
    answer.refused_with(
        "half a body",
        "SerializationException",
        "the body cannot be read",
    );
    assert_eq!(stored(&observatory).await, [""; 0]);
}

#[tokio::test]
async fn knows_its_groups_and_streams() {
    let observatory = start().await;
    for (group, stream, message) in [
        ("absent", "s", "The specified log group does not exist."),
        ("g", "absent", "The specified log stream does not exist."),
    ] {
        observatory
            .try_put(group, stream, &[(NOW, "x")])
            .await
            .refused(group, "ResourceNotFoundException", message);
    }
}

#[tokio::test]
async fn takes_an_entity() {
    let observatory = start().await;
    let mut body = put_body("g", "s", &[(NOW, "x")]);
    body["entity"] =
        json!({ "keyAttributes": { "Type": "Service", "Name": "backend" }, "attributes": {} });
    observatory.ask("PutLogEvents", body.clone()).await;
    for (case, entity, piece) in [
        (
            "one key",
            json!({ "keyAttributes": { "Type": "Service" } }),
            "at 'keyAttributes'",
        ),
        (
            "a long value",
            json!({ "attributes": { "a": "x".repeat(513) } }),
            "at 'attributes.a.member'",
        ),
        (
            "unknown",
            json!({ "name": "x" }),
            "'name' is not a parameter",
        ),
    ] {
        body["entity"] = entity;
        observatory
            .call("PutLogEvents", body.clone())
            .await
            .refused_with(case, INVALID, piece);
    }
}

/// Puts events of these ages (in milliseconds before now, the oldest first), and looks what came of them.
#[track_caller]
fn check_taken(case: &str, answer: &Value, rejected: Value, taken: &[String], expected: &[i64]) {
    assert_eq!(answer["rejectedLogEventsInfo"], rejected, "{case}");
    let expected: Vec<String> = expected.iter().map(i64::to_string).collect();
    assert_eq!(taken, expected, "{case}");
}

#[tokio::test]
async fn leaves_out_what_is_too_old_or_too_new() {
    for (case, retention, ages, rejected, taken) in [
        (
            "at both edges",
            None,
            &[14 * DAY, 14 * DAY - 1][..],
            Value::Null,
            &[14 * DAY, 14 * DAY - 1][..],
        ),
        (
            "two hours ahead",
            None,
            &[0, -2 * HOUR],
            Value::Null,
            &[0, -2 * HOUR],
        ),
        (
            "too old by one",
            None,
            &[14 * DAY + 1, 14 * DAY],
            json!({ "tooOldLogEventEndIndex": 1 }),
            &[14 * DAY],
        ),
        (
            "too new by one",
            None,
            &[0, -2 * HOUR - 1],
            json!({ "tooNewLogEventStartIndex": 1 }),
            &[0],
        ),
        (
            "too old, far from the rest",
            None,
            &[30 * DAY, 20 * DAY, 0],
            json!({ "tooOldLogEventEndIndex": 2 }),
            &[0],
        ),
        (
            "both",
            None,
            &[15 * DAY, 0, -3 * HOUR, -30 * DAY],
            json!({ "tooOldLogEventEndIndex": 1, "tooNewLogEventStartIndex": 2 }),
            &[0],
        ),
        (
            "all of them too old",
            None,
            &[16 * DAY, 15 * DAY],
            json!({ "tooOldLogEventEndIndex": 2 }),
            &[],
        ),
        (
            "all of them too new",
            None,
            &[-3 * HOUR],
            json!({ "tooNewLogEventStartIndex": 0 }),
            &[],
        ),
        (
            "too old and too new alone",
            None,
            &[15 * DAY, -3 * HOUR],
            json!({ "tooOldLogEventEndIndex": 1, "tooNewLogEventStartIndex": 1 }),
            &[],
        ),
        (
            "kept to the edge",
            Some(3),
            &[3 * DAY, 3 * DAY - 1],
            Value::Null,
            &[3 * DAY, 3 * DAY - 1],
        ),
        (
            "expired by one",
            Some(3),
            &[3 * DAY + 1, 3 * DAY],
            json!({ "expiredLogEventEndIndex": 1 }),
            &[3 * DAY],
        ),
        (
            "expired and too old",
            Some(1),
            &[15 * DAY, 2 * DAY, DAY + 1, 0],
            json!({ "tooOldLogEventEndIndex": 1, "expiredLogEventEndIndex": 3 }),
            &[],
        ),
        (
            "kept longer than two weeks",
            Some(30),
            &[15 * DAY, 14 * DAY],
            json!({ "tooOldLogEventEndIndex": 1 }),
            &[14 * DAY],
        ),
    ] {
        let observatory = start().await;
        if let Some(days) = retention {
            let body = json!({ "logGroupName": "g", "retentionInDays": days });
            observatory.ask("PutRetentionPolicy", body).await;
        }
        let texts: Vec<String> = ages.iter().map(i64::to_string).collect();
        let events: Vec<(i64, &str)> = ages
            .iter()
            .zip(&texts)
            .map(|(age, text)| (NOW - age, text.as_str()))
            .collect();
        if case == "expired and too old" {
            // The span counts what is not too old, expired or not.
            let answer = observatory.try_put("g", "s", &events).await;
            answer.refused_with(case, INVALID, "cannot span more than 24 hours");
            let answer = observatory.try_put("g", "s", &events[..3]).await.ok();
            check_taken(case, &answer, rejected, &stored(&observatory).await, taken);
            continue;
        }
        let answer = observatory.try_put("g", "s", &events).await.ok();
        // Without a retention nothing is hidden: what was not taken is not there.
        let body = json!({ "logGroupName": "g" });
        observatory.ask("DeleteRetentionPolicy", body).await;
        check_taken(case, &answer, rejected, &stored(&observatory).await, taken);
    }
}
