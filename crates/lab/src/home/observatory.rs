//! The observatory beside the screen: joined when it runs already, else built, started, and ended with us.

use std::io::{BufRead as _, BufReader, Read};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use super::event::{Event, Sight};
use super::thread;
use crate::cargo::{self, Cancel, Cancelled, DoesNotBuild, Supervisor};
use crate::up::Alone;

/// How long it may take to end after SIGTERM.
const GRACE: Duration = Duration::from_secs(6);

/// How often an observatory of somebody else's is asked whether it still runs.
const LOOK: Duration = Duration::from_secs(5);

/// What is ours of it.
pub(super) struct Observatory {
    root: PathBuf,
    any_port: bool,
    events: Sender<Event>,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    /// The build that goes on.
    building: Option<Cancel>,
    running: Option<Running>,
    /// We leave: nothing is started any more.
    leaving: bool,
}

struct Running {
    child: Child,
    /// Says nothing; it closes when the child has ended.
    ended: Receiver<()>,
}

impl Observatory {
    pub(super) fn new(root: PathBuf, any_port: bool, events: Sender<Event>) -> Self {
        Self {
            root,
            any_port,
            events,
            shared: Arc::default(),
        }
    }

    /// What is to be said of it before anything is known.
    pub(super) fn first_sight(&self) -> Sight {
        if manifest(&self.root).is_file() {
            Sight::Waiting
        } else {
            Sight::Absent
        }
    }

    /// Looks whether one runs already; it starts none.
    pub(super) fn look(&self) {
        let (any_port, events) = (self.any_port, self.events.clone());
        if any_port || !manifest(&self.root).is_file() {
            return;
        }
        self.thread(move || {
            // What is wrong is said when it is to be started.
            if let Ok(alone) = Alone::new(any_port)
                && alone.runs()
            {
                accompany(&alone, &events);
            }
        });
    }

    /// Builds and starts it, unless one runs already or is about to.
    pub(super) fn start(&self) {
        let cancel = Cancel::default();
        {
            let mut shared = lock(&self.shared);
            if shared.running.is_some() || shared.building.is_some() || shared.leaving {
                return;
            }
            shared.building = Some(cancel.clone());
        }
        let start = Start {
            root: self.root.clone(),
            any_port: self.any_port,
            events: self.events.clone(),
            shared: self.shared.clone(),
            cancel,
        };
        self.thread(move || {
            if let Err(error) = start.run()
                && !error.is::<Cancelled>()
            {
                lock(&start.shared).building = None;
                start.say(Sight::Unavailable(reason(&error)));
            }
        });
    }

    /// Ends its build, if that goes on; what is built of it stays.
    pub(super) fn hold(&self) {
        if let Some(cancel) = lock(&self.shared).building.take() {
            cancel.cancel();
        }
    }

    /// Ends it, if it is ours, and waits until it has ended.
    pub(super) fn stop(&self) {
        self.hold();
        let running = {
            let mut shared = lock(&self.shared);
            shared.leaving = true;
            shared.running.take()
        };
        if let Some(mut running) = running {
            running.signal(Signal::TERM);
            let ended = running.ended.recv_timeout(GRACE);
            if ended.is_err_and(|error| error == std::sync::mpsc::RecvTimeoutError::Timeout) {
                running.signal(Signal::KILL);
            }
            let _ = running.child.wait();
        }
    }

    fn thread(&self, run: impl FnOnce() + Send + 'static) {
        let crashed = self.events.clone();
        thread(move || drop(crashed.send(Event::Crashed)), run);
    }
}

impl Running {
    /// Whoever has this has not reaped the child, so that its ID is its own.
    fn signal(&self, signal: Signal) {
        let _ = kill_process_group(Pid::from_child(&self.child), signal);
    }
}

/// One try to have it.
struct Start {
    root: PathBuf,
    any_port: bool,
    events: Sender<Event>,
    shared: Arc<Mutex<Shared>>,
    cancel: Cancel,
}

impl Start {
    fn say(&self, sight: Sight) {
        let _ = self.events.send(Event::Observatory(sight));
    }

