//! The hashes of a release: which files are covered, the list `crates/lab/release.sha256`, and `cargo lab author release`, which writes it.
//!
//! Covered is what decides a verdict: the labs' metadata, manifests, tests, snapshots, starters' patches and solutions, file by file;
//! the workspace's manifest, lockfile and cargo configuration; and each crate as one folder, without its tests and benchmarks.
//! `crates/lab` is covered like the others, without the list itself: that shows an edit of a grader that its author does not hide.
//! One who edits this module too is not found by the program that they build; the release's digest in a report,
//! compared by `cargo lab cohort` on the instructor's machine, is what remains.
//!
//! Line ends are counted as `\n`, so that a checkout on Windows is the same.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use sha2::{Digest as _, Sha256};

use super::{Finding, Kind};
use crate::atomic;
use crate::say;
use crate::starter;
use crate::workspace::Workspace;

/// The list, from the workspace's root.
pub(super) const FILE: &str = "crates/lab/release.sha256";

/// Replaces [`EMBEDDED`] in tests on made workspaces; that it does is a finding itself.
const VARIABLE: &str = "CARGO_LAB_RELEASE";

const EMBEDDED: &str = include_str!("../../release.sha256");

const HEADER: &str = "# What decides a verdict, as released. Written by `cargo lab author release`; on a merge conflict, run it again.\n";

/// Files at the root that count, if they are there. The release lacks most of them.
const AT_ROOT: [&str; 8] = [
    "Cargo.toml",
    "Cargo.lock",
    ".cargo/config.toml",
    "rust-toolchain.toml",
    "rust-toolchain",
    ".config/insta.yaml",
    "insta.yaml",
    ".insta.yaml",
];

/// Files in a lab's folder that count, if they are there.
const IN_LAB: [&str; 9] = [
    "lab.toml",
    "Cargo.toml",
    "starter.patch",
    "build.rs",
    "insta.yaml",
    ".insta.yaml",
    ".config/insta.yaml",
    "rust-toolchain.toml",
    "rust-toolchain",
];

/// Hashes by path; a folder's path ends in a slash.
pub(super) struct Release(pub(super) BTreeMap<String, String>);

impl Release {
    /// The release that the workspace is compared with, if it can be, and what is odd about that.
    pub(super) fn known(root: &Path) -> (Option<Self>, Option<Finding>) {
        let odd = |what: String| Some(Finding::new(Kind::ReleaseReplaced, FILE).seen(&what));
        if let Some(file) = variable() {
            return match fs::read_to_string(&file) {
                Ok(text) => (
                    Some(Self::parse(&text)),
                    odd(format!(
                        "{VARIABLE} puts another list in the place of the one that this program was built with."
                    )),
                ),
                Err(error) => {
                    let kind = error.kind();
                    (
                        None,
                        odd(format!(
                            "{VARIABLE} names a file that cannot be read: {kind}."
                        )),
                    )
                }
            };
        }
        if !root.join("crates/lab").is_dir() {
            return (
                None,
                odd("This workspace is not the one that the program was built in.".to_owned()),
            );
        }
        (Some(Self::parse(EMBEDDED)), None)
    }

    fn parse(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        Self(
            lines
                .filter_map(|line| line.split_once("  "))
                .map(|(hash, path)| (path.to_owned(), hash.to_owned()))
                .collect(),
        )
    }

    /// What is there now.
    pub(super) fn of(root: &Path) -> Self {
        let mut found = BTreeMap::new();
        for path in AT_ROOT {
            add(root, path, &mut found);
        }
        for lab in names(root, "labs") {
            let path = format!("labs/{lab}");
            // Shared by the labs: their guides' test, how they run a program.
            if lab.ends_with(".rs") {
                add(root, &path, &mut found);
                continue;
            }
            for file in IN_LAB {
                add(root, &format!("{path}/{file}"), &mut found);
            }
            for folder in ["tests", "solution"] {
                walk(root, &format!("{path}/{folder}"), &[], &mut found);
            }
        }
        for name in names(root, "crates") {
            let path = format!("crates/{name}");
            if root.join(&path).join("Cargo.toml").is_file() {
                let mut files = BTreeMap::new();
                let without = ["tests", "benches", "examples", "release.sha256"];
                walk(root, &path, &without, &mut files);
                found.insert(format!("{path}/"), hash(lines(&files).as_bytes()));
            }
        }
        Self(found)
    }

    /// The list as it is in its file.
    fn text(&self) -> String {
        let released = |path: &String| !is_pending(path);
        let mut entries = self.0.clone();
        entries.retain(|path, _| released(path));
        format!("{HEADER}{}", lines(&entries))
    }
}

