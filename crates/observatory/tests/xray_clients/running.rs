//! An observatory with its daemon's port, sent what was recorded, and what it tells as lines.

use std::{
    collections::BTreeMap,
    net::{SocketAddr, UdpSocket},
    time::Duration,
};

use axum::{Router, response::Response};
use http_body_util::BodyExt;
use observatory::{
    access::Access,
    server::{self, AppState, Keys, XrayDaemon},
    store::{Location, Store, StoreOptions},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::watch,
};
use tower::ServiceExt;

use crate::recorded;

/// Around the moments of all recorded documents, in seconds since the epoch.
const FROM: f64 = 1_795_476_000.0;
const TO: f64 = 1_795_476_600.0;

/// A document sent after all others: once it is stored, they are.
const LAST: &str = r#"{"format":"json","version":1}
{"trace_id":"1-00000001-000000000000000000000001","id":"0000000000000001","name":"last","start_time":1,"end_time":2}"#;

pub(crate) struct Running {
    pub(crate) state: AppState,
    router: Router,
    daemon: SocketAddr,
    _stop: watch::Sender<bool>,
}

impl Running {
    pub(crate) async fn start() -> Self {
        let store = Store::open(StoreOptions {
            location: Location::Memory,
            retain_bytes: u64::MAX,
        });
        let state = AppState::new(store.unwrap(), Keys::default(), Access::default());
        let daemon = XrayDaemon::bind("127.0.0.1:0".parse().unwrap()).await;
        let daemon = daemon.unwrap();
        let address = daemon.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(daemon.serve(state.clone(), stopped));
        Self {
            router: server::router(state.clone()),
            state,
            daemon: address,
            _stop: stop,
        }
    }

    /// Sends datagrams by UDP and waits until they make so many documents.
    pub(crate) async fn send(&self, datagrams: &[String], documents: u64) {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let last = LAST.to_owned();
        for datagram in datagrams.iter().chain([&last]) {
            socket.send_to(datagram.as_bytes(), self.daemon).unwrap();
        }
        let store = &self.state.store;
        let mut changes = store.changes();
        let all = async {
            while store.status().await.unwrap().segments <= documents {
                changes.changed().await.unwrap();
            }
        };
        let came = tokio::time::timeout(Duration::from_secs(60), all).await;
        let told = self.state.refusals.told();
        came.unwrap_or_else(|_| panic!("{documents} documents do not come: {told:?}"));
        assert_eq!(told.counts, BTreeMap::default(), "nothing is refused");
    }

    /// Asks the daemon's TCP port what it must answer; gives the answer's body.
    pub(crate) async fn ask_daemon(&self, request: &str) -> Value {
        let (head, body) = self.answer_of_daemon(request).await;
        assert!(head.starts_with("HTTP/1.1 200"), "{head}\n{body}");
        serde_json::from_str(&body).unwrap()
    }

