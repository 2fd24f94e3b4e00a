//! How a query runs: it waits, gives rows meanwhile, is stopped, ends in time, and keeps nobody waiting.

use std::time::Duration;

use observatory::server::QueryLimits;
use serde_json::{Value, json};

use super::{INVALID, NOT_FOUND, ended, filled, query, ran, rows, started, ten, while_it_is};
use crate::asking::{HOUR, NOW, Observatory, within};

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
