//! Log events put, searched and queried, over HTTP into the running program.
//! `cargo bench -p observatory --bench logs [-- EVENTS]`

mod workload;

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

/// Events in a call of PutLogEvents.
const BATCH: u64 = 1_000;

/// Different bodies; they are put again and again.
const BODIES: u64 = 200;

const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260528/eu-central-1/logs/aws4_request, SignedHeaders=host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let events = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(1_000_000);
    for (events, connections) in [(200_000, 1), (200_000, 4), (events, 2)] {
        let folder = tempfile::tempdir().unwrap();
        let (mut program, addresses) = workload::start_program(folder.path());
        let client = Client {
            http: reqwest::Client::new(),
            url: format!("http://{}/", addresses["http"].as_str().unwrap()),
        };
        put(&client, events, connections, program.id()).await;
        if connections != 4 {
            search(&client).await;
            query(&client, events).await;
            println!("  resident: {}", workload::resident(program.id()));
        }
        program.kill().unwrap();
        program.wait().unwrap();
    }
}

#[derive(Clone)]
struct Client {
    http: reqwest::Client,
    url: String,
}

impl Client {
    async fn send(&self, operation: &str, body: Vec<u8>) -> Vec<u8> {
        let answer = self
            .http
            .post(&self.url)
            .header("authorization", AUTHORIZATION)
            .header("x-amz-target", format!("Logs_20140328.{operation}"))
            .body(body)
            .send()
            .await
            .unwrap();
        let status = answer.status();
        let bytes = answer.bytes().await.unwrap();
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&bytes));
        bytes.into()
    }

    async fn ask(&self, operation: &str, body: &Value) -> Value {
        let bytes = self.send(operation, body.to_string().into_bytes()).await;
        serde_json::from_slice(&bytes).unwrap_or_default()
    }
}

/// Events of the last quarter of an hour, as a web application logs them.
fn body(number: u64, now: u64) -> Vec<u8> {
    let first = number * BATCH;
    let events: Vec<Value> = (first..first + BATCH)
        .map(|number| {
            let status = if number % 50 == 7 { 500 } else { 200 };
            let level = if status == 500 { "ERROR" } else { "INFO" };
            let message = format!(
                r#"{{"level":"{level}","target":"cruddur::access","message":"GET /api/activities/home","route":"/api/activities/home","status":{status},"duration_ms":{},"trace_id":"{:032x}","span_id":"{number:016x}"}}"#,
                number % 97,
                u128::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835),
            );
            json!({ "timestamp": now - 900_000 + number * 4, "message": message })
        })
        .collect();
    json!({ "logGroupName": "g", "logStreamName": "s", "logEvents": events })
        .to_string()
        .into_bytes()
}

async fn put(client: &Client, events: u64, connections: u64, program: u32) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let now = u64::try_from(now.as_millis()).unwrap();
    let bodies: Vec<Vec<u8>> = (0..BODIES).map(|number| body(number, now)).collect();
    let bytes = bodies.iter().map(Vec::len).sum::<usize>() as u64 / BODIES / BATCH;
    client
        .ask("CreateLogGroup", &json!({ "logGroupName": "g" }))
        .await;
    let stream = json!({ "logGroupName": "g", "logStreamName": "s" });
    client.ask("CreateLogStream", &stream).await;
    let calls = events / BATCH;
    let bodies = std::sync::Arc::new(bodies);
    let used = || workload::processor_seconds(program).unwrap_or_default();
    let (start, before) = (Instant::now(), used());
    let mut tasks = tokio::task::JoinSet::new();
    for connection in 0..connections {
        let (client, bodies) = (client.clone(), bodies.clone());
        tasks.spawn(async move {
            for call in (connection..calls).step_by(connections as usize) {
                let body = bodies[(call % BODIES) as usize].clone();
                client.send("PutLogEvents", body).await;
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "PutLogEvents, {events} events of {bytes} bytes, {BATCH} a call, {connections} connections: {:.0} events/s, {:.2} µs of processor time an event, resident {}",
        events as f64 / seconds,
        (used() - before) * 1e6 / events as f64,
        workload::resident(program)
    );
}

async fn search(client: &Client) {
    for (what, more) in [
        ("the first 1,000", json!({})),
        (
            "the last 1,000",
            json!({ "startFromHead": false, "startTime": 1_704_067_200_000_u64 }),
        ),
        (
            "the first 1,000 of a term",
            json!({ "filterPattern": "ERROR" }),
        ),
        (
            "the first 1,000 of a JSON selector",
            json!({ "filterPattern": "{ $.status >= 500 }" }),
        ),
        (
            "a term that is nowhere",
            json!({ "filterPattern": "nowhere" }),
        ),
    ] {
        let mut best = Duration::MAX;
        let mut given = 0;
        for _ in 0..3 {
            let start = Instant::now();
            let mut body = more.clone();
            (body["logGroupName"], body["limit"]) = ("g".into(), 1_000.into());
            given = 0;
            loop {
                let answer = client.ask("FilterLogEvents", &body).await;
                given += answer["events"].as_array().unwrap().len();
                if given >= 1_000 || answer["nextToken"].is_null() {
                    break;
                }
                body["nextToken"] = answer["nextToken"].clone();
            }
            best = best.min(start.elapsed());
        }
        println!("  FilterLogEvents, {what}: {best:.2?}, {given} given");
    }
}

async fn query(client: &Client, events: u64) {
    for text in [
        "stats count(*)",
        "stats count(*), avg(duration_ms), pct(duration_ms, 99) by route",
        "filter status >= 500 | stats count(*) by bin(1m)",
        "fields @timestamp, @message | filter @message like /ERROR/ | sort @timestamp desc | limit 20",
    ] {
        let mut best = Duration::MAX;
        let mut last = Value::Null;
        for _ in 0..3 {
            let start = Instant::now();
            let body = json!({ "logGroupName": "g", "startTime": 0, "endTime": 4_000_000_000_u64, "queryString": text });
            let id = client.ask("StartQuery", &body).await["queryId"].clone();
            loop {
                last = client
                    .ask("GetQueryResults", &json!({ "queryId": id }))
                    .await;
                if last["status"] == "Complete" {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            best = best.min(start.elapsed());
        }
        assert_eq!(last["statistics"]["recordsScanned"], events as f64);
        println!(
            "  Insights, `{text}`: {best:.2?}, {} rows",
            last["results"].as_array().unwrap().len()
        );
    }
}
