//! `cargo lab hint`: one hint of a step, each time the next. Which were taken is remembered by `store`.

use std::fmt::Write as _;
use std::io::stdout;
use std::process::ExitCode;

use anyhow::{Context as _, bail};

use crate::cli;
use crate::grade::grade;
use crate::metadata::{Lab, Step};
use crate::paragraph::fill;
use crate::say;
use crate::selection;
use crate::store::Store;
use crate::style::Style;
use crate::workspace::Workspace;

/// Prints the hint, and how to get the next one.
pub(crate) fn run(workspace: &Workspace, options: &cli::Hint) -> anyhow::Result<ExitCode> {
    let Some((lab, step)) = step(workspace, options.which.as_deref())? else {
        say("No step is open: no hint is needed.\n");
        return Ok(ExitCode::SUCCESS);
    };
    let name = format!("{}/{}", lab.number, step.number);
    let count = step.hints.len();
    let mut store = Store::open(&workspace.root);
    // After the last one it stays at the last: the guide, whose address is there, is what is left.
    let level = options
        .level
        .unwrap_or_else(|| count.min(store.hints(&lab.package, &step.id) + 1));
    let hint = level
        .checked_sub(1)
        .and_then(|index| step.hints.get(index))
        .with_context(|| format!("step {name} has {count} hints: choose --level 1 to {count}"))?;
    store.took_hint(&lab.package, &step.id, level);

    let style = Style::of(&stdout());
    let mut out = String::new();
    writeln!(
        out,
        "{}",
        style.bold(&format!(
            "Step {name}: {}, hint {level} of {count}",
            step.title
        ))
    )?;
    write!(out, "{}", fill(hint, "  "))?;
    if level < count {
        writeln!(out, "\nMore: cargo lab hint {name}")?;
    } else {
        let guide = workspace.shown(&lab.folder.join(&lab.guide));
        writeln!(
            out,
            "\nThat was the last one; the guide says more: {guide}#{}",
            step.anchor
        )?;
    }
    say(&out);
    store.complain();
    Ok(ExitCode::SUCCESS)
}

/// The step that was named, else the first open one of all labs, or of the lab that was named.
fn step<'a>(
    workspace: &'a Workspace,
    which: Option<&str>,
) -> anyhow::Result<Option<(&'a Lab, &'a Step)>> {
    let labs: Vec<&Lab> = match which {
        None => workspace.labs.iter().collect(),
        Some(text) => {
            let selection = selection::find(workspace, text)?;
            if let Some(step) = selection.step {
                return Ok(Some((selection.lab, step)));
            }
            vec![selection.lab]
        }
    };
    for lab in labs {
        match grade(&workspace.root, lab, &lab.package, None, &[]) {
            Ok(grade) => {
                if let Some((step, _)) = grade.first_open() {
                    return Ok(Some((lab, step)));
                }
            }
            Err(error) if error.is::<crate::cargo::DoesNotBuild>() => bail!(
                "{} does not compile, so the open step is not known: see `cargo lab check`, or name the step, as in `cargo lab hint {}/1`",
                lab.package,
                lab.number
            ),
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}
