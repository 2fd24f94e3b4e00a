//! What a store keeps: over a restart, below its limit, after it was emptied.

use std::path::Path;

use observatory::{
    model::TraceQuery,
    store::{Location, Store, StoreError, StoreOptions},
};

use crate::{
    asking::{found, id, ingest},
    running::memory,
    spans,
};

fn open(folder: &Path, retain_bytes: u64) -> Result<Store, StoreError> {
    Store::open(StoreOptions {
        location: Location::Folder(folder.to_owned()),
        retain_bytes,
    })
}

#[tokio::test]
async fn is_the_same_when_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let before = {
        let store = open(folder.path(), u64::MAX).unwrap();
        store.ingest(spans::everything()).await.unwrap();
        ingest(&store, "backend", vec![spans::span(2, 1, "GET /")]).await;
        store.trace(id(1)).await.unwrap()
    };
    let store = reopen(folder.path()).await;
    assert_eq!(store.trace(id(1)).await.unwrap(), before);
    assert_eq!(store.services().await.unwrap(), ["backend", "everything"]);
    let accepted = store.ingest(spans::everything()).await.unwrap();
    assert_eq!((accepted.stored, accepted.duplicates), (0, 2));
    ingest(&store, "backend", vec![spans::span(3, 1, "GET /")]).await;
    let status = store.status().await.unwrap();
    assert_eq!((status.traces, status.spans), (3, 4));
}

/// Opens a store that was just dropped: its writer lets go of the folder once it has noticed.
async fn reopen(folder: &Path) -> Store {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    loop {
        match open(folder, u64::MAX) {
            Err(StoreError::InUse { .. }) if std::time::Instant::now() < deadline => {
                tokio::task::yield_now().await
            }
            opened => return opened.unwrap(),
        }
    }
}

#[tokio::test]
async fn deletes_whole_traces_first_come_first_gone() {
    let folder = tempfile::tempdir().unwrap();
    let limit = 2 * 1024 * 1024;
    let store = open(folder.path(), limit).unwrap();
    let filler = "x".repeat(1_000);
    for number in 0..200 {
        let spans = (1..=20).map(|id| {
            spans::with(
                spans::span(number, id, &format!("n{number}")),
                "filler",
                spans::text(&filler),
            )
        });
        ingest(&store, &format!("service{}", number / 100), spans.collect()).await;
    }
    // The writer deletes after it has answered; once it answers the second time, it is done with the first.
    for _ in 0..2 {
        ingest(&store, "last", vec![spans::span(1_000, 1, "last")]).await;
    }
    let status = store.status().await.unwrap();
    let page = store
        .traces(&TraceQuery {
            limit: 1_000,
            ..TraceQuery::default()
        })
        .await
        .unwrap();
    assert_eq!(page.traces.len() as u64, status.traces);
    assert_eq!(
        page.traces.iter().map(|trace| trace.spans).sum::<u64>(),
        status.spans
    );
    assert!((20..180).contains(&status.traces), "{status:?}");
    let kept: Vec<u64> = found(
        &store,
        TraceQuery {
            limit: 1_000,
            ..TraceQuery::default()
        },
    )
    .await;
    let mut expected: Vec<u64> = (200 - (kept.len() as u64 - 1)..200).rev().collect();
    expected.insert(0, 1_000);
    assert_eq!(kept, expected, "the last that came are kept");
    for trace in &page.traces[1..] {
        assert_eq!(trace.spans, 20, "whole traces");
        assert_eq!(store.trace(trace.trace_id).await.unwrap().len(), 20);
    }
    assert_eq!(
        store.services().await.unwrap(),
        ["last", "service1"],
        "a service without spans is forgotten"
    );
    assert_eq!(
        store.operations("service1").await.unwrap().len(),
        kept.len() - 1
    );
    let size = std::fs::metadata(folder.path().join("observatory.db"))
        .unwrap()
        .len();
    assert!(size < 2 * limit, "{size} bytes");
}

#[tokio::test]
async fn tells_of_each_commit() {
    let store = memory();
    let mut changes = store.changes();
    changes.mark_unchanged();
    ingest(&store, "a", vec![spans::span(1, 1, "n")]).await;
    assert!(changes.has_changed().unwrap());
    changes.mark_unchanged();
    store.reset().await.unwrap();
    assert!(changes.has_changed().unwrap());
    assert_eq!(store.status().await.unwrap().spans, 0);
}

#[tokio::test]
async fn gives_space_back_when_emptied() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), u64::MAX).unwrap();
    let filler = "x".repeat(50_000);
    for number in 0..100 {
        ingest(
            &store,
            "a",
            vec![spans::with(
                spans::span(number, 1, "n"),
                "filler",
                spans::text(&filler),
            )],
        )
        .await;
    }
    assert!(store.status().await.unwrap().bytes > 4_000_000);
    store.reset().await.unwrap();
    let status = store.status().await.unwrap();
    assert_eq!((status.traces, status.spans), (0, 0));
    // What is left are the first pages of tables and indexes.
    assert!(status.bytes < 300_000, "{status:?}");
}
