//! The real program in a pseudo-terminal: keys go in, the screen comes out. What is expected on it is in the tests.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::num::NonZeroU16;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Instant;

use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

use crate::project::DEADLINE;

/// A terminal in which one program runs.
pub(crate) struct Terminal {
    child: Child,
    keyboard: File,
    /// The program's side, kept open so that its settings can be read when the program has ended.
    device: File,
    shown: Arc<(Mutex<Shown>, Condvar)>,
}

struct Shown {
    parser: vt100::Parser,
    /// Everything that was written.
    bytes: Vec<u8>,
}

impl Terminal {
    /// Runs `command` as the leader of the terminal's session, as a shell would.
    pub(crate) fn start(command: Command, columns: u16, rows: u16) -> Self {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let master = openpt(flags).expect("a pseudo-terminal");
        grantpt(&master).expect("granted");
        unlockpt(&master).expect("unlocked");
        let name = ptsname(&master, Vec::new()).expect("its name");
        let name = name.to_str().expect("a path").to_owned();
        let keyboard = File::from(master);
        set_size(&keyboard, columns, rows);
        let device = OpenOptions::new()
            .read(true)
            .write(true)
            .open(name)
            .expect("the other side");

        // `setsid --ctty` makes it the controlling terminal, which takes a call in the child before it runs.
        let mut session = Command::new("setsid");
        session
            .arg("--ctty")
            .arg(command.get_program())
            .args(command.get_args())
            .env_clear();
        for (name, value) in command.get_envs() {
            if let Some(value) = value {
                session.env(name, value);
            }
        }
        if let Some(folder) = command.get_current_dir() {
            session.current_dir(folder);
        }
        if command.get_envs().all(|(name, _)| name != "TERM") {
            session.env("TERM", "xterm-256color");
        }
        let side = || device.try_clone().expect("the other side");
        session.stdin(side()).stdout(side()).stderr(side());
        let child = session.spawn().expect("lab starts");

        let size = |n| NonZeroU16::new(n).expect("a size");
        let parser = vt100::Parser::new(size(rows), size(columns), 0);
        let bytes = Vec::new();
        let shown = Arc::new((Mutex::new(Shown { parser, bytes }), Condvar::new()));
        let (mut screen, written) = (keyboard.try_clone().expect("our side"), shown.clone());
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = screen.read(&mut buffer) {
                let mut shown = written.0.lock().expect("the screen");
                shown.parser.process(&buffer[..length]);
                shown.bytes.extend(&buffer[..length]);
                written.1.notify_all();
            }
        });
        Self {
            child,
            keyboard,
            device,
            shown,
        }
    }

    /// Types `keys`.
    pub(crate) fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).expect("typed");
    }

    /// Waits until `text` is on the screen.
    #[track_caller]
    pub(crate) fn see(&self, text: &str) {
        self.wait(&format!("{text:?}"), |screen| {
            screen.contents().contains(text)
        });
    }

    /// Waits until `text` is not on the screen.
    #[track_caller]
    pub(crate) fn see_no(&self, text: &str) {
        self.wait(&format!("no {text:?}"), |screen| {
            !screen.contents().contains(text)
        });
    }

    #[track_caller]
    fn wait(&self, what: &str, fits: impl Fn(&vt100::Screen) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        let (shown, changed) = &*self.shown;
        let mut shown = shown.lock().expect("the screen");
        while !fits(shown.parser.screen()) {
            let left = deadline.saturating_duration_since(Instant::now());
            let screen = shown.parser.screen().contents();
            assert!(!left.is_zero(), "not seen: {what} on\n{screen}");
            (shown, _) = changed.wait_timeout(shown, left).expect("the screen");
        }
    }

    /// What is on the screen, without the spaces at the ends of its lines.
    pub(crate) fn screen(&self) -> String {
        let shown = self.shown.0.lock().expect("the screen");
        let contents = shown.parser.screen().contents();
        let lines = contents.lines().map(str::trim_end);
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Everything that was written so far.
    pub(crate) fn written(&self) -> String {
        let shown = self.shown.0.lock().expect("the screen");
        String::from_utf8_lossy(&shown.bytes).into_owned()
    }

    /// Makes the terminal larger or smaller.
    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        let size = |n| NonZeroU16::new(n).expect("a size");
        let mut shown = self.shown.0.lock().expect("the screen");
        shown.parser.set_size(size(rows), size(columns));
        drop(shown);
        set_size(&self.keyboard, columns, rows);
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("lab runs");
    }

    /// Waits for the program's end, and checks that the terminal is as it was.
    #[track_caller]
    pub(crate) fn end(mut self) -> ExitStatus {
        // The last thing that it does with the screen.
        self.wait("the screen given back", |screen| {
            !screen.alternate_screen() && !screen.hide_cursor()
        });
        let (sender, ended) = std::sync::mpsc::channel();
        std::thread::spawn(move || sender.send(self.child.wait()));
        let status = ended.recv_timeout(DEADLINE).expect("lab ends in time");
        let modes = tcgetattr(&self.device).expect("its settings").local_modes;
        assert!(modes.contains(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG));
        status.expect("lab can be waited for")
    }
}

fn set_size(terminal: &File, columns: u16, rows: u16) {
    let size = Winsize {
        ws_row: rows,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(terminal, size).expect("a size");
}
