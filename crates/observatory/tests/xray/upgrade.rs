//! A store that an earlier version made.

use observatory::{model::Dataset, store::Location};

use crate::{
    asked::{counted, names},
    running::{Observatory, id, segment, store},
};

/// The tables of format 1, word by word.
const FORMAT_1: &str = "
    CREATE TABLE service (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE operation (
        id INTEGER PRIMARY KEY, service INTEGER NOT NULL, name TEXT NOT NULL, kind INTEGER NOT NULL,
        spans INTEGER NOT NULL DEFAULT 0, UNIQUE (service, name, kind));
    CREATE TABLE origin (
        id INTEGER PRIMARY KEY, encoded BLOB NOT NULL UNIQUE, spans INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE trace (
        key INTEGER PRIMARY KEY, id BLOB NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
        spans INTEGER NOT NULL, errors INTEGER NOT NULL,
        lead_operation INTEGER NOT NULL, lead_is_root INTEGER NOT NULL, lead_start INTEGER NOT NULL,
        lead_span INTEGER NOT NULL, services BLOB NOT NULL, traits BLOB NOT NULL);
    CREATE UNIQUE INDEX trace_by_id ON trace (id);
    CREATE INDEX trace_by_start ON trace (start DESC, id);
    CREATE TABLE span (
        key INTEGER PRIMARY KEY, operation INTEGER NOT NULL, origin INTEGER NOT NULL,
        error INTEGER NOT NULL, duration INTEGER NOT NULL, body BLOB NOT NULL);
    CREATE TABLE total (traces INTEGER NOT NULL, spans INTEGER NOT NULL);
    INSERT INTO total VALUES (1, 1);
    INSERT INTO service VALUES (1, 'backend');
    INSERT INTO operation VALUES (1, 1, 'GET /', 2, 1);
    INSERT INTO origin VALUES (1, x'12020a00', 1);
    PRAGMA application_id = 0x6f627376; PRAGMA user_version = 1;
";

#[tokio::test]
async fn gains_what_is_new_and_keeps_its_spans() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("observatory.db");
    let old = rusqlite::Connection::open(&path).unwrap();
    old.execute_batch(FORMAT_1).unwrap();
    let span = opentelemetry_proto::tonic::trace::v1::Span {
        span_id: 1_u64.to_be_bytes().to_vec(),
        start_time_unix_nano: 1_780_000_000_000_000_000,
        end_time_unix_nano: 1_780_000_000_000_000_100,
        ..Default::default()
    };
    let low = i64::from((1_u64.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32);
    let body = prost::Message::encode_to_vec(&span);
    old.execute(
        "INSERT INTO span VALUES (?, 1, 1, 0, 100, ?)",
        rusqlite::params![1_i64 << 32 | low, body],
    )
    .unwrap();
    old.execute(
        "INSERT INTO trace VALUES (1, ?, 1780000000000000000, 1780000000000000100, 1, 0, 1, 1,
         1780000000000000000, 1, x'010100', x'')",
        [&id(1).0[..]],
    )
    .unwrap();
    drop(old);

    // Twice: the second time it is of the present format.
    for round in 1..=2 {
        let observatory = Observatory::of(store(Location::Folder(folder.path().to_owned())));
        assert_eq!(observatory.spans(1).await[0].0, "GET /", "{round}");
        observatory
            .put(&[segment(1, 1, "other"), segment(1, 2, "more")])
            .await;
        let spans = observatory.spans(1).await;
        assert_eq!(spans.len(), 2, "{round}: {spans:?}");
        let all = [("GET /", 1), ("more", 1)];
        let of_documents = [("more", 1)];
        assert_eq!(names(&observatory, Dataset::Spans).await, counted(&all));
        let found = names(&observatory, Dataset::Segments).await;
        assert_eq!(found, counted(&of_documents), "{round}");
        let status = observatory.state.store.status().await.unwrap();
        assert_eq!(
            (status.traces, status.spans, status.segments),
            (1, 2, 2),
            "{round}"
        );
        let store = observatory.state.store.clone();
        drop(observatory);
        closed(store, folder.path()).await;
    }
    let format: i64 = rusqlite::Connection::open(&path)
        .unwrap()
        .query_row("PRAGMA user_version", (), |row| row.get(0))
        .unwrap();
    assert_eq!(format, 4);
}

/// Waits until the store has let go of its folder.
async fn closed(store: observatory::store::Store, folder: &std::path::Path) {
    drop(store);
    let lock = std::fs::File::open(folder.join("lock")).unwrap();
    tokio::task::spawn_blocking(move || lock.lock())
        .await
        .unwrap()
        .unwrap();
}
