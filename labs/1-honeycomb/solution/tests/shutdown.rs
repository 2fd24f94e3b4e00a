//! How the program ends: asked by a signal, with a collector that takes the spans, refuses them, or hangs.

#![cfg(unix)]

use std::{
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

use span_snapshot::{Answer, Collector};

/// The bound that a program has to keep when its collector does not answer, with a second for a busy machine.
const END: Duration = Duration::from_secs(6);

struct Program {
    child: Child,
    url: String,
}

impl Program {
    /// A program that sends nothing before it ends.
    fn start(endpoint: &str) -> Self {
        Self::start_sending_after("3600000", endpoint)
    }

    /// A program that sends its spans when they have waited for so many milliseconds.
    fn start_sending_after(delay: &str, endpoint: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_honeycomb-solution"))
            .env_clear()
            .env("PORT", "0")
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
            .env(
                "OTEL_EXPORTER_OTLP_HEADERS",
                "x-honeycomb-team=NOT_A_REAL_KEY",
            )
            .env("OTEL_BSP_SCHEDULE_DELAY", delay)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let stdout = child.stdout.as_mut().expect("a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let url = line
            .trim()
            .strip_prefix("backend listening on ")
            .expect("its address")
            .to_owned();
        Self { child, url }
    }

    /// Makes a request, so that there is a span to lose.
    fn request(&self) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let status = runtime.block_on(async {
            let client = reqwest::Client::builder()
                .no_proxy()
                .build()
                .expect("a client");
            client
                .get(format!("{}/api/activities/home", self.url))
                .send()
                .await
                .expect("an answer")
                .status()
        });
        assert_eq!(status, 200);
    }

    fn signal(&self, signal: &str) {
        // The shell's own `kill`, so that nothing has to be installed.
        let kill = format!("kill -{signal} {}", self.child.id());
        let status = Command::new("sh").args(["-c", &kill]).status();
        assert!(status.expect("a shell").success());
    }

    /// Sends the signal at once after the request; gives the program's last line once it has ended well.
    fn end_by(mut self, signal: &str) -> String {
        // The shell's own `kill`, so that nothing has to be installed.
        let kill = format!("kill -{signal} {}", self.child.id());
        assert!(
            Command::new("sh")
                .args(["-c", &kill])
                .status()
                .expect("a shell")
                .success()
        );
        let asked = Instant::now();
        let mut told = String::new();
        self.child
            .stderr
            .take()
            .expect("a pipe")
            .read_to_string(&mut told)
            .expect("what it told");
        let status = self.child.wait().expect("its end");
        assert!(
            asked.elapsed() < END,
            "it took {:?} to end",
            asked.elapsed()
        );
        assert!(status.success(), "{status}: {told}");
        assert!(
            !told.contains("NOT_A_REAL_KEY"),
            "a key is never told: {told}"
        );
        told.lines().last().expect("a last line").to_owned()
    }
}

#[track_caller]
fn check_delivered(signal: &str) {
    let collector = Collector::start();
    let program = Program::start(&collector.endpoint());
    program.request();
    let told = program.end_by(signal);
    assert_eq!(
        told,
        format!(
            "telemetry: 3 spans were delivered to {}",
            collector.endpoint()
        )
    );
    assert_eq!(collector.tree().len(), 3);
}

#[track_caller]
fn check_lost(endpoint: &str, why: &str) {
    let program = Program::start(endpoint);
    program.request();
    assert_eq!(
        program.end_by("TERM"),
        format!("telemetry: 3 of 3 spans were lost: {endpoint} {why}")
    );
}

#[test]
fn sigterm_loses_nothing() {
    check_delivered("TERM");
}

#[test]
fn sigint_loses_nothing() {
    check_delivered("INT");
}

#[test]
fn a_collector_that_is_not_there() {
    // A port that was free a moment ago, and that nobody listens on.
    let free = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port");
    check_lost(&format!("http://{free}"), "could not be reached");
}

#[test]
fn a_collector_that_hangs() {
    check_lost(
        &Collector::answering(Answer::Hang).endpoint(),
        "did not answer in time",
    );
}

#[test]
fn a_refused_key() {
    check_lost(
        &Collector::answering(Answer::Unauthorized).endpoint(),
        "answered 401, the key was refused",
    );
}

#[test]
fn a_collector_that_throttles() {
    let answer = Answer::TooManyRequests {
        retry_after_seconds: 60,
    };
    check_lost(
        &Collector::answering(answer).endpoint(),
        "answered 429, it is too busy",
    );
}

#[test]
fn a_collector_that_is_overloaded() {
    check_lost(
        &Collector::answering(Answer::Unavailable).endpoint(),
        "answered 503, it is too busy",
    );
}

#[test]
fn a_collector_that_breaks_off() {
    check_lost(
        &Collector::answering(Answer::BreakOff).endpoint(),
        "could not be reached",
    );
}

#[test]
fn a_refused_key_is_told_at_once_and_once() {
    let collector = Collector::answering(Answer::Unauthorized);
    let mut program = Program::start_sending_after("1", &collector.endpoint());
    let stderr = BufReader::new(program.child.stderr.take().expect("a pipe"));
    program.request();
    let refused =
        "answered 401, the key was refused: check that OTEL_EXPORTER_OTLP_HEADERS is exported";
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in stderr.lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    // It is told while the program runs, not at its end.
    let told_at_once =
        std::iter::from_fn(|| lines.recv_timeout(END).ok()).any(|line| line.contains(refused));
    if !told_at_once {
        let _ = program.child.kill();
    }
    assert!(told_at_once, "nothing was told within {END:?}");
    program.request();
    program.signal("TERM");
    assert_eq!(
        lines.iter().filter(|line| line.contains(refused)).count(),
        0,
        "once is enough"
    );
    assert!(program.child.wait().expect("its end").success());
}
