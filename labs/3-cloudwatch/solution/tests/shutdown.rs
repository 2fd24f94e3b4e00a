//! How the program starts and ends: with an environment that can't work; asked by a signal, with a service that takes the log events, refuses them, or hangs. What becomes of spans is lab 2's.

#![cfg(unix)]

#[path = "../../../program.rs"]
mod program;

use std::{
    net::TcpListener,
    process::{Command, Output},
};

use program::{Program, SECRET, start_error};
use span_snapshot::{LogsAnswer, LogsApi, XrayApi, XrayDaemon};

const PROGRAM: &str = env!("CARGO_BIN_EXE_cloudwatch-solution");

/// A caller whose trace is sampled, so that there are spans as well.
const TRACE: &str = "1-69566140-000000000000000000000001";
const SAMPLED: &[(&str, &str)] = &[(
    "x-amzn-trace-id",
    "Root=1-69566140-000000000000000000000001;Parent=00000000000000aa;Sampled=1",
)];

/// Events that one request makes: the handler's and the access log's.
const OF_A_REQUEST: usize = 2;

/// Documents that one request makes: the segment, its subsegment, and `mock-data` in that.
const DOCUMENTS_OF_A_REQUEST: usize = 3;

/// What stands beside the program: X-Ray, which is well.
struct Xray {
    daemon: XrayDaemon,
    rules: XrayApi,
}

impl Xray {
    fn start() -> Self {
        Self {
            daemon: XrayDaemon::start(),
            rules: XrayApi::start(),
        }
    }

    /// The program beside it, with its log events to `logs`.
    fn program(&self, logs: &str) -> Program {
        self.program_with(logs, &[])
    }

    /// The same with more variables.
    fn program_with(&self, logs: &str, more: &[(&str, &str)]) -> Program {
        let (daemon, rules) = (self.daemon.address(), self.rules.endpoint());
        let usual = [
            ("AWS_ACCESS_KEY_ID", SECRET),
            ("AWS_SECRET_ACCESS_KEY", SECRET),
            ("AWS_SESSION_TOKEN", SECRET),
            ("AWS_REGION", "ca-central-1"),
            ("AWS_XRAY_DAEMON_ADDRESS", &daemon),
            ("AWS_ENDPOINT_URL_XRAY", &rules),
            ("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", logs),
        ];
        Program::start(PROGRAM, &[&usual, more].concat())
    }
}

/// The words for where log events go, in what the program tells.
fn destination(endpoint: &str) -> String {
    format!("CloudWatch Logs at {endpoint}, region ca-central-1, log group cruddur, stream backend")
}

/// Fails unless `told` has this line, once, about the service at `endpoint`.
#[track_caller]
fn check_told(told: &str, endpoint: &str, line: &str) {
    let line = format!("telemetry: {}: {line}", destination(endpoint));
    let times = told.lines().filter(|told| *told == line).count();
    assert_eq!(times, 1, "{line}\n{told}");
}

#[track_caller]
fn check_delivered(signal: &str, api: LogsApi) {
    let xray = Xray::start();
    let program = xray.program(&api.endpoint());
    program.request(20, SAMPLED);
    let told = program.end_by(signal);
    let events = 20 * OF_A_REQUEST;
    check_told(
        &told,
        &api.endpoint(),
        &format!("{events} events were delivered"),
    );
    let taken = api.events("cruddur", "backend");
    assert_eq!(taken.len(), events);
    let correlated = format!("\"xray_trace_id\":\"{TRACE}\"");
    let correlated = taken
        .iter()
        .filter(|event| event.message.contains(&correlated));
    assert_eq!(correlated.count(), events);
    let documents = xray.daemon.documents();
    assert_eq!(documents.len(), 20 * DOCUMENTS_OF_A_REQUEST);
    assert!(documents.iter().all(|document| document.contains(TRACE)));
    for call in api.calls() {
        assert_eq!(call.region(), Some("ca-central-1"), "{call:?}");
    }
    let groups = api.groups();
    let groups: Vec<_> = groups
        .iter()
        .map(|group| (&group.name[..], group.retention_in_days))
        .collect();
    assert_eq!(groups, [("cruddur", Some(7))]);
}

#[test]
fn sigterm_loses_nothing() {
    check_delivered("TERM", LogsApi::start());
}

#[test]
fn sigint_loses_nothing() {
    check_delivered("INT", LogsApi::start());
}

#[test]
fn a_service_that_is_busy_for_a_moment() {
    let busy = [
        LogsAnswer::Throttle,
        LogsAnswer::Unavailable,
        LogsAnswer::Serve,
    ];
    check_delivered("TERM", LogsApi::start().answering("PutLogEvents", busy));
}

#[test]
fn a_service_that_is_busy_when_the_group_is_made() {
    let busy = [LogsAnswer::Throttle, LogsAnswer::Serve];
    check_delivered("TERM", LogsApi::start().answering("CreateLogStream", busy));
}

