//! Child processes as one: started, listened to, ended together. Which they are and what they are told is `services`'.

use std::fmt;
use std::io::{BufRead as _, BufReader, Read};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::say;
use crate::style::Style;

/// How long a service may take to say where it listens.
const START: Duration = Duration::from_secs(30);
/// How long a service may take to end after SIGTERM: the labs promise 5 seconds with an unreachable collector.
const GRACE: Duration = Duration::from_secs(6);
/// How long the last lines of an ended service may take to arrive.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Why the run ends.
pub(super) enum End {
    /// ctrl-C, SIGTERM, or the terminal was closed.
    Signal,
    /// A service ended by itself.
    Exited {
        name: &'static str,
        status: Option<ExitStatus>,
    },
    /// A service did not say in time where it listens.
    Silent { name: &'static str },
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signal => f.write_str("asked to end"),
            Self::Exited { name, status } => {
                let status =
                    status.map_or_else(|| "no exit status".to_owned(), |status| status.to_string());
                write!(
                    f,
                    "{name} ended ({status}); its lines above say why. The others are ended too."
                )
            }
            Self::Silent { name } => {
                let seconds = START.as_secs();
                write!(
                    f,
                    "{name} did not say within {seconds} s where it listens. The others are ended too."
                )
            }
        }
    }
}

enum Event {
    Line {
        index: usize,
        text: String,
    },
    /// One of the two pipes of a child has no more lines.
    Closed {
        index: usize,
    },
    Exited {
        index: usize,
    },
    Signal(i32),
}

struct Running {
    name: &'static str,
    child: Child,
    pid: Pid,
    exited: bool,
    open_pipes: u8,
}

/// All children of this run. None outlives it: dropping it kills those that still run.
pub(super) struct Fleet {
    style: Style,
    folder: PathBuf,
    sender: SyncSender<Event>,
    events: Receiver<Event>,
    running: Vec<Running>,
    interrupts: usize,
}

impl Fleet {
    /// No children yet; from here on ctrl-C, SIGTERM and SIGHUP are events. Children start in `folder`.
    pub(super) fn new(style: Style, folder: &Path) -> anyhow::Result<Self> {
        // Bounded, so that a talkative child waits for a slow terminal instead of filling the memory.
        let (sender, events) = sync_channel(1024);
        let mut signals =
            Signals::new([SIGINT, SIGTERM, SIGHUP]).context("signals cannot be caught")?;
        let on_signal = sender.clone();
        std::thread::spawn(move || {
            for signal in signals.forever() {
                let _ = on_signal.send(Event::Signal(signal));
            }
        });
        Ok(Self {
            style,
            folder: folder.to_owned(),
            sender,
            events,
            running: Vec::new(),
            interrupts: 0,
        })
    }

