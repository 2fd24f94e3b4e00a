//! How documents are kept: once, the complete version in the place of the one in progress, beside spans that came over OTLP.

use serde_json::{Value, json};

use crate::running::{Observatory, START, segment, span, subsegment, trace_id, with};

/// What the store has of trace 1: span names with their IDs, and the documents' IDs with whether they are in progress.
#[derive(Debug, PartialEq)]
struct Kept {
    spans: Vec<(String, u64)>,
    documents: Vec<(String, bool)>,
}

fn kept(spans: &[(&str, u64)], documents: &[(&str, bool)]) -> Kept {
    Kept {
        spans: spans
            .iter()
            .map(|(name, id)| ((*name).to_owned(), *id))
            .collect(),
        documents: documents
            .iter()
            .map(|(id, in_progress)| (format!("{id:0>16}"), *in_progress))
            .collect(),
    }
}

async fn found(observatory: &Observatory) -> Kept {
    let mut spans: Vec<(String, u64)> = observatory
        .spans(1)
        .await
        .into_iter()
        .map(|(name, id, _)| (name, id))
        .collect();
    spans.sort_by_key(|span| span.1);
    let answer = observatory
        .ask("/Traces", json!({ "TraceIds": [trace_id(1)] }))
        .await;
    let mut documents = Vec::new();
    for segment in answer["Traces"][0]["Segments"].as_array().unwrap() {
        let document: Value = serde_json::from_str(segment["Document"].as_str().unwrap()).unwrap();
        if document["inferred"] != true {
            documents.push((
                segment["Id"].as_str().unwrap().to_owned(),
                document["in_progress"] == true,
            ));
        }
    }
    documents.sort();
    Kept { spans, documents }
}

/// Puts documents one after the other, each in a call of its own and then all in one, and compares what is kept.
async fn check(rule: &str, documents: &[Value], expected: Kept, total: u64) {
    for together in [false, true] {
        let observatory = Observatory::new();
        if together {
            observatory.put(documents).await;
        } else {
            for document in documents {
                observatory.put(std::slice::from_ref(document)).await;
            }
        }
        assert_eq!(found(&observatory).await, expected, "{rule}, {together}");
        let status = observatory.state.store.status().await.unwrap();
        assert_eq!(
            (status.traces, status.spans, status.segments),
            (1, expected.spans.len() as u64, total),
            "{rule}, {together}: totals"
        );
        let page = observatory
            .state
            .store
            .traces(&observatory::model::TraceQuery {
                limit: 10,
                ..Default::default()
            })
            .await
            .unwrap();
        assert_eq!(page.traces[0].spans, status.spans, "{rule}: the summary");
        let of_services: u64 = page.traces[0].services.iter().map(|one| one.spans).sum();
        assert_eq!(of_services, status.spans, "{rule}: the services");
    }
}

fn in_progress(document: Value) -> Value {
    with(document, json!({ "end_time": null, "in_progress": true }))
}

#[tokio::test]
async fn a_document_is_kept_once_and_the_complete_one_wins() {
    let whole = with(
        segment(1, 1, "backend"),
        json!({ "subsegments": [
            { "id": "0000000000000002", "name": "query", "start_time": 1_780_000_000.01, "end_time": 1_780_000_000.02 },
        ] }),
    );
    let started = with(
        in_progress(whole.clone()),
        json!({ "subsegments": [
            { "id": "0000000000000003", "name": "gone", "start_time": 1_780_000_000.01, "end_time": 1_780_000_000.02 },
        ] }),
    );
    let both = [("backend", 1), ("query", 2)];
    check(
        "the same again is a duplicate",
        &[whole.clone(), whole.clone()],
        kept(&both, &[("1", false)]),
        1,
    )
    .await;
    check(
        "in progress",
        &[started.clone(), started.clone()],
        kept(&[("backend", 1), ("gone", 3)], &[("1", true)]),
        1,
    )
    .await;
    check(
        "a complete document replaces its version in progress",
        &[started.clone(), whole.clone()],
        kept(&both, &[("1", false)]),
        1,
    )
    .await;
    check(
        "one in progress after the complete one changes nothing",
        &[whole.clone(), started.clone(), whole.clone()],
        kept(&both, &[("1", false)]),
        1,
    )
    .await;
    check(
        "progress goes on",
        &[in_progress(segment(1, 1, "backend")), started.clone()],
        kept(&[("backend", 1), ("gone", 3)], &[("1", true)]),
        1,
    )
    .await;
}

#[tokio::test]
async fn a_subsegment_needs_no_segment() {
    let child = subsegment(1, 2, 1, "query");
    check(
        "alone",
        std::slice::from_ref(&child),
        kept(&[("query", 2)], &[("2", false)]),
        1,
    )
    .await;
    check(
        "before its segment",
        &[child.clone(), segment(1, 1, "backend")],
        kept(&[("backend", 1), ("query", 2)], &[("1", false)]),
        2,
    )
    .await;
    check(
        "after its segment",
        &[segment(1, 1, "backend"), child],
        kept(&[("backend", 1), ("query", 2)], &[("1", false)]),
        2,
    )
    .await;
}

