//! Runs the graders of a lab and gathers a verdict for each step. How it is worded is `check`'s.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::cargo::{self, Supervisor};
use crate::libtest::{Outcome, Report};
use crate::metadata::{Lab, Step};

/// How a step stands.
pub(crate) enum Verdict {
    Passed,
    Open(Failure),
}

/// What the grader printed, and the causes it named.
pub(crate) struct Failure {
    pub(crate) output: String,
    /// The `ID` of each `cause[ID]:` line, in the grader's order.
    pub(crate) causes: Vec<String>,
}

impl Failure {
    pub(crate) fn new(output: String) -> Self {
        let causes = output
            .lines()
            .filter_map(|line| line.trim_start().strip_prefix("cause[")?.split_once("]:"))
            .map(|(cause, _)| cause.to_owned())
            .collect();
        Self { output, causes }
    }

    /// The cause that counts: graders name the likeliest first.
    pub(crate) fn first_cause(&self) -> Option<&str> {
        self.causes.first().map(String::as_str)
    }
}

/// The verdicts of `steps`, in their order, and the warnings of the build.
pub(crate) struct Grade<'a> {
    pub(crate) verdicts: Vec<(&'a Step, Verdict)>,
    /// Each with the manifest of the package it is about.
    pub(crate) warnings: Vec<(PathBuf, String)>,
    /// How long the graders ran: one step's own time when one was asked for.
    pub(crate) seconds: Option<f64>,
}

/// Why a step that compiles was not graded: its test does not exist, or ended the whole process.
#[derive(Debug)]
pub(crate) struct NoVerdict(String);

impl fmt::Display for NoVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoVerdict {}

impl<'a> Grade<'a> {
    /// The first step that is not passed.
    pub(crate) fn first_open(&self) -> Option<(&'a Step, &Failure)> {
        self.verdicts
            .iter()
            .find_map(|(step, verdict)| match verdict {
                Verdict::Passed => None,
                Verdict::Open(failure) => Some((*step, failure)),
            })
    }

    /// How many steps are passed.
    pub(crate) fn passed(&self) -> usize {
        self.verdicts
            .iter()
            .filter(|(_, verdict)| matches!(verdict, Verdict::Passed))
            .count()
    }
}

/// Grades `package` (the lab's starter or solution) in the workspace at `root`: all steps, or one.
///
/// # Errors
/// [`cargo::DoesNotBuild`] when it does not compile; [`NoVerdict`] when a step's test does not exist or gave none.
pub(crate) fn grade<'a>(
    root: &Path,
    lab: &'a Lab,
    package: &str,
    only: Option<&'a Step>,
    cargo_options: &[&str],
) -> anyhow::Result<Grade<'a>> {
    supervised(root, lab, package, only, cargo_options, None)
}

/// Like [`grade`], under a supervisor that may end it.
///
/// # Errors
/// Those of [`grade`], and [`cargo::Cancelled`].
pub(crate) fn supervised<'a>(
    root: &Path,
    lab: &'a Lab,
    package: &str,
    only: Option<&'a Step>,
    cargo_options: &[&str],
    supervisor: Option<&Supervisor>,
) -> anyhow::Result<Grade<'a>> {
    let mut args = vec![
        "test",
        "--package",
        package,
        "--test",
        &lab.test,
        "--no-fail-fast",
        // Cargo builds a package's programs for its tests, by the feature `program`; no grader runs one.
        "--no-default-features",
    ];
    args.extend(cargo_options);
    let filter = match only {
        Some(step) => vec!["--color=never", "--exact", &step.test],
        None => vec!["--color=never"],
    };
    let finished = cargo::supervised(root, &args, &filter, supervisor)?;
    let report = Report::parse(&finished.stdout);
    let steps: Vec<&Step> = match only {
        Some(step) => vec![step],
        None => lab.steps.iter().collect(),
    };
    if !report.is_consistent(finished.success) {
        let absent = |step: &&&Step| matches!(report.outcome(&step.test), Outcome::Absent);
        if let Some(step) = steps.iter().find(absent).or(steps.first()) {
            bail!(NoVerdict(ended_early(step, &finished)));
        }
    }
    let mut verdicts = Vec::new();
    for step in steps {
        let verdict = match report.outcome(&step.test) {
            Outcome::Passed => Verdict::Passed,
            Outcome::Failed(output) => Verdict::Open(Failure::new(output)),
            Outcome::Absent => bail!(NoVerdict(no_such_test(lab, step))),
        };
        verdicts.push((step, verdict));
    }
    Ok(Grade {
        verdicts,
        warnings: finished.warnings,
        seconds: report.seconds,
    })
}

fn no_such_test(lab: &Lab, step: &Step) -> String {
    format!(
        "{}: step {} names the test `{}`, which the target `{}` does not run: correct `test`, or take `#[ignore]` away",
        lab.folder.join("lab.toml").display(),
        step.number,
        step.test,
        lab.test
    )
}

/// Why a run left no verdict: the whole process ended early, or what it said does not fit together.
fn ended_early(step: &Step, finished: &cargo::Finished) -> String {
    if finished.success && finished.stdout.contains("\ntest result: ") {
        return format!(
            "what the tests printed is not what they counted, so step {} has no verdict: does the code print lines like `test … ok` itself?",
            step.number
        );
    }
    // Cargo's own lines stand before "Running" and from "error: test failed" on.
    let lines = finished.stderr.lines();
    let said: Vec<&str> = lines
        .skip_while(|line| !line.trim_start().starts_with("Running "))
        .skip(1)
        .take_while(|line| !line.starts_with("error: test failed"))
        .collect();
    let how = finished
        .stderr
        .lines()
        .rfind(|line| line.contains("process didn't exit successfully"))
        .and_then(|line| line.rsplit_once('('))
        .map_or("without a word", |(_, how)| how.trim_end_matches(')'));
    let mut text = format!(
        "the tests ended ({how}) before step {} had a verdict: does the code call `exit`, abort, or recurse without end?",
        step.number
    );
    for line in said {
        text.push_str("\n  ");
        text.push_str(line);
    }
    text
}
