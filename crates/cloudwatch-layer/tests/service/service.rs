//! A service that speaks CloudWatch Logs' protocol and answers as a test says, on a thread and runtime of its own.

use std::{
    net::SocketAddr,
    sync::{Arc, Condvar, Mutex},
    thread,
    time::Duration,
};

use aws_sdk_cloudwatchlogs::{
    Client,
    config::{retry::RetryConfig, timeout::TimeoutConfig},
};
use aws_settings::{AwsSettings, Service as Aws};
use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tracing::subscriber::NoSubscriber;

/// What a call gets.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// Status and body.
    Body(u16, Value),
    /// The connection stands, and nothing comes.
    Hang,
}

/// One call: the operation and its body.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    pub(crate) operation: String,
    pub(crate) body: Value,
}

/// It ends when it is dropped.
pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    calls: Arc<(Mutex<Vec<Call>>, Condvar)>,
    _stop: oneshot::Sender<()>,
}

impl Service {
    /// Answers what `answer` says, which is given the operation, how many calls of that operation came before, and the body.
    pub(crate) fn start(
        answer: impl Fn(&str, usize, &Value) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        Self::on(listener, answer)
    }

    pub(crate) fn on(
        listener: std::net::TcpListener,
        answer: impl Fn(&str, usize, &Value) -> Answer + Send + Sync + 'static,
    ) -> Self {
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let calls = Arc::new((Mutex::new(Vec::<Call>::new()), Condvar::new()));
        let seen = Arc::clone(&calls);
        let answer = Arc::new(answer);
        let (stop, stopped) = oneshot::channel::<()>();
        let routes = Router::new()
            .route(
                "/",
                post(move |headers: HeaderMap, body: Bytes| async move {
                    let target = headers["x-amz-target"].to_str().unwrap();
                    let operation = target.strip_prefix("Logs_20140328.").unwrap().to_owned();
                    let body: Value = serde_json::from_slice(&body).unwrap();
                    let before = {
                        let mut calls = seen.0.lock().unwrap();
                        let before = calls.iter().filter(|call| call.operation == operation);
                        let before = before.count();
                        calls.push(Call {
                            operation: operation.clone(),
                            body: body.clone(),
                        });
                        before
                    };
                    seen.1.notify_all();
                    match answer(&operation, before, &body) {
                        Answer::Body(status, body) => {
                            (StatusCode::from_u16(status).unwrap(), body.to_string())
                        }
                        Answer::Hang => std::future::pending().await,
                    }
                }),
            )
            .layer(axum::extract::DefaultBodyLimit::disable());
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            // What a server in the same process logs is not the client's.
            let _quiet = tracing::subscriber::set_default(NoSubscriber::new());
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
            calls,
            _stop: stop,
        }
    }

    /// Takes everything.
    pub(crate) fn accepting() -> Self {
        Self::start(|_, _, _| ok())
    }

    /// Answers `PutLogEvents` with these, the last of them for ever, and takes everything else.
    pub(crate) fn putting(answers: impl IntoIterator<Item = Answer>) -> Self {
        let answers: Vec<Answer> = answers.into_iter().collect();
        Self::start(move |operation, before, _| match operation {
            "PutLogEvents" => answers[before.min(answers.len() - 1)].clone(),
            _ => ok(),
        })
    }

    /// The operations called so far.
    pub(crate) fn operations(&self) -> Vec<String> {
        let calls = self.calls.0.lock().unwrap();
        calls.iter().map(|call| call.operation.clone()).collect()
    }

    /// The bodies of the calls of `operation` so far.
    pub(crate) fn bodies(&self, operation: &str) -> Vec<Value> {
        let calls = self.calls.0.lock().unwrap();
        calls
            .iter()
            .filter(|call| call.operation == operation)
            .map(|call| call.body.clone())
            .collect()
    }

    /// The messages of each `PutLogEvents` so far.
    pub(crate) fn puts(&self) -> Vec<Vec<String>> {
        self.bodies("PutLogEvents")
            .iter()
            .map(|body| {
                let events = body["logEvents"].as_array().unwrap();
                events
                    .iter()
                    .map(|event| event["message"].as_str().unwrap().to_owned())
                    .collect()
            })
            .collect()
    }

    /// Blocks until that many calls of `operation` have come.
    #[track_caller]
    pub(crate) fn wait_for(&self, operation: &str, calls: usize) {
        let count = |seen: &Vec<Call>| {
            let of_operation = seen.iter().filter(|call| call.operation == operation);
            of_operation.count()
        };
        let (seen, timeout) = self
            .calls
            .1
            .wait_timeout_while(
                self.calls.0.lock().unwrap(),
                Duration::from_secs(20),
                |seen| count(seen) < calls,
            )
            .unwrap();
        assert!(!timeout.timed_out(), "{} calls, not {calls}", count(&seen));
    }

    /// A client that would try each request three times, were it let.
    pub(crate) fn client(&self) -> Client {
        client(self.address)
    }
}

pub(crate) fn client(address: SocketAddr) -> Client {
    let endpoint = format!("http://{address}");
    let lookup =
        |name: &str| (name == "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS").then(|| endpoint.clone());
    let config = AwsSettings::from_lookup(Aws::CloudWatchLogs, lookup, false)
        .unwrap()
        .sdk_config()
        .into_builder()
        .retry_config(
            RetryConfig::standard()
                .with_max_attempts(3)
                .with_initial_backoff(Duration::from_millis(1)),
        )
        // Time is the test's: the client has none of its own.
        .timeout_config(TimeoutConfig::disabled())
        .build();
    Client::new(&config)
}

/// All is well.
pub(crate) fn ok() -> Answer {
    Answer::Body(200, json!({}))
}

/// An error as the service words them.
pub(crate) fn error(status: u16, code: &str, message: &str) -> Answer {
    Answer::Body(status, json!({"__type": code, "message": message}))
}

pub(crate) fn throttled() -> Answer {
    error(400, "ThrottlingException", "Rate exceeded")
}
