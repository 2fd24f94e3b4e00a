//! `cargo lab reset`: puts a step's places back to what the untouched starter has there. What that was is `starter`'s to know.
//!
//! Nothing a learner wrote is lost: the file as it was is kept beside, and what is outside of the step's regions stays in place.
//! A file without any region, such as a query in JSON, belongs to its step as a whole.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, anyhow, bail};

use crate::atomic;
use crate::cli;
use crate::metadata::{Lab, Step};
use crate::regions::{insides, regions, replace};
use crate::say;
use crate::selection;
use crate::starter::starter;
use crate::workspace::Workspace;

/// A file that was reset, and where the learner's is kept. Both are paths from the workspace's root.
pub(crate) struct Kept {
    pub(crate) file: PathBuf,
    /// None when the file was missing, so that there was nothing to keep.
    pub(crate) backup: Option<PathBuf>,
}

impl Kept {
    /// One line that tells both paths.
    pub(crate) fn told(&self, workspace: &Workspace) -> String {
        let file = workspace.shown(&self.file);
        match &self.backup {
            Some(backup) => format!("{file} (yours is kept as {})", workspace.shown(backup)),
            None => format!("{file} (it was missing)"),
        }
    }
}

/// How much of a file is put back.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Extent {
    Regions,
    WholeFile,
}

/// Resets the step's regions; empty when they are as in the untouched starter.
///
/// # Errors
/// When a file lost its marks, and when the starter is not known; then nothing was changed.
#[allow(dead_code, reason = "the home screen uses it")]
pub(crate) fn reset(workspace: &Workspace, lab: &Lab, step: &Step) -> anyhow::Result<Vec<Kept>> {
    put_back(workspace, lab, &[step], Extent::Regions)
}

/// Resets what was asked for and tells what became of it.
pub(crate) fn run(workspace: &Workspace, options: &cli::Reset) -> anyhow::Result<ExitCode> {
    let selection = selection::find(workspace, &options.which)?;
    let lab = selection.lab;
    if selection.step.is_none() && !options.yes {
        bail!(
            "this would reset all {} steps of lab {}: add `--yes` if you mean it, or name a step, as in `cargo lab reset {}/1`",
            lab.steps.len(),
            lab.number,
            lab.number
        );
    }
    let extent = if options.file {
        Extent::WholeFile
    } else {
        Extent::Regions
    };
    let steps: Vec<&Step> = match selection.step {
        Some(step) => vec![step],
        None => lab.steps.iter().collect(),
    };
    let kept = put_back(workspace, lab, &steps, extent)?;
    let (what, again) = match selection.step {
        Some(step) => (
            format!("Step {}/{}, {},", lab.number, step.number, step.title),
            format!("{}/{}", lab.number, step.number),
        ),
        None => (format!("Lab {}", lab.number), lab.number.to_string()),
    };
    let mut out = String::new();
    if kept.is_empty() {
        writeln!(
            out,
            "{what} is as the untouched starter has it: nothing to reset."
        )?;
    } else {
        writeln!(out, "{what} is as in the untouched starter again:")?;
        for kept in &kept {
            writeln!(out, "  {}", kept.told(workspace))?;
        }
        writeln!(out, "See: cargo lab check {again}")?;
    }
    say(&out);
    Ok(ExitCode::SUCCESS)
}

/// Decides on all files first, so that an error leaves none of them changed.
fn put_back(
    workspace: &Workspace,
    lab: &Lab,
    steps: &[&Step],
    extent: Extent,
) -> anyhow::Result<Vec<Kept>> {
    let starter = starter(&workspace.root, lab)?;
    // What each file had and what it is to have.
    let mut files: BTreeMap<PathBuf, (Option<Vec<u8>>, Option<String>)> = BTreeMap::new();
    for step in steps {
        for file in &step.files {
            let untouched = starter.get(Path::new(file)).with_context(|| {
                format!(
                    "step {} names {file}, which the starter has not",
                    step.number
                )
            })?;
            let path = lab.folder.join(file);
            let entry = match files.entry(path.clone()) {
                std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
                std::collections::btree_map::Entry::Vacant(entry) => {
                    let bytes = read(&workspace.root.join(&path))?;
                    entry.insert((bytes, None))
                }
            };
            let (before, after) = (&entry.0, &mut entry.1);
            let new = match (before, extent) {
                (Some(bytes), Extent::Regions) => {
                    let now = match after.take() {
                        Some(text) => text,
                        None => String::from_utf8(bytes.clone()).map_err(|_| {
                            lost(workspace, lab, step, &path, &anyhow!("it is no text"))
                        })?,
                    };
                    regions_put_back(&now, untouched, step)
                        .map_err(|error| lost(workspace, lab, step, &path, &error))?
                }
                _ => untouched.clone(),
            };
            *after = Some(new);
        }
    }
    let mut kept = Vec::new();
    for (file, (before, after)) in files {
        let path = workspace.root.join(&file);
        let after = after.unwrap_or_default();
        if before.as_deref() == Some(after.as_bytes()) {
            continue;
        }
        let backup = match before {
            Some(bytes) => Some(keep(&path, &bytes)?),
            None => None,
        };
        atomic::write(&path, after.as_bytes())?;
        let backup = backup.map(|name| file.with_file_name(name));
        kept.push(Kept { file, backup });
    }
    Ok(kept)
}

/// The learner's text with the step's regions as in the untouched one.
fn regions_put_back(now: &str, untouched: &str, step: &Step) -> anyhow::Result<String> {
    if regions(untouched)?.is_empty() {
        return Ok(untouched.to_owned());
    }
    replace(now, step.number, &insides(untouched, step.number)?)
}

/// The error for a file in which the step's regions are not to be found.
fn lost(
    workspace: &Workspace,
    lab: &Lab,
    step: &Step,
    path: &Path,
    error: &anyhow::Error,
) -> anyhow::Error {
    anyhow!(
        "{}: {error:#}\n\
         Nothing was reset. Repair the marks, or put the whole file back: `cargo lab reset {}/{} --file` (yours is kept beside it)",
        workspace.shown(path),
        lab.number,
        step.number
    )
}

/// The bytes of a file; none when there is none.
fn read(path: &Path) -> anyhow::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
    }
}

/// Writes `bytes` beside `path` under the next free name, which is returned: `home.rs.yours-1`.
fn keep(path: &Path, bytes: &[u8]) -> anyhow::Result<String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    for number in 1..10_000 {
        let backup = format!("{name}.yours-{number}");
        let beside = path.with_file_name(&backup);
        // Made only if it is not there: whatever has the name stays.
        match File::create_new(&beside) {
            Ok(mut file) => {
                file.write_all(bytes)
                    .and_then(|()| file.sync_all())
                    .with_context(|| format!("{} cannot be written", beside.display()))?;
                return Ok(backup);
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => {
                return Err(error).with_context(|| {
                    format!("{} cannot be made, so nothing was reset", beside.display())
                });
            }
        }
    }
    bail!("{name}.yours-1 to 9999 are all there: remove some");
}
