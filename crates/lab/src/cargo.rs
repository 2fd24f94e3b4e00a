//! Runs `cargo build` and `cargo test` and reads what they say in JSON. What a test's output means is `libtest`'s to say.

mod supervisor;

use std::cell::Cell;
use std::ffi::OsStr;
use std::fmt;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context as _;
use serde::Deserialize;

use crate::style::Style;
pub(crate) use supervisor::{Cancel, Cancelled, Supervisor};

/// The compiler's errors, as it worded them; nothing is added when they are shown.
#[derive(Debug)]
pub(crate) struct DoesNotBuild(pub(crate) String);

impl fmt::Display for DoesNotBuild {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DoesNotBuild {}

/// What a run of cargo that compiled left behind.
pub(crate) struct Finished {
    /// Programs by name.
    pub(crate) programs: Vec<(String, PathBuf)>,
    /// Warnings, each with the manifest of the package it is about.
    pub(crate) warnings: Vec<(PathBuf, String)>,
    /// What the tests printed on standard output, libtest's lines among it.
    pub(crate) stdout: String,
    /// What cargo and the tests printed on standard error.
    pub(crate) stderr: String,
    /// Whether cargo, and with it each test program, ended successfully.
    pub(crate) success: bool,
}

/// So many crates are compiled when little was built before; after an edit it is one.
const MANY: usize = 5;

/// Runs cargo with `args` in `root`, its JSON switched on; what it is busy with is shown on a terminal and wiped again.
/// Elsewhere one line says that a long build has begun.
///
/// # Errors
/// [`DoesNotBuild`] when the code does not compile; any other error when cargo itself could not be run or gave up earlier.
pub(crate) fn run<S: AsRef<OsStr>>(
    root: &Path,
    args: &[S],
    test_args: &[S],
) -> anyhow::Result<Finished> {
    supervised(root, args, test_args, None)
}

/// Like [`run`]; with a supervisor, which hears what cargo is busy with and may end it, nothing is shown.
///
/// # Errors
/// Those of [`run`], and [`Cancelled`].
pub(crate) fn supervised<S: AsRef<OsStr>>(
    root: &Path,
    args: &[S],
    test_args: &[S],
    supervisor: Option<&Supervisor>,
) -> anyhow::Result<Finished> {
    let colour = match supervisor {
        Some(supervisor) => supervisor.colour,
        None => Style::of(&std::io::stderr()).colour,
    };
    let format = if colour {
        "json-diagnostic-rendered-ansi"
    } else {
        "json"
    };
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(&program);
    command.args(args).arg("--message-format").arg(format);
    if !test_args.is_empty() {
        command.arg("--").args(test_args);
    }
    isolate(&mut command);
    command
        .current_dir(root)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let spawned = match supervisor {
        Some(supervisor) => supervisor.cancel.spawn(&mut command)?,
        None => command.spawn(),
    };
    let mut child = spawned.with_context(|| {
        format!(
            "`{}` cannot be started: install Rust from https://rustup.rs",
            program.display()
        )
    })?;

    let stderr = child
        .stderr
        .take()
        .context("cargo's standard error was not piped")?;
    let show = supervisor.map(|supervisor| supervisor.status.clone());
    let busy = std::thread::spawn(move || match show {
        Some(show) => follow(stderr, |line| show(line)),
        None => follow_on_terminal(stderr),
    });
    let stdout = child
        .stdout
        .take()
        .context("cargo's standard output was not piped")?;
    let messages = Messages::read(BufReader::new(stdout)).context("cargo's output broke off")?;
    let status = match supervisor {
        Some(supervisor) => supervisor.cancel.wait(&mut child)?,
        None => child.wait().context("cargo could not be waited for")?,
    };
    let stderr = busy.join().unwrap_or_default();

    if messages.built == Some(true) || (messages.built.is_none() && status.success()) {
        return Ok(Finished {
            programs: messages.programs,
            warnings: messages.warnings,
            stdout: messages.rest,
            stderr,
            success: status.success(),
        });
    }
    let text = if messages.errors.is_empty() {
        // No compiler was asked, or it died: cargo's own words are all there is.
        let lines = stderr.lines().skip_while(|line| !line.starts_with("error"));
        lines.flat_map(|line| [line, "\n"]).collect()
    } else {
        messages.errors.concat()
    };
    Err(DoesNotBuild(text).into())
}

/// Snapshots are never written, whatever the shell has exported; backtraces would bury the grader's words.
pub(crate) fn isolate(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        // `SPAN_SNAPSHOT_`: how graders talk to processes of their own.
        let graders = |name: &str| name.starts_with("INSTA_") || name.starts_with("SPAN_SNAPSHOT_");
        if name.to_str().is_some_and(graders) {
            command.env_remove(name);
        }
    }
    // An `insta.yaml` could say the contrary of both; the environment wins.
    command
        .env("INSTA_UPDATE", "no")
        .env("INSTA_FORCE_PASS", "0")
        .env("RUST_BACKTRACE", "0");
    // Set by the `cargo run` that started this program, about this package.
    command
        .env_remove("CARGO_MANIFEST_DIR")
        .env_remove("CARGO_MANIFEST_PATH");
}

