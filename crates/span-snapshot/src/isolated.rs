//! Running part of a test in a process of its own, where global providers, propagators and environment variables are nobody else's.

use std::ffi::OsStr;
use std::io::{Read, Write as _};
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::verdict::verdict;

/// Tells the child which call of which test it is to run: the parent's process ID, a space, the call's test and place.
/// A shell can set it too, so it alone makes nobody a child, see [`call_to_run`].
const MARKER: &str = "SPAN_SNAPSHOT_ISOLATED";
/// Begins the child's report on its standard output; the parent's nonce follows, without which it is no report.
const REPORT: &str = "\n\u{1}span-snapshot isolated report ";
/// Ends it, with the nonce again.
const END: &str = "\u{1}end ";
/// What a child may inherit from nobody: it would make a grade depend on whose shell it ran in.
const SCRUBBED: [&str; 3] = ["OTEL_", "AWS_", "HONEYCOMB_"];
/// How long a child may take.
const DEADLINE: Duration = Duration::from_secs(30);
/// How long nothing must come before it is looked at whether the child has ended.
const LOOK: Duration = Duration::from_millis(50);

/// Runs a closure in a process of its own: `isolated!(|| { … })`, or `isolated!([("OTEL_SERVICE_NAME", "backend")], || { … })` with environment variables.
///
/// In a `#[test]`, the test binary is run again for this test alone, without the variables `OTEL_*`, `AWS_*`, `HONEYCOMB_*` and `RUST_LOG`, and with those given.
/// So the closure may set OpenTelemetry's global provider and propagator, and tests stay independent in threads, under `cargo test` and cargo-nextest alike.
/// If the closure panics, the test fails with its message; if it takes more than 30 s, or did not run at all, the test fails too.
///
/// What stands before the call in the test runs in both processes, what stands after it only in the first.
///
/// ```no_run
/// #[test]
/// fn the_service_name_comes_from_the_environment() {
///     span_snapshot::isolated!([("OTEL_SERVICE_NAME", "backend")], || {
///         assert_eq!(std::env::var("OTEL_SERVICE_NAME").unwrap(), "backend");
///     });
/// }
/// ```
#[macro_export]
macro_rules! isolated {
    ($body:expr $(,)?) => {
        $crate::isolated!([], $body)
    };
    ($env:expr, $body:expr $(,)?) => {{
        fn here() {}
        $crate::isolated($crate::__private::name_of(&here), &$env, $body)
    }};
}

/// What [`isolated!`](crate::isolated!) calls, for a test whose name is known otherwise: `step_3` or `module::step_3`, as the test runner says it.
#[track_caller]
pub fn isolated(test: &str, env: &[(&str, &str)], body: impl FnOnce()) {
    isolated_within(DEADLINE, test, env, body);
}

/// Like [`isolated()`], with another deadline than 30 s.
///
/// # Panics
/// If the closure panics in the child, takes too long, or did not run.
#[track_caller]
pub fn isolated_within(deadline: Duration, test: &str, env: &[(&str, &str)], body: impl FnOnce()) {
    // The call is part of the name: a test may isolate twice, and a child must run only the one it was made for.
    let call = format!("{test} at {}", Location::caller());
    match call_to_run() {
        Some(wanted) if wanted == call => run_here(body),
        // A child made for another call of this test passes over this one.
        Some(_) => {}
        None => {
            let outcome = run_in_child(deadline, test, env, &call);
            forward(&outcome.output);
            judge(test, deadline, outcome);
        }
    }
}

/// Whether this process was made by [`isolated()`].
///
/// A test that isolates twice asks it before checks between the two calls, because the second child runs those too, and there the first call did nothing.
///
/// # Panics
/// If the process has a child's mark and is none.
#[track_caller]
pub fn in_isolation() -> bool {
    call_to_run().is_some()
}

/// The call that this process was made to run, if it was made for one.
/// Whoever says so must be its parent, and have started it as [`run_in_child`] does: a test runner's own process is no child, whatever its environment says.
#[track_caller]
fn call_to_run() -> Option<String> {
    let marker = std::env::var_os(MARKER)?.into_string().unwrap_or_default();
    let (parent, call) = marker.split_once(' ').unwrap_or_default();
    let test = call.split(" at ").next().unwrap_or_default();
    let mut given = std::env::args_os().skip(1);
    let as_a_child = arguments(test)
        .iter()
        .all(|argument| given.next().is_some_and(|given| given == *argument));
    if !as_a_child || given.next().is_some() || parent != parent_id() {
        verdict(
            "not-run",
            &format!("{MARKER} is set, and this process was not started by a grader"),
            &format!(
                "Only a grader may set it, for a process of its own. Run `unset {MARKER}`, and look for it under `[env]` in cargo's configuration."
            ),
        );
    }
    Some(call.to_owned())
}

