//! A copy of the workspace in `target/author/ws`, in which solutions are changed and graded without touching the real one.
//!
//! It is built into the real target directory, so that no dependency is compiled twice.
//! Cargo tells the copy's own crates from the real ones by their version, which the copy changes;
//! were they the same, an artifact of a mistake could pass for one of the solution.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _, stderr};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};

use crate::patch::Change;

/// The copy's folder and where it is built.
pub(super) struct Copy {
    original: PathBuf,
    root: PathBuf,
    target: String,
    /// Held as long as the copy is used: two checks at once would grade each other's mistakes.
    _lock: File,
}

impl Copy {
    /// A copy of the workspace at `original`, to be made by [`Self::update`]; waits while another process has it.
    pub(super) fn of(original: &Path) -> anyhow::Result<Self> {
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => {
                std::path::absolute(folder).context("CARGO_TARGET_DIR is no usable path")?
            }
            None => original.join("target"),
        };
        let folder = original.join("target/author");
        let lock = fs::create_dir_all(&folder)
            .and_then(|()| File::create(folder.join("lock")))
            .with_context(|| format!("no file can be made in {}", folder.display()))?;
        if lock.try_lock().is_err() {
            let _ = writeln!(stderr(), "Waiting for another author's check to end.");
            lock.lock()
                .with_context(|| format!("{} cannot be locked", folder.join("lock").display()))?;
        }
        Ok(Self {
            original: original.to_owned(),
            root: folder.join("ws"),
            _lock: lock,
            target: target
                .to_str()
                .context("the target directory's path is not UTF-8")?
                .to_owned(),
        })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// What cargo has to be told to build the copy.
    pub(super) fn cargo_options(&self) -> Vec<&str> {
        vec!["--offline", "--target-dir", &self.target]
    }

    /// Makes the copy equal to the original with `changes`; a file that is right already is not touched, so that its time holds.
    pub(super) fn update(&self, changes: &[Change]) -> anyhow::Result<()> {
        let changes: HashMap<&Path, Option<&str>> = changes
            .iter()
            .map(|(path, text)| (path.as_path(), text.as_deref()))
            .collect();
        let mut wanted = HashSet::new();
        for path in files(&self.original)? {
            if changes.get(path.as_path()) == Some(&None) {
                continue;
            }
            let from = self.original.join(&path);
            let original =
                fs::read(&from).with_context(|| format!("{} cannot be read", from.display()))?;
            let bytes = match changes.get(path.as_path()) {
                Some(Some(text)) => text.as_bytes().to_vec(),
                _ if path.ends_with("Cargo.toml") => own_version(&path, original)?,
                _ => original,
            };
            self.write(&path, &bytes)?;
            wanted.insert(path);
        }
        for (path, text) in changes {
            if let Some(text) = text
                && wanted.insert(path.to_owned())
            {
                self.write(path, text.as_bytes())?;
            }
        }
        for path in files(&self.root)? {
            if !wanted.contains(&path) {
                let path = self.root.join(path);
                fs::remove_file(&path)
                    .with_context(|| format!("{} cannot be removed", path.display()))?;
            }
        }
        Ok(())
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
        let path = self.root.join(path);
        if fs::read(&path).is_ok_and(|there| there == bytes) {
            return Ok(());
        }
        let folder = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, bytes))
            .with_context(|| format!("{} cannot be written", path.display()))
    }
}

/// The manifest with another version for all members; each has to inherit it.
fn own_version(path: &Path, manifest: Vec<u8>) -> anyhow::Result<Vec<u8>> {
    let text =
        String::from_utf8(manifest).with_context(|| format!("{} is not UTF-8", path.display()))?;
    let table: toml::Table = text
        .parse()
        .with_context(|| format!("{} cannot be read", path.display()))?;
    if let Some(package) = table.get("package") {
        ensure!(
            package.get("version").is_some_and(toml::Value::is_table),
            "{} has a version of its own: say `version.workspace = true`, by which the author's copy is told from the original",
            path.display()
        );
    }
    let Some(version) = table
        .get("workspace")
        .and_then(|workspace| workspace.get("package")?.get("version")?.as_str())
    else {
        return Ok(text.into_bytes());
    };
    let line = format!("version = \"{version}\"");
    ensure!(
        text.lines().filter(|found| found.trim() == line).count() == 1,
        "{} has to say `{line}` in one line of [workspace.package]",
        path.display()
    );
    Ok(text
        .replacen(&line, &format!("version = \"{version}-author\""), 1)
        .into_bytes())
}

/// All files under `root` that could matter to cargo, as paths from there: not what is hidden, nor what is built.
fn files(root: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let there = root.join(&folder);
        let entries = match fs::read_dir(&there) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => bail!("the folder {} cannot be read: {error}", there.display()),
        };
        for entry in entries {
            let entry =
                entry.with_context(|| format!("the folder {} cannot be read", there.display()))?;
            let name = entry.file_name();
            let hidden = name.as_encoded_bytes().starts_with(b".") && name != ".cargo";
            if hidden || name == "target" {
                continue;
            }
            let path = folder.join(&name);
            let kind = entry
                .file_type()
                .with_context(|| format!("{} cannot be read", path.display()))?;
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() {
                files.push(path);
            }
        }
    }
    Ok(files)
}
