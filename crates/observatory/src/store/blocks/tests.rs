//! Every span's rows are found exactly once, wherever they are and whatever happens meanwhile.

use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, KeyValue, any_value::Value as Any},
    trace::v1::{ResourceSpans, ScopeSpans, Span, span::Event},
};
use proptest::prelude::*;
use span_query::Value;

use super::Sizes;
use crate::{
    model::{Dataset, TraceId},
    store::{Batch, Document, Location, Question, Store, StoreOptions, open::open_with},
};

/// Blocks of about ten spans.
const SMALL: Sizes = Sizes {
    piece: 3,
    block: 10,
    waiting: 40,
};

fn opened(location: Location, retain_bytes: u64, sizes: Sizes) -> Store {
    let options = StoreOptions {
        location,
        retain_bytes,
    };
    open_with(options, sizes).expect("a store")
}

/// Both kinds of store, with the folder of the second.
fn stores(sizes: Sizes) -> Vec<(Store, Option<tempfile::TempDir>)> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = Location::Folder(folder.path().to_owned());
    vec![
        (opened(Location::Memory, u64::MAX, sizes), None),
        (opened(file, u64::MAX, sizes), Some(folder)),
    ]
}

fn trace_id(trace: u64) -> TraceId {
    TraceId((u128::from(trace) + (1 << 64)).to_be_bytes())
}

/// A span with an event, and its number as its name.
fn span(trace: u64, number: u64) -> Span {
    Span {
        trace_id: trace_id(trace).0.to_vec(),
        span_id: (number + 1).to_be_bytes().to_vec(),
        name: format!("span {number}"),
        start_time_unix_nano: 1_000_000_000 * number,
        end_time_unix_nano: 1_000_000_000 * number + 5,
        events: vec![Event {
            name: "event".to_owned(),
            time_unix_nano: 1_000_000_000 * number,
            ..Event::default()
        }],
        attributes: vec![KeyValue {
            key: format!("own {}", number % 7),
            value: Some(AnyValue {
                value: Some(Any::IntValue(number.cast_signed())),
            }),
            ..KeyValue::default()
        }],
        ..Span::default()
    }
}

fn resource_spans(spans: Vec<Span>) -> Vec<ResourceSpans> {
    vec![ResourceSpans {
        scope_spans: vec![ScopeSpans {
            spans,
            ..ScopeSpans::default()
        }],
        ..ResourceSpans::default()
    }]
}

async fn send(store: &Store, spans: Vec<Span>) {
    let request = ExportTraceServiceRequest {
        resource_spans: resource_spans(spans),
    };
    store.ingest(request).await.expect("stored");
}

async fn send_document(store: &Store, id: u64, in_progress: bool, spans: Vec<Span>) {
    let trace = TraceId(spans[0].trace_id.as_slice().try_into().expect("an ID"));
    let document = Document {
        trace,
        id,
        in_progress,
        is_subsegment: false,
        is_orphan: false,
        text: format!("{id} {in_progress}"),
        spans: resource_spans(spans),
    };
    let batch = Batch::of_documents(vec![document]);
    store.ingest_batch(batch).await.expect("stored");
}

/// The names of all spans, each as often as it is found; events counted by the way.
async fn names(store: &Store, dataset: Dataset) -> Vec<String> {
    let query = r#"{"breakdowns": ["name"], "limit": 1000}"#;
    let question = Question {
        dataset,
        groups: Vec::new(),
        query: query.parse().expect("a query"),
        now: 0,
    };
    let answer = store.ask(question).await.expect("an answer");
    let (mut names, mut events) = (Vec::new(), 0);
    for row in answer.table.rows {
        let [Value::String(name), Value::Int(count)] = &row[..] else {
            panic!("{row:?}");
        };
        if name == "event" {
            events = *count;
        } else {
            names.extend(std::iter::repeat_n(name.clone(), *count as usize));
        }
    }
    assert_eq!(names.len() as i64, events, "an event with each span");
    names.sort();
    names
}

/// The names of the spans that are stored, in any way.
async fn stored_names(store: &Store) -> Vec<String> {
    let names = store.read(|connection| {
        let mut names = connection.prepare(
            "SELECT operation.name FROM span JOIN operation ON operation.id = span.operation",
        )?;
        let names = names.query_map((), |row| row.get(0))?;
        Ok(names.collect::<Result<Vec<String>, _>>()?)
    });
    let mut names = names.await.expect("names");
    names.sort();
    names
}

fn expected(numbers: impl IntoIterator<Item = u64>) -> Vec<String> {
    let mut names: Vec<String> = numbers
        .into_iter()
        .map(|number| format!("span {number}"))
        .collect();
    names.sort();
    names
}

/// How many rows a table has.
async fn count(store: &Store, table: &'static str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    let counted =
        store.read(move |connection| Ok(connection.query_row(&sql, (), |row| row.get(0))?));
    counted.await.expect("a count")
}

