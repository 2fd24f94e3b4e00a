//! How the program starts and ends: with an environment that can't work; asked by a signal, with a daemon or a service that takes the segments, refuses them, or hangs.

#![cfg(unix)]

#[path = "../../../program.rs"]
mod program;

use std::{
    net::{TcpListener, UdpSocket},
    process::Command,
};

use program::{Program, SECRET, start_error};
use span_snapshot::{Span, XrayAnswer, XrayApi, XrayDaemon};

const PROGRAM: &str = env!("CARGO_BIN_EXE_xray-solution");

/// A caller who wants its trace sampled, so that no rule decides otherwise.
const SAMPLED: &[(&str, &str)] = &[(
    "x-amzn-trace-id",
    "Root=1-69566140-000000000000000000000001;Parent=00000000000000aa;Sampled=1",
)];

/// Documents that one request makes: the segment, its subsegment, and `mock-data` in that.
const OF_A_REQUEST: usize = 3;

fn start(variables: &[(&str, &str)]) -> Program {
    let keys = [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
    ];
    let mut all: Vec<_> = keys.map(|name| (name, SECRET)).into();
    all.push(("AWS_REGION", "ca-central-1"));
    all.extend(variables);
    Program::start(PROGRAM, &all)
}

/// Through the daemon at `address`; `rules` is whom it asks for sampling rules.
fn to_daemon(address: &str, rules: &XrayApi) -> Program {
    start(&[
        ("AWS_XRAY_DAEMON_ADDRESS", address),
        ("AWS_ENDPOINT_URL_XRAY", &rules.endpoint()),
    ])
}

/// Without a daemon.
fn to_api(endpoint: &str) -> Program {
    start(&[("AWS_ENDPOINT_URL_XRAY", endpoint)])
}

/// Sends SIGTERM at once after so many requests; gives what it told.
fn told(program: Program, requests: usize) -> String {
    program.request(requests, SAMPLED);
    program.end_by("TERM")
}

fn last_line(told: &str) -> &str {
    told.lines().last().expect("a last line")
}

/// The words for the service in what the program tells.
fn service(endpoint: &str) -> String {
    format!("X-Ray at {endpoint}, region ca-central-1")
}

fn is_mock_data(span: &Span<'_>) -> bool {
    span.name() == "mock-data"
}

#[track_caller]
fn check_delivered_to_daemon(signal: &str, rules: &XrayApi) {
    let daemon = XrayDaemon::start();
    let program = to_daemon(&daemon.address(), rules);
    program.request(20, SAMPLED);
    let told = program.end_by(signal);
    let documents = 20 * OF_A_REQUEST;
    assert_eq!(
        last_line(&told),
        format!(
            "telemetry: {documents} spans were delivered to the X-Ray daemon at {} (UDP)",
            daemon.address()
        )
    );
    assert_eq!(daemon.documents().len(), documents);
    assert_eq!(daemon.tree().spans().filter(is_mock_data).count(), 20);
    assert!(daemon.garbage().is_empty());
}

/// After one request, of which `lost` documents are not taken: told with `why` at the end, and with `reason` once before, and with nothing else in that line.
#[track_caller]
fn check_lost(endpoint: &str, lost: usize, why: &str, reason: &str) {
    let told = told(to_api(endpoint), 1);
    let service = service(endpoint);
    assert_eq!(
        last_line(&told),
        format!("telemetry: {lost} of {OF_A_REQUEST} spans were lost: {service} {why}")
    );
    let reason = format!("telemetry: {service} {why}: {reason}");
    // Which of the segments it was, has an ID that no two runs share.
    let reasons = told.lines().map(|line| line.split(" (segment ").next());
    let times = reasons.filter(|line| *line == Some(&reason)).count();
    assert_eq!(times, 1, "{reason}\n{told}");
}

fn putting(answer: XrayAnswer) -> XrayApi {
    XrayApi::start().answering("PutTraceSegments", [answer])
}

#[test]
fn by_udp_sigterm_loses_nothing() {
    check_delivered_to_daemon("TERM", &XrayApi::start());
}

#[test]
fn by_udp_sigint_loses_nothing() {
    check_delivered_to_daemon("INT", &XrayApi::start());
}

#[test]
fn rules_that_never_come_hold_nothing_up() {
    let rules = XrayApi::start().answering("GetSamplingRules", [XrayAnswer::Hang]);
    check_delivered_to_daemon("TERM", &rules);
}

