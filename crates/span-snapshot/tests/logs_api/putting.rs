//! `PutLogEvents`: the limits of a call, and events that are rejected by their time.

use serde_json::{Value as Json, json};
use span_snapshot::LogsApi;

use crate::asking::{DAY, HOUR, NOW, call, messages, ok, put, ready, refused, rule};

fn breaks(events: impl IntoIterator<Item = (i64, String)>, broken: &str, message: &str) {
    let api = ready();
    let answered = call(&api, "PutLogEvents", put(events));
    refused(answered, 400, "InvalidParameterException", message);
    assert_eq!(rule(&api), broken);
    assert!(api.all_events().is_empty(), "the whole call is refused");
}

/// Puts events that break none.
#[track_caller]
fn keeps(events: impl IntoIterator<Item = (i64, String)>) {
    let api = ready();
    let events: Vec<_> = events.into_iter().collect();
    let count = events.len();
    ok(&api, "PutLogEvents", put(events));
    assert_eq!(api.all_events().len(), count);
    assert!(api.rejected().is_empty());
}

#[test]
fn each_limit_of_a_call_at_its_edge() {
    let text = |bytes: usize| (NOW, "x".repeat(bytes));
    let many = |count: usize, bytes: usize| std::iter::repeat_n(text(bytes), count);

    keeps(many(10_000, 1));
    breaks(
        many(10_001, 1),
        "count",
        "1 validation error detected: Value '[10001 events]' at 'logEvents' failed to satisfy constraint: Member must have length less than or equal to 10000",
    );
    breaks(
        [],
        "empty",
        "1 validation error detected: Value '[]' at 'logEvents' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );

    // 4 x (262,118 + 26) = 1,048,576
    keeps(many(4, 262_118));
    breaks(
        many(3, 262_118).chain([text(262_119)]),
        "overhead",
        "Upload too large: 1048577 bytes exceeds limit of 1048576",
    );
    // As much text as a call takes, if there was no overhead.
    breaks(
        many(4, 262_144),
        "overhead",
        "Upload too large: 1048680 bytes exceeds limit of 1048576",
    );
    breaks(
        many(3, 262_144).chain([text(262_145)]),
        "bytes",
        "Upload too large: 1048681 bytes exceeds limit of 1048576",
    );
    // é has two bytes, which whoever counts characters does not see.
    breaks(
        std::iter::repeat_n((NOW, "é".repeat(262_118)), 4),
        "characters",
        "Upload too large: 2097048 bytes exceeds limit of 1048576",
    );

    keeps([text(1_048_550)]);
    breaks(
        [text(1_048_551)],
        "event-bytes",
        "Log event too large: 1048577 bytes exceeds limit of 1048576",
    );

    let at = |time: i64| (time, "x".to_owned());
    keeps([at(NOW - DAY), at(NOW)]);
    breaks(
        [at(NOW - DAY - 1), at(NOW)],
        "24-hours",
        "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
    );
    let disorder = "Log events in a single PutLogEvents request must be in chronological order.";
    keeps([at(NOW), at(NOW)]);
    breaks([at(NOW), at(NOW - 1)], "order", disorder);
    breaks([at(NOW - 2), at(NOW), at(NOW - 1)], "order", disorder);
}

#[test]
fn events_that_are_none() {
    let check = |event: Json, says: &str| {
        let api = ready();
        let mut body = messages([(NOW, "x")]);
        body["logEvents"].as_array_mut().unwrap().push(event);
        let message = format!("1 validation error detected: Value {says}");
        refused(
            call(&api, "PutLogEvents", body),
            400,
            "InvalidParameterException",
            &message,
        );
        assert_eq!(rule(&api), "event");
    };
    check(
        json!({ "message": "x" }),
        "null at 'logEvents.2.member.timestamp' failed to satisfy constraint: Member must not be null",
    );
    check(
        json!({ "timestamp": 1 }),
        "null at 'logEvents.2.member.message' failed to satisfy constraint: Member must not be null",
    );
    check(
        json!({ "timestamp": -1, "message": "x" }),
        "'-1' at 'logEvents.2.member.timestamp' failed to satisfy constraint: Member must have value greater than or equal to 0",
    );
    check(
        json!({ "timestamp": 1, "message": "" }),
        "'' at 'logEvents.2.member.message' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
}

/// Which of the events are rejected, as the answer tells.
#[track_caller]
fn rejects(api: &LogsApi, times: &[i64], info: Json, why: &[(i64, &str)]) {
    let answer = ok(
        api,
        "PutLogEvents",
        put(times.iter().map(|time| (*time, "x".to_owned()))),
    );
    assert_eq!(answer["rejectedLogEventsInfo"], info);
    let rejected = api.rejected();
    let told: Vec<_> = rejected
        .iter()
        .map(|event| (event.timestamp, event.why))
        .collect();
    assert_eq!(told, why);
    assert_eq!(api.all_events().len(), times.len() - why.len());
}

#[test]
fn events_out_of_time_are_rejected_one_by_one() {
    let new = NOW + 2 * HOUR;
    rejects(
        &ready(),
        &[NOW, new, new + 1, new + 2],
        json!({ "tooNewLogEventStartIndex": 2 }),
        &[(new + 1, "too-new"), (new + 2, "too-new")],
    );
    let old = NOW - 14 * DAY;
    rejects(
        &ready(),
        &[old - 2, old - 1, old],
        json!({ "tooOldLogEventEndIndex": 2 }),
        &[(old - 2, "too-old"), (old - 1, "too-old")],
    );
    let three_days = || ready().with_retention("cruddur", 3);
    let expired = NOW - 3 * DAY;
    rejects(
        &three_days(),
        &[expired - 1, expired],
        json!({ "expiredLogEventEndIndex": 1 }),
        &[(expired - 1, "expired")],
    );
    rejects(
        &three_days(),
        &[old - 1, old],
        json!({ "tooOldLogEventEndIndex": 1, "expiredLogEventEndIndex": 2 }),
        &[(old - 1, "too-old"), (old, "expired")],
    );
    // A retention of more than 14 days takes nothing older.
    rejects(
        &ready().with_retention("cruddur", 30),
        &[old - 1, old],
        json!({ "tooOldLogEventEndIndex": 1 }),
        &[(old - 1, "too-old")],
    );
    let rejected = &three_days();
    rejects(
        rejected,
        &[1],
        json!({ "tooOldLogEventEndIndex": 1, "expiredLogEventEndIndex": 1 }),
        &[(1, "too-old")],
    );
    let rejected = &rejected.rejected()[0];
    assert_eq!(
        (
            rejected.group.as_str(),
            rejected.stream.as_str(),
            rejected.message.as_str()
        ),
        ("cruddur", "backend", "x")
    );
}

#[test]
fn without_a_clock_it_is_the_systems() {
    let api = LogsApi::start().with_stream("cruddur", "backend");
    // Seconds taken for milliseconds are in January 1970.
    let answer = ok(&api, "PutLogEvents", messages([(NOW / 1000, "x")]));
    assert_eq!(
        answer["rejectedLogEventsInfo"],
        json!({ "tooOldLogEventEndIndex": 1 })
    );
    let far = i64::from(u32::MAX) * 1000;
    let answer = ok(&api, "PutLogEvents", messages([(far, "x")]));
    assert_eq!(
        answer["rejectedLogEventsInfo"],
        json!({ "tooNewLogEventStartIndex": 0 })
    );
}
