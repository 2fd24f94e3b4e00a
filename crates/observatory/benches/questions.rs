//! Questions over the spans of a day, by how many there are; each also while 10,000 spans a second arrive.
//! `cargo bench -p observatory --bench questions [-- SPANS…] [--draw FILE]`; with `--resident` instead what the program's
//! memory comes to, when it stores so many spans and is asked the same.

mod workload;

use std::{
    future::Future,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use observatory::{
    model::{Dataset, TraceQuery},
    store::{Location, Question, Store, StoreOptions},
};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use span_columns::Selection;
use workload::{SPANS_PER_TRACE, day, plot};

/// Spans of a request.
const BATCH: u64 = 512;

/// Spans that arrive in a second while questions are asked.
const ARRIVING: u64 = 10_000;

/// How often each question is asked.
const TIMES: usize = 9;

/// What is asked of spans, with the time that it may take with a million of them.
const QUESTIONS: [(&str, &str); 8] = [
    (
        "COUNT by service",
        r#"{"breakdowns":["service.name"],"calculations":[{"op":"COUNT"}]}"#,
    ),
    (
        "P95 by route",
        r#"{"breakdowns":["http.route"],"calculations":[{"op":"P95","column":"duration_ms"}]}"#,
    ),
    (
        "COUNT by user, 20 of 2,000",
        r#"{"breakdowns":["user.id"],"calculations":[{"op":"COUNT"}],"orders":[{"op":"COUNT","order":"descending"}],"limit":20}"#,
    ),
    (
        "heatmap",
        r#"{"calculations":[{"op":"HEATMAP","column":"duration_ms"}]}"#,
    ),
    (
        "heatmap of the spans below one route",
        r#"{"calculations":[{"op":"HEATMAP","column":"duration_ms"}],"filters":[{"column":"root.http.route","op":"=","value":"/api/message_groups"}]}"#,
    ),
    (
        "COUNT of spans with an error above",
        r#"{"calculations":[{"op":"COUNT"}],"filters":[{"column":"parent.error","op":"exists"}]}"#,
    ),
    (
        "home page: ten minutes",
        r#"{"time_range":600,"granularity":10,"breakdowns":["service.name"],"calculations":[{"op":"COUNT"},{"op":"P95","column":"duration_ms"}]}"#,
    ),
    (
        "home page: errors of ten minutes",
        r#"{"time_range":600,"granularity":10,"breakdowns":["service.name"],"calculations":[{"op":"COUNT"}],"filters":[{"column":"error","op":"exists"}]}"#,
    ),
];

/// The questions that the plot shows.
const DRAWN: [&str; 6] = [
    "COUNT by service",
    "P95 by route",
    "heatmap",
    "heatmap of the spans below one route",
    "BubbleUp",
    "home page: ten minutes",
];

/// One line of the table: what was asked, and the median and worst time at rest and while spans arrive.
struct Line {
    what: &'static str,
    rest: [Duration; 2],
    arriving: [Duration; 2],
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut sizes: Vec<u64> = arguments
        .iter()
        .filter_map(|word| word.parse().ok())
        .collect();
    if sizes.is_empty() {
        sizes = vec![10_000, 100_000, 1_000_000, 5_000_000];
    }
    let draw = arguments.iter().position(|word| word == "--draw");
    let drawing = draw.and_then(|at| arguments.get(at + 1));
    if arguments.iter().any(|word| word == "--resident") {
        for spans in sizes {
            resident(spans).await;
        }
        return;
    }
    let mut columns = Vec::new();
    for spans in sizes {
        columns.push((spans, measure(spans).await));
    }
    if let Some(path) = drawing {
        let sizes: Vec<u64> = columns.iter().map(|(spans, _)| *spans).collect();
        let lines = DRAWN.map(|what| plot::Line {
            what,
            milliseconds: columns
                .iter()
                .filter_map(|(_, lines)| lines.iter().find(|line| line.what == what))
                .map(|line| milliseconds(line.rest[0]))
                .collect(),
        });
        std::fs::write(path, plot::drawn(&sizes, &lines)).unwrap();
    }
}

async fn measure(spans: u64) -> Vec<Line> {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(StoreOptions {
        location: Location::Folder(folder.path().to_owned()),
        retain_bytes: u64::MAX,
    })
    .unwrap();
    println!(
        "{spans} spans; at rest {}",
        workload::resident(std::process::id())
    );
    let (from, step) = day::spread(spans);
    let per_request = BATCH / SPANS_PER_TRACE;
    let start = Instant::now();
    let mut waiting = std::collections::VecDeque::new();
    let mut first = 0;
    while first < spans / SPANS_PER_TRACE {
        let last = (first + per_request).min(spans / SPANS_PER_TRACE);
        let request = day::request(first..last, from, step);
        let store = store.clone();
        waiting.push_back(tokio::spawn(
            async move { store.ingest(request).await.unwrap() },
        ));
        if waiting.len() >= 4 {
            waiting.pop_front().unwrap().await.unwrap();
        }
        first = last;
    }
    for task in waiting {
        task.await.unwrap();
    }
    let seconds = start.elapsed().as_secs_f64();
    let left = arrived(folder.path());
    while arrived(folder.path()) > 17_000 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    println!(
        "  stored in {seconds:.1} s, {:.0} spans/s; {left} of them not in blocks then, in blocks after {:.1} s",
        spans as f64 / seconds,
        start.elapsed().as_secs_f64()
    );
    sizes(folder.path(), spans);
    println!("  resident {}", workload::resident(std::process::id()));
    let end = from + spans / SPANS_PER_TRACE * step;
    let rest = asked(&store, end).await;
    println!(
        "  resident after the questions {}",
        workload::resident(std::process::id())
    );
    let stop = Arc::new(AtomicBool::new(false));
    let sender = tokio::spawn(arrive(
        store.clone(),
        spans / SPANS_PER_TRACE,
        end,
        Arc::clone(&stop),
    ));
    let arriving = asked(&store, end).await;
    stop.store(true, Ordering::Relaxed);
    let (sent, seconds) = sender.await.unwrap();
    println!(
        "  meanwhile {:.0} spans/s arrived, {} not in blocks at the end; resident {}",
        sent as f64 / seconds,
        arrived(folder.path()),
        workload::resident(std::process::id())
    );
    let lines: Vec<Line> = rest
        .into_iter()
        .zip(arriving)
        .map(|((what, rest), (_, arriving))| Line {
            what,
            rest,
            arriving,
        })
        .collect();
    for Line {
        what,
        rest,
        arriving,
    } in &lines
    {
        println!(
            "  {what}: median {:.1} ms, worst {:.1} ms; while spans arrive {:.1}, {:.1} ms",
            milliseconds(rest[0]),
            milliseconds(rest[1]),
            milliseconds(arriving[0]),
            milliseconds(arriving[1])
        );
    }
    lines
}

/// What the program's memory comes to: it stores the spans, is asked, and is asked while more spans arrive.
async fn resident(spans: u64) {
    let folder = tempfile::tempdir().unwrap();
    let (mut program, addresses) = workload::start_program(folder.path());
    let http = format!("http://{}", addresses["http"].as_str().unwrap());
    let told = |when: &str| {
        println!(
            "  resident {when}: {}, {} at most so far",
            workload::resident(program.id()),
            workload::resident_at_most(program.id())
        );
    };
    println!("{spans} spans in the program");
    told("at rest");
    let client = reqwest::Client::new();
    let (from, step) = day::spread(spans);
    let (traces, per_request) = (spans / SPANS_PER_TRACE, BATCH / SPANS_PER_TRACE);
    for first in (0..traces).step_by(per_request as usize) {
        let request = day::request(first..(first + per_request).min(traces), from, step);
        send(&client, &http, &request).await;
    }
    told("after they were stored");
    while arrived(folder.path()) > 17_000 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    told("when they are in blocks");
    asked_over_http(&client, &http).await;
    told("after the questions");
    let stop = Arc::new(AtomicBool::new(false));
    let sender = {
        let (client, http, stop) = (client.clone(), http.clone(), Arc::clone(&stop));
        tokio::spawn(async move {
            let end = from + traces * step;
            pace(&stop, |sent| {
                let request = arriving(traces, end, sent);
                let (client, http) = (client.clone(), http.clone());
                async move { send(&client, &http, &request).await }
            })
            .await
        })
    };
    asked_over_http(&client, &http).await;
    stop.store(true, Ordering::Relaxed);
    let (sent, seconds) = sender.await.unwrap();
    told("after the questions while spans arrived");
    println!("  {:.0} spans/s arrived", sent as f64 / seconds);
    program.kill().unwrap();
    program.wait().unwrap();
}

async fn send(client: &reqwest::Client, http: &str, request: &ExportTraceServiceRequest) {
    let request = client
        .post(format!("{http}/v1/traces"))
        .header("content-type", "application/x-protobuf")
        .body(request.encode_to_vec());
    assert_eq!(request.send().await.unwrap().status(), 200);
}

/// Asks every query as often as otherwise, and for the fields.
async fn asked_over_http(client: &reqwest::Client, http: &str) {
    for (_, query) in QUESTIONS {
        for _ in 0..TIMES {
            let request = client.post(format!("{http}/api/query")).body(query);
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 200);
            answer.bytes().await.unwrap();
        }
    }
    let fields = client.get(format!("{http}/api/fields")).send().await;
    assert_eq!(fields.unwrap().status(), 200);
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Spans that are not in blocks.
fn arrived(folder: &Path) -> i64 {
    let file = rusqlite::Connection::open(folder.join("observatory.db")).unwrap();
    let sql = "SELECT coalesce(sum(length(keys)), 0) / 8 FROM arrival";
    file.query_row(sql, (), |row| row.get(0)).unwrap()
}

/// What the spans and their columns take.
fn sizes(folder: &Path, spans: u64) {
    let file = rusqlite::Connection::open(folder.join("observatory.db")).unwrap();
    let sum = |sql: &str| file.query_row(sql, (), |row| row.get::<_, i64>(0)).unwrap();
    let columns = sum("SELECT coalesce(sum(length(body)), 0) FROM block_column");
    let bodies = sum("SELECT sum(length(body)) FROM span");
    let whole: u64 = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().metadata().unwrap().len())
        .sum();
    println!(
        "  {} bytes a span on disk, of which {} are columns and {} the spans as they came",
        whole / spans,
        columns as u64 / spans,
        bodies as u64 / spans
    );
}

