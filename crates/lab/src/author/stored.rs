//! The stored texts of verdicts: a change of what a learner is told is seen in review.
//!
//! `labs/N/mistakes/NAME.verdict` is what a mistake's step says, `labs/N/verdicts/1-ID.verdict` what a step says to whoever begins it.
//! `author check` compares them, `author check --accept` writes them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::metadata::Lab;

/// One lab's verdicts.
pub(super) struct Stored<'a> {
    root: &'a Path,
    accept: bool,
    /// Those that a step or a mistake has, from the workspace's root.
    known: BTreeSet<PathBuf>,
    /// What is not as it should be.
    wrong: Vec<String>,
}

impl<'a> Stored<'a> {
    pub(super) fn new(root: &'a Path, accept: bool) -> Self {
        Self {
            root,
            accept,
            known: BTreeSet::new(),
            wrong: Vec::new(),
        }
    }

    /// Says that the file has its place, whether or not the verdict is known.
    pub(super) fn keep(&mut self, file: &Path) {
        self.known.insert(file.to_owned());
    }

    /// Compares the verdict with the file, or writes it there.
    pub(super) fn compare(&mut self, file: &Path, verdict: &str) -> anyhow::Result<()> {
        self.keep(file);
        let verdict = format!("{}\n", verdict.trim_end());
        if let Some(line) = verdict.lines().find(|line| self.differs_elsewhere(line)) {
            self.wrong.push(format!(
                "{} would say what differs from machine to machine: {line}",
                file.display()
            ));
            return Ok(());
        }
        let path = self.root.join(file);
        let stored = fs::read_to_string(&path).ok();
        if stored.as_ref() == Some(&verdict) {
            return Ok(());
        }
        if self.accept {
            let folder = path.parent().unwrap_or(self.root);
            return fs::create_dir_all(folder)
                .and_then(|()| fs::write(&path, &verdict))
                .with_context(|| format!("{} cannot be written", path.display()));
        }
        self.wrong.push(match stored {
            Some(stored) => format!("{}\n{}", file.display(), difference(&stored, &verdict)),
            None => format!("{} is not there", file.display()),
        });
        Ok(())
    }

    /// A line with a path of this machine, or a thread's number.
    fn differs_elsewhere(&self, line: &str) -> bool {
        line.contains(&*self.root.to_string_lossy()) || line.contains("panicked at ")
    }

    /// Everything that is wrong, with verdicts that belong to nothing.
    pub(super) fn finish(mut self, lab: &Lab) -> anyhow::Result<Vec<String>> {
        for folder in ["mistakes", "verdicts"] {
            let folder = lab.folder.join(folder);
            let Ok(entries) = fs::read_dir(self.root.join(&folder)) else {
                continue;
            };
            for entry in entries {
                let entry =
                    entry.with_context(|| format!("{} cannot be read", folder.display()))?;
                let path = folder.join(entry.file_name());
                let patch = path
                    .extension()
                    .is_none_or(|extension| extension != "verdict")
                    && folder.ends_with("mistakes");
                if !patch && !self.known.contains(&path) {
                    self.wrong.push(format!(
                        "{} is the verdict of nothing: remove it",
                        path.display()
                    ));
                }
            }
        }
        self.wrong.sort();
        Ok(self.wrong)
    }
}

/// The lines that differ, with those round them.
fn difference(stored: &str, now: &str) -> String {
    let patch = diffy::create_patch(stored, now).to_string();
    patch
        .lines()
        .filter(|line| {
            !line.starts_with("--- ") && !line.starts_with("+++ ") && !line.starts_with("\\ ")
        })
        .flat_map(|line| [line, "\n"])
        .collect()
}
