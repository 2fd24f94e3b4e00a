//! Sends the recording: spans over OTLP, log events by CloudWatch Logs' calls, both at once. The wire is `http`'s.

use std::collections::BTreeMap;
use std::sync::mpsc;

use anyhow::{Context as _, ensure};
use incident_recording::{GROUP, LogEvent, Recording};
use prost::Message as _;
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::http::Connection;

/// Spans in an export request.
const SPANS: usize = 4_000;
/// Bytes of events in a call of PutLogEvents, 26 more for each counted as the service does; it takes 1,048,576.
const BYTES: usize = 1_000_000;
/// Events in a call of PutLogEvents; the service takes no more.
const EVENTS: usize = 10_000;

/// What the log group is tagged with at last: an observatory that is emptied, or was left half full, does not have it.
const COMPLETE: (&str, &str) = ("recording", "complete");

/// Whether the observatory holds all that [`all`] sends.
pub(crate) fn is_complete(address: &str) -> anyhow::Result<bool> {
    let mut connection = Connection::open(address)?;
    let group = json!({"logGroupName": GROUP});
    let (status, answer) = request(&mut connection, "ListTagsLogGroup", &group)?;
    let answer: Json = serde_json::from_slice(&answer).unwrap_or_default();
    if status == 400 && answer["__type"] == "ResourceNotFoundException" {
        return Ok(false);
    }
    ensure!(
        status == 200,
        "the observatory does not say whether it holds the recording: {status} {answer}"
    );
    let (tag, value) = COMPLETE;
    Ok(answer["tags"][tag] == value)
}

/// Empties the observatory.
pub(crate) fn reset(address: &str) -> anyhow::Result<()> {
    let (status, answer) = Connection::open(address)?.post("/api/reset", "", b"")?;
    ensure!(
        status == 204,
        "the observatory was not emptied, it answered {status}: {}",
        String::from_utf8_lossy(&answer)
    );
    Ok(())
}

/// Sends everything, and returns once it is stored.
pub(crate) fn all(recording: &Recording, address: &str) -> anyhow::Result<()> {
    std::thread::scope(|scope| {
        let logs = scope.spawn(|| logs(recording, address));
        spans(recording, address)?;
        logs.join()
            .ok()
            .context("the thread that sends log events came to no end")?
    })?;
    let (tag, value) = COMPLETE;
    let complete = json!({"logGroupName": GROUP, "tags": {tag: value}});
    call(&mut Connection::open(address)?, "TagLogGroup", &complete).map(drop)
}

/// Sends the spans; the next request is written while the observatory reads the one before.
fn spans(recording: &Recording, address: &str) -> anyhow::Result<()> {
    let mut connection = Connection::open(address)?;
    std::thread::scope(|scope| {
        let (written, requests) = mpsc::sync_channel(1);
        scope.spawn(move || {
            recording
                .requests(SPANS)
                .try_for_each(|request| written.send(request.encode_to_vec()))
        });
        requests
            .into_iter()
            .try_for_each(|request| export(&mut connection, &request))
    })
}

fn export(connection: &mut Connection, request: &[u8]) -> anyhow::Result<()> {
    let (status, answer) = connection.post(
        "/v1/traces",
        "Content-Type: application/x-protobuf\r\n",
        request,
    )?;
    ensure!(
        status == 200,
        "the observatory refused spans with {status}: {}",
        String::from_utf8_lossy(&answer)
    );
    // Anything in an answer to OTLP is about spans that were not taken.
    ensure!(
        answer.is_empty(),
        "the observatory took only some spans: {}",
        String::from_utf8_lossy(&answer)
    );
    Ok(())
}

fn logs(recording: &Recording, address: &str) -> anyhow::Result<()> {
    let mut connection = Connection::open(address)?;
    let mut streams: BTreeMap<&str, Vec<&LogEvent>> = BTreeMap::new();
    for event in recording.logs() {
        streams.entry(event.stream).or_default().push(event);
    }
    call(
        &mut connection,
        "CreateLogGroup",
        &json!({"logGroupName": GROUP}),
    )?;
    for (stream, events) in streams {
        let of = json!({"logGroupName": GROUP, "logStreamName": stream});
        call(&mut connection, "CreateLogStream", &of)?;
        for batch in batches(&events) {
            let input = PutLogEvents {
                log_group_name: GROUP,
                log_stream_name: stream,
                log_events: batch.iter().copied().map(InputLogEvent::from).collect(),
            };
            let answer = call(&mut connection, "PutLogEvents", &input)?;
            let refused = &answer["rejectedLogEventsInfo"];
            ensure!(
                refused.is_null(),
                "the observatory took only some log events: {refused}"
            );
        }
    }
    Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PutLogEvents<'a> {
    log_group_name: &'a str,
    log_stream_name: &'a str,
    log_events: Vec<InputLogEvent<'a>>,
}

#[derive(Serialize)]
struct InputLogEvent<'a> {
    timestamp: i64,
    message: &'a str,
}

impl<'a> From<&'a LogEvent> for InputLogEvent<'a> {
    fn from(event: &'a LogEvent) -> Self {
        Self {
            timestamp: event.timestamp,
            message: &event.message,
        }
    }
}

/// Events in the calls that take them, in their order.
fn batches<'a>(events: &'a [&'a LogEvent]) -> impl Iterator<Item = &'a [&'a LogEvent]> {
    let mut rest = events;
    std::iter::from_fn(move || {
        let mut bytes = 0;
        let fits = |event: &&&LogEvent| {
            bytes += event.message.len() + 26;
            bytes <= BYTES
        };
        let size = rest.iter().take(EVENTS).take_while(fits).count();
        let (now, then) = rest.split_at(size);
        rest = then;
        (!now.is_empty()).then_some(now)
    })
}

/// A call of CloudWatch Logs that has to be answered well.
fn call(connection: &mut Connection, action: &str, input: &impl Serialize) -> anyhow::Result<Json> {
    let (status, answer) = request(connection, action, input)?;
    ensure!(
        status == 200,
        "the observatory refused {action} with {status}: {}",
        String::from_utf8_lossy(&answer)
    );
    Ok(serde_json::from_slice(&answer).unwrap_or_default())
}

/// A call of CloudWatch Logs: status and body of the answer. The observatory wants a signature, and verifies none.
fn request(
    connection: &mut Connection,
    action: &str,
    input: &impl Serialize,
) -> anyhow::Result<(u16, Vec<u8>)> {
    let headers = format!(
        "Content-Type: application/x-amz-json-1.1\r\nX-Amz-Target: Logs_20140328.{action}\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=recording/20260312/us-east-1/logs/aws4_request, \
         SignedHeaders=host, Signature={:064}\r\n",
        0
    );
    connection.post("/", &headers, &serde_json::to_vec(input)?)
}
