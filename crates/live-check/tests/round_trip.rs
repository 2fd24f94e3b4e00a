//! The program itself against the observatory, and against fakes that refuse: what it says, and that no key is in it.

use std::process::Command;

use axum::{Router, http::StatusCode, routing::post};
use observatory::{
    access::Access,
    server::{self, AppState, Keys},
    store::{Location, Store, StoreOptions},
};
use serde_json::Value;
use span_snapshot::{Answer, Collector, LogsAnswer, LogsApi, XrayAnswer, XrayApi};
use tokio::{net::TcpListener, runtime::Runtime, sync::watch};

const KEY: &str = "the-secret-key";
const AWS_SECRET: &str = "the-secret-of-aws";

/// An observatory in this process, with its store in memory; ends with the test.
struct Observatory {
    http: String,
    _runtime: Runtime,
    _stop: watch::Sender<bool>,
}

impl Observatory {
    fn start(key: Option<&str>) -> Self {
        let store = Store::open(StoreOptions {
            location: Location::Memory,
            retain_bytes: u64::MAX,
        })
        .expect("a store");
        let state = AppState::new(store, Keys::new(key.map(str::to_owned)), Access::default());
        let runtime = Runtime::new().expect("a runtime");
        let (stop, stopped) = watch::channel(false);
        let http = runtime.block_on(async {
            let http = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let grpc = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let address = http.local_addr().expect("an address");
            tokio::spawn(server::serve(http, grpc, state, stopped));
            address
        });
        Self {
            http: format!("http://{http}"),
            _runtime: runtime,
            _stop: stop,
        }
    }
}

/// What the program says with these variables and no others: `level: what`, a line each, with `ADDRESS` for the endpoint.
fn told(variables: &[(&str, &str)]) -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_live-check"))
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .expect("it starts");
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{text}");
    for secret in [KEY, AWS_SECRET] {
        assert!(!text.contains(secret), "a secret is shown: {text}");
    }
    text.lines()
        .map(|line| {
            let line: Value = serde_json::from_str(line).expect("JSON");
            let field = |name: &str| line[name].as_str().unwrap_or_default();
            assert_eq!(field("level") == "ok", field("advice").is_empty(), "{line}");
            let mut told = format!("{}: {}", field("level"), field("what"));
            for (_, value) in variables
                .iter()
                .filter(|(_, value)| value.starts_with("http"))
            {
                told = told.replace(value, "ADDRESS");
            }
            // Each trace has an ID of its own.
            match told
                .split_once("trace ")
                .or_else(|| told.split_once("trace back, "))
            {
                Some((before, _)) => before.trim_end().to_owned(),
                None => told,
            }
        })
        .collect()
}

#[test]
fn nobody_to_ask() {
    assert_eq!(
        told(&[]),
        ["problem: no credentials are set, so there is nobody to ask"]
    );
}

#[test]
fn a_span_goes_to_the_observatory() {
    let observatory = Observatory::start(Some(KEY));
    assert_eq!(
        told(&[
            ("HONEYCOMB_API_KEY", KEY),
            ("HONEYCOMB_API_ENDPOINT", &observatory.http)
        ]),
        [
            "ok: ADDRESS: knows the key, team observatory, environment local",
            "ok: ADDRESS: took a span, service `cargo-lab-doctor`,",
        ]
    );
    assert_eq!(
        told(&[
            ("HONEYCOMB_API_KEY", "wrong"),
            ("HONEYCOMB_API_ENDPOINT", &observatory.http)
        ]),
        ["problem: ADDRESS: does not know the key (401)"]
    );
    assert_eq!(
        told(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &observatory.http)]),
        ["problem: ADDRESS: wants a key, and none was sent"]
    );
}

#[test]
fn a_segment_and_an_event_go_to_the_observatory_and_come_back() {
    let observatory = Observatory::start(None);
    let variables = [
        ("AWS_ENDPOINT_URL", observatory.http.as_str()),
        ("AWS_REGION", "ca-central-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", AWS_SECRET),
    ];
    let xray = [
        "ok: X-Ray at ADDRESS, region ca-central-1: took a segment, service `cargo-lab-doctor`",
        "ok: X-Ray: gave the",
    ];
    let logs = [
        "ok: CloudWatch Logs at ADDRESS, region ca-central-1: took an event, group `cruddur`, stream `doctor`",
        "ok: CloudWatch Logs: gave the event back",
        "ok: CloudWatch Logs: the stream `doctor` is removed again",
    ];
    let made = ["note: CloudWatch Logs: the group `cruddur` was missing, and is made now"];
    assert_eq!(told(&variables), [&xray[..], &made, &logs].concat());
    // The second time the group is there.
    assert_eq!(told(&variables), [&xray[..], &logs].concat());
}

