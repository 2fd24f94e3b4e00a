//! Folds each learner's reports into how they stand now, and since when. Older reports give the times; the newest counts.

use std::collections::{BTreeMap, BTreeSet};

use crate::report::{self, Finding, Lab, Report, Verdict};
use crate::timestamp;

/// One step, as a column.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Column {
    pub(super) lab: u32,
    pub(super) lab_title: String,
    pub(super) step: u32,
    pub(super) id: String,
    pub(super) title: String,
}

impl Column {
    /// As one types it after `cargo lab check`.
    pub(super) fn name(&self) -> String {
        format!("{}/{}", self.lab, self.step)
    }
}

/// How one step of one learner stands.
pub(super) struct Cell {
    pub(super) verdict: Verdict,
    pub(super) cause: Option<String>,
    pub(super) hints: Option<usize>,
}

/// One learner.
pub(super) struct Learner {
    pub(super) name: String,
    /// In the order of the columns; none where no report has the step.
    pub(super) cells: Vec<Option<Cell>>,
    pub(super) passed: usize,
    /// The column of the first step that does not pass.
    pub(super) current: Option<usize>,
    /// Since when they are at that step; when all is done, since when it is.
    pub(super) since: String,
    /// Why, when that step's lab does not compile.
    pub(super) error: Option<String>,
    /// What that is called in place of a cause.
    pub(super) not_built: &'static str,
    /// Whether every lab was graded, and every step of it passes.
    pub(super) done: bool,
    pub(super) release: String,
    pub(super) findings: Vec<Finding>,
}

/// A learner's reports, the oldest first.
pub(super) type Reports = BTreeMap<String, Vec<Report>>;

/// Sorts reports by learner, whose name counts however it is capitalised, as on GitHub. A nameless one goes by its folder, which is how artifacts are downloaded, or by its file.
pub(super) fn by_learner(reports: Vec<(String, Report)>) -> Reports {
    let mut learners: BTreeMap<String, Vec<(String, Report)>> = BTreeMap::new();
    for (path, report) in reports {
        let named = report.learner.as_deref().and_then(report::learner);
        let name = named.unwrap_or_else(|| by_place(&path));
        let same = learners.entry(name.to_lowercase()).or_default();
        same.push((name, report));
    }
    let sorted = learners.into_values().filter_map(|mut reports| {
        reports.sort_by(|(_, a), (_, b)| a.generated_at.cmp(&b.generated_at));
        let name = reports.last()?.0.clone();
        Some((
            name,
            reports.into_iter().map(|(_, report)| report).collect(),
        ))
    });
    sorted.collect()
}

/// The folders of a path, without those that are named by a day, as several downloads lie in; without any, the file.
fn by_place(path: &str) -> String {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let is_day = |name: &str| {
        let day = name.get(..10);
        day.is_some_and(|day| timestamp::parse(&format!("{day}T00:00:00Z")).is_some())
    };
    let folders: Vec<&str> = folder.split('/').filter(|name| !is_day(name)).collect();
    match folders.join("/") {
        folders if folders.is_empty() => file.trim_end_matches(".json").to_owned(),
        folders => folders,
    }
}

/// Every step of every report once, worded as in the newest.
pub(super) fn columns(reports: &[(String, Report)]) -> Vec<Column> {
    let mut newest_first: Vec<&Report> = reports.iter().map(|(_, report)| report).collect();
    newest_first.sort_by(|a, b| b.generated_at.cmp(&a.generated_at));
    let mut seen = BTreeSet::new();
    let mut columns = Vec::new();
    for lab in newest_first.into_iter().flat_map(|report| &report.labs) {
        for step in &lab.steps {
            if seen.insert((lab.number, step.id.as_str())) {
                columns.push(Column {
                    lab: lab.number,
                    lab_title: lab.title.clone(),
                    step: step.number,
                    id: step.id.clone(),
                    title: step.title.clone(),
                });
            }
        }
    }
    columns.sort_by(|a, b| (a.lab, a.step, &a.id).cmp(&(b.lab, b.step, &b.id)));
    columns
}

