//! What a query finds: rows with pointers to their records, as many as were asked for, in pages.

use observatory::server::QueryLimits;
use serde_json::{Value, json};

use super::{INVALID, NOT_FOUND, ended, filled, query, ran, rows, started, ten};
use crate::asking::Observatory;

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
