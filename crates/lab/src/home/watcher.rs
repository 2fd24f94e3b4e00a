//! Notices when a file of a lab has other bytes than before. An event alone means nothing: editors touch, rename and write twice.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecursiveMode, Watcher as _};

use super::thread;
use crate::metadata::Lab;

/// How long nothing may happen before the files are looked at: editors write a file in several steps.
const QUIET: Duration = Duration::from_millis(15);
/// But no longer than this after the first event.
const PATIENCE: Duration = Duration::from_millis(150);
/// How often the files are looked at without an event: some file systems tell nothing (shared folders of virtual machines).
pub(super) const POLL: Duration = Duration::from_secs(1);

/// Watches until it is dropped.
pub(super) struct Watcher {
    sender: Sender<Signal>,
}

enum Signal {
    Event(Instant),
    Stop,
}

type Contents = BTreeMap<PathBuf, Vec<u8>>;

impl Watcher {
    /// Calls `saved` with the time of the first event and the paths from `root` each time what `labs` are built from has changed since this call.
    pub(super) fn new(
        root: &Path,
        labs: &[Lab],
        poll: Duration,
        crashed: impl Fn() + Send + 'static,
        saved: impl Fn(Instant, Vec<PathBuf>) + Send + 'static,
    ) -> Self {
        let labs: Vec<Edited> = labs.iter().map(|lab| Edited::new(root, lab)).collect();
        let (sender, signals) = channel();
        let on_event = sender.clone();
        let notifier = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // Our own reading is an event too.
            if !event.is_ok_and(|event| is_reading(&event.kind)) {
                let _ = on_event.send(Signal::Event(Instant::now()));
            }
        });
        // Where events cannot be had (too many watches), looking from time to time is left.
        let notifier = notifier.ok().and_then(|mut notifier| {
            for lab in &labs {
                let mode = RecursiveMode::Recursive;
                notifier.watch(&lab.folder, mode).ok()?;
            }
            Some(notifier)
        });
        let look = move || labs.iter().flat_map(Edited::contents).collect();
        let before: Contents = look();
        let root = root.to_owned();
        let saved = move |at, files: Vec<PathBuf>| {
            let from_root = |file: &PathBuf| file.strip_prefix(&root).ok().map(Path::to_owned);
            saved(at, files.iter().filter_map(from_root).collect());
        };
        thread(crashed, move || {
            let _notifier = notifier;
            watch(&signals, poll, before, look, saved);
        });
        Self { sender }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = self.sender.send(Signal::Stop);
    }
}

fn is_reading(kind: &EventKind) -> bool {
    matches!(kind, EventKind::Access(access) if *access != AccessKind::Close(AccessMode::Write))
}

fn watch(
    signals: &Receiver<Signal>,
    poll: Duration,
    mut before: Contents,
    look: impl Fn() -> Contents,
    saved: impl Fn(Instant, Vec<PathBuf>),
) {
    loop {
        let at = match signals.recv_timeout(poll) {
            Ok(Signal::Event(at)) => at,
            Err(RecvTimeoutError::Timeout) => Instant::now(),
            Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => return,
        };
        while at.elapsed() < PATIENCE {
            match signals.recv_timeout(QUIET) {
                Ok(Signal::Event(_)) => {}
                Err(RecvTimeoutError::Timeout) => break,
                Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        let now = look();
        if now != before {
            let files = changed(&before, &now);
            before = now;
            saved(at, files);
        }
    }
}

/// What is there now and was not, was there and is not, or is different.
fn changed(before: &Contents, now: &Contents) -> Vec<PathBuf> {
    let new = now
        .iter()
        .filter(|(path, bytes)| before.get(*path) != Some(*bytes));
    let gone = before.iter().filter(|(path, _)| !now.contains_key(*path));
    new.chain(gone).map(|(path, _)| path.clone()).collect()
}

/// What a learner edits in a lab.
struct Edited {
    folder: PathBuf,
    /// The manifest, and what steps name beside the sources.
    files: Vec<PathBuf>,
}

impl Edited {
    fn new(root: &Path, lab: &Lab) -> Self {
        let folder = root.join(&lab.folder);
        let files = lab.steps.iter().flat_map(|step| &step.files);
        let mut files: Vec<_> = files.map(|file| folder.join(file)).collect();
        files.push(folder.join("Cargo.toml"));
        Self { folder, files }
    }

    /// The bytes of all of it.
    fn contents(&self) -> Contents {
        let mut found = Contents::new();
        let mut folders = vec![self.folder.join("src")];
        let mut add = |path: PathBuf| {
            // Gone again, or not readable: it is as if it did not exist.
            if let Ok(bytes) = fs::read(&path) {
                found.insert(path, bytes);
            }
        };
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                    Ok(_) if !is_of_an_editor(&entry.path()) => add(entry.path()),
                    _ => {}
                }
            }
        }
        self.files.iter().cloned().for_each(add);
        found
    }
}