/// What a child is told of its parent.
fn own_id() -> u32 {
    if cfg!(unix) { std::process::id() } else { 0 }
}

#[cfg(unix)]
fn parent_id() -> String {
    std::os::unix::process::parent_id().to_string()
}

/// Elsewhere a process is not told its parent; how it was started has to do.
#[cfg(not(unix))]
fn parent_id() -> String {
    "0".to_owned()
}

/// What a child is started with.
fn arguments(test: &str) -> [&str; 5] {
    [
        test,
        "--exact",
        "--nocapture",
        "--test-threads=1",
        "--include-ignored",
    ]
}

/// What the parent alone knows until the child reads it: 128 random bits.
fn nonce() -> String {
    use std::hash::{BuildHasher as _, Hasher as _, RandomState};
    let half = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", half(), half())
}

/// The name of the test that a function is declared in, without the crate's name.
#[doc(hidden)]
pub fn name_of<F: Fn()>(_: &F) -> &'static str {
    let mut name = std::any::type_name::<F>();
    name = name.strip_suffix("::here").unwrap_or(name);
    while let Some(rest) = name.strip_suffix("::{{closure}}") {
        name = rest;
    }
    name.split_once("::").map_or(name, |(_, name)| name)
}

/// In the child: runs the body, reports how it went, and ends the process.
fn run_here(body: impl FnOnce()) -> ! {
    // Read to its end before the body runs, which finds an empty standard input, as it would anywhere else.
    let mut nonce = String::new();
    let _ = std::io::stdin().read_to_string(&mut nonce);
    let this = thread::current().id();
    let message = Arc::new(Mutex::new(String::new()));
    let heard = message.clone();
    let default = std::panic::take_hook();
    // The process has one test, so its panic hook may be replaced: the message goes into the report, not to the terminal.
    std::panic::set_hook(Box::new(move |panic| {
        if thread::current().id() != this {
            return default(panic);
        }
        let text = panic
            .payload_as_str()
            .unwrap_or("a panic without a message");
        let place = panic
            .location()
            .map(|at| format!("\n  at {}:{}", at.file(), at.line()))
            .unwrap_or_default();
        *heard.lock().unwrap_or_else(PoisonError::into_inner) = format!("{text}{place}");
    }));
    let failed = catch_unwind(AssertUnwindSafe(body)).is_err();
    let (word, message) = if failed {
        let message = message.lock().unwrap_or_else(PoisonError::into_inner);
        ("failed", message.clone())
    } else {
        // What panicked was caught by the body, which went on.
        ("passed", String::new())
    };
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(format!("{REPORT}{nonce} {word}\n{message}{END}{nonce}\n").as_bytes());
    let _ = out.flush();
    std::process::exit(i32::from(failed));
}

/// What became of a child.
struct Outcome {
    report: Option<Report>,
    /// What else it wrote, without the test runner's own lines.
    output: String,
    ended: Option<std::process::ExitStatus>,
}

enum Report {
    Passed,
    Failed(String),
}

fn run_in_child(deadline: Duration, test: &str, env: &[(&str, &str)], call: &str) -> Outcome {
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => cannot_start(test, &error),
    };
    let mut command = Command::new(program);
    command
        .args(arguments(test))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for (name, _) in std::env::vars_os() {
        let foreign = |name: &OsStr| {
            name.to_str()
                .is_some_and(|n| n == "RUST_LOG" || SCRUBBED.iter().any(|p| n.starts_with(p)))
        };
        if foreign(&name) {
            command.env_remove(name);
        }
    }
    command
        .env("RUST_BACKTRACE", "0")
        .envs(env.iter().copied())
        .env(MARKER, format!("{} {call}", own_id()));
    let nonce = nonce();
    match command.spawn() {
        Ok(mut child) => {
            // A child that has ended already takes none, and is told by its missing report.
            if let Some(mut pipe) = child.stdin.take() {
                let _ = pipe.write_all(nonce.as_bytes());
            }
            watch(child, test, deadline, &nonce)
        }
        Err(error) => cannot_start(test, &error),
    }
}

fn cannot_start(test: &str, error: &std::io::Error) -> ! {
    verdict(
        "not-run",
        &format!("`{test}` could not be started in a process of its own: {error}"),
        "The test binary is started again for this test. Check that it still exists, and that processes may be started here.",
    )
}