/// Which release this program was built with: the digest of its list.
pub(crate) fn digest() -> String {
    let text = match variable() {
        Some(file) => fs::read_to_string(file).unwrap_or_default(),
        None => EMBEDDED.to_owned(),
    };
    hash(lines(&Release::parse(&text).0).as_bytes())
}

/// `cargo lab author release`: writes each lab's starter patch and the list, or with `check` says whether they are what they have to be.
pub(crate) fn run(workspace: &Workspace, check: bool) -> anyhow::Result<ExitCode> {
    let file = variable().map_or_else(|| workspace.root.join(FILE), Into::into);
    if check {
        return stale(workspace, &fs::read_to_string(&file).unwrap_or_default());
    }
    for lab in &workspace.labs {
        if starter::write(&workspace.root, lab)? {
            say(&format!(
                "{} is new.\n",
                workspace.shown(&lab.folder.join("starter.patch"))
            ));
        }
    }
    let now = Release::of(&workspace.root);
    atomic::write(&file, now.text().as_bytes())?;
    say(&format!("{FILE}: {} entries.\n", now.0.len()));
    Ok(ExitCode::SUCCESS)
}

/// Names what a release would write anew.
fn stale(workspace: &Workspace, list: &str) -> anyhow::Result<ExitCode> {
    let mut out = String::new();
    for lab in &workspace.labs {
        let path = lab.folder.join("starter.patch");
        let there = fs::read_to_string(workspace.root.join(&path)).unwrap_or_default();
        if there != starter::patch(&workspace.root, lab)? {
            writeln!(
                out,
                "  changed  the starter of lab {}, without its patch",
                lab.number
            )?;
        }
    }
    let there = Release::parse(list).0;
    let wanted = Release::parse(&Release::of(&workspace.root).text()).0;
    let paths: BTreeSet<&String> = there.keys().chain(wanted.keys()).collect();
    for path in paths {
        match (there.get(path), wanted.get(path)) {
            (Some(a), Some(b)) if a == b => {}
            (Some(_), Some(_)) => writeln!(out, "  changed  {path}")?,
            (None, _) => writeln!(out, "  new      {path}")?,
            (_, None) => writeln!(out, "  gone     {path}")?,
        }
    }
    if out.is_empty() {
        say(&format!("{FILE} is up to date.\n"));
        return Ok(ExitCode::SUCCESS);
    }
    say(&format!(
        "{FILE} is not up to date: run `cargo lab author release`.\n{out}"
    ));
    Ok(ExitCode::FAILURE)
}

fn variable() -> Option<OsString> {
    std::env::var_os(VARIABLE).filter(|value| !value.is_empty())
}

/// Whether insta wrote it as a proposal. Git ignores those, and so does a release.
pub(super) fn is_pending(path: &str) -> bool {
    path.ends_with(".snap.new") || path.ends_with(".pending-snap")
}

fn lines(entries: &BTreeMap<String, String>) -> String {
    entries
        .iter()
        .map(|(path, hash)| format!("{hash}  {path}\n"))
        .collect()
}

/// Adds a file's hash, if there is such a file.
fn add(root: &Path, path: &str, found: &mut BTreeMap<String, String>) {
    if let Ok(bytes) = fs::read(root.join(path)) {
        found.insert(path.to_owned(), hash(&with_line_feeds(bytes)));
    }
}

/// Adds all files below a folder; neither what is hidden or built, nor what is named in `without` at its top.
fn walk(root: &Path, folder: &str, without: &[&str], found: &mut BTreeMap<String, String>) {
    for name in names(root, folder) {
        let hidden = name.starts_with('.') && !is_pending(&name);
        if hidden || name == "target" || without.contains(&name.as_str()) {
            continue;
        }
        let path = format!("{folder}/{name}");
        match fs::symlink_metadata(root.join(&path)) {
            Ok(there) if there.is_dir() => walk(root, &path, &[], found),
            // A link to a folder has no bytes of its own, and must not go unseen.
            Ok(there) if there.is_symlink() && root.join(&path).is_dir() => {
                found.insert(path, "link".to_owned());
            }
            _ => add(root, &path, found),
        }
    }
}

/// The names in a folder, in order; of one that cannot be read, none.
fn names(root: &Path, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(root.join(folder)).into_iter().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort();
    names
}

/// Text with `\n` for `\r\n`; other bytes as they are.
fn with_line_feeds(bytes: Vec<u8>) -> Vec<u8> {
    if !bytes.contains(&b'\r') || bytes.contains(&0) {
        return bytes;
    }
    match String::from_utf8(bytes) {
        Ok(text) => text.replace("\r\n", "\n").into_bytes(),
        Err(other) => other.into_bytes(),
    }
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
