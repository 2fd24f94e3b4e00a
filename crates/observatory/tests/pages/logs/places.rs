//! Groups and streams: found, waited for, empty, expired.

use http::StatusCode;
use serde_json::json;

use super::asking::{link, now, sample};
use crate::asking::{Observatory, check_told, values};

#[tokio::test]
async fn an_empty_store_says_how_to_begin() {
    let observatory = Observatory::new();
    check_told(
        &observatory.page("/logs").await,
        &["Waiting for the first log group", "aws logs put-log-events"],
    );
    check_told(
        &observatory.page("/logs/events").await,
        &[r#"data-testid="no-events""#],
    );
    check_told(
        &observatory.page("/insights").await,
        &["There is no log group yet", r#"data-testid="samples""#],
    );
    check_told(
        &observatory.page("/insights?query=limit+1").await,
        &[r#"data-testid="no-results""#],
    );
    check_told(&observatory.page("/logs/tail").await, &[r#"data-seen="0""#]);
    assert!(!observatory.page("/").await.contains("log events"));
}

#[tokio::test]
async fn groups_and_streams_are_found() {
    let observatory = sample().await;
    observatory
        .call_logs(
            "PutRetentionPolicy",
            json!({ "logGroupName": "cruddur", "retentionInDays": 14 }),
        )
        .await;
    let page = observatory.page("/logs").await;
    assert_eq!(values(&page, "data-group"), ["/ecs/front-end", "cruddur"]);
    check_told(
        &page,
        &[
            "14 days",
            "for ever",
            r#"data-testid="stored-log-events">6<"#,
        ],
    );
    for (find, groups) in [("rud", vec!["cruddur"]), ("nothing", vec![])] {
        for path in ["/logs", "/parts/logs"] {
            let page = observatory.page(&format!("{path}?find={find}")).await;
            assert_eq!(values(&page, "data-group"), groups, "{path} {find}");
        }
    }
    for (query, streams) in [
        ("order=name", vec!["backend/1", "backend/2"]),
        ("find=backend/2", vec!["backend/2"]),
        ("find=ackend", vec![]),
        ("rows=1&order=name", vec!["backend/1"]),
    ] {
        let page = observatory
            .page(&format!("/logs/group?group=cruddur&{query}"))
            .await;
        assert_eq!(values(&page, "data-stream"), streams, "{query}");
    }
    let page = observatory.page("/parts/logs/group?group=cruddur").await;
    // The stream of the last event is first.
    assert_eq!(values(&page, "data-stream"), ["backend/2", "backend/1"]);
}

#[tokio::test]
async fn places_that_are_not_there_are_waited_for() {
    let observatory = sample().await;
    for address in [
        "/logs/group",
        "/logs/group?group=crud",
        "/logs/events?group=gone",
        "/logs/events?group=cruddur&stream=gone",
        "/logs/tail?group=gone",
        "/logs/tail?group=cruddur&stream=gone",
    ] {
        let answer = observatory.get(address).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{address}");
        check_told(&answer.body, &[r#"data-page="awaited""#]);
        let part = observatory.get(&format!("/parts{address}")).await;
        assert_eq!(part.status, StatusCode::NOT_FOUND, "{address}");
    }
    for id in [
        "0",
        "99999999",
        "18446744073709551615",
        "x",
        "-1",
        "%3Cscript%3E",
    ] {
        let answer = observatory.get(&format!("/logs/event/{id}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
        check_told(&answer.body, &["This event is not here"]);
        assert_eq!(answer.body.matches("<script").count(), 1, "{id}");
    }
    let part = observatory.get("/parts/insights/event/99999999").await;
    assert_eq!(part.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_a_groups_retention_has_expired_is_not_shown() {
    let observatory = sample().await;
    let old = now() - 3 * 24 * 3_600_000;
    let event = json!({ "logGroupName": "cruddur", "logStreamName": "backend/2", "logEvents": [{ "timestamp": old, "message": "old one" }] });
    observatory.call_logs("PutLogEvents", event).await;
    let page = observatory.page("/logs/events?pattern=%22old+one%22").await;
    let address = link(&page, "event-link").expect("a link");
    let pages = [
        "/logs/events",
        "/logs/events?group=cruddur",
        "/logs/tail",
        "/parts/logs/tail?after=0",
        "/insights?range=all&query=fields+@message",
        &address,
    ];
    for page in pages {
        check_told(&observatory.page(page).await, &["old one"]);
    }
    let kept = json!({ "logGroupName": "cruddur", "retentionInDays": 1 });
    observatory.call_logs("PutRetentionPolicy", kept).await;
    for page in pages {
        let answer = observatory.get(page).await;
        assert!(!answer.body.contains("old one"), "{page}");
    }
}
