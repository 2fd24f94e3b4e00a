//! Logs Insights queries: started, read while they run and after, stopped, listed, bounded.

use std::time::Duration;

use observatory::server::QueryLimits;
use serde_json::{Value, json};

use crate::asking::{HOUR, NOW, Observatory, SECOND, within};

const INVALID: &str = "InvalidParameterException";
const NOT_FOUND: &str = "ResourceNotFoundException";

/// [`NOW`] in seconds.
const SECONDS: i64 = NOW / 1000;

/// A query over group `g` and an hour to either side.
fn query(text: &str) -> Value {
    json!({ "logGroupName": "g", "startTime": SECONDS - 3_600, "endTime": SECONDS + 3_600, "queryString": text })
}

async fn started(observatory: &Observatory, body: Value) -> String {
    let answer = observatory.ask("StartQuery", body).await;
    answer["queryId"].as_str().unwrap().to_owned()
}

/// Asks until a query is no longer in that state.
async fn while_it_is(observatory: &Observatory, id: &str, states: &[&str]) -> Value {
    within(id, async {
        loop {
            let answer = observatory
                .ask("GetQueryResults", json!({ "queryId": id }))
                .await;
            if !states.iter().any(|state| answer["status"] == *state) {
                return answer;
            }
            tokio::task::yield_now().await;
        }
    })
    .await
}

async fn ended(observatory: &Observatory, id: &str) -> Value {
    while_it_is(observatory, id, &["Scheduled", "Running"]).await
}

async fn ran(observatory: &Observatory, body: Value) -> Value {
    let id = started(observatory, body).await;
    ended(observatory, &id).await
}

