//! What has to be remembered between two commands: the current step and the hints taken. What passes is never stored, tests tell it.
//!
//! It lives in git's own folder, `.git/cargo-lab/state.json`, where neither a checkout nor `git clean -fdx` comes;
//! all work trees of a clone have one. Without git it lives in `.cargo-lab` at the workspace's root.
//! Nothing a learner does depends on it: what cannot be read begins anew, and what cannot be written is told once.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _, stderr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::atomic;

/// The form of the file that this program writes; any other is kept aside.
const VERSION: u32 = 1;

/// What is remembered, and where.
pub(crate) struct Store {
    folder: PathBuf,
    state: State,
    /// The first reason why something could not be written, and whether it was told.
    trouble: Option<(String, bool)>,
}

#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
struct State {
    version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    current: Option<Current>,
    /// By package and step, the highest hint that was shown.
    #[serde(default)]
    hints: BTreeMap<String, BTreeMap<String, usize>>,
}

#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
struct Current {
    package: String,
    step: String,
}

impl Default for State {
    fn default() -> Self {
        Self {
            version: VERSION,
            current: None,
            hints: BTreeMap::new(),
        }
    }
}

impl Store {
    /// Reads what was remembered for the workspace at `root`; writes nothing.
    pub(crate) fn open(root: &Path) -> Self {
        let folder = folder(root);
        let state = read(&folder.join("state.json"))
            .unwrap_or_default()
            .unwrap_or_default();
        Self {
            folder,
            state,
            trouble: None,
        }
    }

    /// The lab's package and the step's ID that the learner was at.
    #[allow(dead_code, reason = "the home screen uses it")]
    pub(crate) fn current(&self) -> Option<(&str, &str)> {
        let current = self.state.current.as_ref()?;
        Some((&current.package, &current.step))
    }

    /// The learner is at this step from now on.
    pub(crate) fn set_current(&mut self, package: &str, step: &str) {
        self.change(|state| {
            state.current = Some(Current {
                package: package.to_owned(),
                step: step.to_owned(),
            });
        });
    }

    /// The highest hint of the step that was shown, 0 for none.
    pub(crate) fn hints(&self, package: &str, step: &str) -> usize {
        let of_lab = self.state.hints.get(package);
        of_lab.and_then(|of| of.get(step)).copied().unwrap_or(0)
    }

    /// The hint of this level was shown.
    pub(crate) fn took_hint(&mut self, package: &str, step: &str, level: usize) {
        self.change(|state| {
            let of_lab = state.hints.entry(package.to_owned()).or_default();
            let taken = of_lab.entry(step.to_owned()).or_default();
            *taken = level.max(*taken);
        });
    }

    /// Why something is not remembered, in one sentence; only the first time it is asked for.
    pub(crate) fn trouble(&mut self) -> Option<String> {
        let (reason, told) = self.trouble.as_mut()?;
        let first = !std::mem::replace(told, true);
        first
            .then(|| format!("note: hints taken and the current step are not remembered: {reason}"))
    }

    /// Says on standard error what [`Self::trouble`] has to say.
    pub(crate) fn complain(&mut self) {
        if let Some(trouble) = self.trouble() {
            // Nobody is left to tell when standard error is closed.
            let _ = writeln!(stderr().lock(), "{trouble}");
        }
    }

    /// Makes a change here and on the disk.
    fn change(&mut self, change: impl Fn(&mut State)) {
        let before = self.state.clone();
        change(&mut self.state);
        if self.state == before {
            return;
        }
        match self.save(change) {
            Ok(state) => self.state = state,
            Err(error) if self.trouble.is_none() => {
                self.trouble = Some((format!("{error:#}"), false));
            }
            Err(_) => {}
        }
    }

    /// Makes the change in the file as it is now: another process may have written meanwhile.
    fn save(&self, change: impl FnOnce(&mut State)) -> anyhow::Result<State> {
        let cannot = || format!("the folder {} cannot be written", self.folder.display());
        fs::create_dir_all(&self.folder).with_context(cannot)?;
        let lock = File::create(self.folder.join("lock")).with_context(cannot)?;
        // On a file system without locks, two at once may forget one of two hints: no reason to remember none.
        let _ = lock.lock();
        let file = self.folder.join("state.json");
        let mut state = match read(&file) {
            Ok(state) => state.unwrap_or_default(),
            Err(_) => {
                keep_aside(&file)?;
                State::default()
            }
        };
        change(&mut state);
        let mut text = serde_json::to_string_pretty(&state).context("no JSON")?;
        text.push('\n');
        atomic::write(&file, text.as_bytes())?;
        Ok(state)
    }
}

/// What the file says; none when there is none.
fn read(file: &Path) -> anyhow::Result<Option<State>> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let state: State = serde_json::from_str(&text)?;
    anyhow::ensure!(state.version == VERSION, "another version");
    Ok(Some(state))
}

/// Gives a file that cannot be read another name: somebody may want to know what was in it.
fn keep_aside(file: &Path) -> anyhow::Result<()> {
    let free = (1..)
        .map(|number: u32| file.with_file_name(format!("state.json.unread-{number}")))
        .find(|path| !path.exists())
        .context("no free name")?;
    fs::rename(file, &free)
        .with_context(|| format!("{} can neither be read nor renamed", file.display()))
}

/// Where git keeps what is its own, else a folder at the root.
fn folder(root: &Path) -> PathBuf {
    let mut git = Command::new("git");
    git.args(["rev-parse", "--git-common-dir"])
        .current_dir(root)
        .stdin(Stdio::null());
    // Set in hooks and by some editors, about another repository perhaps.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR"] {
        git.env_remove(name);
    }
    let said = git
        .output()
        .ok()
        .filter(|output| output.status.success())
        .and_then(|output| String::from_utf8(output.stdout).ok());
    // Without the program, or when it refuses because somebody else owns the files, the folder is usually there all the same.
    let git = match said {
        Some(path) => Some(root.join(path.trim_end_matches('\n'))),
        None => Some(root.join(".git")).filter(|path| path.is_dir()),
    };
    match git {
        Some(git) => git.join("cargo-lab"),
        None => root.join(".cargo-lab"),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::Store;

    #[test]
    fn many_that_write_at_once_forget_nothing() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let (writers, steps) = (8, 20);
        let start = Barrier::new(writers);
        std::thread::scope(|scope| {
            for writer in 0..writers {
                let (root, start) = (root.path(), &start);
                scope.spawn(move || {
                    let mut store = Store::open(root);
                    start.wait();
                    for step in 0..steps {
                        store.took_hint("alpha", &format!("{writer}-{step}"), 1);
                    }
                    assert_eq!(store.trouble(), None);
                });
            }
        });
        let store = Store::open(root.path());
        for writer in 0..writers {
            for step in 0..steps {
                assert_eq!(store.hints("alpha", &format!("{writer}-{step}")), 1);
            }
        }
    }

    #[test]
    fn trouble_is_told_once() {
        let root = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(root.path().join(".cargo-lab"), "").expect("a file");
        let mut store = Store::open(root.path());
        store.took_hint("alpha", "one", 2);
        store.set_current("alpha", "two");
        assert!(store.trouble().is_some());
        assert_eq!(store.trouble(), None);
        // It holds as long as the process does.
        assert_eq!(store.hints("alpha", "one"), 2);
        assert_eq!(store.current(), Some(("alpha", "two")));
    }
}