/// Waits until what has arrived is in blocks but for too little of it.
async fn settled(store: &Store, sizes: Sizes) {
    let until = Instant::now() + Duration::from_secs(60);
    while Instant::now() < until {
        let left = store.read(|connection| {
            let sql = "SELECT coalesce(sum(length(keys)), 0) / 8 FROM arrival";
            Ok(connection.query_row(sql, (), |row| row.get::<_, i64>(0))?)
        });
        let left = left.await.expect("a count") as usize;
        let recent = store.columns.recent().spans();
        if left < sizes.block + sizes.piece && left < recent + sizes.piece {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("the spans stay where they are");
}

#[tokio::test]
async fn rows_are_found_in_blocks_in_pieces_and_as_they_arrive() {
    for (store, _folder) in stores(SMALL) {
        for number in 0..50 {
            send(&store, vec![span(number / 4, number)]).await;
            // A span that comes again is no other one.
            send(&store, vec![span(number / 4, number)]).await;
            assert_eq!(names(&store, Dataset::Spans).await, expected(0..=number));
        }
        settled(&store, SMALL).await;
        assert_eq!(names(&store, Dataset::Spans).await, expected(0..50));
        assert!(count(&store, "block").await >= 3);
        assert_eq!(names(&store, Dataset::Segments).await, expected([]));
        let fields = store.fields(Dataset::Spans).await.expect("fields");
        let rows = |name: &str| {
            fields
                .iter()
                .find(|field| field.name == name)
                .map(|field| field.rows)
        };
        assert_eq!(
            (rows("name"), rows("own 0"), rows("parent_name")),
            (Some(100), Some(8), Some(50))
        );
        assert_eq!(
            (
                rows("trace.trace_id"),
                rows("trace.span_id"),
                rows("trace.parent_id")
            ),
            (Some(100), Some(50), Some(50))
        );
    }
}

#[tokio::test]
async fn a_document_in_progress_counts_until_its_complete_version_has_come() {
    for (store, _folder) in stores(SMALL) {
        for round in 0..4 {
            let first = round * 100;
            send_document(
                &store,
                first,
                true,
                vec![span(round, first), span(round, first + 1)],
            )
            .await;
            for number in 10..30 {
                send(&store, vec![span(round, first + number)]).await;
            }
            settled(&store, SMALL).await;
            let all = |open: &[u64]| {
                let before = (0..round).flat_map(|round| {
                    (round * 100 + 1..round * 100 + 4).chain(round * 100 + 10..round * 100 + 30)
                });
                let now = open
                    .iter()
                    .map(|number| first + number)
                    .chain(first + 10..first + 30);
                expected(before.chain(now))
            };
            assert_eq!(names(&store, Dataset::Spans).await, all(&[0, 1]));
            send_document(
                &store,
                first,
                false,
                vec![
                    span(round, first + 1),
                    span(round, first + 2),
                    span(round, first + 3),
                ],
            )
            .await;
            assert_eq!(names(&store, Dataset::Spans).await, all(&[1, 2, 3]));
        }
        assert_eq!(count(&store, "open_span").await, 0);
        let of_documents = (0..4).flat_map(|round| round * 100 + 1..round * 100 + 4);
        assert_eq!(
            names(&store, Dataset::Segments).await,
            expected(of_documents)
        );
    }
}

#[tokio::test]
async fn rows_go_with_their_traces_and_with_everything() {
    let folder = tempfile::tempdir().expect("a folder");
    for location in [Location::Memory, Location::Folder(folder.path().to_owned())] {
        let store = opened(location, 600_000, SMALL);
        for number in 0..2_000_u64 {
            // Every third span is of a trace that began long before.
            let trace = if number % 3 == 0 { number / 2 } else { number };
            send(&store, vec![span(trace, number)]).await;
        }
        settled(&store, SMALL).await;
        let (all, found) = loop {
            let before = stored_names(&store).await;
            let found = names(&store, Dataset::Spans).await;
            // Room for the last block may still be made: what was found belongs to one moment only.
            if stored_names(&store).await == before {
                break (before, found);
            }
        };
        assert!((1..2_000).contains(&all.len()), "{}", all.len());
        assert_eq!(found, all);
        store.reset().await.expect("emptied");
        assert_eq!(names(&store, Dataset::Spans).await, expected([]));
        send(&store, vec![span(1, 7)]).await;
        assert_eq!(names(&store, Dataset::Spans).await, expected([7]));
    }
}

#[tokio::test]
async fn a_question_about_a_time_reads_the_blocks_of_that_time() {
    for (store, _folder) in stores(SMALL) {
        send(
            &store,
            (0..100).map(|number| span(number / 4, number)).collect(),
        )
        .await;
        for number in 100..200 {
            send(&store, vec![span(number / 4, number)]).await;
        }
        settled(&store, SMALL).await;
        for (from, to) in [(150, 160), (0, 3), (199, 300), (500, 600)] {
            let query = format!(
                r#"{{"start_time": {from}, "end_time": {to}, "filters": [
                {{"column": "meta.annotation_type", "op": "does-not-exist"}}]}}"#
            );
            let question = Question {
                dataset: Dataset::Spans,
                groups: Vec::new(),
                query: query.parse().expect("a query"),
                now: 0,
            };
            let answer = store.ask(question).await.expect("an answer");
            let expected = (from..to).filter(|number| *number < 200).count() as i64;
            assert_eq!(answer.table.rows, [[Value::Int(expected)]], "{from}");
            // Of 400 rows.
            assert!(
                answer.rows_scanned <= 250,
                "{from}: {}",
                answer.rows_scanned
            );
        }
    }
}

