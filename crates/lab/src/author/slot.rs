//! Slots: packages beside a lab's solution in the author's copy, which take variants of the solution in turn.
//!
//! A slot has the solution's manifest under another name, without what no grader needs, and the same tests by the same path.
//! Several slots are built by one cargo, which keeps all cores busy; each keeps its incremental data from variant to variant.
//! The copy's solution itself is never changed, so nothing of a variant can pass for it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::copy::{Copy, files, remove, write};
use crate::metadata::Lab;

/// How the folders of slots begin.
pub(super) const SLOT: &str = "slot-";

/// A package's files by their paths from its folder.
pub(super) type Files = BTreeMap<PathBuf, Vec<u8>>;

/// One place for a variant.
pub(super) struct Slot {
    pub(super) package: String,
    /// From the copy's root: `labs/1-honeycomb/slot-1`.
    place: PathBuf,
}

impl Slot {
    /// The lab's slots, as many as there are cores, two at least: one's tests run while the other is compiled.
    pub(super) fn all(lab: &Lab) -> Vec<Self> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let slot = |number| Self {
            package: format!("{}-{SLOT}{number}", lab.package),
            place: lab.folder.join(format!("{SLOT}{number}")),
        };
        (1..=cores.clamp(2, 8)).map(slot).collect()
    }

    /// Its folder, from the copy's root.
    pub(super) fn place(&self) -> &Path {
        &self.place
    }

    /// Puts a variant of the lab's solution into the slot.
    pub(super) fn fill(&self, copy: &Copy, lab: &Lab, variant: &Files) -> anyhow::Result<()> {
        let folder = copy.root().join(&self.place);
        for path in files(&folder)? {
            if !variant.contains_key(&path) {
                remove(&folder.join(path))?;
            }
        }
        for (path, bytes) in variant {
            if path == Path::new("Cargo.toml") {
                let text =
                    std::str::from_utf8(bytes).context("the solution's Cargo.toml is not UTF-8")?;
                let manifest = manifest(text, &self.package, &lab.test);
                write(&folder.join(path), manifest.as_bytes())?;
            } else {
                write(&folder.join(path), bytes)?;
            }
        }
        Ok(())
    }

    /// The text with the slot's paths as the learner's own package has them.
    pub(super) fn as_seen(&self, lab: &Lab, text: &str) -> String {
        text.replace(
            &self.place.display().to_string(),
            &lab.folder.display().to_string(),
        )
    }

    /// The text with the slot's paths as those of the solution, where an author corrects it.
    pub(super) fn as_written(&self, lab: &Lab, text: &str) -> String {
        text.replace(
            &self.place.display().to_string(),
            &lab.package_folder(true).display().to_string(),
        )
    }
}

/// The solution's manifest under the name of a slot: the library, what it depends on, and the grader; no program, no other test.
fn manifest(solution: &str, package: &str, test: &str) -> String {
    let mut sections: Vec<String> = vec![String::new()];
    for line in solution.split_inclusive('\n') {
        if line.starts_with('[') {
            sections.push(String::new());
        }
        if let Some(section) = sections.last_mut() {
            section.push_str(line);
        }
    }
    let grader = format!("name = \"{test}\"");
    let mut out = String::new();
    for section in sections {
        let (header, rest) = section.split_once('\n').unwrap_or((&section, ""));
        match header.trim() {
            "[package]" => {
                out.push_str(&format!("[package]\nname = \"{package}\"\n"));
                for line in rest.split_inclusive('\n') {
                    let key = line.split(['=', '.']).next().unwrap_or_default().trim();
                    if key != "name" && !key.starts_with("auto") {
                        out.push_str(line);
                    }
                }
                out.push_str("autobins = false\nautotests = false\nautobenches = false\nautoexamples = false\n\n");
            }
            "[[bin]]" | "[[bench]]" | "[[example]]" => {}
            "[[test]]" if !rest.lines().any(|line| line.trim() == grader) => {}
            _ => out.push_str(&section),
        }
    }
    out
}