    fn run(&self) -> anyhow::Result<()> {
        let mut alone = Alone::new(self.any_port)?;
        if alone.runs() {
            lock(&self.shared).building = None;
            accompany(&alone, &self.events);
            return Ok(());
        }
        if let Some(port) = alone.occupied() {
            anyhow::bail!("port {port} is in use by something else");
        }
        let program = self.build()?;
        self.say(Sight::Starting);
        let (stdout, stderr, pid, end) = {
            let mut shared = lock(&self.shared);
            shared.building = None;
            if shared.leaving {
                return Err(Cancelled.into());
            }
            let mut child = spawn(alone.command(&program), &self.root)?;
            let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
            let pid = Pid::from_child(&child);
            let (end, ended) = channel();
            shared.running = Some(Running { child, ended });
            (stdout, stderr, pid, end)
        };
        let events = self.events.clone();
        let talk = std::thread::spawn(move || {
            each_line(stdout, |line| {
                if alone.learn(&line) {
                    let address = alone.address();
                    let _ = events.send(Event::Observatory(Sight::Running {
                        address,
                        joined: false,
                    }));
                }
            });
        });
        let last_words = std::thread::spawn(move || {
            let mut last = String::new();
            each_line(stderr, |line| {
                if !line.trim().is_empty() {
                    last = line;
                }
            });
            last
        });
        // Not reaped here: until then, its ID cannot become another process's.
        let unreaped = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while waitid(WaitId::Pid(pid), unreaped).is_err_and(|error| error == Errno::INTR) {}
        drop(end);
        let Some(mut running) = lock(&self.shared).running.take() else {
            return Ok(());
        };
        // Whatever it has started would hold its pipes.
        running.signal(Signal::KILL);
        let status = running.child.wait().context("it could not be waited for")?;
        let _ = talk.join();
        let said = last_words.join().unwrap_or_default();
        if said.is_empty() {
            anyhow::bail!("it ended ({status})");
        }
        anyhow::bail!("{}", said.trim_start_matches("error: "));
    }

    fn build(&self) -> anyhow::Result<PathBuf> {
        self.say(Sight::Building(String::new()));
        let events = self.events.clone();
        let supervisor = Supervisor {
            colour: false,
            status: Arc::new(move |line: &str| {
                let sight = Sight::Building(line.trim().to_owned());
                let _ = events.send(Event::Observatory(sight));
            }),
            cancel: self.cancel.clone(),
        };
        let args = ["build", "--package", "observatory"];
        let built = cargo::supervised(&self.root, &args, &[], Some(&supervisor))?;
        let mut programs = built.programs.into_iter();
        let program = programs.find(|(name, _)| name == "observatory");
        let (_, path) = program.context("the package has no program of its name")?;
        Ok(path)
    }
}

fn manifest(root: &Path) -> PathBuf {
    root.join("crates/observatory/Cargo.toml")
}

/// Says where the one that runs already is, and when it has ended: whoever had started it may leave before us.
fn accompany(alone: &Alone, events: &Sender<Event>) {
    let say = |sight| events.send(Event::Observatory(sight));
    let address = alone.address();
    let joined = true;
    // Nobody listens any more when we leave, and then this thread ends with the others.
    let _ = say(Sight::Running { address, joined });
    while alone.still_runs() {
        std::thread::sleep(LOOK);
    }
    let _ = say(Sight::Unavailable("the one that ran has ended".to_owned()));
}

fn reason(error: &anyhow::Error) -> String {
    if error.is::<DoesNotBuild>() {
        "it does not compile".to_owned()
    } else {
        format!("{error:#}")
    }
}

fn spawn(mut command: Command, root: &Path) -> anyhow::Result<Child> {
    let spawned = command
        .current_dir(root)
        // A terminal's signals reach us alone; we end it.
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    spawned.context("it cannot be started")
}

fn each_line(pipe: Option<impl Read>, mut take: impl FnMut(String)) {
    let Some(pipe) = pipe else { return };
    let mut reader = BufReader::new(pipe);
    let mut line = Vec::new();
    while matches!(reader.read_until(b'\n', &mut line), Ok(1..)) {
        take(String::from_utf8_lossy(&line).trim_end().to_owned());
        line.clear();
    }
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