/// Reads standard error to its end, showing cargo's latest status line on a terminal and wiping it again.
fn follow_on_terminal(stream: impl Read) -> String {
    if !Style::of(&std::io::stderr()).colour {
        return follow_elsewhere(stream);
    }
    let show = |line: &str| {
        // Terminals narrower than this would wrap, and a wrapped line cannot be wiped.
        let line: String = line.chars().take(78).collect();
        let _ = write!(std::io::stderr(), "\r\x1b[2K{line}");
    };
    let all = follow(stream, show);
    show("");
    all
}

/// Reads standard error to its end, and says once that much is compiled: without a terminal, minutes would pass in silence.
fn follow_elsewhere(stream: impl Read) -> String {
    let compiled = Cell::new(0);
    follow(stream, |line| {
        if line.trim_start().starts_with("Compiling ") {
            compiled.set(compiled.get() + 1);
            if compiled.get() == MANY {
                let _ = writeln!(
                    std::io::stderr(),
                    "Building what the labs need; the first time takes some minutes."
                );
            }
        }
    })
}

/// Reads standard error to its end, and gives each of cargo's status lines to `show`.
fn follow(stream: impl Read, show: impl Fn(&str)) -> String {
    let mut all = String::new();
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    while matches!(reader.read_until(b'\n', &mut line), Ok(1..)) {
        let text = String::from_utf8_lossy(&line);
        // Cargo sets its verbs flush right in twelve columns; a learner's own lines seldom look so.
        if text.starts_with("   ") {
            show(text.trim_end());
        }
        all.push_str(&text);
        line.clear();
    }
    all
}

#[derive(Default)]
struct Messages {
    built: Option<bool>,
    errors: Vec<String>,
    warnings: Vec<(PathBuf, String)>,
    programs: Vec<(String, PathBuf)>,
    rest: String,
}

/// The fields we read of cargo's messages, whatever their `reason`.
#[derive(Deserialize)]
struct Message {
    reason: String,
    manifest_path: Option<PathBuf>,
    message: Option<Diagnostic>,
    target: Option<Target>,
    executable: Option<PathBuf>,
    success: Option<bool>,
}

#[derive(Deserialize)]
struct Diagnostic {
    level: String,
    rendered: Option<String>,
    message: String,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

impl Messages {
    fn read(mut stream: impl std::io::BufRead) -> std::io::Result<Self> {
        let mut all = Self::default();
        let mut line = Vec::new();
        while stream.read_until(b'\n', &mut line)? > 0 {
            let text = String::from_utf8_lossy(&line);
            // After the build's end come the tests, which may print anything, also JSON.
            let message = match all.built {
                None => serde_json::from_str::<Message>(&text).ok(),
                Some(_) => None,
            };
            match message {
                Some(message) => all.take(message),
                None => all.rest.push_str(&text),
            }
            line.clear();
        }
        Ok(all)
    }

    fn take(&mut self, message: Message) {
        match message.reason.as_str() {
            "build-finished" => self.built = message.success,
            "compiler-artifact" => {
                if let (Some(target), Some(path)) = (message.target, message.executable)
                    && target.kind.iter().any(|kind| kind == "bin")
                {
                    self.programs.push((target.name, path));
                }
            }
            "compiler-message" => {
                let Some(diagnostic) = message.message else {
                    return;
                };
                // "aborting due to 2 previous errors", "2 warnings emitted": rustc's sums, which cargo leaves out too.
                if diagnostic.message.starts_with("aborting due to")
                    || diagnostic.message.contains("emitted")
                {
                    return;
                }
                let Some(text) = diagnostic.rendered else {
                    return;
                };
                if diagnostic.level.starts_with("error") {
                    self.errors.push(text);
                } else if diagnostic.level == "warning" {
                    self.warnings
                        .push((message.manifest_path.unwrap_or_default(), text));
                }
            }
            _ => {}
        }
    }
}
