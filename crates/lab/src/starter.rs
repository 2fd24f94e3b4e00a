//! The untouched starter: `labs/N/starter.patch` makes it out of the solution. What is reset to it is `reset`'s.
//!
//! Git's history would not do: a learner commits, and may have taken the workspace without one.
//! The patch tells nothing that the two folders do not, and a whole third copy of the sources would be read and edited by mistake.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};

use crate::atomic;
use crate::metadata::Lab;
use crate::patch;

const PREAMBLE: &str = "\
What makes the untouched starter out of the solution: `cargo lab reset` needs it.
`cargo lab author release` writes it.
";

/// The files of the untouched starter by their paths from the lab's folder: `src`, and whatever else a step names.
///
/// # Errors
/// When the patch is missing, or no longer fits the solution because that was changed.
pub(crate) fn starter(root: &Path, lab: &Lab) -> anyhow::Result<BTreeMap<PathBuf, String>> {
    let file = lab.folder.join("starter.patch");
    let solution = lab.package_folder(true);
    let untouched = || -> anyhow::Result<BTreeMap<PathBuf, String>> {
        let text = fs::read_to_string(root.join(&file))
            .with_context(|| format!("{} cannot be read", file.display()))?;
        let mut files = files(&root.join(&solution), lab)?;
        let changes = patch::split(&text)
            .and_then(|(_, diff)| patch::apply(root, &solution, diff))
            .map_err(|error| anyhow!("{} {error:#}", file.display()))?;
        for (path, text) in changes {
            let path = path.strip_prefix(&solution).unwrap_or(&path).to_owned();
            match text {
                Some(text) => files.insert(path, text),
                None => files.remove(&path),
            };
        }
        Ok(files)
    };
    untouched().map_err(|error| {
        anyhow!(
            "the untouched starter of lab {} cannot be made: {error:#}\n\
             The solution or the patch was changed: restore them with `git restore {} {}` (and `--source COMMIT` if the change is committed)",
            lab.number,
            solution.display(),
            file.display()
        )
    })
}

/// The patch that makes the starter's files, as they are now, out of the solution's.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn patch(root: &Path, lab: &Lab) -> anyhow::Result<String> {
    let starter = files(&root.join(&lab.folder), lab)?;
    let solution = files(&root.join(lab.package_folder(true)), lab)?;
    let mut text = PREAMBLE.to_owned();
    let paths: BTreeSet<&PathBuf> = starter.keys().chain(solution.keys()).collect();
    for path in paths {
        let (from, to) = (solution.get(path), starter.get(path));
        if from == to {
            continue;
        }
        let name = |there: Option<&String>, side: &str| match there {
            Some(_) => format!("{side}/{}", path.display()),
            None => "/dev/null".to_owned(),
        };
        let (from_name, to_name) = (name(from, "a"), name(to, "b"));
        let empty = String::new();
        let diff = diffy::DiffOptions::new()
            .set_original_filename(from_name)
            .set_modified_filename(to_name)
            .create_patch(from.unwrap_or(&empty), to.unwrap_or(&empty))
            .to_string();
        text.push_str(&diff);
    }
    // An empty line of context at the end would be stripped by the next editor that sees it.
    text.truncate(text.trim_end().len());
    text.push('\n');
    Ok(text)
}

/// Writes the patch of the starter as it is now; whether that changed the file.
///
/// # Errors
/// When a file cannot be read or written.
pub(crate) fn write(root: &Path, lab: &Lab) -> anyhow::Result<bool> {
    let text = patch(root, lab)?;
    let file = root.join(&lab.folder).join("starter.patch");
    if fs::read_to_string(&file).is_ok_and(|there| there == text) {
        return Ok(false);
    }
    atomic::write(&file, text.as_bytes())?;
    Ok(true)
}

/// The texts of a package by their paths from its folder: everything under `src`, and what steps name elsewhere.
fn files(package: &Path, lab: &Lab) -> anyhow::Result<BTreeMap<PathBuf, String>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![PathBuf::from("src")];
    let named = lab.steps.iter().flat_map(|step| &step.files);
    let mut paths: BTreeSet<PathBuf> = named
        .map(PathBuf::from)
        .filter(|path| package.join(path).exists())
        .collect();
    while let Some(folder) = folders.pop() {
        let there = package.join(&folder);
        let unreadable = || format!("the folder {} cannot be read", there.display());
        for entry in fs::read_dir(&there).with_context(unreadable)? {
            let entry = entry.with_context(unreadable)?;
            let path = folder.join(entry.file_name());
            if entry.path().is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                paths.insert(path);
            }
        }
    }
    for path in paths {
        let there = package.join(&path);
        let text = fs::read_to_string(&there)
            .with_context(|| format!("{} cannot be read", there.display()))?;
        files.insert(path, text);
    }
    Ok(files)
}