    /// Starts a child, its lines shown behind `name`.
    pub(super) fn start(&mut self, name: &'static str, mut command: Command) -> anyhow::Result<()> {
        let mut child = command
            .current_dir(&self.folder)
            // A terminal's ctrl-C reaches us alone, so that the order of ending is ours.
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| {
                format!(
                    "{name} cannot be started from {}",
                    command.get_program().display()
                )
            })?;
        let index = self.running.len();
        let pipes = (child.stdout.take(), child.stderr.take());
        let pid = Pid::from_child(&child);
        self.running.push(Running {
            name,
            child,
            pid,
            exited: false,
            open_pipes: 2,
        });
        let (stdout, stderr) = (
            pipes.0.context("no standard output")?,
            pipes.1.context("no standard error")?,
        );
        self.listen(index, stdout);
        self.listen(index, stderr);
        let sender = self.sender.clone();
        std::thread::spawn(move || {
            // Waited for but not reaped: until `status` reaps it, its ID cannot become another process's.
            let unreaped = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
            while waitid(WaitId::Pid(pid), unreaped).is_err_and(|error| error == Errno::INTR) {}
            let _ = sender.send(Event::Exited { index });
        });
        Ok(())
    }

    fn listen(&self, index: usize, pipe: impl Read + Send + 'static) {
        let sender = self.sender.clone();
        std::thread::spawn(move || {
            let mut reader = BufReader::new(pipe);
            let mut line = Vec::new();
            while matches!(reader.read_until(b'\n', &mut line), Ok(1..)) {
                let text = String::from_utf8_lossy(&line).trim_end().to_owned();
                let _ = sender.send(Event::Line { index, text });
                line.clear();
            }
            let _ = sender.send(Event::Closed { index });
        });
    }

    /// Waits until the child started last says where it listens.
    pub(super) fn ready(&mut self, name: &'static str) -> Result<Addresses, End> {
        let deadline = Instant::now() + START;
        loop {
            match self.next(Some(deadline)) {
                None => return Err(End::Silent { name }),
                Some(Event::Line { index, text }) if self.running[index].name == name => {
                    if let Some(addresses) = addresses(&text) {
                        return Ok(addresses);
                    }
                }
                Some(event) => self.end(&event)?,
            }
        }
    }

    /// Waits until the child of this name has done what it was started for, and ended well.
    pub(super) fn finished(&mut self, name: &'static str) -> Result<(), End> {
        loop {
            match self.next(None) {
                Some(Event::Exited { index }) if self.running[index].name == name => {
                    self.last_words(index);
                    let status = self.running[index].child.wait().ok();
                    return match status.filter(ExitStatus::success) {
                        Some(_) => Ok(()),
                        None => Err(End::Exited { name, status }),
                    };
                }
                Some(event) => self.end(&event)?,
                None => {}
            }
        }
    }

    /// Shows the children's lines until something ends the run.
    pub(super) fn watch(&mut self) -> End {
        loop {
            if let Some(event) = self.next(None)
                && let Err(end) = self.end(&event)
            {
                return end;
            }
        }
    }

    /// Ends the children, last started first, each before the next.
    pub(super) fn stop(&mut self) {
        let interrupts = self.interrupts;
        for index in (0..self.running.len()).rev() {
            self.signal(index, Signal::TERM);
            let deadline = Instant::now() + GRACE;
            while !self.running[index].exited {
                let in_time = self.next(Some(deadline)).is_some();
                if self.interrupts > interrupts {
                    // One more ctrl-C is for those who do not want to wait; dropping kills what is left.
                    // SIGTERM and SIGHUP are no haste: whoever ends a program and its group, as `timeout` does, sends them twice.
                    return say("Ended by force.\n");
                }
                if !in_time {
                    let name = self.running[index].name;
                    say(&format!(
                        "{name} does not end within {} s: ended by force.\n",
                        GRACE.as_secs()
                    ));
                    self.signal(index, Signal::KILL);
                    break;
                }
            }
            self.last_words(index);
        }
    }

    /// Whether the event ends the run.
    fn end(&mut self, event: &Event) -> Result<(), End> {
        match *event {
            Event::Signal(_) => Err(End::Signal),
            Event::Exited { index } => {
                self.last_words(index);
                let running = &mut self.running[index];
                let status = running.child.wait().ok();
                Err(End::Exited {
                    name: running.name,
                    status,
                })
            }
            Event::Line { .. } | Event::Closed { .. } => Ok(()),
        }
    }

    /// Shows what an ended child still has in its pipes.
    fn last_words(&mut self, index: usize) {
        let deadline = Instant::now() + LAST_WORDS;
        while self.running[index].open_pipes > 0 && self.next(Some(deadline)).is_some() {}
    }

    /// The next event, or nothing at the deadline. Lines are shown and states kept whoever asks.
    fn next(&mut self, deadline: Option<Instant>) -> Option<Event> {
        let event = match deadline {
            None => self.events.recv().ok()?,
            Some(deadline) => {
                let left = deadline.saturating_duration_since(Instant::now());
                match self.events.recv_timeout(left) {
                    Ok(event) => event,
                    Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
                }
            }
        };
        match &event {
            // Addresses for programs are not for people.
            Event::Line { text, .. } if addresses_in_json(text).is_some() => {}
            Event::Line { index, text } => {
                let name = format!("{:11} |", self.running[*index].name);
                say(&format!("{} {text}\n", self.style.numbered(*index, &name)));
            }
            Event::Closed { index } => self.running[*index].open_pipes -= 1,
            Event::Exited { index } => self.running[*index].exited = true,
            Event::Signal(signal) => self.interrupts += usize::from(*signal == SIGINT),
        }
        Some(event)
    }

    /// Signals a child and whatever it has started, unless it is gone.
    fn signal(&self, index: usize, signal: Signal) {
        let running = &self.running[index];
        if !running.exited {
            // It may have ended this moment; then there is nobody to tell.
            let _ = kill_process_group(running.pid, signal);
        }
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        for index in 0..self.running.len() {
            self.signal(index, Signal::KILL);
            let _ = self.running[index].child.wait();
        }
    }
}

/// Where a child listens.
#[derive(serde::Deserialize)]
pub(super) struct Addresses {
    /// `127.0.0.1:4567`
    pub(super) http: String,
    /// Of the observatory: where X-Ray's daemon listens, `127.0.0.1:2000`.
    #[serde(default)]
    pub(super) xray_daemon: Option<String>,
    /// Of the observatory: where it takes spans and nothing else, if it was told to.
    #[serde(default)]
    pub(super) spans_only: Option<String>,
}

/// Where a child says it listens: `NAME listening on http://127.0.0.1:4567`, or the observatory's JSON.
pub(super) fn addresses(line: &str) -> Option<Addresses> {
    if let Some(addresses) = addresses_in_json(line) {
        return Some(addresses);
    }
    let (_, after) = line.split_once("listening on ")?;
    let http = after.split_whitespace().next()?.strip_prefix("http://")?;
    Some(Addresses {
        http: http.trim_end_matches('/').to_owned(),
        xray_daemon: None,
        spans_only: None,
    })
}

/// `{"http":"127.0.0.1:4318",…}`, which `observatory --print-addresses` prints.
fn addresses_in_json(line: &str) -> Option<Addresses> {
    line.starts_with('{')
        .then(|| serde_json::from_str(line).ok())?
}