#[test]
fn a_daemon_that_is_not_there() {
    // A port that is taken, and at which nobody listens: a connected socket hears its peer alone.
    let deaf = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    let address = deaf.local_addr().expect("an address");
    deaf.connect(address).expect("itself as its peer");
    let rules = XrayApi::start();
    // The refusal is the kernel's, which sends so many a second and no more: it may take another try to hear one.
    let told = (0..5)
        .map(|_| told(to_daemon(&address.to_string(), &rules), 1))
        .find(|told| !told.contains("were delivered"))
        .expect("a refusal");
    let daemon = format!("the X-Ray daemon at {address} (UDP) could not be reached");
    assert_eq!(
        last_line(&told),
        format!("telemetry: 3 of 3 spans were lost: {daemon}")
    );
    let reason = format!(
        "telemetry: {daemon}: Unreachable: nobody listens at UDP {address}: is the observatory"
    );
    assert!(told.contains(&reason), "{told}");
}

#[test]
fn to_the_api_sigterm_loses_nothing() {
    let api = XrayApi::start();
    let told = told(to_api(&api.endpoint()), 20);
    let documents = 20 * OF_A_REQUEST;
    let service = service(&api.endpoint());
    assert_eq!(
        last_line(&told),
        format!("telemetry: {documents} spans were delivered to {service}")
    );
    assert_eq!(api.documents().len(), documents);
    assert_eq!(api.tree().spans().filter(is_mock_data).count(), 20);
    let calls = api.calls_of("PutTraceSegments");
    let batches: Vec<usize> = calls.iter().map(|call| call.documents().len()).collect();
    assert_eq!(batches, [50, 10]);
    assert_eq!(calls[0].region(), Some("ca-central-1"));
}

#[test]
fn an_api_that_is_not_there() {
    // A port that was free a moment ago, and that nobody listens on.
    let free = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port");
    check_lost(
        &format!("http://{free}"),
        3,
        "could not be reached",
        "Unreachable: io error: client error (Connect): tcp connect error: Connection refused (os error 111)",
    );
}

#[test]
fn an_api_that_hangs() {
    let api = putting(XrayAnswer::Hang);
    let told = told(to_api(&api.endpoint()), 1);
    assert_eq!(
        last_line(&told),
        format!(
            "telemetry: 3 of 3 spans were lost: {} did not answer in time",
            service(&api.endpoint())
        )
    );
}

#[test]
fn an_api_that_fails() {
    check_lost(
        &putting(XrayAnswer::Fail).endpoint(),
        3,
        "did not take every segment",
        "InternalFailure: the fake X-Ray API was told to fail",
    );
}

#[test]
fn an_api_that_throttles() {
    check_lost(
        &putting(XrayAnswer::Throttle).endpoint(),
        3,
        "did not take every segment",
        "ThrottledException: Rate exceeded",
    );
}

#[test]
fn an_api_that_refuses_the_keys() {
    check_lost(
        &putting(XrayAnswer::RefuseKeys).endpoint(),
        3,
        "did not take every segment",
        "UnrecognizedClientException: The security token included in the request is invalid.",
    );
}

#[test]
fn documents_that_come_back_are_counted() {
    let api = XrayApi::start().refusing("InvalidName", |segment| segment.name == "mock-data");
    check_lost(
        &api.endpoint(),
        1,
        "did not take every segment",
        "InvalidName: Invalid segment. ErrorCode: InvalidName",
    );
    assert_eq!(api.documents().len(), 2);
}

#[test]
fn a_refusal_is_told_at_once_and_once() {
    let api = putting(XrayAnswer::RefuseKeys);
    start(&[
        ("AWS_ENDPOINT_URL_XRAY", &api.endpoint()),
        ("OTEL_BSP_SCHEDULE_DELAY", "1"),
    ])
    .check_told_once(
        "did not take every segment: UnrecognizedClientException",
        SAMPLED,
    );
}

/// Variables that can't work, and what the program says about them.
#[track_caller]
fn check_start(variables: &[(&str, &str)], wanted: &str) {
    let mut all = vec![("AWS_SECRET_ACCESS_KEY", SECRET)];
    all.extend(variables);
    assert_eq!(start_error(PROGRAM, &[], &all), format!("error: {wanted}"));
}

const ENDPOINT: (&str, &str) = ("AWS_ENDPOINT_URL_XRAY", "http://127.0.0.1:4318");
const DAEMON: (&str, &str) = ("AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:2000");