/// Sends spans at their pace, in traces that go on after `end`.
async fn arrive(store: Store, first: u64, end: u64, stop: Arc<AtomicBool>) -> (u64, f64) {
    pace(&stop, |sent| {
        let (store, request) = (store.clone(), arriving(first, end, sent));
        async move {
            store.ingest(request).await.unwrap();
        }
    })
    .await
}

/// Traces of a request of those that arrive.
const TRACES: u64 = 25;

/// The next request after `sent` spans of traces that go on after the `first` ones, which took until `end`.
fn arriving(first: u64, end: u64, sent: u64) -> ExportTraceServiceRequest {
    let trace = first + sent / SPANS_PER_TRACE;
    let step = 1_000_000_000 * SPANS_PER_TRACE / ARRIVING;
    day::request(trace..trace + TRACES, end - first * step, step)
}

/// Sends request after request at their pace until it is told to stop; gives how many spans, in how many seconds.
async fn pace<F: Future<Output = ()>>(stop: &AtomicBool, send: impl Fn(u64) -> F) -> (u64, f64) {
    let start = Instant::now();
    let mut sent = 0;
    while !stop.load(Ordering::Relaxed) {
        send(sent).await;
        sent += TRACES * SPANS_PER_TRACE;
        let due = Duration::from_secs_f64(sent as f64 / ARRIVING as f64);
        tokio::time::sleep(due.saturating_sub(start.elapsed())).await;
    }
    (sent, start.elapsed().as_secs_f64())
}

