//! The daemon's port: datagrams in, refusals counted; X-Ray's API unsigned over TCP.

use std::net::{SocketAddr, UdpSocket};

use observatory::server::{By, Told, XrayDaemon};
use serde_json::{Value, json};
use tokio::{sync::watch, task::JoinHandle};

use crate::running::{Observatory, segment, trace_id, with};

const HEADER: &[u8] = b"{\"format\": \"json\", \"version\": 1}\n";

struct Daemon {
    observatory: Observatory,
    address: SocketAddr,
    socket: UdpSocket,
    stop: watch::Sender<bool>,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Daemon {
    async fn start() -> Self {
        let observatory = Observatory::new();
        let daemon = XrayDaemon::bind("127.0.0.1:0".parse().unwrap())
            .await
            .unwrap();
        let address = daemon.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let serving = tokio::spawn(daemon.serve(observatory.state.clone(), stopped));
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.connect(address).unwrap();
        Self {
            observatory,
            address,
            socket,
            stop,
            serving,
        }
    }

    fn send(&self, document: &Value) {
        self.send_bytes(&[HEADER, document.to_string().as_bytes()].concat());
    }

    fn send_bytes(&self, datagram: &[u8]) {
        assert_eq!(self.socket.send(datagram).unwrap(), datagram.len());
    }

    /// Waits until so many documents are stored.
    async fn stored(&self, documents: u64) {
        let store = &self.observatory.state.store;
        let mut changes = store.changes();
        let all = async {
            while store.status().await.unwrap().segments < documents {
                changes.changed().await.unwrap();
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(60), all)
            .await
            .unwrap_or_else(|_| panic!("{documents} documents do not come: {:?}", self.told()));
    }

    fn told(&self) -> Told {
        self.observatory.state.refusals.told()
    }

    async fn post(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> (u16, Value) {
        let client = reqwest::Client::new();
        let mut request = client.post(format!("http://{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.body(body.to_string()).send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (
            status,
            serde_json::from_str(&text).unwrap_or_else(|_| text.into()),
        )
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn takes_documents_and_counts_garbage() {
    let daemon = Daemon::start().await;
    let garbage: [(&[u8], &str); 7] = [
        (b"", "InvalidHeader"),
        (b"GET / HTTP/1.1\r\n\r\n", "InvalidHeader"),
        (b"\xff\x00\xfe", "InvalidHeader"),
        (b"{\"format\":\"xml\",\"version\":1}\n{}", "InvalidHeader"),
        (b"{\"format\":\"json\",\"version\":1}", "MissingDocument"),
        (b"{\"format\":\"json\",\"version\":1}\n\xff", "ParseError"),
        (b"{\"format\":\"json\",\"version\":1}\n{}", "MissingId"),
    ];
    for (datagram, _) in garbage {
        daemon.send_bytes(datagram);
    }
    // On loopback datagrams keep their order, so this one is read last.
    daemon.send(&segment(1, 1, "backend"));
    daemon.stored(1).await;
    assert_eq!(daemon.observatory.spans(1).await.len(), 1);
    let told = daemon.told();
    for reason in [
        "InvalidHeader",
        "MissingDocument",
        "ParseError",
        "MissingId",
    ] {
        let count = garbage.iter().filter(|(_, of)| *of == reason).count() as u64;
        assert_eq!(told.counts.get(reason), Some(&count), "{reason}");
    }
    assert_eq!(told.last.len(), garbage.len());
    assert!(told.last.iter().all(|refusal| refusal.by == By::Udp));
    assert!(
        told.last
            .iter()
            .any(|refusal| refusal.start.starts_with("GET / HTTP/1.1\\r\\n"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn takes_documents_of_every_size() {
    let daemon = Daemon::start().await;
    // The largest datagram that UDP has.
    let small = segment(1, 1, "backend").to_string().len() + r#","user":"""#.len();
    let room = 65_507 - HEADER.len() - small;
    daemon.send(&with(
        segment(1, 1, "backend"),
        json!({ "user": "u".repeat(room) }),
    ));
    daemon.stored(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stores_what_has_come_when_it_is_told_to_stop() {
    let daemon = Daemon::start().await;
    for trace in 0..50 {
        daemon.send(&segment(trace, 1, "backend"));
    }
    daemon.stored(1).await;
    // What came is read in order: the last is here once it is told of.
    daemon.send_bytes(b"the last");
    let refused = async {
        while daemon.told().counts.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), refused)
        .await
        .unwrap();
    daemon.stop.send_replace(true);
    daemon.serving.await.unwrap().unwrap();
    let status = daemon.observatory.state.store.status().await.unwrap();
    assert_eq!(status.segments, 50);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_over_tcp_without_a_signature() {
    let daemon = Daemon::start().await;
    let body = json!({ "TraceSegmentDocuments": [segment(1, 1, "backend").to_string()] });
    let answer = daemon.post("/TraceSegments", &[], &body).await;
    assert_eq!(answer, (200, json!({ "UnprocessedTraceSegments": [] })));
    let body = json!({ "TraceIds": [trace_id(1)] });
    let (status, answer) = daemon.post("/Traces", &[], &body).await;
    assert_eq!(
        (status, &answer["Traces"][0]["Id"]),
        (200, &json!(trace_id(1)))
    );
    // The guard of the other port stands here too.
    for headers in [
        [("origin", "https://example.com")],
        [("host", "example.com")],
    ] {
        assert_eq!(
            daemon.post("/Traces", &headers, &body).await.0,
            403,
            "{headers:?}"
        );
    }
    let (status, _) = daemon.post("/v1/traces", &[], &json!({})).await;
    assert_eq!(status, 404, "nothing but X-Ray's API");
}

#[tokio::test]
async fn takes_one_port_for_both() {
    let taken = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let Err(error) = XrayDaemon::bind(address).await else {
        panic!("UDP is in use");
    };
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
    let daemon = XrayDaemon::bind("127.0.0.1:0".parse().unwrap())
        .await
        .unwrap();
    assert!(UdpSocket::bind(daemon.local_addr().unwrap()).is_err());
}

/// A datagram of aws-xray-sdk 2.15 for Python: `in_segment`, two of `in_subsegment`, an exception.
const PYTHON: &str = r#"{"format":"json","version":1}
{"id": "bd42826f01276ab8", "name": "pyservice", "start_time": 1780000000.579271, "in_progress": false, "annotations": {"user": "andrew"}, "metadata": {"ns": {"now": "x"}}, "aws": {"xray": {"sdk": "X-Ray for Python", "sdk_version": "2.15.0"}}, "subsegments": [{"id": "4074fdc7bba7e635", "name": "work", "start_time": 1780000000.5793781, "parent_id": "bd42826f01276ab8", "in_progress": false, "subsegments": [{"id": "41c956c1a583de04", "name": "bad", "start_time": 1780000000.5794044, "parent_id": "4074fdc7bba7e635", "in_progress": false, "cause": {"working_directory": "/srv/app", "exceptions": [{"id": "f7745e9956707296", "message": "no", "type": "ValueError", "remote": false, "stack": [{"path": "app.py", "line": 14, "label": "<module>"}]}]}, "trace_id": "1-6a189c80-000000000000000000000001", "type": "subsegment", "namespace": "local", "fault": true, "end_time": 1780000000.5797668}], "trace_id": "1-6a189c80-000000000000000000000001", "type": "subsegment", "namespace": "local", "end_time": 1780000000.5797935}], "trace_id": "1-6a189c80-000000000000000000000001", "service": {"runtime": "CPython", "runtime_version": "3.11.7"}, "end_time": 1780000000.5798047}"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn takes_what_the_python_sdk_sends() {
    let daemon = Daemon::start().await;
    daemon.send_bytes(PYTHON.as_bytes());
    daemon.stored(1).await;
    let spans = daemon.observatory.spans(1).await;
    let names: Vec<&str> = spans.iter().map(|span| span.0.as_str()).collect();
    assert_eq!(names, ["pyservice", "work", "bad"]);
    assert!(spans.iter().all(|span| span.2 == "pyservice"), "{spans:?}");
    let answer = daemon
        .observatory
        .summaries("annotation.user = \"andrew\"")
        .await;
    assert_eq!(answer["TraceSummaries"].as_array().unwrap().len(), 1);
    // What it asks for first, and then every ten seconds.
    let (status, answer) = daemon.post("/GetSamplingRules", &[], &json!({})).await;
    assert_eq!(status, 200);
    assert!(answer.to_string().contains("Default"), "{answer}");
}