    /// Writes a recorded request to the daemon's TCP port, as it is; gives the answer's head and body.
    pub(crate) async fn answer_of_daemon(&self, request: &str) -> (String, String) {
        let mut stream = TcpStream::connect(self.daemon).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        loop {
            let text = String::from_utf8_lossy(&answer);
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let length = head
                    .lines()
                    .find_map(|line| line.strip_prefix("content-length: "));
                if length.map(str::parse) == Some(Ok(body.len())) {
                    return (head.to_owned(), body.to_owned());
                }
            }
            let read = stream.read_buf(&mut answer).await.unwrap();
            assert_ne!(read, 0, "the answer ends early");
        }
    }

    pub(crate) async fn response(&self, request: &str) -> Response {
        let request = recorded::request(request);
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// A recorded request to X-Ray's API: status, the error's name, body.
    pub(crate) async fn call(&self, request: &str) -> (u16, String, Value) {
        let response = self.response(request).await;
        let status = response.status().as_u16();
        let error = response.headers().get("x-amzn-errortype");
        let error = error.map_or("", |name| name.to_str().unwrap()).to_owned();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, error, serde_json::from_slice(&bytes).unwrap())
    }

    /// A page, or what the query API answers.
    pub(crate) async fn get(&self, path: &str) -> String {
        let request = http::Request::get(path)
            .header("host", "localhost")
            .body(axum::body::Body::empty())
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    /// A call of the API through the daemon's port.
    async fn ask(&self, path: &str, body: &Value) -> Value {
        let body = body.to_string();
        let length = body.len();
        let head =
            format!("POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: {length}\r\n\r\n");
        self.ask_daemon(&(head + &body)).await
    }

    pub(crate) async fn summaries(&self, filter: &str) -> Vec<Value> {
        let question = json!({ "StartTime": FROM, "EndTime": TO, "FilterExpression": filter });
        list(&self.ask("/TraceSummaries", &question).await["TraceSummaries"])
    }

    /// A line a trace, earliest first: what it answered, how it went, who took part.
    pub(crate) async fn traces(&self) -> String {
        let mut found = self.summaries("").await;
        found.reverse();
        found.iter().map(summary).collect()
    }

    /// The ID of the one trace that a filter takes.
    pub(crate) async fn only(&self, filter: &str) -> String {
        let found = self.summaries(filter).await;
        assert_eq!(found.len(), 1, "{filter}");
        found[0]["Id"].as_str().unwrap().to_owned()
    }

    /// The documents of a trace, those inside indented.
    pub(crate) async fn tree(&self, trace: &str) -> String {
        let answer = self.ask("/Traces", &json!({ "TraceIds": [trace] })).await;
        let mut told = String::new();
        for segment in list(&answer["Traces"][0]["Segments"]) {
            let document = segment["Document"].as_str().unwrap();
            tree(&serde_json::from_str(document).unwrap(), 0, &mut told);
        }
        told
    }

    /// A line for each edge of the service graph: how often, and how it went.
    pub(crate) async fn edges(&self) -> String {
        let range = json!({ "StartTime": FROM, "EndTime": TO });
        let services = list(&self.ask("/ServiceGraph", &range).await["Services"]);
        let name = |reference: &Value| {
            let found = services.iter().find(|one| one["ReferenceId"] == *reference);
            service(found.unwrap())
        };
        let mut told = String::new();
        for from in &services {
            for edge in list(&from["Edges"]) {
                let statistics = &edge["SummaryStatistics"];
                told += &format!(
                    "{} -> {}: {} of which {} ok, {} error, {} fault\n",
                    service(from),
                    name(&edge["ReferenceId"]),
                    statistics["TotalCount"],
                    statistics["OkCount"],
                    statistics["ErrorStatistics"]["TotalCount"],
                    statistics["FaultStatistics"]["TotalCount"],
                );
            }
        }
        told
    }
}

pub(crate) fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

/// `name`, or `name (type)`.
fn service(service: &Value) -> String {
    let name = service["Name"].as_str().unwrap();
    match service["Type"].as_str() {
        Some(kind) => format!("{name} ({kind})"),
        None => name.to_owned(),
    }
}

fn summary(summary: &Value) -> String {
    let mut told = service(&summary["EntryPoint"]);
    let http = &summary["Http"];
    for field in ["HttpMethod", "HttpURL", "HttpStatus"] {
        if !http[field].is_null() {
            told += &format!(" {}", http[field].to_string().trim_matches('"'));
        }
    }
    for flag in ["HasError", "HasThrottle", "HasFault", "IsPartial"] {
        if summary[flag] == true {
            told += &format!(" {flag}");
        }
    }
    let services: Vec<String> = list(&summary["ServiceIds"]).iter().map(service).collect();
    told += &format!(", services {}", services.join(", "));
    for (key, values) in summary["Annotations"].as_object().unwrap() {
        for value in list(values) {
            for (kind, value) in value["AnnotationValue"].as_object().unwrap() {
                told += &format!(", {key}={value} ({kind})");
            }
        }
    }
    for user in list(&summary["Users"]) {
        told += &format!(", user {}", user["UserName"]);
    }
    for cause in list(&summary["FaultRootCauses"]) {
        let entities = list(&cause["Services"])
            .into_iter()
            .flat_map(|service| list(&service["EntityPath"]));
        let path: Vec<String> = entities
            .map(|entity| {
                let exceptions = list(&entity["Exceptions"]);
                let told = exceptions
                    .iter()
                    .map(|one| format!(" {} {}", one["Name"], one["Message"]));
                entity["Name"].as_str().unwrap().to_owned() + &told.collect::<String>()
            })
            .collect();
        told += &format!(", fault of {}", path.join(" / "));
    }
    told + "\n"
}

fn tree(document: &Value, depth: usize, told: &mut String) {
    *told += &"  ".repeat(depth);
    *told += document["name"].as_str().unwrap();
    for field in ["namespace", "origin"] {
        if let Some(text) = document[field].as_str() {
            *told += &format!(" {text}");
        }
    }
    for flag in ["error", "fault", "in_progress", "inferred"] {
        if document[flag] == true {
            *told += &format!(" {flag}");
        }
    }
    for field in ["annotations", "metadata", "sql", "user"] {
        if !document[field].is_null() {
            *told += &format!(" {field} {}", document[field]);
        }
    }
    for exception in list(&document["cause"]["exceptions"]) {
        *told += &format!(" {} {}", exception["type"], exception["message"]);
    }
    *told += "\n";
    for part in list(&document["subsegments"]) {
        tree(&part, depth + 1, told);
    }
}
