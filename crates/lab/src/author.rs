//! `cargo lab author`: a lab's starter, solution, mistakes and texts are what `lab.toml` says they are.
//!
//! The starters and solutions are built by one cargo where they are.
//! The variants of each solution (where each step begins, and the mistakes) take their turns in slots of a copy.

mod build;
mod copy;
mod manifest;
mod mistakes;
pub(crate) mod new;
mod package;
mod program;
mod queue;
mod rows;
mod slot;
mod sources;
mod stored;
mod table;
mod texts;

use std::path::Path;
use std::process::ExitCode;

use crate::cli;
use crate::metadata::Lab;
use crate::selection;
use crate::workspace::Workspace;
use copy::Copy;
use mistakes::Mistake;
use rows::Variant;
use slot::{Files, Slot};
use sources::Sources;
use stored::Stored;
use table::Table;

/// Checks one lab, or all; the exit code is 1 when anything is not as it should be.
pub(crate) fn check(workspace: &Workspace, options: &cli::AuthorCheck) -> anyhow::Result<ExitCode> {
    let root = &workspace.root;
    let labs: Vec<&Lab> = match &options.lab {
        Some(text) => vec![selection::lab(workspace, text)?],
        None => workspace.labs.iter().collect(),
    };
    let mut all = Vec::new();
    for lab in &labs {
        all.push((*lab, Sources::read(root, lab)?, Slot::all(lab)));
    }
    let copy = Copy::of(root)?;
    let slots: Vec<&Slot> = all.iter().flat_map(|(_, _, slots)| slots).collect();
    copy.update(&slots)?;
    for (lab, sources, slots) in &all {
        for slot in slots {
            // What an earlier check left there may not even be a package any more.
            slot.fill(&copy, lab, sources.solution())?;
        }
    }
    let packages = package::grade_all(root, &labs)?;
    let mut table = Table::new();
    for ((lab, sources, slots), packages) in all.iter().zip(packages) {
        table.title(lab);
        texts::check(root, lab, &mut table)?;
        let differences = sources.differences(root, lab)?;
        table.nothing("texts", "differs outside of regions", &differences);
        let mut stored = Stored::new(root, options.accept);
        rows::starter(lab, &packages.starter, &mut stored, &mut table)?;
        rows::solution(&packages.solution, &packages.unused, &mut table);
        let variants = variants(root, lab, sources, &mut stored, &mut table)?;
        queue::grade(&copy, lab, slots, variants, |variant, grade| {
            rows::variant(lab, &variant, &grade, &mut stored, &mut table)
        })?;
        table.nothing("verdicts", "other than stored", &stored.finish(lab)?);
    }
    Ok(table.finish())
}

/// Where each step begins but the first (which is the starter's), and each mistake that applies; the others get their row at once.
fn variants<'a>(
    root: &Path,
    lab: &'a Lab,
    sources: &Sources,
    stored: &mut Stored<'_>,
    table: &mut Table,
) -> anyhow::Result<Vec<(Variant<'a>, Files)>> {
    let mut variants = Vec::new();
    for step in &lab.steps {
        stored.keep(&rows::first_verdict(lab, step));
        if step.number == 1 {
            continue;
        }
        match sources.before(lab, step) {
            Ok(files) => variants.push((Variant::Begins(step), files)),
            Err(error) => {
                let what = format!("{} {}", step.number, step.id);
                table.row("begin", &what, "regions", &format!("{error:#}"));
            }
        }
    }
    for file in mistakes::files(root, lab)? {
        let shown = file.file_name().unwrap_or_default().to_string_lossy();
        let made = Mistake::read(root, lab, &file).and_then(|mistake| {
            let files = sources.with_mistake(lab, &mistake)?;
            Ok((Variant::Mistake(shown.to_string(), mistake), files))
        });
        stored.keep(&rows::mistakes_verdict(lab, &shown));
        match made {
            Ok(variant) => variants.push(variant),
            Err(error) => table.row("mistake", &shown, "applies", &format!("{error:#}")),
        }
    }
    Ok(variants)
}