#[tokio::test]
async fn a_question_finds_columns_that_an_earlier_one_decoded() {
    for (store, _folder) in stores(SMALL) {
        send(
            &store,
            (0..30).map(|number| span(number / 4, number)).collect(),
        )
        .await;
        settled(&store, SMALL).await;
        let before = names(&store, Dataset::Spans).await;
        // Nothing but what is remembered can answer now.
        let change = store.change(|transaction| {
            transaction.execute("UPDATE block_column SET body = x''", ())?;
            Ok(Ok::<(), ()>(()))
        });
        change.await.expect("changed").expect("changed");
        assert_eq!(names(&store, Dataset::Spans).await, before);
        store.columns.forget();
        let question = Question {
            dataset: Dataset::Spans,
            groups: Vec::new(),
            query: "{}".parse().expect("a query"),
            now: 0,
        };
        let error = store.ask(question).await.expect_err("damaged");
        assert!(error.to_string().contains("columns of block 1"), "{error}");
    }
}

/// What is done to a store.
#[derive(Clone, Debug)]
enum Step {
    Send(u64, u64),
    Document(u64, bool),
    Ask,
    Settle,
    Reset,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..6_u64, 1..9_u64).prop_map(|(trace, spans)| Step::Send(trace, spans)),
        4 => (0..4_u64, any::<bool>()).prop_map(|(id, is_complete)| Step::Document(id, is_complete)),
        3 => Just(Step::Ask),
        2 => Just(Step::Settle),
        1 => Just(Step::Reset),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_every_span_is_found_once(steps in prop::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            for (store, _folder) in stores(SMALL) {
                // Each span's number is another, but those of a document's two versions share some.
                let mut next = 1_000;
                let mut plain: Vec<u64> = Vec::new();
                let mut documents: [Option<bool>; 4] = [None; 4];
                let of_document = |id: u64, is_complete: bool| match is_complete {
                    true => vec![id * 10 + 1, id * 10 + 2],
                    false => vec![id * 10, id * 10 + 1],
                };
                for step in steps.iter().chain([&Step::Ask]) {
                    match step {
                        Step::Send(trace, spans) => {
                            let numbers = next..next + spans;
                            next += spans;
                            plain.extend(numbers.clone());
                            send(&store, numbers.map(|number| span(*trace, number)).collect()).await;
                        }
                        Step::Document(id, is_complete) => {
                            let spans = of_document(*id, *is_complete);
                            let spans = spans.into_iter().map(|number| span(100 + id, number)).collect();
                            send_document(&store, *id, !is_complete, spans).await;
                            let known = &mut documents[*id as usize];
                            *known = Some(known.unwrap_or(false) || *is_complete);
                        }
                        Step::Ask => {
                            let open = (0..4).filter_map(|id| Some(of_document(id, documents[id as usize]?)));
                            let segments: Vec<u64> = open.flatten().collect();
                            let all = plain.iter().copied().chain(segments.iter().copied());
                            assert_eq!(names(&store, Dataset::Spans).await, expected(all));
                            assert_eq!(names(&store, Dataset::Segments).await, expected(segments));
                        }
                        Step::Settle => settled(&store, SMALL).await,
                        Step::Reset => {
                            store.reset().await.expect("emptied");
                            plain.clear();
                            documents = [None; 4];
                        }
                    }
                }
            }
        });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_while_spans_arrive_has_all_that_were_committed() {
    for (store, _folder) in stores(SMALL) {
        let writing = store.clone();
        let (sent, seen) = tokio::sync::watch::channel(0);
        let writer = tokio::spawn(async move {
            for number in 0..400 {
                send(&writing, vec![span(number / 8, number)]).await;
                let _ = sent.send(number + 1);
            }
        });
        loop {
            let is_over = writer.is_finished();
            let before = *seen.borrow();
            let found = names(&store, Dataset::Spans).await;
            let known = found.len() as u64;
            // One may be committed and not told yet.
            assert!(
                (before..=*seen.borrow() + 1).contains(&known),
                "{before} {known}"
            );
            assert_eq!(found, expected(0..known));
            if is_over {
                assert_eq!(known, 400);
                break;
            }
        }
        writer.await.expect("written");
    }
}
