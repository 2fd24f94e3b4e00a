//! `kill -9` at other moments than while spans are sent: when the rows of spans have been put into blocks, and when a query was
//! saved. What was answered stays.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use prost::Message;
use reqwest::{Client, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    running::{Program, client},
    spans,
};

/// More spans than a block has rows.
const SPANS: u64 = 20_000;

/// What is in a table of the program's file, read beside it.
fn count(folder: &Path, table: &str) -> i64 {
    let file = folder.join("observatory.db");
    let connection = rusqlite::Connection::open(file).expect("the file is there");
    let count = connection.query_row(&format!("SELECT count(*) FROM {table}"), (), |row| {
        row.get(0)
    });
    count.expect("a table")
}

/// Stores as many spans in a few requests; those of one round have a name of their own.
async fn fill(client: &Client, http: &str, round: u64) {
    for first in (0..SPANS).step_by(4_000) {
        let spans = (first..first + 4_000)
            .map(|number| {
                let trace = round * SPANS + number;
                spans::lasting(
                    spans::span(trace, 1, &format!("round {round}")),
                    number * 1_000,
                )
            })
            .collect();
        let sent = client
            .post(format!("http://{http}/v1/traces"))
            .header(header::CONTENT_TYPE, "application/x-protobuf")
            .body(spans::request("backend", spans).encode_to_vec());
        assert_eq!(sent.send().await.unwrap().status(), StatusCode::OK);
    }
}

/// How many spans each round has, and how long they took together.
async fn rounds(client: &Client, http: &str) -> Value {
    let query = json!({
        "breakdowns": ["name"],
        "calculations": [{"op": "COUNT"}, {"op": "SUM", "column": "duration_ms"}],
        "orders": [{"column": "name", "order": "ascending"}],
    });
    let asked = client
        .post(format!("http://{http}/api/query"))
        .body(query.to_string());
    let answer = asked.send().await.unwrap().text().await.unwrap();
    serde_json::from_str::<Value>(&answer).unwrap()["rows"].clone()
}

#[tokio::test]
async fn rows_are_there_once_however_far_they_were_on_their_way_into_blocks() {
    let folder = tempfile::tempdir().unwrap();
    let client = client();
    let milliseconds = (0..SPANS).sum::<u64>() / 1_000;
    for round in 0..3 {
        let mut program = Program::start(folder.path());
        let before = count(folder.path(), "block");
        fill(&client, &program.http, round).await;
        // Asking makes the blocks wanted; they are made while this looks for the first.
        rounds(&client, &program.http).await;
        let until = Instant::now() + Duration::from_secs(60);
        while count(folder.path(), "block") == before {
            assert!(Instant::now() < until, "no block was made");
            tokio::task::yield_now().await;
        }
        program.kill();
        let program = Program::start(folder.path());
        let expected: Vec<Value> = (0..=round)
            .map(|round| json!([format!("round {round}"), SPANS, milliseconds]))
            .collect();
        assert_eq!(
            rounds(&client, &program.http).await,
            json!(expected),
            "{round}"
        );
    }
    assert!(count(folder.path(), "block") >= 3);
}

#[tokio::test]
async fn a_saved_query_is_there_as_soon_as_it_was_answered() {
    let folder = tempfile::tempdir().unwrap();
    let client = client();
    for name in ["first", "second"] {
        let mut program = Program::start(folder.path());
        let origin = format!("http://{}", program.http);
        let form = format!("name={name}&query=%2Fquery%3Fv%3DCOUNT%26by%3D{name}");
        let saved = client
            .post(format!("{origin}/query/saved"))
            .header(header::ORIGIN, &origin)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form);
        assert_eq!(saved.send().await.unwrap().status(), StatusCode::OK);
        program.kill();
    }
    let program = Program::start(folder.path());
    let page = client.get(format!("http://{}/query", program.http));
    let page = page.send().await.unwrap().text().await.unwrap();
    for name in ["first", "second"] {
        for part in [
            format!("<bdi>{name}</bdi>"),
            format!("/query?v=COUNT&amp;by={name}"),
        ] {
            assert!(page.contains(&part), "{part}");
        }
    }
}
