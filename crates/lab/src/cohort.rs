//! `cargo lab cohort`: many learners' reports as one page for whoever teaches, and a short text.
//! What is counted is here as types; `read` finds the reports, `progress` and `mistakes` count, `page` and `summary` show.

mod html;
mod mistakes;
mod page;
mod progress;
mod read;
mod summary;

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use anyhow::{Context as _, ensure};

use crate::atomic;
use crate::cli;
use crate::integrity;
use crate::report::Report;
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
    /// Labs that this workspace does not have, each with how many reports have it.
    foreign: BTreeMap<(u32, String), usize>,
    unread: Vec<Unread>,
    /// How many reports were counted.
    reports: usize,
    /// When the newest of them was made.
    newest: String,
    /// The digest of the release of the workspace in which this is run.
    release: String,
}

impl Cohort {
    /// Whether nobody has the release of this workspace, so that it says more of the workspace than of them.
    fn all_of_another(&self) -> bool {
        let mut learners = self.learners.iter();
        learners.all(|learner| learner.release != self.release)
    }

    /// Whether they all have the same.
    fn all_of_one(&self) -> bool {
        let releases = self.learners.iter().map(|learner| &learner.release);
        releases.collect::<BTreeSet<_>>().len() == 1
    }
}

/// Takes labs out of the reports that the workspace does not have: nobody here teaches them.
fn take_foreign(
    reports: &mut [(String, Report)],
    workspace: &Workspace,
) -> BTreeMap<(u32, String), usize> {
    let mut foreign: BTreeMap<(u32, String), usize> = BTreeMap::new();
    for (_, report) in reports {
        report.labs.retain(|lab| {
            let mut labs = workspace.labs.iter();
            let is_ours = labs.any(|ours| ours.number == lab.number && ours.package == lab.package);
            if !is_ours {
                *foreign
                    .entry((lab.number, lab.package.clone()))
                    .or_default() += 1;
            }
            is_ours
        });
    }
    foreign
}

/// Writes the page, and tells in short what is on it.
pub(crate) fn run(workspace: &Workspace, options: &cli::Cohort) -> anyhow::Result<ExitCode> {
    let (mut reports, unread) = read::reports(&options.folder)?;
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
    let foreign = take_foreign(&mut reports, workspace);
    let columns = progress::columns(&reports);
    let by_learner = progress::by_learner(reports);
    let mistakes = mistakes::of(&by_learner, &workspace.labs);
    let cohort = Cohort {
        learners: progress::learners(by_learner, &columns),
        columns,
        mistakes,
        foreign,
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
