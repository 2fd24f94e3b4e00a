//! A store of the format that had no log events.

use observatory::store::Location;
use serde_json::json;

use crate::{
    asking::{NOW, Observatory, messages},
    keeping::closed,
};

/// What formats 3 and 4 added.
const ADDED: &str =
    "DROP TABLE arrival; DROP TABLE open_span; DROP TABLE block; DROP TABLE block_column;
    DROP TABLE log_chunk; DROP TABLE log_stream; DROP TABLE log_tag; DROP TABLE log_group;
    PRAGMA user_version = 2;";

#[tokio::test]
async fn gains_log_events_and_keeps_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Observatory::of(Location::Folder(folder.path().to_owned()), u64::MAX);
    let observatory = open();
    let store = observatory.state.store.clone();
    let request = http::Request::post("/v1/traces")
        .header("host", "localhost")
        .header("content-type", "application/json")
        .body(axum::body::Body::from(
            json!({ "resourceSpans": [{ "scopeSpans": [{ "spans": [{
                "traceId": "0123456789abcdef0123456789abcdef", "spanId": "0123456789abcdef", "name": "n",
                "startTimeUnixNano": "1780000000000000000", "endTimeUnixNano": "1780000000000000001",
            }] }] }] })
            .to_string(),
        ))
        .unwrap();
    let router = observatory::server::router(observatory.state.clone());
    let answer = tower::ServiceExt::oneshot(router, request).await.unwrap();
    assert_eq!(
        (
            answer.status().as_u16(),
            store.status().await.unwrap().spans
        ),
        (200, 1)
    );
    drop((store, answer));
    closed(observatory, folder.path()).await;
    let path = folder.path().join("observatory.db");
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch(ADDED)
        .unwrap();

    // Twice: the second time it is of the present format.
    for round in 1..=2 {
        let observatory = open();
        assert_eq!(
            observatory.state.store.status().await.unwrap().spans,
            1,
            "{round}"
        );
        if round == 1 {
            observatory.make("g", &["s"]).await;
        }
        observatory
            .put("g", "s", &[(NOW + round, &format!("{round}"))])
            .await;
        let shown = observatory
            .ask("FilterLogEvents", json!({ "logGroupName": "g" }))
            .await;
        assert_eq!(messages(&shown).len() as i64, round);
        closed(observatory, folder.path()).await;
    }
    let format: i64 = rusqlite::Connection::open(&path)
        .unwrap()
        .query_row("PRAGMA user_version", (), |row| row.get(0))
        .unwrap();
    assert_eq!(format, 4);
}
