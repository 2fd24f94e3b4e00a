//! `cargo lab author check`: a lab's starter, solution, mistakes and texts are what `lab.toml` says they are.

mod copy;
mod mistakes;
mod table;
mod texts;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;

use crate::cargo::DoesNotBuild;
use crate::grade::{Grade, Verdict, grade};
use crate::metadata::{Lab, Step};
use crate::selection;
use crate::workspace::Workspace;
use copy::Copy;
use mistakes::Mistake;
use table::Table;

/// Checks one lab, or all; the exit code is 1 when anything is not as it should be.
pub(crate) fn run(workspace: &Workspace, lab: Option<&str>) -> anyhow::Result<ExitCode> {
    let labs: Vec<&Lab> = match lab {
        Some(text) => vec![selection::lab(workspace, text)?],
        None => workspace.labs.iter().collect(),
    };
    let mut table = Table::new();
    for lab in labs {
        table.title(lab);
        texts::check(&workspace.root, lab, &mut table)?;
        starter(workspace, lab, &mut table)?;
        solution(workspace, lab, &mut table)?;
        mistakes(workspace, lab, &mut table)?;
    }
    Ok(table.finish())
}

/// The untouched starter builds without a warning and fails each step for the step's own reason.
fn starter(workspace: &Workspace, lab: &Lab, table: &mut Table) -> anyhow::Result<()> {
    let Some(grade) = built(
        grade(&workspace.root, lab, &lab.package, None, &[]),
        "starter",
        "code",
        table,
    )?
    else {
        return Ok(());
    };
    warnings(&workspace.root.join(&lab.folder), &grade, "starter", table);
    for (step, verdict) in &grade.verdicts {
        table.row("starter", &name(step), &step.starter_cause, &got(verdict));
    }
    Ok(())
}

/// The reference solution builds without a warning and passes.
fn solution(workspace: &Workspace, lab: &Lab, table: &mut Table) -> anyhow::Result<()> {
    let Some(grade) = built(
        grade(&workspace.root, lab, &lab.solution(), None, &[]),
        "solution",
        "code",
        table,
    )?
    else {
        return Ok(());
    };
    warnings(
        &workspace.root.join(lab.package_folder(true)),
        &grade,
        "solution",
        table,
    );
    for (step, verdict) in &grade.verdicts {
        table.row("solution", &name(step), "passes", &got(verdict));
    }
    Ok(())
}

/// Each mistake, made in a copy of the solution, gets the verdict that its patch announces.
fn mistakes(workspace: &Workspace, lab: &Lab, table: &mut Table) -> anyhow::Result<()> {
    let files = mistakes::files(&workspace.root, lab)?;
    if files.is_empty() {
        return Ok(());
    }
    let copy = Copy::of(&workspace.root)?;
    for file in files {
        let shown = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let mistake = match Mistake::read(&workspace.root, lab, &file) {
            Ok(mistake) => mistake,
            Err(error) => {
                table.row("mistake", &shown, "applies", &format!("{error:#}"));
                continue;
            }
        };
        copy.update(&mistake.changes)?;
        let grade = grade(
            copy.root(),
            lab,
            &lab.solution(),
            None,
            &copy.cargo_options(),
        );
        let Some(grade) = built(grade, "mistake", &shown, table)? else {
            continue;
        };
        for (step, verdict) in &grade.verdicts {
            if step.id == mistake.step {
                table.row(
                    "mistake",
                    &format!("{shown}, {}", step.id),
                    &mistake.cause,
                    &got(verdict),
                );
            } else if !mistake.also.contains(&step.id) && matches!(verdict, Verdict::Open(_)) {
                table.row(
                    "mistake",
                    &format!("{shown}, {}", step.id),
                    "passes",
                    &got(verdict),
                );
            }
        }
    }
    Ok(())
}

/// The grade, unless the code does not compile, which is a row of its own.
fn built<'a>(
    grade: anyhow::Result<Grade<'a>>,
    part: &str,
    what: &str,
    table: &mut Table,
) -> anyhow::Result<Option<Grade<'a>>> {
    match grade {
        Ok(grade) => Ok(Some(grade)),
        Err(error) => match error.downcast_ref::<DoesNotBuild>() {
            Some(compiler) => {
                table.row(
                    part,
                    what,
                    "compiles",
                    &format!("does not compile\n{compiler}"),
                );
                Ok(None)
            }
            None => Err(error).with_context(|| format!("{part}, {what}: cannot be graded")),
        },
    }
}

fn warnings(folder: &Path, grade: &Grade<'_>, part: &str, table: &mut Table) {
    let manifest = folder.join("Cargo.toml");
    let own: Vec<&str> = grade
        .warnings
        .iter()
        .filter(|(about, _)| *about == manifest)
        .map(|(_, text)| text.as_str())
        .collect();
    let got = if own.is_empty() {
        "no warnings".to_owned()
    } else {
        format!("warnings\n{}", own.concat())
    };
    table.row(part, "code", "no warnings", &got);
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
