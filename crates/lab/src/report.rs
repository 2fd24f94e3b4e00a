//! `cargo lab report`: how every step stands, as a document for machines and for whoever teaches.
//! The document's types, which are also its schema, are here; each form of it has a module, and `gather` grades.
//!
//! The schema is told in `docs/report.md` and `docs/report.schema.json`. What is only added keeps the version;
//! what is removed, renamed or given another meaning is a new one.

mod clean;
mod gather;
pub(crate) mod json;
mod junit;
mod markdown;
#[cfg(test)]
mod written_commands;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, ensure};
use serde::{Deserialize, Serialize};

use crate::atomic;
use crate::cli;
use crate::say;
use crate::workspace::Workspace;

/// Says that a JSON document is a report.
pub(crate) const SCHEMA: &str = "cargo-lab/report";

/// The version of the schema that is written, and the only one that is read.
pub(crate) const VERSION: u32 = 1;

/// How the error of a lab begins whose code was not compiled, as cargo could not get what it depends on.
pub(crate) const NO_DEPENDENCIES: &str = "cargo could not get the dependencies";

/// How a workspace stands.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Report {
    /// [`SCHEMA`].
    pub(crate) schema: String,
    /// [`VERSION`].
    pub(crate) schema_version: u32,
    /// When the grading began, as `timestamp` writes it.
    pub(crate) generated_at: String,
    /// Whose, when that was said.
    pub(crate) learner: Option<String>,
    /// Whether the reference solutions were graded instead of the learner's code.
    pub(crate) solution: bool,
    pub(crate) workspace: Release,
    pub(crate) toolchain: Toolchain,
    pub(crate) summary: Summary,
    pub(crate) labs: Vec<Lab>,
    /// What differs from the release, so far as it decides a verdict.
    pub(crate) findings: Vec<Finding>,
}

/// Which state of the workspace was graded.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Release {
    /// The workspace's version, from its manifest.
    pub(crate) version: Option<String>,
    /// SHA-256 of the list of hashes that the program was built with: the same for all who have the same release.
    pub(crate) release: String,
    /// The commit, where there is git.
    pub(crate) commit: Option<String>,
    /// Whether there are changes that are not committed.
    pub(crate) dirty: Option<bool>,
}

/// What built the graders.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Toolchain {
    /// As in `1.95.0`.
    pub(crate) rustc: Option<String>,
    /// As in `x86_64-unknown-linux-gnu`.
    pub(crate) host: Option<String>,
}

/// Steps counted over all labs of the report.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Summary {
    pub(crate) steps: usize,
    pub(crate) passed: usize,
    pub(crate) open: usize,
    pub(crate) not_graded: usize,
}

/// One lab.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Lab {
    pub(crate) number: u32,
    pub(crate) package: String,
    pub(crate) title: String,
    /// The first error, and where, when the code does not compile; then no step is graded.
    pub(crate) error: Option<String>,
    pub(crate) steps: Vec<Step>,
}

/// One step.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Step {
    pub(crate) number: u32,
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) verdict: Verdict,
    /// The likeliest cause of an open step; none when the grader named none.
    pub(crate) cause: Option<String>,
    /// Every cause that the grader named, the likeliest first.
    pub(crate) causes: Vec<String>,
    /// How long the grader ran, by itself; hundredths are what the test harness tells.
    pub(crate) seconds: Option<f64>,
    /// How many hints were taken; none when nothing is remembered.
    pub(crate) hints: Option<usize>,
    /// What the grader printed, or why it gave no verdict. JUnit shows it; JSON has no content of files.
    #[serde(skip)]
    pub(crate) text: String,
}

/// How a step stands.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    Passed,
    Open,
    /// The lab does not compile, or the process ended before the step had a verdict.
    NotGraded,
    /// What another program wrote and this one does not know; never written.
    #[serde(other)]
    NotUnderstood,
}

/// One difference from the release.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Finding {
    /// As in `snapshot-edited`; `docs/report.md` lists them. A later program may know more.
    pub(crate) kind: String,
    pub(crate) path: String,
    pub(crate) meaning: String,
    /// The command that gives the original back.
    pub(crate) restore: Option<String>,
}

/// Who a report may name: nobody by blanks, and no more than the schema allows.
pub(crate) fn learner(name: &str) -> Option<String> {
    let name = name.trim();
    (!name.is_empty()).then(|| name.chars().take(100).collect())
}

impl Report {
    /// What is counted over `labs`.
    pub(crate) fn count(labs: &[Lab]) -> Summary {
        let mut summary = Summary::default();
        for step in labs.iter().flat_map(|lab| &lab.steps) {
            summary.steps += 1;
            match step.verdict {
                Verdict::Passed => summary.passed += 1,
                Verdict::Open => summary.open += 1,
                Verdict::NotGraded | Verdict::NotUnderstood => summary.not_graded += 1,
            }
        }
        summary
    }
}

impl Lab {
    /// Whether `error` is cargo's and not the compiler's: the code was not looked at.
    pub(crate) fn lacks_dependencies(&self) -> bool {
        let error = self.error.as_deref();
        error.is_some_and(|error| error.starts_with(NO_DEPENDENCIES))
    }

    /// How many steps pass.
    pub(crate) fn passed(&self) -> usize {
        Report::count(std::slice::from_ref(self)).passed
    }
}

/// A form of the report.
#[derive(Clone, Copy)]
enum Form {
    Json,
    Junit,
    Markdown,
}

/// Grades, and writes each form that was asked for; the exit code is 0 when every step passes, and 1 otherwise.
pub(crate) fn run(workspace: &Workspace, options: &cli::Report) -> anyhow::Result<ExitCode> {
    let forms = forms(options)?;
    let report = gather::report(workspace, options)?;
    for (form, file) in forms {
        let text = match form {
            Form::Json => json::write(&report)?,
            Form::Junit => junit::write(&report),
            Form::Markdown => markdown::write(&report),
        };
        match file {
            Some(file) => {
                atomic::write(&file, text.as_bytes()).context("the report cannot be kept")?;
            }
            None => say(&text),
        }
    }
    Ok(if report.summary.passed == report.summary.steps {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Which forms go where; Markdown when none was named. No two may want the same place.
fn forms(options: &cli::Report) -> anyhow::Result<Vec<(Form, Option<PathBuf>)>> {
    let asked = [
        (Form::Json, &options.json),
        (Form::Junit, &options.junit),
        (Form::Markdown, &options.markdown),
    ];
    let mut forms: Vec<(Form, Option<PathBuf>)> = asked
        .into_iter()
        .filter_map(|(form, asked)| Some((form, asked.clone()?)))
        .collect();
    if forms.is_empty() {
        forms.push((Form::Markdown, None));
    }
    let mut without: Vec<&mut Option<PathBuf>> = forms
        .iter_mut()
        .map(|(_, file)| file)
        .filter(|file| file.is_none())
        .collect();
    ensure!(
        without.len() <= 1,
        "two forms cannot share one place: name a file for one, as in `--json=report.json --markdown`"
    );
    match (without.first_mut(), &options.output) {
        (Some(file), Some(output)) => **file = Some(output.clone()),
        (None, Some(_)) => {
            anyhow::bail!("`--output` has nothing to hold: every form has a file of its own")
        }
        (_, None) => {}
    }
    // Found out before anybody has waited for the graders.
    for folder in forms.iter().filter_map(|(_, file)| file.as_ref()?.parent()) {
        ensure!(
            folder.as_os_str().is_empty() || folder.is_dir(),
            "there is no folder {} to write into: make it first",
            folder.display()
        );
    }
    Ok(forms)
}
