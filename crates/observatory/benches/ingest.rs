//! Spans and segments stored durably per second: straight into the store, and over HTTP and UDP into the running program.
//! `cargo bench -p observatory --bench ingest [-- SPANS]`

mod workload;

use std::{
    net::UdpSocket,
    process::Command,
    time::{Duration, Instant},
};

use observatory::store::{Location, Store, StoreOptions};
use prost::Message;

const BATCH: u64 = 512;

/// Documents in a call of PutTraceSegments: as many as the service takes.
const SEGMENTS: u64 = 50;

fn main() {
    let spans = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(1_000_000);
    let batches = spans / BATCH;
    into_store("into the store, 4 at once", batches, u64::MAX);
    into_store("the same, deleting beyond 100 MB", batches, 100_000_000);
    over_http(batches, 1);
    over_http(batches, 4);
    segments_over_http(spans / 10 / SEGMENTS, 1);
    segments_over_http(spans / 10 / SEGMENTS, 4);
    segments_by_udp(spans / 10);
}

fn into_store(what: &str, batches: u64, retain_bytes: u64) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(StoreOptions {
        location: Location::Folder(folder.path().to_owned()),
        retain_bytes,
    })
    .unwrap();
    let requests: Vec<_> = (0..batches)
        .map(|number| workload::batch(number, BATCH))
        .collect();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let start = Instant::now();
    runtime.block_on(async {
        let mut waiting = std::collections::VecDeque::new();
        for request in requests {
            let store = store.clone();
            waiting.push_back(tokio::spawn(
                async move { store.ingest(request).await.unwrap() },
            ));
            if waiting.len() >= 4 {
                waiting.pop_front().unwrap().await.unwrap();
            }
        }
        for task in waiting {
            task.await.unwrap();
        }
    });
    let status = runtime.block_on(store.status()).unwrap();
    report(what, batches * BATCH, start, status.bytes / status.spans);
}

fn over_http(batches: u64, connections: u64) {
    let folder = tempfile::tempdir().unwrap();
    let (mut program, addresses) = workload::start_program(folder.path());
    let url = format!("http://{}/v1/traces", addresses["http"].as_str().unwrap());
    let bodies: Vec<Vec<u8>> = (0..batches)
        .map(|number| workload::batch(number, BATCH).encode_to_vec())
        .collect();
    let bytes: usize = bodies.iter().map(Vec::len).sum();
    println!(
        "{} bytes a span on the wire",
        bytes as u64 / (batches * BATCH)
    );
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let resident_at_rest = workload::resident(program.id());
    let start = Instant::now();
    runtime.block_on(async {
        let mut bodies = bodies.into_iter();
        let per_connection = batches.div_ceil(connections) as usize;
        let tasks: Vec<_> = (0..connections)
            .map(|_| {
                let own: Vec<_> = bodies.by_ref().take(per_connection).collect();
                let url = url.clone();
                tokio::spawn(async move {
                    let client = reqwest::Client::new();
                    for body in own {
                        let response = client
                            .post(&url)
                            .header("content-type", "application/x-protobuf")
                            .body(body)
                            .send()
                            .await
                            .unwrap();
                        assert_eq!(response.status(), 200);
                        response.bytes().await.unwrap();
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
    let size: u64 = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|file| file.unwrap().metadata().unwrap().len())
        .sum();
    let what = format!("over HTTP, {connections} connections");
    report(&what, batches * BATCH, start, size / (batches * BATCH));
    let seconds = workload::processor_seconds(program.id()).unwrap_or_default();
    println!(
        "{:.1} µs of processor time a span",
        seconds * 1e6 / (batches * BATCH) as f64
    );
    println!(
        "resident: {resident_at_rest} at rest, {} after",
        workload::resident(program.id())
    );
    program.kill().unwrap();
    program.wait().unwrap();
}

/// The program on free ports, and what it says of them.
/// PutTraceSegments, as one client of the AWS SDKs calls it, or several at once.
fn segments_over_http(calls: u64, connections: u64) {
    let folder = tempfile::tempdir().unwrap();
    let (mut program, addresses) = workload::start_program(folder.path());
    let url = format!(
        "http://{}/TraceSegments",
        addresses["http"].as_str().unwrap()
    );
    let bodies: Vec<String> = (0..calls)
        .map(|call| {
            let documents: Vec<String> = (call * SEGMENTS..(call + 1) * SEGMENTS)
                .map(workload::document)
                .collect();
            serde_json::json!({ "TraceSegmentDocuments": documents }).to_string()
        })
        .collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let start = Instant::now();
    runtime.block_on(async {
        let mut bodies = bodies.into_iter();
        let per_connection = calls.div_ceil(connections) as usize;
        let tasks: Vec<_> = (0..connections)
            .map(|_| {
                let own: Vec<_> = bodies.by_ref().take(per_connection).collect();
                let url = url.clone();
                tokio::spawn(async move {
                    let client = reqwest::Client::new();
                    for body in own {
                        let request = client
                            .post(&url)
                            .header("authorization", workload::AUTHORIZATION);
                        let response = request.body(body).send().await.unwrap();
                        assert_eq!(response.status(), 200);
                        let answer = response.text().await.unwrap();
                        assert_eq!(answer, r#"{"UnprocessedTraceSegments":[]}"#);
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "PutTraceSegments, {SEGMENTS} documents of {} bytes a call, {connections} connections: {:.0} segments/s, {:.1} µs of processor time a segment, resident {}",
        workload::document(0).len(),
        (calls * SEGMENTS) as f64 / seconds,
        workload::processor_seconds(program.id()).unwrap_or_default() * 1e6
            / (calls * SEGMENTS) as f64,
        workload::resident(program.id())
    );
    program.kill().unwrap();
    program.wait().unwrap();
}

/// Datagrams to the daemon's port, 10,000 a second and then 20,000: how many are stored.
fn segments_by_udp(datagrams: u64) {
    for a_second in [10_000, 20_000] {
        let folder = tempfile::tempdir().unwrap();
        let (mut program, addresses) = workload::start_program(folder.path());
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket
            .connect(addresses["xray_daemon"].as_str().unwrap())
            .unwrap();
        let start = Instant::now();
        for number in 0..datagrams {
            let document = workload::document(number);
            let datagram = format!("{{\"format\":\"json\",\"version\":1}}\n{document}");
            socket.send(datagram.as_bytes()).unwrap();
            // Ten at a time, as programs end their requests.
            if number % 10 == 9 {
                let due = Duration::from_secs_f64((number + 1) as f64 / f64::from(a_second));
                std::thread::sleep(due.saturating_sub(start.elapsed()));
            }
        }
        let seconds = start.elapsed().as_secs_f64();
        // It stores what has come before it ends.
        let told = Command::new("kill")
            .args(["-s", "TERM", &program.id().to_string()])
            .status();
        assert!(told.unwrap().success());
        program.wait().unwrap();
        let store = rusqlite::Connection::open(folder.path().join("observatory.db")).unwrap();
        let stored: i64 = store
            .query_row("SELECT segments FROM total", (), |row| row.get(0))
            .unwrap();
        println!(
            "by UDP, {:.0} datagrams/s: {stored} of {datagrams} stored",
            datagrams as f64 / seconds
        );
    }
}

fn report(what: &str, sent: u64, start: Instant, bytes_a_span: u64) {
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{what}: {sent} spans in {seconds:.2} s, {:.0} spans/s, {bytes_a_span} bytes a span on disk",
        sent as f64 / seconds,
    );
}
