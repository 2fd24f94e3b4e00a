//! `cargo lab check`: marks for all steps, and for the first open one everything needed to go on.

use std::fmt::Write as _;
use std::io::{Write as _, stdout};
use std::process::ExitCode;

use crate::cli;
use crate::grade::{Failure, Grade, Verdict, grade};
use crate::metadata::{Lab, Step};
use crate::paragraph::{fill, indent};
use crate::say;
use crate::selection::{self, Selection};
use crate::style::Style;
use crate::workspace::Workspace;

/// Grades what was asked for, lab by lab up to the first open step.
pub(crate) fn run(workspace: &Workspace, options: &cli::Check) -> anyhow::Result<ExitCode> {
    if let Some(note) = crate::cargo::refused_environment() {
        let _ = std::io::stderr().lock().write_all(note.as_bytes());
    }
    let selections = match &options.which {
        Some(text) => vec![selection::find(workspace, text)?],
        None => workspace
            .labs
            .iter()
            .map(|lab| Selection { lab, step: None })
            .collect(),
    };
    let view = View {
        workspace,
        solution: options.solution,
        style: Style::of(&stdout()),
    };
    for Selection { lab, step } in selections {
        let grade = grade(
            &workspace.root,
            lab,
            &lab.package(options.solution),
            step,
            &[],
        )?;
        say(&view.verdict(lab, step, &grade)?);
        if grade.first_open().is_some() {
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

struct View<'a> {
    workspace: &'a Workspace,
    solution: bool,
    style: Style,
}

impl View<'_> {
    fn verdict(
        &self,
        lab: &Lab,
        only: Option<&Step>,
        grade: &Grade<'_>,
    ) -> Result<String, std::fmt::Error> {
        let mut out = String::new();
        let whose = if self.solution {
            ", the reference solution"
        } else {
            ""
        };
        let title = self
            .style
            .bold(&format!("Lab {}: {}", lab.number, lab.title));
        writeln!(out, "{title}, {}{whose}\n", lab.about)?;
        self.marks(&mut out, lab, only.is_none(), grade)?;
        match grade.first_open() {
            Some((step, failure)) => {
                let before = grade.verdicts.iter().rev().find_map(|(passed, verdict)| {
                    (matches!(verdict, Verdict::Passed) && passed.number + 1 == step.number)
                        .then_some(*passed)
                });
                if let Some(before) = before {
                    self.learned(&mut out, before)?;
                }
                self.open_step(&mut out, lab, step, failure)?;
            }
            None => self.all_passed(&mut out, lab, only)?,
        }
        Ok(out)
    }

    /// A line for each step, and under a whole lab the bar.
    fn marks(&self, out: &mut String, lab: &Lab, bar: bool, grade: &Grade<'_>) -> std::fmt::Result {
        let width = lab
            .steps
            .iter()
            .map(|step| step.id.len())
            .max()
            .unwrap_or(0);
        let mark = |verdict: &Verdict| match verdict {
            Verdict::Passed => self.style.green("✓"),
            Verdict::Open(_) => self.style.red("✗"),
        };
        let mut row = String::new();
        for (step, verdict) in &grade.verdicts {
            let mark = mark(verdict);
            writeln!(
                out,
                "  {mark} {:>2} {:width$}  {}",
                step.number, step.id, step.title
            )?;
            row.push_str(&mark);
        }
        if bar {
            writeln!(
                out,
                "\n  [{row}] {} of {}",
                grade.passed(),
                grade.verdicts.len()
            )?;
        }
        writeln!(out)
    }

    fn learned(&self, out: &mut String, step: &Step) -> std::fmt::Result {
        let mark = self.style.green("✓");
        writeln!(out, "{mark} Step {} passes.", step.number)?;
        writeln!(out, "{}", fill(&step.learned, "  "))
    }

    fn open_step(
        &self,
        out: &mut String,
        lab: &Lab,
        step: &Step,
        failure: &Failure,
    ) -> std::fmt::Result {
        let name = format!("{}/{}", lab.number, step.number);
        writeln!(
            out,
            "{}",
            self.style
                .bold(&format!("Step {}: {}", step.number, step.title))
        )?;
        writeln!(out, "{}", fill(&step.task, "  "))?;
        writeln!(
            out,
            "{}",
            indent(&self.causes_marked(&failure.output), "    ")
        )?;
        let advice = failure
            .causes
            .iter()
            .filter_map(|cause| step.mistakes.iter().find(|mistake| mistake.cause == *cause));
        for mistake in advice {
            writeln!(
                out,
                "  {}",
                self.style
                    .bold(&format!("In this lab, {} often means:", mistake.cause))
            )?;
            writeln!(out, "{}", fill(&mistake.advice, "    "))?;
        }
        for (index, place) in self.places(lab, step).iter().enumerate() {
            writeln!(
                out,
                "  {}  {place}",
                if index == 0 { "edit " } else { "     " }
            )?;
        }
        let guide = self.workspace.shown(&lab.folder.join(&lab.guide));
        writeln!(out, "  read   {guide}#{}", step.anchor)?;
        if self.solution {
            return Ok(());
        }
        writeln!(out, "  stuck  cargo lab hint {name}")?;
        writeln!(out, "  again  cargo lab check {name}")
    }

    /// Where to edit: each file, with the lines that hold the step's mark.
    fn places(&self, lab: &Lab, step: &Step) -> Vec<String> {
        let mark = todo_mark(step);
        let mut places = Vec::new();
        for file in &step.files {
            let path = lab.package_folder(self.solution).join(file);
            let shown = self.workspace.shown(&path);
            let text = std::fs::read_to_string(self.workspace.root.join(&path)).unwrap_or_default();
            let lines: Vec<usize> = (1..)
                .zip(text.lines())
                .filter(|(_, line)| line.contains(&mark))
                .map(|(n, _)| n)
                .collect();
            if lines.is_empty() {
                places.push(shown);
            } else {
                places.extend(lines.iter().map(|line| format!("{shown}:{line}")));
            }
        }
        places
    }

    fn all_passed(&self, out: &mut String, lab: &Lab, only: Option<&Step>) -> std::fmt::Result {
        if let Some(step) = only {
            self.learned(out, step)?;
            if let Some(next) = lab.steps.iter().find(|next| next.number == step.number + 1) {
                writeln!(
                    out,
                    "Next: cargo lab check {}/{} ({})",
                    lab.number, next.number, next.title
                )?;
            }
            return Ok(());
        }
        if let Some(last) = lab.steps.last() {
            self.learned(out, last)?;
        }
        if self.solution {
            return writeln!(
                out,
                "The reference solution passes all {} steps.",
                lab.steps.len()
            );
        }
        let done = format!(
            "Well done: lab {} passes all {} steps.",
            lab.number,
            lab.steps.len()
        );
        writeln!(out, "{}", self.style.bold(&done))?;
        writeln!(out, "See your spans: cargo lab up --lab {}", lab.number)?;
        match self
            .workspace
            .labs
            .iter()
            .find(|next| next.number > lab.number)
        {
            Some(next) => {
                let guide = self.workspace.shown(&next.folder.join(&next.guide));
                writeln!(
                    out,
                    "Next is lab {}, {}: {guide}\n",
                    next.number, next.title
                )
            }
            None => writeln!(out, "That was the last lab."),
        }
    }

    fn causes_marked(&self, output: &str) -> String {
        let mut marked = String::new();
        for line in output.lines() {
            if line.trim_start().starts_with("cause[") {
                marked.push_str(&self.style.bold(line));
            } else {
                marked.push_str(line);
            }
            marked.push('\n');
        }
        marked
    }
}

/// What marks a place to edit for `step` in the starter.
pub(crate) fn todo_mark(step: &Step) -> String {
    format!("TODO(step {})", step.number)
}
