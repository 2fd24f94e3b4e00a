//! `cargo lab cohort`: many learners' reports as one page for whoever teaches, and a short text.
//! What is counted is here as types; `read` finds the reports, `progress` and `mistakes` count, `page` and `summary` show.

mod html;
mod mistakes;
mod page;
mod progress;
mod read;
mod summary;

use std::process::ExitCode;

use anyhow::{Context as _, ensure};

use crate::atomic;
use crate::cli;
use crate::integrity;
use crate::say;
use crate::workspace::Workspace;
use mistakes::Mistake;
use progress::{Column, Learner};
use read::Unread;

/// All that is shown.
struct Cohort {
    /// Those who need help first: by progress, the least first.
    learners: Vec<Learner>,
    /// Every step that some report has, in the order of labs and steps.
    columns: Vec<Column>,
    /// The most common first.
    mistakes: Vec<Mistake>,
    unread: Vec<Unread>,
    /// How many reports were counted.
    reports: usize,
    /// When the newest of them was made.
    newest: String,
    /// The digest of the release of the workspace in which this is run.
    release: String,
}

/// Writes the page, and tells in short what is on it.
pub(crate) fn run(workspace: &Workspace, options: &cli::Cohort) -> anyhow::Result<ExitCode> {
    let (reports, unread) = read::reports(&options.folder)?;
    ensure!(
        !reports.is_empty(),
        "no report in {}: put there what `cargo lab report --json` wrote{}",
        options.folder.display(),
        unread
            .iter()
            .map(|file| format!("\n  {}: {}", file.path, file.reason))
            .collect::<String>()
    );
    let newest = reports.iter().map(|(_, report)| &report.generated_at).max();
    let newest = newest.cloned().unwrap_or_default();
    let count = reports.len();
    let columns = progress::columns(&reports);
    let by_learner = progress::by_learner(reports);
    let mistakes = mistakes::of(&by_learner, &workspace.labs);
    let cohort = Cohort {
        learners: progress::learners(by_learner, &columns),
        columns,
        mistakes,
        unread,
        reports: count,
        newest,
        release: integrity::digest(),
    };
    atomic::write(&options.output, page::write(&cohort).as_bytes())
        .context("the page cannot be kept")?;
    say(&summary::write(&cohort, &options.output));
    Ok(ExitCode::SUCCESS)
}
