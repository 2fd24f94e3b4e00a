//! Logs Insights: `StartQuery`, `GetQueryResults` and `StopQuery`.

use serde_json::{Value as Json, json};
use span_snapshot::{LogsApi, MalformedQuery};

use crate::asking::{HOUR, NOW, call, ok, ready, refused, rule};

/// An API whose queries find the messages, each in a row of its own; one that is no query is malformed.
fn with_insights() -> LogsApi {
    let events = [
        (1999, "early"),
        (2000, "a"),
        (3000, "b"),
        (4999, "c"),
        (5000, "late"),
    ];
    LogsApi::start()
        .with_now(NOW)
        .with_events("cruddur", "backend", events)
        .with_events("other", "s", [(3500, "o")])
        .with_insights(|query, events| {
            if query.starts_with('|') {
                return Err(MalformedQuery {
                    message: "unexpected symbol found |".to_owned(),
                    start: 0,
                    end: 1,
                });
            }
            let rows = events.iter().map(|event| {
                let message = ("@message".to_owned(), event.message.clone());
                match event.message.as_str() {
                    "a" => vec![message, ("@ptr".to_owned(), "mine".to_owned())],
                    _ => vec![message],
                }
            });
            Ok(rows.collect())
        })
}

fn query(more: Json) -> Json {
    let mut body = json!({ "logGroupName": "cruddur", "startTime": 2, "endTime": 4, "queryString": "fields @message" });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

#[test]
fn a_query_must_be_asked_after_until_it_is_complete() {
    let api = with_insights();
    let id = ok(&api, "StartQuery", query(json!({})))["queryId"].clone();
    let results = || ok(&api, "GetQueryResults", json!({ "queryId": id }));
    for status in ["Scheduled", "Running"] {
        let answer = results();
        assert_eq!(
            (&answer["status"], &answer["results"]),
            (&json!(status), &json!([]))
        );
        assert_eq!(answer["statistics"]["recordsMatched"], 0.0);
    }
    let answer = results();
    assert_eq!(answer["status"], "Complete");
    assert_eq!(
        answer["results"],
        json!([
            [{ "field": "@message", "value": "c" }, { "field": "@ptr", "value": "1/1" }],
            [{ "field": "@message", "value": "b" }, { "field": "@ptr", "value": "1/2" }],
            [{ "field": "@message", "value": "a" }, { "field": "@ptr", "value": "mine" }],
        ])
    );
    assert_eq!(
        answer["statistics"],
        json!({ "recordsMatched": 3.0, "recordsScanned": 3.0, "bytesScanned": 3.0 })
    );
    assert_eq!(results(), answer);

    let queries = api.queries();
    assert_eq!(queries.len(), 1);
    assert_eq!(json!(queries[0].id), id);
    assert_eq!(queries[0].query, "fields @message");
    assert_eq!(queries[0].groups, ["cruddur"]);
    assert_eq!((queries[0].start_time, queries[0].end_time), (2, 4));
    assert_eq!(
        (queries[0].asked, queries[0].stopped, queries[0].rows),
        (4, false, 3)
    );
    assert!(!queries[0].is_in_milliseconds());
}

#[test]
fn a_query_is_over_its_groups_and_takes_so_many_rows() {
    let rows = |more: Json| {
        let api = with_insights().with_query_states(["Complete"]);
        let mut body = query(json!({}));
        body.as_object_mut().unwrap().remove("logGroupName");
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let id = ok(&api, "StartQuery", body)["queryId"].clone();
        let answer = ok(&api, "GetQueryResults", json!({ "queryId": id }));
        let rows = answer["results"].as_array().unwrap().iter();
        let rows = rows.map(|row| row[0]["value"].as_str().unwrap());
        rows.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(rows(json!({ "logGroupNames": ["other"] })), "o");
    assert_eq!(
        rows(json!({ "logGroupNames": ["other", "cruddur"] })),
        "c o b a"
    );
    let arn = "arn:aws:logs:us-east-1:000000000000:log-group:other";
    assert_eq!(rows(json!({ "logGroupIdentifiers": [arn] })), "o");
    assert_eq!(
        rows(json!({ "logGroupName": "cruddur", "limit": 2 })),
        "c b"
    );
    assert_eq!(
        rows(json!({ "logGroupName": "cruddur", "queryLanguage": "CWLI" })),
        "c b a"
    );
}

#[test]
fn milliseconds_find_nothing_and_are_told() {
    let api = with_insights().with_query_states(["Complete"]);
    let times = json!({ "startTime": NOW - HOUR, "endTime": NOW });
    let id = ok(&api, "StartQuery", query(times))["queryId"].clone();
    assert_eq!(
        ok(&api, "GetQueryResults", json!({ "queryId": id }))["results"],
        json!([])
    );
    assert!(api.queries()[0].is_in_milliseconds());
    // The start alone in seconds, and no sooner than the year 5138.
    let is = |from: i64, to: i64| {
        ok(
            &api,
            "StartQuery",
            query(json!({ "startTime": from, "endTime": to })),
        );
        api.queries().last().unwrap().is_in_milliseconds()
    };
    assert!(is(NOW / 1000, NOW));
    assert!(is(0, 100_000_000_000));
    assert!(!is(0, 99_999_999_999));
}

#[test]
fn a_query_can_be_stopped_while_it_runs() {
    let api = with_insights();
    let start = || ok(&api, "StartQuery", query(json!({})))["queryId"].clone();
    let stop = |id: &Json| call(&api, "StopQuery", json!({ "queryId": id }));
    let ask = |id: &Json| ok(&api, "GetQueryResults", json!({ "queryId": id }))["status"].clone();
    let id = start();
    assert_eq!(stop(&id), (200, json!({ "success": true })));
    assert_eq!(ask(&id), "Cancelled");
    assert!(api.queries()[0].stopped);
    let over = |id: &Json, status: &str| {
        let message = format!(
            "Query {} is not running: its status is {status}",
            id.as_str().unwrap()
        );
        refused(stop(id), 400, "InvalidParameterException", &message);
    };
    over(&id, "Cancelled");
    let id = start();
    ask(&id);
    ask(&id);
    assert_eq!(stop(&id).0, 200, "it was last seen running");
    let id = start();
    for _ in 0..3 {
        ask(&id);
    }
    over(&id, "Complete");
}

#[test]
fn a_query_may_fail() {
    let api = with_insights().with_query_states(["Running", "Failed"]);
    let id = ok(&api, "StartQuery", query(json!({})))["queryId"].clone();
    let ask = || ok(&api, "GetQueryResults", json!({ "queryId": id }));
    assert_eq!(ask()["status"], "Running");
    assert_eq!(ask()["status"], "Failed");
    assert_eq!(
        (&ask()["status"], &ask()["results"]),
        (&json!("Failed"), &json!([]))
    );
}

#[test]
fn queries_that_are_refused() {
    let check = |more: Json, error: &str, message: &str, broken: &str| {
        let api = with_insights();
        refused(call(&api, "StartQuery", query(more)), 400, error, message);
        assert_eq!(rule(&api), broken);
        assert!(api.queries().is_empty());
    };
    let invalid = "InvalidParameterException";
    check(
        json!({ "startTime": 5 }),
        invalid,
        "End time should not be less than start time",
        "time",
    );
    check(
        json!({ "startTime": -1 }),
        invalid,
        "End time should not be less than start time",
        "time",
    );
    check(
        json!({ "logGroupName": "none" }),
        "ResourceNotFoundException",
        "Log group 'none' does not exist for account ID '000000000000'",
        "no-group",
    );
    check(
        json!({ "logGroupName": null }),
        invalid,
        "Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be given",
        "",
    );
    check(
        json!({ "logGroupNames": ["other"] }),
        invalid,
        "Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be given",
        "",
    );
    check(
        json!({ "logGroupName": null, "logGroupNames": vec!["cruddur"; 51] }),
        invalid,
        "1 validation error detected: Value '[51 log groups]' at 'logGroupNames' failed to satisfy constraint: Member must have length less than or equal to 50",
        "",
    );
    check(
        json!({ "queryLanguage": "SQL" }),
        invalid,
        "the fake CloudWatch Logs API does not serve the query language SQL, only CWLI",
        "",
    );
    check(
        json!({ "limit": 10001 }),
        invalid,
        "1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
        "limit",
    );
    check(
        json!({ "logGroupName": null, "logGroupNames": ["cruddur", 5] }),
        "SerializationException",
        "logGroupNames is [\"cruddur\",5], not a list of texts",
        "",
    );
    let long = "é".repeat(10_001);
    check(
        json!({ "queryString": long }),
        invalid,
        &format!(
            "1 validation error detected: Value '{long}' at 'queryString' failed to satisfy constraint: Member must have length less than or equal to 10000"
        ),
        "",
    );
    ok(
        &with_insights(),
        "StartQuery",
        query(json!({ "queryString": "é".repeat(10_000) })),
    );
    ok(
        &with_insights(),
        "StartQuery",
        query(json!({ "logGroupName": null, "logGroupNames": vec!["cruddur"; 50] })),
    );
    let malformed = "MalformedQueryException";
    check(
        json!({ "queryString": "| x" }),
        malformed,
        "unexpected symbol found |",
        "query",
    );
    let (_, body) = call(
        &with_insights(),
        "StartQuery",
        query(json!({ "queryString": "| x" })),
    );
    assert_eq!(
        body["queryCompileError"],
        json!({ "location": { "startCharOffset": 0, "endCharOffset": 1 }, "message": "unexpected symbol found |" })
    );
    let api = ready();
    refused(
        call(&api, "StartQuery", query(json!({}))),
        400,
        invalid,
        "the fake CloudWatch Logs API was started without Logs Insights (with_insights)",
    );
}
