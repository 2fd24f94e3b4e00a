//! A copy of the workspace in `target/author/ws`, which has room for changed solutions. What is put there is `slot`'s to say.
//!
//! It is built into the real target directory, so that no dependency is compiled twice.
//! Cargo tells the copy's own crates from the real ones by their version, which the copy changes;
//! were they the same, an artifact of one could pass for the other's.
//! The file of a dynamic library has no version in its name, so such a crate is called otherwise in the copy.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _, stderr};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::manifest::Manifest;
use super::slot::Slot;

/// The copy's folder and where it is built.
pub(super) struct Copy {
    original: PathBuf,
    root: PathBuf,
    target: String,
    /// Held as long as the copy is used: two checks at once would grade each other's variants.
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
        vec![
            "--offline",
            "--target-dir",
            &self.target,
            // Nobody debugs a variant, and every link is shorter.
            "--config",
            "profile.dev.debug=false",
        ]
    }

    /// Makes the copy equal to the original, but for the folders of `slots`, which it leaves alone.
    /// A file that is right already is not touched, so that its time holds.
    pub(super) fn update(&self, slots: &[&Slot]) -> anyhow::Result<()> {
        let files_there = files(&self.original)?;
        let mut manifests = Vec::new();
        let mut wanted = HashSet::new();
        for path in files_there {
            let from = self.original.join(&path);
            if path.ends_with("Cargo.toml") {
                manifests.push(Manifest::read(&self.original, &path)?);
            } else {
                let bytes = fs::read(&from)
                    .with_context(|| format!("{} cannot be read", from.display()))?;
                write(&self.root.join(&path), &bytes)?;
            }
            wanted.insert(path);
        }
        let dynamic: Vec<String> = manifests.iter().filter_map(Manifest::dynamic).collect();
        for manifest in manifests {
            let text = manifest.of_copy(&dynamic)?;
            write(&self.root.join(&manifest.path), text.as_bytes())?;
        }
        for path in files(&self.root)? {
            if !wanted.contains(&path) && !slots.iter().any(|slot| path.starts_with(slot.place())) {
                remove(&self.root.join(path))?;
            }
        }
        Ok(())
    }
}

/// Makes the file hold `bytes`; one that does is not touched.
pub(super) fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    if fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, bytes))
        .with_context(|| format!("{} cannot be written", path.display()))
}

/// Removes the file, and its folders when nothing else is in them: cargo's globs would find them.
pub(super) fn remove(path: &Path) -> anyhow::Result<()> {
    fs::remove_file(path).with_context(|| format!("{} cannot be removed", path.display()))?;
    for folder in path.ancestors().skip(1) {
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
    Ok(())
}

/// All files under `root` that could matter to cargo, as paths from there: not what is hidden, nor what is built.
pub(super) fn files(root: &Path) -> anyhow::Result<Vec<PathBuf>> {
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
