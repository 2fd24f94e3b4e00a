//! Questions over the spans that documents were made of, and over all spans.

use observatory::{model::Dataset, store::Question};
use serde_json::{Value, json};
use span_query::Value as Cell;

use crate::running::{Observatory, START, segment, span, with};

/// How many rows each name has.
pub(crate) async fn names(observatory: &Observatory, dataset: Dataset) -> Vec<(String, i64)> {
    let query = json!({ "breakdowns": ["name"] });
    let question = Question {
        dataset,
        groups: Vec::new(),
        query: query.to_string().parse().unwrap(),
        now: START as u64,
    };
    let answer = observatory.state.store.ask(question).await.unwrap();
    let rows = answer.table.rows.into_iter();
    rows.map(|row| match &row[..] {
        [Cell::String(name), Cell::Int(count)] => (name.clone(), *count),
        other => panic!("{other:?}"),
    })
    .collect()
}

pub(crate) fn counted(rows: &[(&str, i64)]) -> Vec<(String, i64)> {
    let owned = |(name, count): &(&str, i64)| ((*name).to_owned(), *count);
    rows.iter().map(owned).collect()
}

async fn filled() -> Observatory {
    let observatory = Observatory::new();
    let in_progress = |document: Value| {
        let more = json!({ "in_progress": true, "end_time": null });
        with(document, more)
    };
    observatory
        .send("backend", json!([span(1, 9, None, "GET /", 2)]))
        .await;
    observatory
        .put(&[in_progress(segment(1, 1, "early")), segment(2, 1, "other")])
        .await;
    observatory
}

#[tokio::test]
async fn a_complete_document_counts_once_and_in_the_place_of_its_version_in_progress() {
    let observatory = filled().await;
    for round in 1..=2 {
        let segments = counted(&[("early", 1), ("other", 1)]);
        let all = counted(&[("GET /", 1), ("early", 1), ("other", 1)]);
        assert_eq!(
            names(&observatory, Dataset::Segments).await,
            segments,
            "{round}"
        );
        assert_eq!(names(&observatory, Dataset::Spans).await, all, "{round}");
    }
    observatory.put(&[segment(1, 1, "complete")]).await;
    let segments = counted(&[("complete", 1), ("other", 1)]);
    assert_eq!(names(&observatory, Dataset::Segments).await, segments);
}

#[tokio::test]
async fn fields_and_values_are_those_of_the_dataset() {
    let observatory = filled().await;
    let store = &observatory.state.store;
    for (dataset, rows) in [(Dataset::Spans, 3), (Dataset::Segments, 2)] {
        let fields = store.fields(dataset).await.unwrap();
        let name = fields.iter().find(|field| field.name == "name").unwrap();
        assert_eq!(
            (name.rows, name.is_text, name.is_number),
            (rows, true, false)
        );
        let duration = fields.iter().find(|field| field.name == "duration_ms");
        assert!(duration.unwrap().is_number);
        assert!(fields.is_sorted_by_key(|field| field.name.clone()));
    }
    let values = store.values(Dataset::Spans, "service.name", "", 10).await;
    let values = values.unwrap();
    assert!(values.contains(&(Cell::from("backend"), 1)), "{values:?}");
    let some = store.values(Dataset::Segments, "name", "ot", 10).await;
    assert_eq!(some.unwrap(), [(Cell::from("other"), 1)]);
    let none = store.values(Dataset::Segments, "nothing", "", 10).await;
    assert_eq!(none.unwrap(), []);
}
