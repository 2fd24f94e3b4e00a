//! StartLiveTail: events as they come, in AWS's event stream. How a message of it is framed is `frame`'s.
//!
//! The SDKs put `stream-` (before April 2026: `streaming-`) in front of the endpoint's host for this one call. The observatory
//! answers to such names, but a client must find them: it is told not to (`inject_host_prefix=False` in boto3's `Config`,
//! `disableHostPrefix: true` in JavaScript), or the machine's `hosts` has a line `127.0.0.1 stream-localhost`.

mod frame;

use std::{
    collections::BTreeSet,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::{
    sync::{OwnedSemaphorePermit, mpsc, watch},
    time::{Instant, MissedTickBehavior, interval_at},
};
use tonic::codegen::tokio_stream::Stream;

use self::frame::Message;
use super::{
    arn,
    call::{Call, Output},
    error::LogsError,
    filter::{self, MOST_PATTERN, MOST_STREAMS},
    input::{GROUP_IDENTIFIER, STREAM_NAME, sized},
};
use crate::{
    aws::request_id,
    stopping::Stopping,
    store::{
        Store, StoreError,
        logs::{self, ArrivalQuery, LogEvent, Matcher},
    },
};

/// Groups that a session may follow.
const MOST_GROUPS: usize = 10;

/// Sessions at once (the service's quota).
pub(super) const MOST_SESSIONS: usize = 15;

/// Events in an update; of more, the last are sent and the update says that it is a sample.
const MOST_EVENTS: usize = 500;

/// Bytes of their messages; of more, the last are sent, too. Written as JSON, a message may be six times as long, and
/// clients take no more than 24 MiB at once.
const MOST_BYTES: usize = 3 * 1024 * 1024;

/// An update is sent so often at least, with nothing in it if nothing came.
const INTERVAL: Duration = Duration::from_secs(1);

/// How long a session lasts.
const LASTS: Duration = Duration::from_secs(3 * 60 * 60);

/// Messages that wait for a slow client.
const WAITING: usize = 4;

/// What a session follows.
struct Session {
    store: Store,
    region: String,
    groups: BTreeSet<String>,
    streams: Streams,
    matching: Option<Matcher>,
    /// The last event that was looked at.
    seen: u64,
    now: i64,
    frames: mpsc::Sender<Bytes>,
    stop: Option<watch::Receiver<bool>>,
    _turn: OwnedSemaphorePermit,
}

/// Which streams.
enum Streams {
    All,
    Named(Vec<String>),
    Prefixes(Vec<String>),
}

impl Streams {
    fn has(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Named(names) => names.iter().any(|named| named == name),
            Self::Prefixes(prefixes) => prefixes.iter().any(|prefix| name.starts_with(prefix)),
        }
    }
}

pub(super) async fn start(call: Call, stopping: Option<Stopping>) -> Result<Response, LogsError> {
    let mut input = call.input()?;
    let given = input.texts("logGroupIdentifiers", 1..=MOST_GROUPS, GROUP_IDENTIFIER);
    let given = input.required(given, "logGroupIdentifiers");
    let names = input.texts("logStreamNames", 1..=MOST_STREAMS, STREAM_NAME);
    let prefixes = input.texts("logStreamNamePrefixes", 1..=MOST_STREAMS, STREAM_NAME);
    let pattern = input.text("logEventFilterPattern", sized(0, MOST_PATTERN));
    input.done()?;
    let mut groups = BTreeSet::new();
    for identifier in &given {
        if !identifier.starts_with("arn:") {
            return Err(LogsError::invalid(format!(
                "'{identifier}' is not an ARN: Live Tail takes log groups by their ARNs"
            )));
        }
        groups.insert(arn::name_of(identifier)?.to_owned());
    }
    if (names.is_some() || prefixes.is_some()) && groups.len() > 1 {
        return Err(LogsError::invalid(
            "logStreamNames and logStreamNamePrefixes can be specified with one log group only.",
        ));
    }
    let start = json!({
        "requestId": request_id::id(),
        "sessionId": request_id::id(),
        "logGroupIdentifiers": given,
        "logStreamNames": names,
        "logStreamNamePrefixes": prefixes,
        "logEventFilterPattern": pattern,
    });
    let streams = match (names, prefixes) {
        (None, None) => Streams::All,
        (Some(names), None) => Streams::Named(names),
        (None, Some(prefixes)) => Streams::Prefixes(prefixes),
        (Some(_), Some(_)) => {
            return Err(LogsError::invalid(
                "logStreamNames and logStreamNamePrefixes cannot both be specified.",
            ));
        }
    };
    let matching = pattern
        .as_deref()
        .map(filter::matcher)
        .transpose()?
        .flatten();
    let wanted = groups.clone();
    call.read(move |connection| {
        wanted
            .iter()
            .try_for_each(|name| logs::group(connection, name).map(drop))
    })
    .await?;
    let turn = call.state.logs.session().ok_or_else(|| {
        LogsError::new(
            "LimitExceededException",
            format!("{MOST_SESSIONS} Live Tail sessions are open, which is the most there may be"),
        )
    })?;
    let (frames, received) = mpsc::channel(WAITING);
    let last = ArrivalQuery {
        limit: 1,
        now: call.now,
        ..ArrivalQuery::default()
    };
    let session = Session {
        seen: call.state.store.log_arrivals(&last).await?.seen,
        store: call.state.store.clone(),
        region: call.region,
        groups,
        streams,
        matching,
        now: call.now,
        frames,
        stop: stopping.map(|stopping| stopping.0),
        _turn: turn,
    };
    tokio::spawn(session.run(Output::from(start)));
    let content_type = HeaderValue::from_static("application/vnd.amazon.eventstream");
    let body = Body::from_stream(Frames(received));
    Ok(([(header::CONTENT_TYPE, content_type)], body).into_response())
}