/// The rows of an answer without `@ptr`, each as `name=value` joined by spaces.
fn rows(answer: &Value) -> Vec<String> {
    let row = |row: &Value| -> String {
        let fields = row.as_array().unwrap().iter();
        let fields = fields.filter(|field| field["field"] != "@ptr");
        let shown: Vec<String> = fields
            .map(|field| {
                format!(
                    "{}={}",
                    field["field"].as_str().unwrap(),
                    field["value"].as_str().unwrap()
                )
            })
            .collect();
        shown.join(" ")
    };
    answer["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(row)
        .collect()
}

/// An observatory with ten events a tenth of a second apart in `g`.
async fn ten() -> Observatory {
    filled(Observatory::start(), 10).await
}

async fn filled(observatory: Observatory, number: i64) -> Observatory {
    observatory.make("g", &["s"]).await;
    let messages: Vec<String> = (0..number)
        .map(|n| format!("{{\"n\":{n},\"odd\":\"{}\"}}", n % 2 == 1))
        .collect();
    let events: Vec<(i64, &str)> = messages
        .iter()
        .enumerate()
        .map(|(n, message)| (NOW + n as i64 * SECOND / 10, message.as_str()))
        .collect();
    for call in events.chunks(10_000) {
        observatory.put("g", "s", call).await;
    }
    observatory
}

#[tokio::test]
async fn gives_rows_with_pointers_to_their_records() {
    let observatory = ten().await;
    let answer = ran(
        &observatory,
        query("fields n, odd | filter odd = \"true\" | sort n | limit 2"),
    )
    .await;
    let pointer = answer["results"][0][2]["value"]
        .as_str()
        .unwrap()
        .to_owned();
    let other = answer["results"][1][2]["value"].as_str().unwrap();
    let field = |field: &str, value: &str| json!({ "field": field, "value": value });
    assert_eq!(
        answer,
        json!({
            "queryLanguage": "CWLI",
            "results": [
                [field("n", "1"), field("odd", "true"), field("@ptr", &pointer)],
                [field("n", "3"), field("odd", "true"), field("@ptr", other)],
            ],
            "statistics": {
                "recordsMatched": 5.0, "recordsScanned": 10.0, "bytesScanned": 205.0, "logGroupsScanned": 1.0,
                "estimatedRecordsSkipped": 0.0, "estimatedBytesSkipped": 0.0, "resultCount": 2.0,
            },
            "status": "Complete",
        })
    );
    let record = observatory
        .ask("GetLogRecord", json!({ "logRecordPointer": pointer }))
        .await;
    assert_eq!(
        record["logRecord"]["@message"],
        "{\"n\":1,\"odd\":\"true\"}"
    );
    assert_eq!(record["logRecord"]["n"], "1");
    assert_eq!(record["logRecord"]["@logStream"], "s");
    assert_eq!(record["logRecord"]["@ptr"], pointer.as_str());
    // Rows that no event alone has made have no pointer.
    let counted = ran(&observatory, query("stats count(*) by odd")).await;
    assert_eq!(counted["results"][0].as_array().unwrap().len(), 2);
    observatory
        .ask(
            "DeleteLogStream",
            json!({ "logGroupName": "g", "logStreamName": "s" }),
        )
        .await;
    let body = json!({ "logRecordPointer": pointer });
    observatory.call("GetLogRecord", body).await.refused(
        "gone",
        NOT_FOUND,
        "The specified log record does not exist.",
    );
    for wrong in [
        "",
        "x",
        "+0000000000000000000000000000001",
        "0000000000000000000000000000000G",
    ] {
        let answer = observatory
            .call("GetLogRecord", json!({ "logRecordPointer": wrong }))
            .await;
        answer.refused_with(wrong, INVALID, "logRecordPointer");
    }
}

#[tokio::test]
async fn reads_from_one_second_to_another_both_included() {
    let observatory = Observatory::start();
    observatory.make("g", &["s"]).await;
    for (time, message) in [
        (-1, "before"),
        (0, "first"),
        (1_999, "last"),
        (2_000, "after"),
    ] {
        observatory.put("g", "s", &[(NOW + time, message)]).await;
    }
    for (case, start, end, expected) in [
        (
            "both ends",
            SECONDS,
            SECONDS + 1,
            &["@message=first", "@message=last"][..],
        ),
        ("one second", SECONDS, SECONDS, &["@message=first"]),
        (
            "all time",
            0,
            i64::MAX,
            &[
                "@message=before",
                "@message=first",
                "@message=last",
                "@message=after",
            ],
        ),
    ] {
        let mut body = query("fields @message | sort @timestamp");
        (body["startTime"], body["endTime"]) = (start.into(), end.into());
        assert_eq!(rows(&ran(&observatory, body).await), expected, "{case}");
    }
}

#[tokio::test]
async fn reads_several_groups_newest_first() {
    let observatory = Observatory::start();
    let names: Vec<String> = (0..51).map(|number| format!("g{number:02}")).collect();
    for (number, name) in names.iter().enumerate() {
        observatory.make(name, &["s"]).await;
        observatory
            .put(name, "s", &[(NOW + number as i64, &format!("of {name}"))])
            .await;
    }
    let arn = |name: &str| format!("arn:aws:logs:eu-central-1:000000000000:log-group:{name}");
    let fifty: Vec<&String> = names[..50].iter().collect();
    for (member, value, expected) in [
        ("logGroupName", json!("g07"), vec!["g07"]),
        (
            "logGroupNames",
            json!(["g03", "g05", "g03"]),
            vec!["g05", "g03"],
        ),
        (
            "logGroupIdentifiers",
            json!([arn("g01"), "g02"]),
            vec!["g02", "g01"],
        ),
        (
            "logGroupNames",
            json!(fifty),
            names[..50].iter().rev().map(String::as_str).collect(),
        ),
    ] {
        let mut body = query("fields @message");
        body.as_object_mut().unwrap().remove("logGroupName");
        body[member] = value;
        let answer = ran(&observatory, body).await;
        let expected: Vec<String> = expected
            .iter()
            .map(|name| format!("@message=of {name}"))
            .collect();
        assert_eq!(rows(&answer), expected, "{member}");
        assert_eq!(
            answer["statistics"]["logGroupsScanned"],
            expected.len() as f64,
            "{member}"
        );
    }
    for (case, more, name, piece) in [
        ("no group", json!({}), INVALID, "Exactly one of"),
        (
            "two ways",
            json!({ "logGroupName": "g01", "logGroupNames": ["g02"] }),
            INVALID,
            "Exactly one of",
        ),
        (
            "none",
            json!({ "logGroupNames": [] }),
            INVALID,
            "from 1 to 50 log groups, not 0",
        ),
        (
            "51",
            json!({ "logGroupNames": names }),
            INVALID,
            "from 1 to 50 log groups, not 51",
        ),
        (
            "an unknown one",
            json!({ "logGroupNames": ["g01", "h"] }),
            NOT_FOUND,
            "The specified log group does not exist.",
        ),
        (
            "an unknown one's ARN",
            json!({ "logGroupIdentifiers": [arn("h")] }),
            NOT_FOUND,
            "The specified log group does not exist.",
        ),
        (
            "a bad name",
            json!({ "logGroupNames": ["a b"] }),
            INVALID,
            "at 'logGroupNames.1.member'",
        ),
    ] {
        let mut body = query("fields @message");
        body.as_object_mut().unwrap().remove("logGroupName");
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        observatory
            .call("StartQuery", body)
            .await
            .refused_with(case, name, piece);
    }
}

#[tokio::test]
async fn is_refused_with_the_place_that_is_wrong() {
    let observatory = ten().await;
    let text = "fields n\n| filtre n > 3";
    let answer = observatory.call("StartQuery", query(text)).await;
    answer.refused_with("a typing mistake", "MalformedQueryException", "");
    let error = &answer.body["queryCompileError"];
    assert_eq!(error["message"], answer.body["message"]);
    let (start, end) = (
        &error["location"]["startCharOffset"],
        &error["location"]["endCharOffset"],
    );
    let (start, end) = (
        start.as_u64().unwrap() as usize,
        end.as_u64().unwrap() as usize,
    );
    let place: String = text.chars().skip(start).take(end - start).collect();
    assert_eq!(place, "filtre");

    let null = |member: &str| {
        format!(
            "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
        )
    };
    for (case, member, value, message) in [
        ("no start", "startTime", Value::Null, null("startTime")),
        ("no end", "endTime", Value::Null, null("endTime")),
        ("no query", "queryString", Value::Null, null("queryString")),
        ("an end before its start", "endTime", json!(SECONDS - 3_601), "The start of the query's time range must not be after its end".to_owned()),
        ("a limit of 0", "limit", json!(0), "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1".to_owned()),
        ("a limit of 10,001", "limit", json!(10_001), "1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000".to_owned()),
        ("SQL", "queryLanguage", json!("SQL"), "The observatory has the query language CWLI only; ask CloudWatch Logs itself".to_owned()),
    ] {
        let mut body = query("fields n");
        body[member] = value;
        observatory.call("StartQuery", body).await.refused(case, INVALID, &message);
    }
    let longest = format!("fields n #{}", "x".repeat(10_000 - 10));
    ran(&observatory, query(&longest)).await;
    let answer = observatory
        .call("StartQuery", query(&format!("{longest}x")))
        .await;
    answer.refused_with("too long by one", INVALID, "at 'queryString' failed to satisfy constraint: Member must have length less than or equal to 10000");
}

#[tokio::test]
async fn gives_as_many_rows_as_the_call_and_the_query_allow() {
    let observatory = filled(Observatory::start(), 1_500).await;
    for (case, text, limit, expected) in [
        ("by default", "fields n", None, 1_500),
        ("the call's", "fields n", Some(7), 7),
        (
            "the call's, more than by default",
            "fields n",
            Some(1_200),
            1_200,
        ),
        ("the query's", "fields n | limit 5", None, 5),
        (
            "the query's, which is less",
            "fields n | limit 5",
            Some(7),
            5,
        ),
        (
            "the call's, which is less",
            "fields n | limit 7",
            Some(5),
            5,
        ),
        ("with a comment at its end", "fields n # all", Some(6), 6),
        ("of groups", "stats count(*) by n", Some(3), 3),
    ] {
        let mut body = query(text);
        body["limit"] = json!(limit);
        let answer = ran(&observatory, body).await;
        assert_eq!(rows(&answer).len(), expected, "{case}");
    }
    // Whatever the rows, everything was read.
    let answer = ran(&observatory, query("fields n | limit 1")).await;
    assert_eq!(answer["statistics"]["recordsMatched"], 1_500.0);
    assert_eq!(rows(&answer), ["n=1499"]);
}

#[tokio::test]
async fn comes_in_pages() {
    let observatory = ten().await;
    let id = started(&observatory, query("fields n | sort n")).await;
    let all = rows(&ended(&observatory, &id).await);
    let mut seen = Vec::new();
    let mut token = Value::Null;
    loop {
        let body = json!({ "queryId": id, "maxItems": 4, "nextToken": token });
        let answer = observatory.ask("GetQueryResults", body).await;
        assert_eq!(answer["statistics"]["resultCount"], 10.0);
        seen.push(rows(&answer));
        token = answer["nextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(seen.iter().map(Vec::len).collect::<Vec<_>>(), [4, 4, 2]);
    assert_eq!(seen.concat(), all);
    for (case, body, name, piece) in [
        (
            "a token of nobody's",
            json!({ "queryId": id, "nextToken": "x" }),
            INVALID,
            "The specified nextToken is invalid.",
        ),
        (
            "a token that is no number",
            json!({ "queryId": id, "nextToken": "after/x" }),
            INVALID,
            "The specified nextToken is invalid.",
        ),
        (
            "too many",
            json!({ "queryId": id, "maxItems": 10_001 }),
            INVALID,
            "at 'maxItems'",
        ),
        ("no query", json!({}), INVALID, "Value null at 'queryId'"),
        (
            "an unknown query",
            json!({ "queryId": "12345678-1234-1234-1234-123456789012" }),
            NOT_FOUND,
            "The specified query does not exist.",
        ),
    ] {
        observatory
            .call("GetQueryResults", body)
            .await
            .refused_with(case, name, piece);
    }
}

#[tokio::test]
async fn waits_runs_and_is_stopped() {
    let limits = QueryLimits {
        running: 1,
        slice_events: 1,
        ..QueryLimits::default()
    };
    let observatory = filled(Observatory::limited(limits), 20_000).await;
    let first = started(&observatory, query("fields n | sort n desc")).await;
    let second = started(&observatory, query("stats count(*)")).await;
    let running = while_it_is(&observatory, &first, &["Scheduled"]).await;
    assert_eq!(running["status"], "Running");
    // Rows while it runs, and more of them later.
    let mut some = running;
    within("rows of a query that runs", async {
        while rows(&some).len() < 2 {
            let body = json!({ "queryId": first });
            some = observatory.ask("GetQueryResults", body).await;
        }
    })
    .await;
    assert_eq!(
        (&some["status"], &some["nextToken"]),
        (&json!("Running"), &Value::Null)
    );
    let page = json!({ "queryId": first, "maxItems": 1 });
    let page = observatory.ask("GetQueryResults", page).await;
    assert_eq!(
        (rows(&page).len(), &page["status"], &page["nextToken"]),
        (1, &json!("Running"), &Value::Null)
    );
    let waiting = observatory
        .ask("GetQueryResults", json!({ "queryId": second }))
        .await;
    assert_eq!(
        (&waiting["status"], &waiting["statistics"]["recordsScanned"]),
        (&json!("Scheduled"), &json!(0.0))
    );

    // The one that waits first: it must not begin when the other is gone.
    for id in [&second, &first] {
        let stopped = observatory.ask("StopQuery", json!({ "queryId": id })).await;
        assert_eq!(stopped, json!({ "success": true }));
        let answer = observatory
            .ask("GetQueryResults", json!({ "queryId": id }))
            .await;
        assert_eq!(answer["status"], "Cancelled");
        assert!(
            answer["statistics"]["recordsScanned"].as_f64().unwrap() < 20_000.0,
            "{}",
            answer["statistics"]
        );
        observatory
            .call("StopQuery", json!({ "queryId": id }))
            .await
            .refused(
                "stopped twice",
                INVALID,
                "The specified query is not running: it is Cancelled",
            );
    }
    // What it had is kept, and the turn of the next has come.
    let kept = observatory
        .ask("GetQueryResults", json!({ "queryId": first }))
        .await;
    assert!(!rows(&kept).is_empty());
    let third = started(&observatory, query("stats count(*)")).await;
    while_it_is(&observatory, &third, &["Scheduled"]).await;
    let read = observatory
        .ask("GetQueryResults", json!({ "queryId": second }))
        .await;
    assert_eq!(
        read["statistics"]["recordsScanned"], 0.0,
        "a query that was stopped never began"
    );
    let read = observatory
        .ask("GetQueryResults", json!({ "queryId": first }))
        .await;
    let scanned = read["statistics"]["recordsScanned"].as_f64().unwrap();
    assert!(
        scanned < 20_000.0,
        "a query that was stopped read on: {scanned}"
    );
    observatory
        .ask("StopQuery", json!({ "queryId": third }))
        .await;
    let complete = started(&ten().await, query("fields n")).await;
    observatory
        .call("StopQuery", json!({ "queryId": complete }))
        .await
        .refused(
            "another observatory's",
            NOT_FOUND,
            "The specified query does not exist.",
        );
}

#[tokio::test]
async fn reads_everything_once_slice_after_slice() {
    for slice_events in [1, 7, 100] {
        let limits = QueryLimits {
            slice_events,
            ..QueryLimits::default()
        };
        let observatory = filled(Observatory::limited(limits), 100).await;
        let newest: Vec<String> = (0..100).rev().map(|n| format!("n={n}")).collect();
        for (text, expected) in [
            ("fields n", newest),
            ("stats count(*) as c", vec!["c=100".to_owned()]),
        ] {
            let answer = ran(&observatory, query(text)).await;
            assert_eq!(
                answer["statistics"]["recordsScanned"], 100.0,
                "{text}, {slice_events} at a time"
            );
            assert_eq!(rows(&answer), expected, "{text}, {slice_events} at a time");
        }
    }
}

#[tokio::test]
async fn is_not_stopped_after_its_end() {
    let observatory = ten().await;
    let id = started(&observatory, query("fields n")).await;
    ended(&observatory, &id).await;
    observatory
        .call("StopQuery", json!({ "queryId": id }))
        .await
        .refused(
            "complete",
            INVALID,
            "The specified query is not running: it is Complete",
        );
    let answer = observatory
        .ask("GetQueryResults", json!({ "queryId": id }))
        .await;
    assert_eq!(
        (&answer["status"], rows(&answer).len()),
        (&json!("Complete"), 10)
    );
}

#[tokio::test]
async fn does_not_run_for_ever() {
    let limits = QueryLimits {
        time: Duration::ZERO,
        ..QueryLimits::default()
    };
    let observatory = filled(Observatory::limited(limits), 10).await;
    let answer = ran(&observatory, query("fields n")).await;
    assert_eq!(
        (&answer["status"], rows(&answer).len()),
        (&json!("Timeout"), 0)
    );
}

#[tokio::test]
async fn others_are_answered_while_it_runs() {
    let limits = QueryLimits {
        slice_events: 1,
        ..QueryLimits::default()
    };
    let observatory = filled(Observatory::limited(limits), 20_000).await;
    let id = started(&observatory, query("stats count(*)")).await;
    while_it_is(&observatory, &id, &["Scheduled"]).await;
    for round in 0..50 {
        observatory
            .put("g", "s", &[(NOW + HOUR + round, "more")])
            .await;
        observatory
            .ask(
                "FilterLogEvents",
                json!({ "logGroupName": "g", "limit": 1 }),
            )
            .await;
    }
    let answer = observatory
        .ask("GetQueryResults", json!({ "queryId": id }))
        .await;
    assert_eq!(answer["status"], "Running");
    observatory.ask("StopQuery", json!({ "queryId": id })).await;
}

#[tokio::test]
async fn few_are_unfinished_and_few_are_kept() {
    let limits = QueryLimits {
        running: 1,
        slice_events: 1,
        unfinished: 3,
        kept: 2,
        ..QueryLimits::default()
    };
    let observatory = filled(Observatory::limited(limits), 20_000).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(started(&observatory, query("stats count(*)")).await);
    }
    observatory
        .call("StartQuery", query("stats count(*)"))
        .await
        .refused(
            "one too many",
            "LimitExceededException",
            "3 queries run or wait, which is the most there may be; stop one or wait",
        );
    for id in &ids {
        observatory.ask("StopQuery", json!({ "queryId": id })).await;
    }
    // The oldest is let go of, the others are there.
    let gone = within("the oldest to go", async {
        loop {
            let body = json!({ "queryId": ids[0] });
            let answer = observatory.call("GetQueryResults", body).await;
            if answer.status != 200 {
                return answer;
            }
            tokio::task::yield_now().await;
        }
    });
    gone.await.refused(
        "let go of",
        NOT_FOUND,
        "The specified query does not exist.",
    );
    for id in &ids[1..] {
        observatory
            .ask("GetQueryResults", json!({ "queryId": id }))
            .await;
    }
}

#[tokio::test]
async fn large_results_are_let_go_of_for_newer_ones() {
    let limits = QueryLimits {
        kept_bytes: 100_000,
        ..QueryLimits::default()
    };
    let observatory = Observatory::limited(limits);
    observatory.make("g", &["s"]).await;
    let large = "x".repeat(80_000);
    observatory.put("g", "s", &[(NOW, &large)]).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let id = started(&observatory, query("fields @message")).await;
        assert_eq!(rows(&ended(&observatory, &id).await).len(), 1);
        ids.push(id);
    }
    let shown = |answer: &Value| -> Vec<String> {
        let queries = answer["queries"].as_array().unwrap();
        queries
            .iter()
            .map(|query| query["queryId"].as_str().unwrap().to_owned())
            .collect()
    };
    let kept = within("the older ones to go", async {
        loop {
            let kept = shown(&observatory.ask("DescribeQueries", json!({})).await);
            if kept.len() == 1 {
                return kept;
            }
            tokio::task::yield_now().await;
        }
    });
    assert_eq!(kept.await, ids[2..]);
}

#[tokio::test]
async fn is_listed_with_the_others() {
    let observatory = ten().await;
    observatory.make("h", &[]).await;
    let mut ids = Vec::new();
    for (number, group) in ["g", "h", "g"].into_iter().enumerate() {
        observatory.advance(SECOND);
        let mut body = query(&format!("fields n | limit {}", number + 1));
        body["logGroupName"] = group.into();
        let id = started(&observatory, body).await;
        ended(&observatory, &id).await;
        ids.push(id);
    }
    let both = json!({ "logGroupNames": ["g", "h"], "startTime": 0, "endTime": 1, "queryString": "fields n" });
    ids.push(started(&observatory, both).await);
    ended(&observatory, &ids[3]).await;
    let all = observatory.ask("DescribeQueries", json!({})).await;
    assert_eq!(
        all["queries"][1],
        json!({
            "queryLanguage": "CWLI", "queryId": ids[2], "queryString": "fields n | limit 3", "status": "Complete",
            "createTime": NOW + 3 * SECOND, "logGroupName": "g", "queryDuration": 0,
        })
    );
    let shown = |answer: &Value| -> Vec<String> {
        let queries = answer["queries"].as_array().unwrap();
        queries
            .iter()
            .map(|query| query["queryId"].as_str().unwrap().to_owned())
            .collect()
    };
    let reversed = |places: &[usize]| -> Vec<String> {
        places.iter().map(|place| ids[*place].clone()).collect()
    };
    for (case, body, expected) in [
        ("all, newest first", json!({}), reversed(&[3, 2, 1, 0])),
        (
            "of a group",
            json!({ "logGroupName": "h" }),
            reversed(&[3, 1]),
        ),
        (
            "complete",
            json!({ "status": "Complete", "queryLanguage": "CWLI" }),
            reversed(&[3, 2, 1, 0]),
        ),
        ("running", json!({ "status": "Running" }), vec![]),
        ("the first", json!({ "maxResults": 1 }), reversed(&[3])),
    ] {
        let answer = observatory.ask("DescribeQueries", body).await;
        assert_eq!(shown(&answer), expected, "{case}");
    }
    let mut seen = Vec::new();
    let mut token = Value::Null;
    loop {
        let answer = observatory
            .ask(
                "DescribeQueries",
                json!({ "maxResults": 3, "nextToken": token }),
            )
            .await;
        seen.extend(shown(&answer));
        token = answer["nextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(seen, reversed(&[3, 2, 1, 0]));
    for (case, body, name, piece) in [
        (
            "an unknown group",
            json!({ "logGroupName": "x" }),
            NOT_FOUND,
            "The specified log group does not exist.",
        ),
        (
            "a state that is none",
            json!({ "status": "Done" }),
            INVALID,
            "Member must satisfy enum value set: [Scheduled, Running, Complete, Failed, Cancelled, Timeout, Unknown]",
        ),
        (
            "none",
            json!({ "maxResults": 0 }),
            INVALID,
            "at 'maxResults'",
        ),
        (
            "too many",
            json!({ "maxResults": 1_001 }),
            INVALID,
            "at 'maxResults'",
        ),
        (
            "a token of nobody's",
            json!({ "nextToken": "after/x" }),
            INVALID,
            "The specified nextToken is invalid.",
        ),
        (
            "another language",
            json!({ "queryLanguage": "PPL" }),
            INVALID,
            "CWLI only",
        ),
    ] {
        observatory
            .call("DescribeQueries", body)
            .await
            .refused_with(case, name, piece);
    }
}
