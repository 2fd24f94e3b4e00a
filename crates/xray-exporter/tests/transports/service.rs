//! A service that answers `PutTraceSegments` as a test says, on a thread and runtime of its own.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    thread,
};

use aws_sdk_xray::{Client, config::retry::RetryConfig};
use aws_settings::{AwsSettings, Service as Aws};
use axum::{Json, Router, http::StatusCode, routing::post};
use serde_json::{Value, json};
use tokio::sync::oneshot;

/// Status and body.
pub(crate) type Answer = (u16, Value);

/// It ends when it is dropped.
pub(crate) struct Service {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Vec<String>>>>,
    _stop: oneshot::Sender<()>,
}

impl Service {
    /// Answers what `answer` says, which is given the number of the request, from 0, and its documents.
    pub(crate) fn start(
        answer: impl Fn(usize, &[String]) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let requests = Arc::new(Mutex::new(Vec::<Vec<String>>::new()));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let seen = Arc::clone(&requests);
        let answer = Arc::new(answer);
        let routes = Router::new().route(
            "/TraceSegments",
            post(move |Json(body): Json<Value>| async move {
                let documents: Vec<String> =
                    serde_json::from_value(body["TraceSegmentDocuments"].clone()).unwrap();
                let number = {
                    let mut requests = seen.lock().unwrap();
                    requests.push(documents.clone());
                    requests.len() - 1
                };
                let (status, body) = answer(number, &documents);
                (StatusCode::from_u16(status).unwrap(), Json(body))
            }),
        );
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                let serving = axum::serve(listener, routes).into_future();
                tokio::select! {
                    _ = serving => {}
                    _ = stopped => {}
                }
            });
        });
        Self {
            address,
            requests,
            _stop: stop,
        }
    }

    /// Takes everything.
    pub(crate) fn accepting() -> Self {
        Self::start(|_, _| accepted())
    }

    /// The documents of each request so far.
    pub(crate) fn requests(&self) -> Vec<Vec<String>> {
        self.requests.lock().unwrap().clone()
    }

    pub(crate) fn client(&self) -> Client {
        client(self.address)
    }
}

/// A client of the service at `address` that tries each request once.
pub(crate) fn client(address: SocketAddr) -> Client {
    let endpoint = format!("http://{address}");
    let lookup = |name: &str| (name == "AWS_ENDPOINT_URL_XRAY").then(|| endpoint.clone());
    let config = AwsSettings::from_lookup(Aws::XRay, lookup, false)
        .unwrap()
        .sdk_config()
        .into_builder()
        .retry_config(RetryConfig::disabled())
        .build();
    Client::new(&config)
}

/// The answer that everything was taken.
pub(crate) fn accepted() -> Answer {
    (200, json!({"UnprocessedTraceSegments": []}))
}

/// The answer that all but these (ID and error code) were taken.
pub(crate) fn unprocessed<'a>(entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> Answer {
    let entries: Vec<Value> = entries
        .into_iter()
        .map(|(id, code)| {
            json!({"Id": id, "ErrorCode": code, "Message": format!("Invalid segment. ErrorCode: {code}")})
        })
        .collect();
    (200, json!({"UnprocessedTraceSegments": entries}))
}