/// Everybody, those who need help first.
pub(super) fn learners(reports: Reports, columns: &[Column]) -> Vec<Learner> {
    let mut learners: Vec<Learner> = reports
        .into_iter()
        .filter_map(|(name, reports)| learner(name, &reports, columns))
        .collect();
    learners.sort_by(|a, b| (a.passed, &a.since, &a.name).cmp(&(b.passed, &b.since, &b.name)));
    learners
}

impl Learner {
    /// Why the current step is open.
    pub(super) fn cause(&self) -> Option<&str> {
        if self.error.is_some() {
            return Some(self.not_built);
        }
        self.cells.get(self.current?)?.as_ref()?.cause.as_deref()
    }
}

fn learner(name: String, reports: &[Report], columns: &[Column]) -> Option<Learner> {
    let newest = reports.last()?;
    let cells: Vec<Option<Cell>> = columns.iter().map(|column| cell(reports, column)).collect();
    let is_open = |cell: &Option<Cell>| {
        cell.as_ref()
            .is_some_and(|cell| matches!(cell.verdict, Verdict::Open | Verdict::NotGraded))
    };
    let current = cells.iter().position(is_open);
    let at = current.and_then(|current| columns.get(current));
    let since = match at {
        Some(at) => since(reports, at.lab, |lab| first_open(lab) == Some(&at.id)),
        None => columns
            .iter()
            .filter_map(|column| since(reports, column.lab, |lab| passes(lab, &column.id)))
            .max(),
    };
    let by_lab: Vec<(u32, Option<&Cell>)> = columns
        .iter()
        .zip(&cells)
        .map(|(column, cell)| (column.lab, cell.as_ref()))
        .collect();
    let done = !by_lab.is_empty()
        && by_lab.chunk_by(|a, b| a.0 == b.0).all(|lab| {
            let mut graded = lab.iter().filter_map(|(_, cell)| *cell).peekable();
            graded.peek().is_some() && graded.all(|cell| cell.verdict == Verdict::Passed)
        });
    let broken = at.and_then(|at| labs(reports, at.lab).next());
    Some(Learner {
        name,
        done,
        passed: cells
            .iter()
            .flatten()
            .filter(|cell| cell.verdict == Verdict::Passed)
            .count(),
        cells,
        current,
        since: since.unwrap_or(&newest.generated_at).to_owned(),
        error: broken.and_then(|(_, lab)| lab.error.clone()),
        not_built: match broken {
            Some((_, lab)) if lab.lacks_dependencies() => "no-dependencies",
            _ => "does-not-compile",
        },
        release: newest.workspace.release.clone(),
        findings: newest.findings.clone(),
    })
}

/// Every report's state of a lab with its time, the newest first. A report may be about other labs only.
fn labs(reports: &[Report], number: u32) -> impl Iterator<Item = (&str, &Lab)> {
    reports.iter().rev().filter_map(move |report| {
        let lab = report.labs.iter().find(|lab| lab.number == number)?;
        Some((report.generated_at.as_str(), lab))
    })
}

/// The time of the first of the latest reports that all say so of the lab.
fn since(reports: &[Report], lab: u32, says: impl Fn(&Lab) -> bool) -> Option<&str> {
    let same = labs(reports, lab).take_while(|(_, lab)| says(lab));
    same.last().map(|(at, _)| at)
}

fn first_open(lab: &Lab) -> Option<&String> {
    let mut steps = lab.steps.iter();
    steps
        .find(|step| matches!(step.verdict, Verdict::Open | Verdict::NotGraded))
        .map(|step| &step.id)
}

fn passes(lab: &Lab, id: &str) -> bool {
    let mut steps = lab.steps.iter();
    steps.any(|step| step.id == id && step.verdict == Verdict::Passed)
}

fn cell(reports: &[Report], column: &Column) -> Option<Cell> {
    let (_, lab) = labs(reports, column.lab).next()?;
    let step = lab.steps.iter().find(|step| step.id == column.id)?;
    Some(Cell {
        verdict: step.verdict,
        cause: step.cause.clone(),
        hints: step.hints,
    })
}