#[tokio::test]
async fn a_subsegment_alone_is_of_its_parents_service() {
    #[track_caller]
    fn check(rule: &str, found: &[(String, u64, String)], expected: &[(u64, &str)]) {
        let mut found: Vec<(u64, &str)> = found
            .iter()
            .map(|(_, id, service)| (*id, service.as_str()))
            .collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{rule}");
    }
    let documents = [
        subsegment(1, 3, 2, "inner"),
        subsegment(1, 2, 1, "outer"),
        segment(1, 1, "backend"),
    ];
    let all = [(1, "backend"), (2, "backend"), (3, "backend")];
    let observatory = Observatory::new();
    observatory.put(&documents).await;
    check("sent with it", &observatory.spans(1).await, &all);
    let observatory = Observatory::new();
    for document in documents.iter().rev() {
        observatory.put(std::slice::from_ref(document)).await;
    }
    check("sent after it", &observatory.spans(1).await, &all);
    let observatory = Observatory::new();
    for document in &documents {
        observatory.put(std::slice::from_ref(document)).await;
    }
    check("sent before it", &observatory.spans(1).await, &all);
    observatory.put(&documents).await;
    check("sent again", &observatory.spans(1).await, &all);
    let circle = [subsegment(1, 3, 2, "inner"), subsegment(1, 2, 3, "outer")];
    let observatory = Observatory::new();
    observatory.put(&circle).await;
    let unknown = [(2, "unknown_service"), (3, "unknown_service")];
    check("parents in a circle", &observatory.spans(1).await, &unknown);
}

#[tokio::test]
async fn spans_that_came_over_otlp_stay() {
    let observatory = Observatory::new();
    let spans = json!([
        span(1, 1, None, "GET /", 2),
        span(1, 4, Some(1), "other", 1)
    ]);
    observatory.send("otlp", spans.clone()).await;
    let started = in_progress(segment(1, 1, "backend"));
    observatory
        .put(&[started, subsegment(1, 2, 1, "query")])
        .await;
    let names = async || -> Vec<(u64, String)> {
        let mut names: Vec<_> = observatory
            .spans(1)
            .await
            .into_iter()
            .map(|(name, id, _)| (id, name))
            .collect();
        names.sort();
        names
    };
    let expected =
        [(1, "GET /"), (2, "query"), (4, "other")].map(|(id, name)| (id, name.to_owned()));
    assert_eq!(names().await, expected);
    // It ends before the span does, so it is not taken for being the later one.
    let ended = json!({ "end_time": START + 0.01 });
    let document = with(segment(1, 1, "backend"), ended);
    observatory.put(&[document]).await;
    observatory.send("otlp", spans).await;
    assert_eq!(names().await, expected, "after the complete document");
    let status = observatory.state.store.status().await.unwrap();
    assert_eq!((status.spans, status.segments), (3, 2));
    // Of the documents, the one that was sent tells of span 1; span 4 has none, so that one is made.
    let answer = observatory
        .ask("/Traces", json!({ "TraceIds": [trace_id(1)] }))
        .await;
    let segments = answer["Traces"][0]["Segments"].as_array().unwrap();
    let document: Value = serde_json::from_str(segments[0]["Document"].as_str().unwrap()).unwrap();
    assert_eq!(segments.len(), 1, "{segments:?}");
    assert_eq!(document["name"], "backend");
    assert!(document["subsegments"].to_string().contains("other"));
}

#[tokio::test]
async fn a_reset_takes_documents_along() {
    let observatory = Observatory::new();
    observatory.put(&[segment(1, 1, "backend")]).await;
    observatory.state.store.reset().await.unwrap();
    let status = observatory.state.store.status().await.unwrap();
    assert_eq!((status.traces, status.spans, status.segments), (0, 0, 0));
    observatory.put(&[segment(1, 1, "backend")]).await;
    assert_eq!(observatory.spans(1).await.len(), 1);
}

#[tokio::test]
async fn retention_takes_documents_along() {
    use observatory::store::{Location, Store, StoreOptions};
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(StoreOptions {
        location: Location::Folder(folder.path().to_owned()),
        retain_bytes: 1 << 20,
    })
    .unwrap();
    let observatory = Observatory::of(store);
    let padding = "x".repeat(2_000);
    for first in (0..2_000).step_by(50) {
        let documents: Vec<Value> = (first..first + 50)
            .map(|trace| {
                let metadata = json!({ "metadata": { "default": { "padding": padding } } });
                with(segment(trace, 1, "backend"), metadata)
            })
            .collect();
        observatory.put(&documents).await;
    }
    let status = observatory.state.store.status().await.unwrap();
    assert!(status.traces < 1_000 && status.traces > 10, "{status:?}");
    assert_eq!(status.segments, status.traces, "{status:?}");
    assert!(observatory.spans(0).await.is_empty());
    assert_eq!(observatory.spans(1_999).await.len(), 1);
    drop(observatory);
    let connection = rusqlite::Connection::open(folder.path().join("observatory.db")).unwrap();
    // Asked at one moment, as what came last may be deleted after its sender was answered.
    let (rows, counted): (i64, i64) = connection
        .query_row(
            "SELECT (SELECT count(*) FROM segment), segments FROM total",
            (),
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert_eq!(rows, counted);
}