/// Collects what a child writes until it ends; kills it at the deadline.
fn watch(mut child: Child, test: &str, deadline: Duration, nonce: &str) -> Outcome {
    let (begin, end) = (format!("{REPORT}{nonce} "), format!("{END}{nonce}\n"));
    let until = Instant::now() + deadline;
    let (send, chunks) = mpsc::channel::<(bool, Vec<u8>)>();
    let read = |is_stdout: bool, pipe: Option<Box<dyn Read + Send>>| {
        let send = send.clone();
        if let Some(mut pipe) = pipe {
            thread::spawn(move || {
                let mut buffer = [0; 8192];
                while let Ok(count @ 1..) = pipe.read(&mut buffer) {
                    if send.send((is_stdout, buffer[..count].to_vec())).is_err() {
                        break;
                    }
                }
            });
        }
    };
    read(true, child.stdout.take().map(|pipe| Box::new(pipe) as _));
    read(false, child.stderr.take().map(|pipe| Box::new(pipe) as _));
    drop(send);

    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut ended = None;
    loop {
        match chunks.recv_timeout(LOOK) {
            Ok((true, chunk)) => stdout.extend(chunk),
            Ok((false, chunk)) => stderr.extend(chunk),
            // Both pipes are closed: everything is read, and the end is near.
            Err(RecvTimeoutError::Disconnected) => {
                ended = ended.or_else(|| child.try_wait().ok().flatten());
                if ended.is_some() {
                    break;
                }
                thread::sleep(Duration::from_millis(1));
            }
            // Having ended is not enough: on a busy machine what it wrote may still be on its way.
            // But a grandchild may hold the pipes open for as long as it likes.
            Err(RecvTimeoutError::Timeout) => {
                ended = ended.or_else(|| child.try_wait().ok().flatten());
                if ended.is_some() && String::from_utf8_lossy(&stdout).contains(&end) {
                    break;
                }
            }
        }
        if Instant::now() >= until {
            if ended.is_none() {
                let _ = child.kill();
                let _ = child.wait();
            }
            break;
        }
    }
    let (stdout, stderr) = (
        String::from_utf8_lossy(&stdout).into_owned(),
        String::from_utf8_lossy(&stderr).into_owned(),
    );
    let (before, report, after) = match stdout.split_once(&begin) {
        Some((before, rest)) => {
            let (report, after) = rest.split_once(&end).unwrap_or((rest, ""));
            let report = match report.split_once('\n') {
                Some(("failed", message)) => Some(Report::Failed(message.to_owned())),
                Some(("passed", "")) => Some(Report::Passed),
                _ => None,
            };
            (before, report, after)
        }
        None => (&stdout[..], None, ""),
    };
    let mut output = String::new();
    for line in before
        .lines()
        .chain(after.lines())
        .filter_map(|line| without_runner(line, test))
        .chain(stderr.lines())
    {
        output.push_str(line);
        output.push('\n');
    }
    Outcome {
        report,
        output,
        ended,
    }
}

/// A line without what the test runner says in it: the reader has that already from the first process.
fn without_runner<'l>(line: &'l str, test: &str) -> Option<&'l str> {
    let rest = line
        .strip_prefix("test ")
        .and_then(|rest| rest.strip_prefix(test)?.strip_prefix(" ... "));
    let line = rest.unwrap_or(line);
    let runners = ["running ", "test result: "]
        .iter()
        .any(|start| line.starts_with(start));
    (!runners && !line.is_empty()).then_some(line)
}

/// Passes on what the learner's code wrote. `eprint!` because it, unlike a plain stream, is captured with the test's output.
fn forward(output: &str) {
    if !output.is_empty() {
        eprint!("{output}");
    }
}

#[track_caller]
fn judge(test: &str, deadline: Duration, outcome: Outcome) {
    match (outcome.report, outcome.ended) {
        (Some(Report::Passed), Some(status)) if status.success() => {}
        (Some(Report::Failed(message)), _) => panic!("{message}"),
        (_, None) => verdict(
            "timed-out",
            &format!(
                "`{test}` was still running after {} s and was ended",
                deadline.as_secs_f32()
            ),
            "Something waits for what never comes: a request without a time-out, a lock held across an await, a flush inside of the runtime that it waits for.",
        ),
        (report, Some(status)) => verdict(
            "not-run",
            &format!(
                "`{test}` did not {} in its own process, which ended with {status}",
                if report.is_some() {
                    "end well"
                } else {
                    "report"
                }
            ),
            "Either no test of that name ran there, or the process was ended from inside, by exit() or abort(). What it wrote is above.",
        ),
    }
}
