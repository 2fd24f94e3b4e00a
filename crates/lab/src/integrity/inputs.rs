//! Keeps graders from being run as they were built earlier: cargo compares only the times of files, and `mv` or `touch` gives a file back an old one.
//! What is in the files is `files`' to compare with the release.
//!
//! A file's change time, which no program can set, is remembered in `target/`, with its inode and size.
//! Where it differs at the next run, the file gets the present as its modification time, and cargo builds it anew.
//!
//! Of a workspace that is seen for the first time (a new clone, one that was prebuilt, one restored elsewhere) nothing is known yet.
//! Who works in it need not wait for all of it to be built again: what is there is *assumed*.
//! A report assumes nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::SystemTime;

use super::Finding;
use super::files::kind;
use crate::atomic;

/// Where it is remembered, from the workspace's root: a line for each file, its state and its path.
const RECORD: &str = "target/graded-inputs.txt";

/// Stands before the state of a file that was never built anew.
const ASSUMED: char = '~';

/// Built into `cargo lab` itself, or only there: a grader does not come from them.
const NOT_GRADED: [&str; 2] = ["lab", "workspace-hack"];

/// What is known about the graders that were built before.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Trust {
    /// In a workspace that is seen for the first time, they are taken for what the files say.
    Assume,
    /// Only what was built since its file changed.
    Nothing,
}

/// The state of each file that a grader is built from or reads, by its path from the root.
pub(crate) struct Inputs(BTreeMap<String, String>);

impl Inputs {
    /// Has cargo build again what changed since the last run, and remembers how everything is now.
    /// What cannot be touched or remembered here is no error: cargo, which writes to the same places, will complain.
    pub(crate) fn renewed(root: &Path, trust: Trust) -> Self {
        let record = fs::read_to_string(root.join(RECORD)).unwrap_or_default();
        let remembered: BTreeMap<&str, &str> = record
            .lines()
            .filter_map(|line| line.split_once("  "))
            .map(|(state, path)| (path, state))
            .collect();
        let known = |path: &str, state: &str| -> Option<&str> {
            let before = remembered.get(path).copied()?;
            (before.trim_start_matches(ASSUMED) == state).then_some(before)
        };
        let mut now = Self::of(root);
        let first_seen = !now
            .0
            .iter()
            .any(|(path, state)| known(path, state).is_some());
        let mut text = String::new();
        for (path, state) in &mut now.0 {
            let assumed = match known(path, state) {
                Some(before) => before.starts_with(ASSUMED),
                None => first_seen,
            };
            let mark = if assumed && trust == Trust::Assume {
                ASSUMED.to_string()
            } else {
                if assumed || known(path, state).is_none() {
                    let file = root.join(path);
                    let touched = File::options().append(true).open(&file);
                    let _ = touched.and_then(|file| file.set_modified(SystemTime::now()));
                    *state = self::state(&file).unwrap_or_default();
                }
                String::new()
            };
            let _ = writeln!(text, "{mark}{state}  {path}");
        }
        if text != record {
            let file = root.join(RECORD);
            let _ = file.parent().map(fs::create_dir_all);
            let _ = atomic::write(&file, text.as_bytes());
        }
        now
    }

    /// A finding for each file that is not as it was when the run began, whatever is in it by now.
    pub(crate) fn changed_since(&self, root: &Path) -> Vec<Finding> {
        let now = Self::of(root);
        let paths = self.0.keys().chain(now.0.keys());
        let mut paths: Vec<&String> = paths
            .filter(|path| self.0.get(*path) != now.0.get(*path))
            .collect();
        paths.sort();
        paths.dedup();
        let told = paths.into_iter().map(|path| {
            let finding = Finding::new(kind(path), path);
            finding.seen("It was written, moved or removed while the graders ran.")
        });
        told.collect()
    }

    fn of(root: &Path) -> Self {
        let mut found = BTreeMap::new();
        for lab in names(root, "labs") {
            let path = format!("labs/{lab}");
            add(root, &path, &mut found);
            for part in ["tests", "solution", "lab.toml", "build.rs"] {
                walk(root, &format!("{path}/{part}"), &mut found);
            }
        }
        for name in names(root, "crates") {
            if !NOT_GRADED.contains(&name.as_str()) {
                for part in ["src", "build.rs"] {
                    walk(root, &format!("crates/{name}/{part}"), &mut found);
                }
            }
        }
        Self(found)
    }
}

/// Adds a file, or all below a folder; neither what is hidden nor what is built.
fn walk(root: &Path, path: &str, found: &mut BTreeMap<String, String>) {
    if !root.join(path).is_dir() {
        return add(root, path, found);
    }
    for name in names(root, path) {
        let proposed = name.ends_with(".snap.new");
        if !name.starts_with('.') && name != "target" && !proposed {
            walk(root, &format!("{path}/{name}"), found);
        }
    }
}

fn add(root: &Path, path: &str, found: &mut BTreeMap<String, String>) {
    if let Some(state) = state(&root.join(path)) {
        found.insert(path.to_owned(), state);
    }
}

/// What tells a file from the same one at another time; none for what is no file.
fn state(path: &Path) -> Option<String> {
    let file = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    let (seconds, nanoseconds) = (file.ctime(), file.ctime_nsec());
    let (inode, size) = (file.ino(), file.size());
    Some(format!("{seconds}.{nanoseconds:09} {inode} {size}"))
}

/// The names in a folder; of one that cannot be read, none.
fn names(root: &Path, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(root.join(folder)).into_iter().flatten();
    entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect()
}
