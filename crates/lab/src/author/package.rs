//! What came of a package's grader, and the grades of the starters and solutions where they are. Variants are `queue`'s.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use anyhow::Context as _;

use super::build::{Built, Job, build};
use super::program::{self, Program};
use crate::grade::Verdict;
use crate::metadata::{Lab, Step};

/// What came of a package.
pub(super) enum Grade<'a> {
    /// With the compiler's errors.
    DoesNotCompile(String),
    /// With the reason why the grader said nothing of a step.
    NoVerdict(String),
    Graded {
        verdicts: Vec<(&'a Step, Verdict)>,
        /// The compiler's; empty when it had none.
        warnings: String,
    },
}

impl<'a> Grade<'a> {
    pub(super) fn new(lab: &'a Lab, built: Built, output: Option<&Output>) -> Self {
        match output.map(|output| program::verdicts(lab, output)) {
            None => Self::DoesNotCompile(built.errors),
            Some(Err(reason)) => Self::NoVerdict(reason),
            Some(Ok(verdicts)) => Self::Graded {
                verdicts,
                warnings: built.warnings,
            },
        }
    }

    /// Whether every step passes.
    pub(super) fn passes(&self) -> bool {
        match self {
            Self::Graded { verdicts, .. } => verdicts
                .iter()
                .all(|(_, verdict)| matches!(verdict, Verdict::Passed)),
            _ => false,
        }
    }
}

/// A lab's two packages.
pub(super) struct Packages<'a> {
    pub(super) starter: Grade<'a>,
    pub(super) solution: Grade<'a>,
    /// Snapshots that the solution's grader did not compare with.
    pub(super) unused: Vec<String>,
}

/// Builds the starters and solutions of `labs` in one go, and grades them.
pub(super) fn grade_all<'a>(root: &Path, labs: &[&'a Lab]) -> anyhow::Result<Vec<Packages<'a>>> {
    let both = [false, true];
    let jobs: Vec<Job> = labs
        .iter()
        .flat_map(|lab| {
            both.map(|solution| Job {
                package: lab.package(solution),
                folder: root.join(lab.package_folder(solution)),
                test: lab.test.clone(),
            })
        })
        .collect();
    let mut built = build(root, &jobs, &[])?.into_iter().zip(jobs);
    let environment = program::environment(root)?;
    let mut all = Vec::new();
    for lab in labs {
        let seen = root.join("target/author/seen-snapshots");
        // What an earlier run has seen is no proof.
        let _ = fs::remove_file(&seen);
        let mut grade = |environment: Vec<(String, OsString)>| -> anyhow::Result<Grade<'a>> {
            let (built, job) = built.next().context("a package was not built")?;
            let run = |path| Program::aside(path, &job, environment)?.run();
            let output = built.program.as_deref().map(run).transpose()?;
            Ok(Grade::new(lab, built, output.as_ref()))
        };
        let starter = grade(environment.clone())?;
        let mut watched = environment.clone();
        watched.push((
            "INSTA_SNAPSHOT_REFERENCES_FILE".to_owned(),
            seen.clone().into_os_string(),
        ));
        let solution = grade(watched)?;
        let unused = if solution.passes() {
            unused(root, lab, &seen)?
        } else {
            Vec::new()
        };
        all.push(Packages {
            starter,
            solution,
            unused,
        });
    }
    Ok(all)
}

/// The snapshots in the lab's `tests/snapshots` that insta did not note in the file `seen`.
fn unused(root: &Path, lab: &Lab, seen: &Path) -> anyhow::Result<Vec<String>> {
    let folder = lab.folder.join("tests/snapshots");
    let Ok(entries) = fs::read_dir(root.join(&folder)) else {
        return Ok(Vec::new());
    };
    let seen = fs::read_to_string(seen).unwrap_or_default();
    // Insta writes paths as the compiler said them, with `..` inside.
    let seen: Vec<PathBuf> = seen
        .lines()
        .filter_map(|line| fs::canonicalize(line).ok())
        .collect();
    let mut unused = Vec::new();
    for entry in entries {
        let entry = entry.with_context(|| format!("{} cannot be read", folder.display()))?;
        let path = fs::canonicalize(entry.path())
            .with_context(|| format!("{} cannot be read", entry.path().display()))?;
        if !seen.contains(&path) {
            unused.push(folder.join(entry.file_name()).display().to_string());
        }
    }
    unused.sort();
    Ok(unused)
}