#[test]
fn lines_are_shown_to_somebody_who_looks_on() {
    let (xray, api) = (Xray::start(), LogsApi::start());
    let program = xray.program_with(&api.endpoint(), &[("LOG_LINES", "1")]);
    program.request(1, SAMPLED);
    let told = program.end_by("TERM");
    let sent = api.events("cruddur", "backend");
    let lines: Vec<&str> = told.lines().filter(|line| line.starts_with('{')).collect();
    assert_eq!(lines.len(), OF_A_REQUEST, "{told}");
    // But for the time, which is read for each by itself, they are what was sent.
    let rest = |line: &str| line.split_once(",").map(|(_, rest)| rest.to_owned());
    for (line, event) in lines.into_iter().zip(sent) {
        assert_eq!(rest(line), rest(&event.message));
    }
}

/// After one request, of which no event is taken: told with `why` at the end, and `trouble` before. Spans are none of that.
#[track_caller]
fn check_lost(endpoint: &str, why: &str, trouble: &str) {
    let xray = Xray::start();
    let program = xray.program(endpoint);
    program.request(1, SAMPLED);
    let told = program.end_by("TERM");
    let lost =
        format!("{OF_A_REQUEST} of {OF_A_REQUEST} events were lost: {OF_A_REQUEST} were {why}");
    check_told(&told, endpoint, &lost);
    let trouble = format!("telemetry: {}: {trouble}", destination(endpoint));
    let times = told
        .lines()
        .filter(|told| told.starts_with(&trouble))
        .count();
    assert_eq!(times, 1, "{trouble}\n{told}");
    assert_eq!(xray.daemon.documents().len(), DOCUMENTS_OF_A_REQUEST);
    assert!(told.contains("3 spans were delivered"), "{told}");
}

/// Why events are given up that are tried again until the end.
const NO_TIME: &str = "NoTime: they were still under way 2.5 s after the shutdown began";

/// After one request, of which the events are tried again until the end, because of `trouble`.
#[track_caller]
fn check_lost_at_the_end(endpoint: &str, trouble: &str) {
    let why = format!("given up ({NO_TIME}; {trouble})");
    check_lost(endpoint, &why, trouble);
}

#[test]
fn a_service_that_is_not_there() {
    // A port that was free a moment ago, and that nobody listens on.
    let free = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port");
    check_lost_at_the_end(
        &format!("http://{free}"),
        "Unreachable: dispatch failure: io error: client error (Connect): tcp connect error: Connection refused (os error 111)",
    );
}

#[test]
fn a_service_that_hangs() {
    let api = LogsApi::start().answering("CreateLogGroup", [LogsAnswer::Hang]);
    let xray = Xray::start();
    let program = xray.program(&api.endpoint());
    program.request(1, SAMPLED);
    let told = program.end_by("TERM");
    check_told(
        &told,
        &api.endpoint(),
        &format!("2 of 2 events were lost: 2 were given up ({NO_TIME})"),
    );
    assert!(told.contains("3 spans were delivered"), "{told}");
}

#[test]
fn a_service_that_throttles() {
    let api = LogsApi::start().answering("PutLogEvents", [LogsAnswer::Throttle]);
    check_lost_at_the_end(&api.endpoint(), "ThrottlingException: Rate exceeded");
}

#[test]
fn a_service_that_fails() {
    let api = LogsApi::start().answering("PutLogEvents", [LogsAnswer::Fail]);
    check_lost_at_the_end(
        &api.endpoint(),
        "InternalFailure: the fake CloudWatch Logs API was told to fail",
    );
}

const REFUSED: &str =
    "UnrecognizedClientException: The security token included in the request is invalid.";

#[test]
fn a_service_that_refuses_the_keys() {
    let api = LogsApi::start()
        .answering("CreateLogGroup", [LogsAnswer::RefuseKeys])
        .answering("PutLogEvents", [LogsAnswer::RefuseKeys]);
    check_lost(&api.endpoint(), &format!("given up ({REFUSED})"), REFUSED);
    assert_eq!(api.calls_of("PutLogEvents").len(), 1);
}

#[test]
fn a_group_that_may_not_be_made_and_is_not_there() {
    let api = LogsApi::start().answering("CreateLogGroup", [LogsAnswer::RefuseKeys]);
    let lost = "given up (ResourceNotFoundException: The specified log group does not exist.)";
    check_lost(&api.endpoint(), lost, REFUSED);
}

#[test]
fn a_group_that_may_not_be_made_and_is_there() {
    let api = LogsApi::start()
        .with_retention("cruddur", 7)
        .with_stream("cruddur", "backend")
        .answering("CreateLogGroup", [LogsAnswer::RefuseKeys]);
    check_delivered("TERM", api);
}

#[test]
fn a_clock_that_is_wrong() {
    // The service lives in 1970.
    let api = LogsApi::start().with_now(0);
    check_lost(&api.endpoint(), "too new", "Rejected: ");
}