/// Swap files, backups, and the files by which editors try whether they may write.
fn is_of_an_editor(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let extension = path
        .extension()
        .map(|extension| extension.to_string_lossy());
    name.starts_with('.')
        || name.ends_with('~')
        || extension
            .is_none_or(|extension| matches!(&*extension, "swp" | "swx" | "tmp" | "bak" | "orig"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEADLINE: Duration = Duration::from_secs(20);
    const LAB: &str = r#"
number = 1
package = "alpha"
title = "Alpha"
about = "counting"
test = "steps"
guide = "README.md"
[[step]]
number = 1
id = "one"
title = "One"
task = "Count."
test = "one"
files = ["src/lib.rs", "queries/one.json"]
anchor = "one"
learned = "It."
starter_cause = "no"
hints = ["No."]
"#;

    /// A lab, its folder, and what was noticed of it; looked at only after events.
    struct Watched {
        root: tempfile::TempDir,
        saves: Receiver<Vec<PathBuf>>,
        _watcher: Watcher,
    }

    impl Watched {
        fn new(poll: Duration) -> Self {
            let root = tempfile::tempdir().expect("a folder");
            for folder in [
                "labs/1-alpha/src",
                "labs/1-alpha/queries",
                "labs/1-alpha/solution",
            ] {
                fs::create_dir_all(root.path().join(folder)).expect("a folder");
            }
            fs::write(root.path().join("labs/1-alpha/src/lib.rs"), "one").expect("a file");
            let lab = Lab::parse(LAB, PathBuf::from("labs/1-alpha")).expect("a lab");
            let (sender, saves) = channel();
            let saved = move |_, files| sender.send(files).unwrap_or_default();
            let watcher = Watcher::new(root.path(), &[lab], poll, || {}, saved);
            Self {
                root,
                saves,
                _watcher: watcher,
            }
        }

        fn path(&self, file: &str) -> PathBuf {
            self.root.path().join("labs/1-alpha").join(file)
        }

        fn write(&self, file: &str, text: &str) {
            fs::write(self.path(file), text).expect("a file to write");
        }

        #[track_caller]
        fn noticed(&self, file: &str) {
            let files = self.saves.recv_timeout(DEADLINE).expect("a save");
            assert_eq!(files, [Path::new("labs/1-alpha").join(file)]);
        }
    }

    const NEVER: Duration = Duration::from_secs(3600);

    #[test]
    fn saves_of_every_kind_are_noticed() {
        let lab = Watched::new(NEVER);
        lab.write("src/lib.rs", "two");
        lab.noticed("src/lib.rs");
        // By renaming, as vim and IntelliJ do.
        lab.write("src/.lib.rs.swp", "three");
        fs::rename(lab.path("src/.lib.rs.swp"), lab.path("src/lib.rs")).expect("renamed");
        lab.noticed("src/lib.rs");
        // In a new folder.
        fs::create_dir(lab.path("src/deep")).expect("a folder");
        lab.write("src/deep/mod.rs", "four");
        lab.noticed("src/deep/mod.rs");
        lab.write("Cargo.toml", "five");
        lab.noticed("Cargo.toml");
        lab.write("queries/one.json", "six");
        lab.noticed("queries/one.json");
        fs::remove_file(lab.path("src/lib.rs")).expect("removed");
        lab.noticed("src/lib.rs");
    }

    #[test]
    fn the_same_bytes_are_no_save() {
        let (sender, signals) = channel::<Signal>();
        let (looked, looks) = channel();
        let look = move || {
            looked.send(()).unwrap_or_default();
            Contents::new()
        };
        let handle = std::thread::spawn(move || {
            let saved = |_, _| panic!("nothing has changed");
            watch(&signals, NEVER, Contents::new(), look, saved);
        });
        for _ in 0..3 {
            sender
                .send(Signal::Event(Instant::now()))
                .expect("it watches");
            looks.recv_timeout(DEADLINE).expect("a look");
        }
        sender.send(Signal::Stop).expect("it watches");
        handle.join().expect("no panic");
    }

    #[test]
    fn only_what_a_learner_edits_counts() {
        let lab = Watched::new(NEVER);
        let parsed = Lab::parse(LAB, PathBuf::from("labs/1-alpha")).expect("a lab");
        let edited = Edited::new(lab.root.path(), &parsed);
        let before = edited.contents();
        assert_eq!(before.len(), 1);
        for file in [
            "src/.lib.rs.swp",
            "src/4913",
            "src/lib.rs~",
            "src/lib.rs.orig",
            "README.md",
            "queries/two.json",
            "solution/lib.rs",
        ] {
            lab.write(file, "two");
            assert_eq!(edited.contents(), before, "{file}");
        }
    }

    #[test]
    fn without_events_the_files_are_looked_at() {
        let (sender, signals) = channel::<Signal>();
        let (saved, saves) = channel();
        let looks = std::sync::atomic::AtomicU8::new(0);
        let look = move || {
            let look = looks.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            Contents::from([(PathBuf::from("lib.rs"), vec![look / 2])])
        };
        let before = Contents::from([(PathBuf::from("lib.rs"), vec![0])]);
        let handle = std::thread::spawn(move || {
            watch(&signals, Duration::from_millis(1), before, look, |at, _| {
                saved.send(at).unwrap_or_default()
            });
        });
        saves.recv_timeout(DEADLINE).expect("a save");
        sender.send(Signal::Stop).expect("it still watches");
        handle.join().expect("no panic");
    }
}
