//! What is wanted of a lab's packages and variants, and what came of them, row by row.
//! A verdict is compared with the stored one only when its cause is the right one: another is not to be kept.

use std::path::{Path, PathBuf};

use super::mistakes::Mistake;
use super::package::Grade;
use super::stored::Stored;
use super::table::Table;
use crate::grade::Verdict;
use crate::metadata::{Lab, Step};

/// What a variant of the solution is.
pub(super) enum Variant<'a> {
    /// Where a learner stands who begins with the step.
    Begins(&'a Step),
    /// A wrong answer, by its file's name.
    Mistake(String, Mistake),
}

/// Where the verdict on whoever begins a step is stored.
pub(super) fn first_verdict(lab: &Lab, step: &Step) -> PathBuf {
    let name = format!("{}-{}.verdict", step.number, step.id);
    lab.folder.join("verdicts").join(name)
}

/// Where the verdict on a mistake is stored.
pub(super) fn mistakes_verdict(lab: &Lab, patch: &str) -> PathBuf {
    let name = Path::new(patch).with_extension("verdict");
    lab.folder.join("mistakes").join(name)
}

/// The untouched starter builds without a warning and fails each step for the step's own reason.
pub(super) fn starter(
    lab: &Lab,
    grade: &Grade<'_>,
    stored: &mut Stored<'_>,
    table: &mut Table,
) -> anyhow::Result<()> {
    if let Some(warnings) = warnings(grade) {
        table.row("starter", "code", "no warnings", &warnings);
    }
    let Some(verdicts) = verdicts(grade, "starter", "code", table) else {
        return Ok(());
    };
    for (step, verdict) in verdicts {
        table.row("starter", &name(step), &step.starter_cause, &got(verdict));
        if step.number == 1
            && let Verdict::Open(failure) = verdict
            && failure.first_cause() == Some(&step.starter_cause)
        {
            stored.compare(&first_verdict(lab, step), &failure.output)?;
        }
    }
    Ok(())
}

/// The reference solution builds without a warning and passes.
pub(super) fn solution(grade: &Grade<'_>, unused: &[String], table: &mut Table) {
    if let Some(warnings) = warnings(grade) {
        table.row("solution", "code", "no warnings", &warnings);
    }
    let Some(verdicts) = verdicts(grade, "solution", "code", table) else {
        return;
    };
    for (step, verdict) in verdicts {
        table.row("solution", &name(step), "passes", &got(verdict));
    }
    if grade.passes() {
        table.nothing("solution", "unused snapshots", unused);
    }
}

/// A variant is what it should be.
pub(super) fn variant(
    lab: &Lab,
    variant: &Variant<'_>,
    grade: &Grade<'_>,
    stored: &mut Stored<'_>,
    table: &mut Table,
) -> anyhow::Result<()> {
    match variant {
        Variant::Begins(step) => begins(lab, step, grade, stored, table),
        Variant::Mistake(shown, mistake) => made(lab, shown, mistake, grade, stored, table),
    }
}

/// With the steps before it done, and only those, a step fails for its reason: each step is a place that can be reached.
fn begins(
    lab: &Lab,
    step: &Step,
    grade: &Grade<'_>,
    stored: &mut Stored<'_>,
    table: &mut Table,
) -> anyhow::Result<()> {
    if let Some(warnings) = warnings(grade).filter(|warnings| warnings != "no warnings") {
        table.row("begin", &name(step), "no warnings", &warnings);
    }
    let Some(verdicts) = verdicts(grade, "begin", &name(step), table) else {
        return Ok(());
    };
    for (other, verdict) in verdicts {
        let open = matches!(verdict, Verdict::Open(_));
        if other.number == step.number {
            let wanted = step.reached_cause.as_ref().unwrap_or(&step.starter_cause);
            table.row("begin", &name(step), wanted, &got(verdict));
            if let Verdict::Open(failure) = verdict
                && failure.first_cause() == Some(wanted)
            {
                stored.compare(&first_verdict(lab, step), &failure.output)?;
            }
        } else if open != (other.number > step.number) {
            let wanted = if open { "passes" } else { "fails" };
            let what = format!("{}, {}", name(step), other.id);
            table.row("begin", &what, wanted, &got(verdict));
        }
    }
    Ok(())
}

/// A mistake gets the verdict that its patch announces, and no other step fails.
fn made(
    lab: &Lab,
    shown: &str,
    mistake: &Mistake,
    grade: &Grade<'_>,
    stored: &mut Stored<'_>,
    table: &mut Table,
) -> anyhow::Result<()> {
    let Some(verdicts) = verdicts(grade, "mistake", shown, table) else {
        return Ok(());
    };
    for (step, verdict) in verdicts {
        let what = format!("{shown}, {}", step.id);
        if step.id == mistake.step {
            table.row("mistake", &what, &mistake.cause, &got(verdict));
            if let Verdict::Open(failure) = verdict
                && failure.first_cause() == Some(&mistake.cause)
            {
                stored.compare(&mistakes_verdict(lab, shown), &failure.output)?;
            }
        } else if !mistake.also.contains(&step.id) && matches!(verdict, Verdict::Open(_)) {
            table.row("mistake", &what, "passes", &got(verdict));
        }
    }
    Ok(())
}

/// The verdicts; without any, a row says what the compiler or the operating system had to say.
fn verdicts<'a, 'g>(
    grade: &'g Grade<'a>,
    part: &str,
    what: &str,
    table: &mut Table,
) -> Option<&'g [(&'a Step, Verdict)]> {
    match grade {
        Grade::DoesNotCompile(errors) => {
            let got = format!("does not compile\n{errors}");
            table.row(part, what, "compiles", &got);
            None
        }
        Grade::NoVerdict(reason) => {
            table.row(part, what, "a verdict", reason);
            None
        }
        Grade::Graded { verdicts, .. } => Some(verdicts),
    }
}

/// What the compiler warned of; nothing when it did not compile.
fn warnings(grade: &Grade<'_>) -> Option<String> {
    match grade {
        Grade::Graded { warnings, .. } if warnings.is_empty() => Some("no warnings".to_owned()),
        Grade::Graded { warnings, .. } => Some(format!("warnings\n{warnings}")),
        _ => None,
    }
}

fn name(step: &Step) -> String {
    format!("{} {}", step.number, step.id)
}

fn got(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Passed => "passes".to_owned(),
        Verdict::Open(failure) => match failure.first_cause() {
            Some(cause) => cause.to_owned(),
            None => format!("fails without a cause\n{}", failure.output),
        },
    }
}
