//! An observatory that is sent a recorded session, and what it answers as lines.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, UNIX_EPOCH},
};

use axum::{Router, body::Body, response::Response};
use http_body_util::BodyExt;
use observatory::{
    access::Access,
    server::{self, AppState, Keys, LogsLive},
    store::{Location, Store, StoreOptions},
};
use serde_json::{Map, Value};
use tower::ServiceExt;

use crate::recorded::{Recorded, requests};

/// How long an answer may take.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

/// What later requests say by its name, because an earlier answer gave it.
const GIVEN: [&str; 4] = [
    "nextToken",
    "nextForwardToken",
    "nextBackwardToken",
    "queryId",
];

/// Sends all requests of a session; a line for each says what was asked and answered.
pub(crate) async fn told(session: &str) -> String {
    let observatory = Observatory::start();
    let mut given = Map::new();
    let mut told = String::new();
    for request in requests(session) {
        let (status, answer) = observatory.answer(&request, &given).await;
        for name in GIVEN {
            if let Some(value) = answer.get(name) {
                given.insert(name.to_owned(), value.clone());
            }
        }
        if let Some(pointer) = pointer(&answer) {
            given.insert("@ptr".to_owned(), pointer.clone());
        }
        let summary = match status {
            200 => summary(&answer),
            _ => refusal(status, &answer),
        };
        let line = format!("{} {summary}", request.operation());
        told += &format!("{}\n", line.trim_end());
    }
    told
}

/// An observatory whose clock the requests set.
pub(crate) struct Observatory {
    router: Router,
    clock: Arc<AtomicU64>,
}

impl Observatory {
    pub(crate) fn start() -> Self {
        let store = Store::open(StoreOptions {
            location: Location::Memory,
            retain_bytes: u64::MAX,
        });
        let clock = Arc::new(AtomicU64::new(0));
        let now = Arc::clone(&clock);
        let live = LogsLive::with_clock(move || {
            UNIX_EPOCH + Duration::from_secs(now.load(Ordering::SeqCst))
        });
        let state = AppState {
            logs: Arc::new(live),
            ..AppState::new(store.unwrap(), Keys::default(), Access::default())
        };
        Self {
            router: server::router(state),
            clock,
        }
    }

    /// Sends a request as it is, but for what was given meanwhile, at the moment at which it was signed.
    /// Results of a query are asked for until it is complete.
    async fn answer(&self, request: &Recorded<'_>, given: &Map<String, Value>) -> (u16, Value) {
        let body = given
            .iter()
            .fold(request.body.to_owned(), |body, (name, value)| {
                body.replace(&format!("\"<{name}>\""), &value.to_string())
            });
        let answers = async {
            loop {
                let response = self.send(request, body.clone()).await;
                let (status, answer) = read(response).await;
                if !matches!(answer["status"].as_str(), Some("Scheduled" | "Running")) {
                    return (status, answer);
                }
                tokio::task::yield_now().await;
            }
        };
        let answered = tokio::time::timeout(DEADLINE, answers).await;
        answered.expect("an answer in time")
    }

    pub(crate) async fn send(&self, request: &Recorded<'_>, body: String) -> Response {
        self.clock.store(request.date(), Ordering::SeqCst);
        let mut made = http::Request::post("/");
        for (name, value) in &request.headers {
            made = made.header(*name, *value);
        }
        let made = made.body(Body::from(body)).unwrap();
        self.router.clone().oneshot(made).await.unwrap()
    }
}

/// A response's status and body: JSON, or a text where it is none.
pub(crate) async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let error = response.headers().get("x-amzn-errortype").cloned();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let answer = match text.as_bytes().first() {
        None => Value::Object(Map::new()),
        Some(b'<') => text.into(),
        Some(_) => serde_json::from_str(&text).unwrap(),
    };
    // SDKs look at either.
    let error = error.map(|name| Value::from(name.to_str().unwrap()));
    assert_eq!(error.as_ref(), answer.get("__type"), "{answer}");
    (status, answer)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// What a record of a query's first row can be asked for with.
fn pointer(answer: &Value) -> Option<&Value> {
    let fields = list(list(&answer["results"]).first()?).iter();
    let found = fields.rev().find(|field| field["field"] == "@ptr");
    found.map(|field| &field["value"])
}

/// Why a call is refused, and where its query is malformed.
fn refusal(status: u16, answer: &Value) -> String {
    let told = format!(
        "{status} {}: {}",
        text(&answer["__type"]),
        text(&answer["message"])
    );
    let Some(error) = answer.get("queryCompileError") else {
        return told;
    };
    assert_eq!(error["message"], answer["message"]);
    let (start, end) = (
        &error["location"]["startCharOffset"],
        &error["location"]["endCharOffset"],
    );
    format!("{told} ({start} to {end})")
}

/// What an answer says, without times, IDs and sizes.
fn summary(answer: &Value) -> String {
    let mut told = Vec::new();
    for group in list(&answer["logGroups"]) {
        let days = &group["retentionInDays"];
        let kept = if days.is_null() {
            String::new()
        } else {
            format!(" for {days} days")
        };
        told.push(format!("{}{kept}", text(&group["logGroupName"])));
    }
    for stream in list(&answer["logStreams"]) {
        told.push(text(&stream["logStreamName"]));
    }
    for event in list(&answer["events"]) {
        let stream = event["logStreamName"]
            .as_str()
            .map(|stream| format!("{stream}: "));
        told.push(stream.unwrap_or_default() + &event["message"].to_string());
    }
    for row in list(&answer["results"]) {
        let shown = list(row)
            .iter()
            .filter(|field| field["field"] != "@ptr" && field["field"] != "@timestamp");
        let fields =
            shown.map(|field| format!("{} {}", text(&field["field"]), text(&field["value"])));
        told.push(format!("[{}]", fields.collect::<Vec<_>>().join(", ")));
    }
    for query in list(&answer["queries"]) {
        told.push(format!(
            "{} {}",
            text(&query["status"]),
            query["queryString"]
        ));
    }
    for one in list(&answer["matches"]) {
        told.push(format!(
            "{} {} {}",
            one["eventNumber"], one["eventMessage"], one["extractedValues"]
        ));
    }
    for field in list(&answer["logGroupFields"]) {
        told.push(format!("{} {}%", text(&field["name"]), field["percent"]));
    }
    for member in ["rejectedLogEventsInfo", "tags"] {
        if let Some(value) = answer.get(member) {
            told.push(value.to_string());
        }
    }
    if let Some(statistics) = answer.get("statistics") {
        let (matched, scanned) = (&statistics["recordsMatched"], &statistics["recordsScanned"]);
        told.push(format!("{matched} of {scanned} records"));
    }
    if let Some(message) = answer["logRecord"].get("@message") {
        told.push(message.to_string());
    }
    if let Some(xml) = answer.as_str() {
        let account = xml
            .split_once("<Account>")
            .and_then(|(_, rest)| rest.split_once('<'));
        told.extend(account.map(|(account, _)| format!("account {account}")));
    }
    if answer.get("nextToken").is_some() {
        told.push("and more".to_owned());
    }
    told.join(", ")
}