#[test]
fn a_refusal_is_told_at_once_and_once() {
    let xray = Xray::start();
    let api = LogsApi::start().answering("CreateLogGroup", [LogsAnswer::RefuseKeys]);
    let line = format!(
        "{}: UnrecognizedClientException: The security",
        destination(&api.endpoint())
    );
    xray.program(&api.endpoint())
        .check_told_once(&line, SAMPLED);
}

/// Variables that can't work, and what the program says about them.
#[track_caller]
fn check_start(variables: &[(&str, &str)], wanted: &str) {
    let mut all = vec![("AWS_SECRET_ACCESS_KEY", SECRET)];
    all.extend(variables);
    assert_eq!(start_error(PROGRAM, &[], &all), format!("error: {wanted}"));
}

const ENDPOINT: (&str, &str) = ("AWS_ENDPOINT_URL", "http://127.0.0.1:4318");
const DAEMON: (&str, &str) = ("AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:2000");

#[test]
fn a_region_that_is_none() {
    check_start(
        &[ENDPOINT, DAEMON, ("AWS_REGION", "can-central-1")],
        "AWS_REGION is `can-central-1`, which is no region: did you mean ca-central-1?",
    );
}

#[test]
fn a_variable_that_no_sdk_reads() {
    let wrong = ("AWS_ENDPOINT_URL_LOGS", "http://127.0.0.1:4318");
    let wanted = "AWS_ENDPOINT_URL_LOGS is set, which no SDK reads, so that requests would go to the real service: rename it to AWS_ENDPOINT_URL_CLOUDWATCH_LOGS";
    for others in [vec![], vec![ENDPOINT], vec![ENDPOINT, DAEMON]] {
        check_start(&[others, vec![wrong]].concat(), wanted);
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
fn a_daemon_address_that_is_none() {
    check_start(
        &[ENDPOINT, ("AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1")],
        "AWS_XRAY_DAEMON_ADDRESS is `127.0.0.1`, and `127.0.0.1` has no port: write it like 127.0.0.1:2000, or like tcp:127.0.0.1:2000 udp:127.0.0.1:2001",
    );
}

#[test]
fn a_command_that_is_none() {
    assert_eq!(
        start_error(PROGRAM, &["setup"], &[]),
        "error: there is no `setup`: say `backend`, `profiles`, `set-up` or `ask`"
    );
}

#[test]
fn questions_that_nobody_answers() {
    let api = LogsApi::start();
    let endpoint = api.endpoint();
    drop(api);
    let service =
        format!("CloudWatch Logs at {endpoint}, region us-east-1 (AWS_REGION is not set)");
    let variables = [
        ("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", &endpoint[..]),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_ACCESS_KEY_ID", SECRET),
    ];
    let why = "dispatch failure: io error: client error (Connect): tcp connect error: Connection refused (os error 111)";
    for command in ["ask", "set-up"] {
        let told = start_error(PROGRAM, &[command], &variables);
        assert!(
            told.starts_with(&format!("error: {service} could not be asked: ")),
            "{told}"
        );
        assert!(told.ends_with(why), "{told}");
    }
}

/// What the program does for `command` with the service at `endpoint`, and nothing else in its environment.
fn run(command: &str, endpoint: &str) -> Output {
    Command::new(PROGRAM)
        .arg(command)
        .env_clear()
        .env("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", endpoint)
        .output()
        .expect("the program starts")
}

#[test]
fn what_is_there_already_is_not_created_again() {
    let api = LogsApi::start();
    for _ in 0..2 {
        let output = run("set-up", &api.endpoint());
        assert!(output.status.success(), "{output:?}");
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            "log group cruddur: kept for 7 days\n  stream backend\n"
        );
    }
}

#[test]
fn a_question_is_asked_and_the_answer_shown() {
    let rows = |query: &str| match query.contains("p95") {
        true => vec![vec![
            ("http.route".to_owned(), "/api/activities/home".to_owned()),
            ("p95".to_owned(), "0.9".to_owned()),
        ]],
        false => Vec::new(),
    };
    let api = LogsApi::start()
        .with_group("cruddur")
        .with_insights(move |query, _| Ok(rows(query)));
    let output = run("ask", &api.endpoint());
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "the slowest routes in the last hour:\n  http.route=/api/activities/home  p95=0.9\nerrors of each route in each minute in the last hour:\n  none\n"
    );
}

#[cfg(not(feature = "live"))]
#[test]
fn without_tls_there_is_no_https() {
    check_start(
        &[
            ENDPOINT,
            (
                "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
                "https://logs.ca-central-1.amazonaws.com",
            ),
        ],
        "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS is https://logs.ca-central-1.amazonaws.com, and this build has no TLS: set it to http://localhost:4318 for the observatory, or build with `cargo lab up --live cloudwatch`",
    );
}

#[cfg(not(feature = "live"))]
#[test]
fn without_tls_something_local_has_to_be_named() {
    check_start(
        &[DAEMON],
        "without AWS_ENDPOINT_URL the real CloudWatch Logs is meant, and this build has no TLS: set AWS_ENDPOINT_URL=http://localhost:4318 for the observatory, or build with `cargo lab up --live cloudwatch`",
    );
}