#[test]
fn a_region_that_is_none() {
    let wanted = "AWS_REGION is `can-central-1`, which is no region: did you mean ca-central-1?";
    for way in [ENDPOINT, DAEMON] {
        check_start(&[way, ("AWS_REGION", "can-central-1")], wanted);
    }
}

#[test]
fn a_variable_that_no_sdk_reads() {
    let wanted = "AWS_ENDPOINT_URL_LOGS is set, which no SDK reads, so that requests would go to the real service: rename it to AWS_ENDPOINT_URL_CLOUDWATCH_LOGS";
    for way in [ENDPOINT, DAEMON] {
        check_start(
            &[way, ("AWS_ENDPOINT_URL_LOGS", "http://127.0.0.1:4318")],
            wanted,
        );
    }
}

#[test]
fn an_endpoint_that_is_none() {
    check_start(
        &[("AWS_ENDPOINT_URL", "localhost:4318")],
        "AWS_ENDPOINT_URL has a value (not shown), which is no address: write it like http://localhost:4318",
    );
}

#[test]
fn a_key_in_the_endpoint_is_not_told() {
    check_start(
        &[(
            "AWS_ENDPOINT_URL",
            &format!("http://me:{SECRET}@localhost:4318"),
        )],
        "AWS_ENDPOINT_URL has a name or a password before `@`: write it like http://localhost:4318, and put keys into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    );
}

#[test]
fn a_daemon_address_that_is_none() {
    let spellings = "write it like 127.0.0.1:2000, or like tcp:127.0.0.1:2000 udp:127.0.0.1:2001";
    for (address, problem) in [
        ("127.0.0.1", "`127.0.0.1` has no port"),
        (
            "http://127.0.0.1:2000",
            "it is an address without `http://` or the like",
        ),
        ("udp:127.0.0.1:2000", "`tcp:` is missing beside `udp:`"),
    ] {
        let wanted = format!("AWS_XRAY_DAEMON_ADDRESS is `{address}`, and {problem}: {spellings}");
        check_start(&[ENDPOINT, ("AWS_XRAY_DAEMON_ADDRESS", address)], &wanted);
    }
}

#[test]
fn questions_that_nobody_answers() {
    let api = XrayApi::start();
    let endpoint = api.endpoint();
    drop(api);
    let service = format!("X-Ray at {endpoint}, region us-east-1 (AWS_REGION is not set)");
    let variables = [
        ("AWS_ENDPOINT_URL_XRAY", &endpoint[..]),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_ACCESS_KEY_ID", SECRET),
    ];
    let why = "unhandled error: dispatch failure: io error: client error (Connect): tcp connect error: Connection refused (os error 111)";
    for command in ["ask", "set-up"] {
        assert_eq!(
            start_error(PROGRAM, &[command], &variables),
            format!("error: {service} could not be asked: {why}")
        );
    }
}

#[test]
fn what_is_there_already_is_not_created_again() {
    let api = XrayApi::start();
    let variables = [("AWS_ENDPOINT_URL_XRAY", &api.endpoint()[..])];
    let set_up = || {
        Command::new(PROGRAM)
            .arg("set-up")
            .env_clear()
            .envs(variables)
            .output()
    };
    let told = || {
        let output = set_up().expect("the program starts");
        assert!(output.status.success());
        String::from_utf8(output.stdout).expect("text")
    };
    let there = "sampling rules: Default, Cruddur\ngroups: cruddur-failed\n";
    assert_eq!(told(), there);
    let again = told();
    assert!(
        again.starts_with("the sampling rule was not created: InvalidRequestException: "),
        "{again}"
    );
    assert!(again.ends_with(there), "{again}");
    assert_eq!((api.rules().len(), api.groups().len()), (2, 1));
}

#[cfg(not(feature = "live"))]
#[test]
fn without_tls_there_is_no_https() {
    check_start(
        &[(
            "AWS_ENDPOINT_URL_XRAY",
            "https://xray.ca-central-1.amazonaws.com",
        )],
        "AWS_ENDPOINT_URL_XRAY is https://xray.ca-central-1.amazonaws.com, and this build has no TLS: set it to http://localhost:4318 for the observatory, or build with `cargo lab up --live xray`",
    );
}

#[cfg(not(feature = "live"))]
#[test]
fn without_tls_something_local_has_to_be_named() {
    check_start(
        &[],
        "without AWS_ENDPOINT_URL the real X-Ray is meant, and this build has no TLS: set AWS_ENDPOINT_URL=http://localhost:4318 for the observatory, or build with `cargo lab up --live xray`",
    );
}
