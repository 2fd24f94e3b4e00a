//! `cargo lab list`: the labs and their steps from `lab.toml`. What passes is `check`'s to say.

use std::fmt::Write as _;
use std::io::stdout;
use std::process::ExitCode;

use crate::say;
use crate::style::Style;
use crate::workspace::Workspace;

/// Lists without building or running anything.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<ExitCode> {
    let style = Style::of(&stdout());
    let mut out = String::new();
    for lab in &workspace.labs {
        let title = style.bold(&format!("Lab {}: {}", lab.number, lab.title));
        writeln!(out, "{title} ({}), {}", lab.package, lab.about)?;
        let width = lab
            .steps
            .iter()
            .map(|step| step.id.len())
            .max()
            .unwrap_or(0);
        for step in &lab.steps {
            writeln!(
                out,
                "  {:>2} {:width$}  {}",
                step.number, step.id, step.title
            )?;
        }
        writeln!(
            out,
            "  {}\n",
            style.faint(&workspace.shown(&lab.folder.join(&lab.guide)))
        )?;
    }
    writeln!(out, "What is next: cargo lab check")?;
    say(&out);
    Ok(ExitCode::SUCCESS)
}