impl Session {
    /// Sends until the client is gone, the program ends or the session is over.
    async fn run(mut self, start: Output) {
        let first = [
            Message::Event("initial-response", "{}".to_owned()),
            Message::Event("sessionStart", start.text()),
        ];
        for message in first {
            if self.frames.send(message.framed()).await.is_err() {
                return;
            }
        }
        let mut changes = self.store.changes();
        let began = Instant::now();
        let mut ticks = interval_at(began + INTERVAL, INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let is_due = tokio::select! {
                () = self.frames.closed() => return,
                () = ended(&mut self.stop) => return,
                _ = ticks.tick() => true,
                changed = changes.changed() => match changed {
                    Ok(()) => false,
                    Err(_) => return,
                },
            };
            let message = if began.elapsed() >= LASTS {
                Message::Exception("SessionTimeoutException", "The session has timed out.")
            } else {
                match self.update().await {
                    Ok(None) if !is_due => continue,
                    Ok(update) => Message::Event("sessionUpdate", update.unwrap_or_else(nothing)),
                    Err(error) => {
                        eprintln!("observatory: a Live Tail session failed: {error}");
                        Message::Exception("SessionStreamingException", "The store failed.")
                    }
                }
            };
            let is_last = matches!(message, Message::Exception(..));
            if self.frames.send(message.framed()).await.is_err() || is_last {
                return;
            }
        }
    }

    /// What came since the last look; nothing if nothing did that is followed.
    async fn update(&mut self) -> Result<Option<String>, StoreError> {
        let mut events: Vec<LogEvent> = Vec::new();
        let mut sampled = false;
        loop {
            let query = ArrivalQuery {
                matching: self.matching.clone(),
                after: Some(self.seen),
                limit: MOST_EVENTS,
                now: self.now,
                ..ArrivalQuery::default()
            };
            let arrivals = self.store.log_arrivals(&query).await;
            let arrivals = arrivals.map_err(|failure| match failure {
                logs::LogFailure::Store(error) => error,
                // It asks for no group.
                _ => StoreError::Closed,
            })?;
            if arrivals.seen == self.seen {
                break;
            }
            self.seen = arrivals.seen;
            events.extend(arrivals.events.into_iter().filter(|event| {
                self.groups.contains(&*event.group) && self.streams.has(&event.stream)
            }));
            let surplus = surplus(&events);
            sampled |= surplus > 0;
            events.drain(..surplus);
        }
        if events.is_empty() {
            return Ok(None);
        }
        Ok(Some(update(&events, sampled, &self.region)))
    }
}

/// How many events are left out so that the last ones fit into an update.
fn surplus(events: &[LogEvent]) -> usize {
    let mut bytes = 0;
    let fit = events.iter().rev().take(MOST_EVENTS).take_while(|event| {
        bytes += event.message.len();
        bytes <= MOST_BYTES
    });
    events.len() - fit.count()
}

fn nothing() -> String {
    update(&[], false, "")
}

fn update(events: &[LogEvent], sampled: bool, region: &str) -> String {
    let results: Vec<Value> = events
        .iter()
        .map(|event| {
            json!({
                "logStreamName": &*event.stream,
                "logGroupIdentifier": arn::group(region, &event.group),
                "message": event.message,
                "timestamp": event.timestamp,
                "ingestionTime": event.ingestion_time,
            })
        })
        .collect();
    json!({ "sessionMetadata": { "sampled": sampled }, "sessionResults": results }).to_string()
}

/// Until the program ends; for ever where nobody says so.
async fn ended(stop: &mut Option<watch::Receiver<bool>>) {
    match stop {
        // A sender that is gone means the same.
        Some(stop) => drop(stop.wait_for(|stop| *stop).await),
        None => std::future::pending().await,
    }
}

/// The body of an answer that goes on.
struct Frames(mpsc::Receiver<Bytes>);

impl Stream for Frames {
    type Item = Result<Bytes, std::convert::Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|frame| frame.map(Ok))
    }
}