/// Every question's median and worst time.
async fn asked(store: &Store, end: u64) -> Vec<(&'static str, [Duration; 2])> {
    let mut times = Vec::new();
    let now = end / 1_000_000_000;
    let question = |query: &str| Question {
        dataset: Dataset::Spans,
        groups: Vec::new(),
        query: query.parse().unwrap(),
        now,
    };
    for (what, query) in QUESTIONS {
        let ask = || async {
            store.ask(question(query)).await.unwrap();
        };
        times.push((what, timed(ask).await));
    }
    let box_ = Selection {
        column: "duration_ms".to_owned(),
        from_unix_nano: (end - day::DAY / 2).cast_signed(),
        to_unix_nano: (end - day::DAY / 4).cast_signed(),
        min: 60.0,
        max: 1e6,
    };
    let heatmap = QUESTIONS[3].1;
    let bubble_up = || async {
        store
            .bubble_up(question(heatmap), box_.clone())
            .await
            .unwrap();
    };
    times.push(("BubbleUp", timed(bubble_up).await));
    let fields = || async {
        store.fields(Dataset::Spans).await.unwrap();
    };
    times.push(("fields", timed(fields).await));
    let values = || async {
        store
            .values(Dataset::Spans, "url.path", "/api/m", 30)
            .await
            .unwrap();
    };
    times.push(("values of a field of 30,000", timed(values).await));
    let traces = || async {
        let query = TraceQuery {
            limit: 50,
            ..TraceQuery::default()
        };
        store.traces(&query).await.unwrap();
    };
    times.push(("list of traces", timed(traces).await));
    times
}

async fn timed<F: Future<Output = ()>>(ask: impl Fn() -> F) -> [Duration; 2] {
    let mut times = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let start = Instant::now();
        ask().await;
        times.push(start.elapsed());
    }
    times.sort();
    [times[TIMES / 2], times[TIMES - 1]]
}
