//! Which mistakes are common: causes by step, over all reports of all learners.
//! Counted is only each lab's first open step: those after it are mostly untouched, and what they fail for says nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::progress::Reports;
use crate::metadata;
use crate::report::Verdict;

/// One cause at one step.
pub(super) struct Mistake {
    pub(super) lab: u32,
    pub(super) step: u32,
    pub(super) title: String,
    pub(super) cause: String,
    /// Whether the untouched starter fails for it, so that it may be no mistake yet.
    pub(super) untouched: bool,
    /// Who ever had it, by name.
    pub(super) learners: BTreeSet<String>,
}

/// Every cause that a learner's step was ever open for, the most common first.
pub(super) fn of(reports: &Reports, labs: &[metadata::Lab]) -> Vec<Mistake> {
    let mut found: BTreeMap<(u32, u32, &str), Mistake> = BTreeMap::new();
    for (learner, reports) in reports {
        for lab in reports.iter().flat_map(|report| &report.labs) {
            let Some(step) = lab.steps.iter().find(|step| step.verdict == Verdict::Open) else {
                continue;
            };
            let Some(cause) = &step.cause else { continue };
            let untouched = starter_cause(labs, lab.number, &step.id) == Some(cause);
            // A lab that fails as its starter does, from the first step on, was not begun.
            if untouched && lab.passed() == 0 {
                continue;
            }
            let mistake = found
                .entry((lab.number, step.number, cause))
                .or_insert_with(|| Mistake {
                    lab: lab.number,
                    step: step.number,
                    title: step.title.clone(),
                    cause: cause.clone(),
                    untouched,
                    learners: BTreeSet::new(),
                });
            mistake.learners.insert(learner.clone());
        }
    }
    let mut mistakes: Vec<Mistake> = found.into_values().collect();
    // Stable: those equally common stay in the order of steps and causes.
    mistakes.sort_by_key(|mistake| (mistake.untouched, usize::MAX - mistake.learners.len()));
    mistakes
}

fn starter_cause<'a>(labs: &'a [metadata::Lab], number: u32, id: &str) -> Option<&'a str> {
    let lab = labs.iter().find(|lab| lab.number == number)?;
    let step = lab.steps.iter().find(|step| step.id == id)?;
    Some(&step.starter_cause)
}
