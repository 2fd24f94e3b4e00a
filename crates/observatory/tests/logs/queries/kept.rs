//! The queries that are kept: how many and how large, and their list.

use observatory::server::QueryLimits;
use serde_json::{Value, json};

use super::{INVALID, NOT_FOUND, ended, filled, query, rows, started, ten};
use crate::asking::{NOW, Observatory, SECOND, within};

/// The IDs of an answer's queries.
fn shown(answer: &Value) -> Vec<String> {
    let queries = answer["queries"].as_array().unwrap();
    queries
        .iter()
        .map(|query| query["queryId"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn no_more_are_unfinished_when_several_come_at_once() {
    let limits = QueryLimits {
        // None has its turn.
        running: 0,
        unfinished: 2,
        ..QueryLimits::default()
    };
    let observatory = filled(Observatory::limited(limits), 10).await;
    let start = || observatory.call("StartQuery", query("stats count(*)"));
    let (first, second, third, fourth) = tokio::join!(start(), start(), start(), start());
    let answers = [first, second, third, fourth];
    let taken = answers.iter().filter(|answer| answer.status == 200);
    assert_eq!(taken.count(), 2, "{answers:?}");
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
