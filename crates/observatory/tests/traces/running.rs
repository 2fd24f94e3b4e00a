//! An observatory to test against: in this process on ports of its own, or the program itself.

use std::{
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use observatory::{
    access::Access,
    server::{self, AppState, Keys},
    store::{Location, Store, StoreOptions},
};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use reqwest::{Client, Response, StatusCode};
use tokio::{net::TcpListener, sync::watch};

/// An observatory in this process, with its store in memory; ends with the test.
pub(crate) struct Running {
    pub(crate) state: AppState,
    pub(crate) http: SocketAddr,
    pub(crate) client: Client,
    _stop: watch::Sender<bool>,
}

/// A client that gives up in time.
pub(crate) fn client() -> Client {
    Client::builder()
        .timeout(Duration::from_secs(60))
        .build()
        .unwrap()
}

pub(crate) fn memory() -> Store {
    Store::open(StoreOptions {
        location: Location::Memory,
        retain_bytes: u64::MAX,
    })
    .unwrap()
}

impl Running {
    pub(crate) async fn start() -> Self {
        Self::with_key(None).await
    }

    pub(crate) async fn with_key(key: Option<&str>) -> Self {
        let state = AppState::new(
            memory(),
            Keys::new(key.map(str::to_owned)),
            Access {
                listen: None,
                allowed_hosts: vec!["forwarded.test".to_owned()],
            },
        );
        let http = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let grpc = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = http.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(server::serve(http, grpc, state.clone(), stopped));
        Self {
            state,
            http: address,
            client: client(),
            _stop: stop,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.http)
    }

    pub(crate) async fn post(
        &self,
        headers: &[(&str, &str)],
        body: impl Into<reqwest::Body>,
    ) -> Response {
        let mut request = self.client.post(self.url("/v1/traces")).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }

    /// Sends a request that must be taken whole.
    pub(crate) async fn send(&self, request: ExportTraceServiceRequest) {
        let response = self
            .post(
                &[("content-type", "application/x-protobuf")],
                request.encode_to_vec(),
            )
            .await;
        assert_eq!(response.status(), StatusCode::OK);
        assert!(
            response.bytes().await.unwrap().is_empty(),
            "some spans were rejected"
        );
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, serde_json::Value) {
        let response = self.client.get(self.url(path)).send().await.unwrap();
        let status = response.status().as_u16();
        let body = response.text().await.unwrap();
        (
            status,
            serde_json::from_str(&body).unwrap_or_else(|_| body.into()),
        )
    }
}

/// The program, killed when the test ends.
pub(crate) struct Program {
    child: Child,
    pub(crate) http: String,
}

impl Program {
    pub(crate) fn command(arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_observatory"));
        for port in ["--http", "--grpc", "--xray-daemon"] {
            if !arguments.contains(&port) {
                command.args([port, "127.0.0.1:0"]);
            }
        }
        command
            .arg("--print-addresses")
            .args(arguments)
            .env_remove("OBSERVATORY_KEY")
            .env_remove("OBSERVATORY_ALLOW_HOST")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn start(data: &Path) -> Self {
        Self::run(Self::command(&["--data", data.to_str().unwrap()]))
    }

    /// Starts the program and waits until it says where it listens.
    pub(crate) fn run(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        if line.is_empty() {
            let mut told = String::new();
            child
                .stderr
                .take()
                .unwrap()
                .read_to_string(&mut told)
                .unwrap();
            panic!("the program ended: {told}");
        }
        let addresses: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert!(
            addresses["grpc"]
                .as_str()
                .unwrap()
                .starts_with("127.0.0.1:")
        );
        Self {
            child,
            http: addresses["http"].as_str().unwrap().to_owned(),
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends a signal by name and waits for the end; gives the exit code.
    pub(crate) fn signal(&mut self, name: &str) -> Option<i32> {
        let sent = Command::new("kill")
            .args(["-s", name, &self.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