#[test]
fn aws_refuses() {
    let xray = XrayApi::start().answering("PutTraceSegments", [XrayAnswer::RefuseKeys]);
    let logs = LogsApi::start().answering("DescribeLogGroups", [LogsAnswer::RefuseKeys]);
    let (xray, logs) = (xray.endpoint(), logs.endpoint());
    assert_eq!(
        told(&[
            ("AWS_ENDPOINT_URL_XRAY", xray.as_str()),
            ("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", logs.as_str()),
            ("AWS_SECRET_ACCESS_KEY", AWS_SECRET),
        ]),
        [
            "problem: X-Ray: AWS does not know AWS_ACCESS_KEY_ID in this region",
            "problem: CloudWatch Logs: AWS does not know AWS_ACCESS_KEY_ID in this region",
        ]
    );
}

#[test]
fn a_segment_is_given_back() {
    let answer = XrayAnswer::Unprocessed {
        first: 1,
        code: "InternalFailure".to_owned(),
    };
    let xray = XrayApi::start().answering("PutTraceSegments", [answer]);
    assert_eq!(
        told(&[("AWS_ENDPOINT_URL_XRAY", &xray.endpoint())]),
        ["problem: X-Ray: refused with InternalFailure (400)"]
    );
}

#[test]
fn a_collector_refuses() {
    for (answer, wanted) in [
        (
            Answer::Unauthorized,
            "problem: ADDRESS: wants a key, and none was sent",
        ),
        (
            Answer::Unavailable,
            "note: ADDRESS: the service itself failed (503)",
        ),
        (
            Answer::TooManyRequests {
                retry_after_seconds: 1,
            },
            "note: ADDRESS: too many events at the moment, or the month's limit is reached (429)",
        ),
    ] {
        let collector = Collector::answering(answer);
        assert_eq!(
            told(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.endpoint())]),
            [wanted]
        );
    }
}

/// An X-Ray that takes segments and refuses to give traces, or takes none; with the error's name.
struct Refusing {
    http: String,
    _runtime: Runtime,
}

impl Refusing {
    fn start(takes_segments: bool, error: &'static str) -> Self {
        let refuse = move || async move {
            let body = format!(r#"{{"__type":"{error}","message":"said by the fake"}}"#);
            (StatusCode::FORBIDDEN, [("x-amzn-errortype", error)], body)
        };
        let put = if takes_segments {
            post(async || r#"{"UnprocessedTraceSegments":[]}"#)
        } else {
            post(refuse)
        };
        let router = Router::new()
            .route("/TraceSegments", put)
            .route("/Traces", post(refuse));
        let runtime = Runtime::new().expect("a runtime");
        let http = runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let address = listener.local_addr().expect("an address");
            tokio::spawn(async move { axum::serve(listener, router).await });
            address
        });
        Self {
            http: format!("http://{http}"),
            _runtime: runtime,
        }
    }
}

#[test]
fn each_refusal_of_aws_has_its_sentence() {
    for (error, wanted) in [
        (
            "ExpiredTokenException",
            "problem: X-Ray: AWS_SESSION_TOKEN has expired",
        ),
        (
            "AccessDeniedException",
            "problem: X-Ray: these credentials may not do xray:PutTraceSegments",
        ),
        (
            "RequestExpired",
            "problem: X-Ray: this machine's clock differs from AWS's by more than five minutes",
        ),
        (
            "InvalidSignatureException",
            "problem: X-Ray: the signature is wrong, so AWS_SECRET_ACCESS_KEY does not belong to AWS_ACCESS_KEY_ID",
        ),
    ] {
        let xray = Refusing::start(false, error);
        assert_eq!(told(&[("AWS_ENDPOINT_URL_XRAY", &xray.http)]), [wanted]);
    }
}

#[test]
fn whoever_may_only_write_is_told_so() {
    let xray = Refusing::start(true, "AccessDeniedException");
    let told = told(&[("AWS_ENDPOINT_URL_XRAY", &xray.http)]);
    assert_eq!(
        told.last().map(String::as_str),
        Some("note: X-Ray: took the segment, but these credentials may not read traces")
    );
}

#[test]
fn nobody_listens() {
    // Bound and given up: nobody else is given it so soon.
    let gone = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", gone.local_addr().expect("an address"));
    drop(gone);
    assert_eq!(
        told(&[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", address.as_str()),
            ("AWS_ENDPOINT_URL_XRAY", address.as_str())
        ]),
        [
            "problem: ADDRESS: nobody listens there",
            "problem: X-Ray: nobody listens there",
        ]
    );
}

#[test]
fn settings_that_cannot_work() {
    assert_eq!(
        told(&[
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_REGION", "can-central-1"),
            ("AWS_ENDPOINT_URL_XRAY", "http://127.0.0.1:1")
        ])
        .first()
        .map(String::as_str),
        Some("problem: X-Ray: AWS_REGION is `can-central-1`, which is no region")
    );
}
