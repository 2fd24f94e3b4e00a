//! A lab's real program under test: started with an environment of its own, asked for something, and ended by a signal.
//! A lab's `tests/shutdown.rs` has it as a module by its path.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, ChildStderr, Command, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

/// The bound that a program has to keep when nobody takes its telemetry, with a second for a busy machine.
const END: Duration = Duration::from_secs(6);

/// How a secret in a program's environment begins: what it tells must never have this in it.
pub(crate) const SECRET: &str = "NOT_A_REAL_KEY";

/// A running back end.
pub(crate) struct Program {
    child: Child,
    url: String,
}

impl Program {
    /// The program at `path`, on a free port, with these variables and no others. It listens when this returns.
    ///
    /// It sends nothing before it ends, unless `variables` set another `OTEL_BSP_SCHEDULE_DELAY`.
    pub(crate) fn start(path: &str, variables: &[(&str, &str)]) -> Self {
        let mut child = command(path, variables)
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

    /// Makes `count` requests with these headers, one after the other, so that there are spans to lose.
    pub(crate) fn request(&self, count: usize, headers: &[(&str, &str)]) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let client = reqwest::Client::builder()
                .no_proxy()
                .build()
                .expect("a client");
            for _ in 0..count {
                let mut request = client.get(format!("{}/api/activities/home", self.url));
                for (name, value) in headers {
                    request = request.header(*name, *value);
                }
                let answer = request.send().await.expect("an answer");
                assert_eq!(answer.status(), 200);
            }
        });
    }

    /// Fails unless it tells `line` while it runs, after a first request, and only once, although more requests follow.
    ///
    /// Start it with a short `OTEL_BSP_SCHEDULE_DELAY`.
    pub(crate) fn check_told_once(mut self, line: &str, headers: &[(&str, &str)]) {
        let stderr = self.stderr();
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        self.request(1, headers);
        let told_at_once =
            std::iter::from_fn(|| lines.recv_timeout(END).ok()).any(|told| told.contains(line));
        assert!(told_at_once, "it did not say within {END:?}: {line}");
        self.request(1, headers);
        self.signal("TERM");
        let again = lines.iter().filter(|told| told.contains(line)).count();
        assert_eq!(again, 0, "once is enough: {line}");
        assert!(self.child.wait().expect("its end").success());
    }

    /// Sends the signal and waits until it has ended, well and in time; gives all that it told.
    pub(crate) fn end_by(mut self, signal: &str) -> String {
        self.signal(signal);
        let asked = Instant::now();
        let mut told = String::new();
        self.stderr()
            .read_to_string(&mut told)
            .expect("what it told");
        let status = self.child.wait().expect("its end");
        let took = asked.elapsed();
        assert!(took < END, "it took {took:?} to end: {told}");
        assert!(status.success(), "{status}: {told}");
        check_secrets(&told);
        told
    }

    fn stderr(&mut self) -> BufReader<ChildStderr> {
        BufReader::new(self.child.stderr.take().expect("a pipe"))
    }

    /// By the shell's own `kill`, so that nothing has to be installed.
    fn signal(&self, signal: &str) {
        let kill = format!("kill -{signal} {}", self.child.id());
        let status = Command::new("sh").args(["-c", &kill]).status();
        assert!(status.expect("a shell").success());
    }
}

impl Drop for Program {
    /// It does not outlive a test that fails.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Gives what a program tells that can't do its work with these arguments and variables; it must say so in one line and exit with 1.
pub(crate) fn start_error(path: &str, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let child = command(path, variables).args(arguments).spawn();
    let mut program = Program {
        child: child.expect("the program starts"),
        url: String::new(),
    };
    let stdout = program.child.stdout.take().expect("a pipe");
    let (sender, line) = mpsc::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let _ = BufReader::new(stdout).read_line(&mut line);
        let _ = sender.send(line);
    });
    // Nothing at all, once it has ended.
    let said = line.recv_timeout(END);
    assert_eq!(said.as_deref(), Ok(""), "it should have failed");
    let mut told = String::new();
    program
        .stderr()
        .read_to_string(&mut told)
        .expect("what it told");
    let status = program.child.wait().expect("its end");
    assert_eq!(status.code(), Some(1), "{told}");
    assert_eq!(told.lines().count(), 1, "one sentence: {told}");
    check_secrets(&told);
    told.trim_end().to_owned()
}

fn command(path: &str, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(path);
    command
        .env_clear()
        .env("PORT", "0")
        .env("OTEL_BSP_SCHEDULE_DELAY", "3600000")
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

#[track_caller]
fn check_secrets(told: &str) {
    assert!(!told.contains(SECRET), "a key is never told: {told}");
}
