//! Commands as a learner types them: run by bash, read line by line, waited for, ended by ctrl-C.
//! Nothing here goes by the clock but [`PATIENCE`], which is reached only when something hangs.

use std::io::BufReader;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use rustix::process::{Pid, Signal, kill_process_group};

/// The longest that anything is waited for: a build, a line, a page or an end on the slowest machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(600);

/// What happens to a program.
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
    pid: Pid,
    open: bool,
    /// It has said that it is ready, and was not asked to end.
    serves: bool,
    status: Option<ExitStatus>,
}

/// The programs of a section in their order: those that run, and those that ended.
pub(crate) struct Programs {
    list: Vec<Program>,
    /// Each event with the place of its program.
    events: Receiver<(usize, Event)>,
    sender: Sender<(usize, Event)>,
}

impl Default for Programs {
    fn default() -> Self {
        let (sender, events) = channel();
        Self {
            list: Vec::new(),
            events,
            sender,
        }
    }
}

impl Programs {
    /// Those that were started, the first one first.
    pub(crate) fn all(&self) -> &[Program] {
        &self.list
    }

    /// Whether one runs, as far as is known.
    pub(crate) fn any_runs(&mut self) -> anyhow::Result<bool> {
        self.drain()?;
        Ok(self.list.iter().any(Program::runs))
    }

    /// Whether this command runs, as far as is known.
    pub(crate) fn runs(&mut self, command: &str) -> anyhow::Result<bool> {
        self.drain()?;
        let same = |program: &Program| program.command == command && program.runs();
        Ok(self.list.iter().any(same))
    }

    /// Gives `command` to bash in `folder`, and waits until it ended, which gives its status, or says that it is ready.
    ///
    /// # Errors
    /// When bash cannot be started, or the command does neither; then it is killed.
    pub(crate) fn run(
        &mut self,
        command: &str,
        folder: &Path,
    ) -> anyhow::Result<Option<ExitStatus>> {
        let at = self.list.len();
        let program = Program::start(command, folder, at, &self.sender)?;
        self.list.push(program);
        let came = self.until(|programs| {
            let program = &programs[at];
            let ended = program.status.filter(|_| !program.open);
            let ready = || program.output.lines().any(ready).then_some(None);
            ended.map(Some).or_else(ready)
        })?;
        let Some(status) = came else {
            self.kill(at)?;
            bail!(
                "neither ended nor was ready within {PATIENCE:?}: {}",
                self.list[at].told()
            );
        };
        self.list[at].serves = status.is_none();
        Ok(status)
    }

    /// Waits until one of them has printed something that is `enough`; none runs any more, or it takes too long, and they have not.
    ///
    /// # Errors
    /// When they cannot be waited for.
    pub(crate) fn print(&mut self, enough: impl Fn(&str) -> bool) -> anyhow::Result<bool> {
        let found = self.until(|programs| {
            let found = programs.iter().any(|program| enough(&program.output));
            let is_over = || programs.iter().all(Program::is_over).then_some(false);
            found.then_some(true).or_else(is_over)
        });
        Ok(found?.unwrap_or(false))
    }

    /// Ctrl-C for all that runs, the last one first.
    ///
    /// # Errors
    /// When one of them does not end, or not well, or has ended before.
    pub(crate) fn stop(&mut self) -> anyhow::Result<()> {
        self.drain()?;
        let mut result = Ok(());
        for at in (0..self.list.len()).rev() {
            let ended = self.stop_one(at);
            result = result.and(ended.with_context(|| self.list[at].told()));
        }
        result
    }

    fn stop_one(&mut self, at: usize) -> anyhow::Result<()> {
        let program = &mut self.list[at];
        let served = std::mem::take(&mut program.serves);
        if let Some(status) = program.status {
            ensure!(!served, "ended by itself with {status}");
            return Ok(());
        }
        // That it ended meanwhile is found out below.
        let _ = kill_process_group(program.pid, Signal::INT);
        match self.until(|programs| programs[at].is_over().then_some(()))? {
            Some(()) => {
                let status = self.list[at].status.context("it has no status")?;
                ensure!(status.success(), "ended with {status} after ctrl-C");
                Ok(())
            }
            None => {
                self.kill(at)?;
                bail!("did not end within {PATIENCE:?} of ctrl-C");
            }
        }
    }

    fn kill(&mut self, at: usize) -> anyhow::Result<()> {
        self.list[at].kill();
        self.until(|programs| programs[at].status)?;
        Ok(())
    }

    /// Takes what happens until `done` gives something; nothing when that takes too long.
    fn until<T>(&mut self, done: impl Fn(&[Program]) -> Option<T>) -> anyhow::Result<Option<T>> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.drain()?;
            if let Some(done) = done(&self.list) {
                return Ok(Some(done));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(left) {
                Ok((at, event)) => self.list[at].take(event)?,
                Err(_) => return Ok(None),
            }
        }
    }

    fn drain(&mut self) -> anyhow::Result<()> {
        while let Ok((at, event)) = self.events.try_recv() {
            self.list[at].take(event)?;
        }
        Ok(())
    }
}

impl Program {
    fn start(
        command: &str,
        folder: &Path,
        at: usize,
        events: &Sender<(usize, Event)>,
    ) -> anyhow::Result<Self> {
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
        let (lines, exit) = (events.clone(), events.clone());
        thread::spawn(move || read(BufReader::new(reader), at, &lines));
        thread::spawn(move || exit.send((at, Event::Exited(child.wait()))));
        Ok(Self {
            command: command.to_owned(),
            output: String::new(),
            pid,
            open: true,
            serves: false,
            status: None,
        })
    }

    /// The command and the end of its output, which has the reason.
    pub(crate) fn told(&self) -> String {
        format!("`{}`\n{}", self.command, tail(&self.output))
    }

    fn runs(&self) -> bool {
        self.status.is_none()
    }

    /// It ended, and all that it printed is here.
    fn is_over(&self) -> bool {
        self.status.is_some() && !self.open
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

    fn kill(&self) {
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

/// The end of an output.
fn tail(output: &str) -> String {
    let lines: Vec<&str> = output.lines().collect();
    let last = &lines[lines.len().saturating_sub(40)..];
    last.iter().map(|line| format!("    | {line}\n")).collect()
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

fn read(mut stream: impl std::io::BufRead, at: usize, lines: &Sender<(usize, Event)>) {
    let mut line = Vec::new();
    while matches!(stream.read_until(b'\n', &mut line), Ok(1..)) {
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        if lines.send((at, Event::Line(text))).is_err() {
            return;
        }
        line.clear();
    }
    let _ = lines.send((at, Event::Closed));
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

#[cfg(test)]
mod tests {
    use super::Programs;

    /// A program that is ready, and then prints `said` once somebody opens the pipe `name`.
    fn program(name: &str, said: &str) -> String {
        format!("mkfifo {name}; echo 'observatory: pages'; cat {name}; echo {said}; cat {name}")
    }

    #[test]
    fn whichever_program_speaks_is_heard() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut programs = Programs::default();
        let run = |programs: &mut Programs, command: &str| {
            programs.run(command, folder.path()).expect("it runs")
        };
        for (name, said) in [("one", "first"), ("two", "second")] {
            assert!(run(&mut programs, &program(name, said)).is_none());
        }
        // The last one is silent all the while.
        run(&mut programs, "echo >one");
        assert!(
            programs
                .print(|output| output.contains("first"))
                .expect("they are waited for")
        );
        for program in &programs.list {
            program.kill();
        }
        let never = programs.print(|output| output.contains("never"));
        assert!(!never.expect("they are waited for"), "all of them are over");
    }
}
