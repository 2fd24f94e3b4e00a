//! `cargo lab check`: grades lab by lab up to the first open step. What is shown of it is `feedback`'s.

use std::io::{Write as _, stderr, stdout};
use std::process::ExitCode;

use crate::cli;
use crate::feedback::Feedback;
use crate::grade::grade;
use crate::integrity::{self, Inputs, Trust};
use crate::say;
use crate::selection::{self, Selection};
use crate::store::Store;
use crate::style::Style;
use crate::workspace::Workspace;

/// Grades what was asked for, by default all labs until a step is open.
pub(crate) fn run(workspace: &Workspace, options: &cli::Check) -> anyhow::Result<ExitCode> {
    let before = Inputs::renewed(&workspace.root, Trust::Assume);
    let graded = graded(workspace, options);
    // Compared once the verdict is shown, so that nobody waits for it.
    let note = integrity::note(&integrity::findings(workspace, &before));
    let _ = stderr().lock().write_all(note.as_bytes());
    graded
}

fn graded(workspace: &Workspace, options: &cli::Check) -> anyhow::Result<ExitCode> {
    let selections = match &options.which {
        Some(text) => vec![selection::find(workspace, text)?],
        None => workspace
            .labs
            .iter()
            .map(|lab| Selection { lab, step: None })
            .collect(),
    };
    let feedback = Feedback {
        workspace,
        solution: options.solution,
        style: Style::of(&stdout()),
    };
    let last = selections.len() - 1;
    for (index, Selection { lab, step }) in selections.into_iter().enumerate() {
        let grade = grade(
            &workspace.root,
            lab,
            &lab.package(options.solution),
            step,
            &[],
        )?;
        if let Some((open, _)) = grade.first_open() {
            say(&feedback.open(lab, step, &grade)?);
            if !options.solution {
                let mut store = Store::open(&workspace.root);
                store.set_current(&lab.package, &open.id);
                store.complain();
            }
            return Ok(ExitCode::FAILURE);
        }
        match step {
            Some(step) => say(&feedback.step_passed(lab, step, &grade)?),
            None if index < last => say(&feedback.passed_by(lab, &grade)?),
            None => say(&feedback.lab_passed(lab, &grade)?),
        }
    }
    if options.which.is_none() {
        say(&feedback.all_passed());
    }
    Ok(ExitCode::SUCCESS)
}
