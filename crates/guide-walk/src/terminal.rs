//! Commands as a learner types them: run by bash, read line by line, waited for, ended by ctrl-C.

use std::io::BufReader;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process_group};

/// The longest that anything may take: a build on a slow machine.
const PATIENCE: Duration = Duration::from_secs(300);

/// The longest that a program may take to end, three times what the guides promise.
const ENDS_WITHIN: Duration = Duration::from_secs(15);

/// The longest that a line may be waited for which a program is to print.
const SAYS_WITHIN: Duration = Duration::from_secs(20);

enum Event {
    Line(String),
    Closed,
    Exited(std::io::Result<ExitStatus>),
}

/// A command that runs, or ran.
pub(crate) struct Program {
    /// As it was typed.
    pub(crate) command: String,
    /// What it printed until now, both streams in one.
    pub(crate) output: String,
    events: Receiver<Event>,
    pid: Pid,
    open: bool,
    /// It said so, and was not asked to end.
    serves: bool,
    status: Option<ExitStatus>,
}

/// How far a command came.
pub(crate) enum Came {
    /// It ended.
    Ended(ExitStatus),
    /// It runs until it is stopped, and has said that it is ready.
    Ready,
}

impl Program {
    /// Gives `command` to bash in `folder`.
    ///
    /// # Errors
    /// When bash cannot be started.
    pub(crate) fn start(command: &str, folder: &Path) -> anyhow::Result<Self> {
        let (reader, writer) = std::io::pipe().context("no pipe can be made")?;
        let mut bash = Command::new("bash");
        bash.args(["-e", "-c", command])
            .current_dir(folder)
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(writer.try_clone().context("no pipe can be made")?)
            .stderr(writer);
        clean(&mut bash);
        let mut child = bash.spawn().context("bash cannot be started")?;
        // Holds the pipe's other end, which would never be closed.
        drop(bash);
        let pid = Pid::from_child(&child);
        let (sender, events) = channel();
        let lines = sender.clone();
        thread::spawn(move || read(BufReader::new(reader), &lines));
        thread::spawn(move || sender.send(Event::Exited(child.wait())));
        Ok(Self {
            command: command.to_owned(),
            output: String::new(),
            events,
            pid,
            open: true,
            serves: false,
            status: None,
        })
    }

    /// Waits until it ended, or says that it is ready.
    ///
    /// # Errors
    /// When it does neither in time; then it is killed.
    pub(crate) fn come(&mut self) -> anyhow::Result<Came> {
        let came = self.until(PATIENCE, ready);
        self.serves = matches!(came, Ok(Came::Ready));
        came
    }

    /// Whether it printed something that is `enough`; while it runs, it is waited for.
    ///
    /// # Errors
    /// When it could not be waited for.
    pub(crate) fn prints(&mut self, enough: impl Fn(&str) -> bool) -> anyhow::Result<bool> {
        let deadline = Instant::now() + SAYS_WITHIN;
        loop {
            self.drain()?;
            if enough(&self.output) {
                return Ok(true);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if self.status.is_some() && !self.open {
                return Ok(false);
            }
            match self.events.recv_timeout(left) {
                Ok(event) => self.take(event)?,
                Err(_) => return Ok(false),
            }
        }
    }

    /// Presses ctrl-C, and waits for the end.
    ///
    /// # Errors
    /// When it does not end soon, or not well.
    pub(crate) fn interrupt(&mut self) -> anyhow::Result<()> {
        self.serves = false;
        // That it ended meanwhile is found out below.
        let _ = kill_process_group(self.pid, Signal::INT);
        match self.until(ENDS_WITHIN, |_| false)? {
            Came::Ended(status) if status.success() => Ok(()),
            Came::Ended(status) => bail!("ended with {status} after ctrl-C"),
            Came::Ready => Ok(()),
        }
    }

    /// How it ended although nobody stopped it.
    pub(crate) fn gave_up(&mut self) -> Option<ExitStatus> {
        let ended = !self.runs() && self.serves;
        self.serves &= !ended;
        self.status.filter(|_| ended)
    }

    /// Reads what it printed meanwhile.
    ///
    /// # Errors
    /// When it could not be waited for.
    pub(crate) fn drain(&mut self) -> anyhow::Result<()> {
        while let Ok(event) = self.events.try_recv() {
            self.take(event)?;
        }
        Ok(())
    }

    /// Whether it runs.
    pub(crate) fn runs(&mut self) -> bool {
        // What cannot be waited for does not run.
        self.drain().is_ok() && self.status.is_none()
    }

    fn take(&mut self, event: Event) -> anyhow::Result<()> {
        match event {
            Event::Line(line) => {
                self.output.push_str(&line);
                self.output.push('\n');
            }
            Event::Closed => self.open = false,
            Event::Exited(status) => self.status = Some(status?),
        }
        Ok(())
    }

    fn until(&mut self, patience: Duration, enough: impl Fn(&str) -> bool) -> anyhow::Result<Came> {
        let deadline = Instant::now() + patience;
        loop {
            if let (Some(status), false) = (self.status, self.open) {
                return Ok(Came::Ended(status));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(left) {
                Ok(event) => {
                    let done = matches!(&event, Event::Line(line) if enough(line));
                    self.take(event)?;
                    if done {
                        return Ok(Came::Ready);
                    }
                }
                Err(_) => {
                    self.kill();
                    bail!("neither ended nor was ready within {patience:?}");
                }
            }
        }
    }

    fn kill(&mut self) {
        let _ = kill_process_group(self.pid, Signal::KILL);
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if self.runs() {
            self.kill();
        }
    }
}

/// Whether this line says that the program waits for requests, or for ctrl-C.
fn ready(line: &str) -> bool {
    // `cargo lab up` shows its services' lines behind their names: it is ready when it says so itself.
    let service = line.split_once(" listening on http");
    service.is_some_and(|(name, _)| !name.contains(' '))
        || line.starts_with("observatory: pages")
        || line.contains("ctrl-C ends all of it")
        || line.ends_with("ctrl-C ends it.")
}

fn read(mut stream: impl std::io::BufRead, lines: &Sender<Event>) {
    let mut line = Vec::new();
    while matches!(stream.read_until(b'\n', &mut line), Ok(1..)) {
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        if lines.send(Event::Line(text)).is_err() {
            return;
        }
        line.clear();
    }
    let _ = lines.send(Event::Closed);
}

/// Nothing of this machine's settings reaches the command, and nothing that cargo sets for what it runs.
fn clean(bash: &mut Command) {
    let kept = [
        "PATH",
        "HOME",
        "USER",
        "LANG",
        "TERM",
        "CARGO_HOME",
        "RUSTUP_HOME",
        "RUSTUP_TOOLCHAIN",
    ];
    let kept: Vec<_> = kept
        .into_iter()
        .filter_map(|name| Some((name, std::env::var_os(name)?)))
        .collect();
    bash.env_clear().envs(kept).envs([
        ("CARGO_NET_OFFLINE", "true"),
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
    ]);
}
