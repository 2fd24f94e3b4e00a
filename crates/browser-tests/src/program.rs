//! A program under test: built by cargo, started, listened to line by line, ended on drop.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value as Json;

use crate::PATIENCE;

/// How long a program may take to end once it is asked to.
const GRACE: Duration = Duration::from_secs(10);

/// A running program, ended when this is dropped.
#[derive(Debug)]
pub struct Program {
    name: String,
    child: Child,
    lines: Receiver<String>,
    complaints: Arc<Mutex<String>>,
}

impl Program {
    /// Starts the program; `name` is for messages.
    ///
    /// # Errors
    ///
    /// When there is no such program.
    pub fn start(name: &str, mut command: Command) -> anyhow::Result<Program> {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .with_context(|| format!("starting {:?}", command.get_program()))?;
        let (stdout, stderr) = child
            .stdout
            .take()
            .zip(child.stderr.take())
            .context("both outputs are piped")?;
        let (sender, lines) = channel();
        // Both outputs are read to their ends, else the program would one day block on a full pipe.
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _nobody_waits = sender.send(line);
            }
        });
        let complaints = Arc::new(Mutex::new(String::new()));
        let heard = Arc::clone(&complaints);
        thread::spawn(move || keep(stderr, &heard));
        Ok(Program {
            name: name.to_owned(),
            child,
            lines,
            complaints,
        })
    }

    /// The next line on standard output with this in it; lines before it are passed over.
    ///
    /// # Errors
    ///
    /// When the program ends or time runs out first; the message has what it said instead.
    pub fn line_with(&mut self, part: &str) -> anyhow::Result<String> {
        let deadline = Instant::now() + PATIENCE;
        let mut passed = String::new();
        loop {
            match self
                .lines
                .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            {
                Ok(line) if line.contains(part) => return Ok(line),
                Ok(line) => passed = passed + &line + "\n",
                Err(_) => {
                    let ended = match self.child.try_wait() {
                        Ok(Some(status)) => format!("it ended with {status}"),
                        _ => format!("{} s are over", PATIENCE.as_secs()),
                    };
                    bail!(
                        "{} said no line with {part:?}: {ended}\n{passed}{}",
                        self.name,
                        self.complaints()
                    );
                }
            }
        }
    }

    /// What it wrote to standard error so far.
    pub(crate) fn complaints(&self) -> String {
        self.complaints
            .lock()
            .map(|text| text.clone())
            .unwrap_or_default()
    }
}

impl Drop for Program {
    /// Asks it to end, so that it can end what it started in turn; one that does not is killed.
    fn drop(&mut self) {
        if let Ok(Some(status)) = self.child.try_wait() {
            // A test that fails for this reason shows it; others show nothing.
            eprintln!(
                "{} had ended before the test did: {status}\n{}",
                self.name,
                self.complaints()
            );
            return;
        }
        let _ended_already = kill_process(Pid::from_child(&self.child), Signal::TERM);
        let deadline = Instant::now() + GRACE;
        // Its standard output is closed when it has ended.
        while self
            .lines
            .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            .is_ok()
        {}
        let _ended_already = self.child.kill();
        let _status = self.child.wait();
    }
}

/// Reads as it comes, so that a message is there before its line is complete.
fn keep(mut from: impl Read, heard: &Mutex<String>) {
    let mut bytes = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut bytes) {
        if let Ok(mut heard) = heard.lock() {
            heard.push_str(&String::from_utf8_lossy(&bytes[..read]));
        }
    }
}

/// A program's command without what this shell's environment would tell it: no key of the real service,
/// no other endpoint, no forwarded address.
pub fn command(program: &Path) -> Command {
    let needed = |name: &str| {
        ["HOME", "PATH", "TMPDIR"].contains(&name)
            || name.starts_with("CARGO")
            || name.starts_with("RUST")
    };
    let mut command = Command::new(program);
    command.env_clear();
    command.envs(std::env::vars().filter(|(name, _)| needed(name)));
    command
}

/// Builds the packages as `cargo build` does and gives each program's path, by program name.
pub(crate) fn build(packages: &[&str]) -> anyhow::Result<BTreeMap<String, PathBuf>> {
    build_in(Path::new(env!("CARGO_MANIFEST_DIR")), packages, &[])
}

/// Builds packages of the workspace around `folder`, with options for cargo, and gives each program's path, by program name.
///
/// # Errors
///
/// When they do not compile; the message has what cargo said.
pub fn build_in(
    folder: &Path,
    packages: &[&str],
    options: &[&OsStr],
) -> anyhow::Result<BTreeMap<String, PathBuf>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--message-format=json-render-diagnostics"]);
    command.args(packages.iter().flat_map(|package| ["-p", package]));
    command.args(options);
    command.current_dir(folder);
    let output = command.output().context("starting cargo")?;
    if !output.status.success() {
        bail!(
            "building {} failed:\n{}",
            packages.join(" and "),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let messages = String::from_utf8(output.stdout).context("cargo's messages")?;
    let artifacts = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Json>(line).ok());
    Ok(artifacts
        .filter_map(|artifact| {
            let program = artifact["executable"].as_str()?;
            Some((
                artifact["target"]["name"].as_str()?.to_owned(),
                PathBuf::from(program),
            ))
        })
        .collect())
}
