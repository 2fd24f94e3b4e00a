//! `cargo lab diff`: a step's places in the learner's code against the solution's, once the step passes. Nothing is judged here.

use std::fmt::Write as _;
use std::fs;
use std::io::stdout;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use diffy::{DiffOptions, Line, Patch};

use crate::cli;
use crate::grade::{Verdict, grade};
use crate::metadata::{Lab, Step};
use crate::paragraph::{fill, indent};
use crate::regions::{Region, regions};
use crate::say;
use crate::selection::{self, Selection};
use crate::style::Style;
use crate::workspace::Workspace;

/// More lines of context than any place has: all of it is shown.
const WHOLE: usize = 1000;

/// Shows the two side against side, if the step passes or the learner wants to see it anyway; else says what else helps.
pub(crate) fn run(workspace: &Workspace, options: &cli::Diff) -> anyhow::Result<ExitCode> {
    let selection = match &options.which {
        Some(which) => Some(selection::find(workspace, which)?),
        None => None,
    };
    let named = selection.and_then(|selection| Some((selection.lab, selection.step?)));
    let (lab, step) = match named {
        Some((lab, step)) if options.spoil || passes(workspace, lab, step)? => (lab, step),
        Some((lab, step)) => {
            let name = format!("{}/{}", lab.number, step.number);
            say(&format!(
                "Step {name} is open, and the solution would tell how it is done.\n  stuck  cargo lab hint {name}\n  show   cargo lab diff {name} --spoil\n"
            ));
            return Ok(ExitCode::FAILURE);
        }
        None if options.spoil => {
            bail!("`--spoil` needs to know the step: name it, as in `cargo lab diff 1/1 --spoil`")
        }
        None => match last_passed(workspace, selection)? {
            Some(found) => found,
            None => {
                let of = selection.map_or(String::new(), |selection| {
                    format!(" {}", selection.lab.number)
                });
                say(&format!(
                    "No step passes yet, so there is nothing to compare.\n  next   cargo lab check{of}\n"
                ));
                return Ok(ExitCode::FAILURE);
            }
        },
    };
    let shown = Comparison {
        workspace,
        lab,
        step,
        style: Style::of(&stdout()),
    };
    say(&shown.text(options.spoil)?);
    Ok(ExitCode::SUCCESS)
}

fn passes(workspace: &Workspace, lab: &Lab, step: &Step) -> anyhow::Result<bool> {
    let grade = grade(&workspace.root, lab, &lab.package, Some(step), &[])?;
    Ok(grade.first_open().is_none())
}

/// The last step that passes in the lab that was named, else in the first that is not done, or in those before it.
fn last_passed<'a>(
    workspace: &'a Workspace,
    selection: Option<Selection<'a>>,
) -> anyhow::Result<Option<(&'a Lab, &'a Step)>> {
    let labs: Vec<&Lab> = match selection {
        Some(selection) => vec![selection.lab],
        None => workspace.labs.iter().collect(),
    };
    let mut last = None;
    for lab in labs {
        let grade = grade(&workspace.root, lab, &lab.package, None, &[])?;
        for (step, verdict) in &grade.verdicts {
            if matches!(verdict, Verdict::Passed) {
                last = Some((lab, *step));
            }
        }
        if grade.first_open().is_some() {
            break;
        }
    }
    Ok(last)
}

/// One step, in the learner's files and in the solution's.
struct Comparison<'a> {
    workspace: &'a Workspace,
    lab: &'a Lab,
    step: &'a Step,
    style: Style,
}

impl Comparison<'_> {
    fn text(&self, spoil: bool) -> anyhow::Result<String> {
        let (lab, step) = (self.lab, self.step);
        let way = if spoil {
            "the solution's way"
        } else {
            "another way"
        };
        let title = format!("Step {}/{}: {}, {way}", lab.number, step.number, step.title);
        let mut sides = String::new();
        let mut differs = false;
        for file in &step.files {
            differs |= self.file(&mut sides, file)?;
        }
        let words = match (differs, spoil) {
            (false, _) => "Yours is the solution's, to the letter.",
            (true, true) => {
                "Its comments say why it does so; `cargo lab check` tells whether yours passes."
            }
            (true, false) => {
                "Yours passes, so this corrects nothing: it is how the solution does it, and its comments say why."
            }
        };
        Ok(format!(
            "{}\n{}{sides}",
            self.style.bold(&title),
            fill(words, "  ")
        ))
    }

    /// Each place in one file; whether any differs.
    fn file(&self, out: &mut String, file: &str) -> anyhow::Result<bool> {
        let paths = [false, true].map(|solution| self.lab.package_folder(solution).join(file));
        let [yours, theirs] = &paths;
        let (mine, solution) = (self.read(yours)?, self.read(theirs)?);
        let (places, solutions) = (self.places(&mine), self.places(&solution));
        if places.len() != solutions.len() || places.is_empty() {
            self.sides(out, yours, None, theirs, None)?;
            if !solutions.is_empty() {
                writeln!(
                    out,
                    "  Your file lost the marks of step {}, so it is compared as a whole.",
                    self.step.number
                )?;
            }
            return self.difference(out, &mine, &solution, 3);
        }
        let mut differs = false;
        for (place, other) in places.iter().zip(&solutions) {
            self.sides(out, yours, Some(place), theirs, Some(other))?;
            let (mine, solution) = (inside(&mine, place), inside(&solution, other));
            differs |= self.difference(out, &mine, &solution, WHOLE)?;
        }
        Ok(differs)
    }

    fn read(&self, path: &Path) -> anyhow::Result<String> {
        fs::read_to_string(self.workspace.root.join(path))
            .with_context(|| format!("{} cannot be read", self.workspace.shown(path)))
    }

    /// The step's regions; marks that are broken are as good as none.
    fn places(&self, text: &str) -> Vec<Region> {
        let mut places = regions(text).unwrap_or_default();
        places.retain(|region| region.step == self.step.number);
        places
    }

    /// Which file is which side, with the line where the place begins.
    fn sides(
        &self,
        out: &mut String,
        yours: &Path,
        place: Option<&Region>,
        theirs: &Path,
        other: Option<&Region>,
    ) -> std::fmt::Result {
        let shown = |path: &Path, place: Option<&Region>| {
            let line = place.map(|region| format!(":{}", region.lines.start + 1));
            self.workspace.shown(path) + &line.unwrap_or_default()
        };
        let yours = self.style.red(&format!("- {}", shown(yours, place)));
        let theirs = self.style.green(&format!("+ {}", shown(theirs, other)));
        writeln!(out, "\n  {yours}\n  {theirs}")
    }

    /// The lines of both, those of one side marked, with at most `context` unmarked ones round a marked one; whether any is.
    fn difference(
        &self,
        out: &mut String,
        yours: &str,
        theirs: &str,
        context: usize,
    ) -> anyhow::Result<bool> {
        if yours == theirs {
            writeln!(out, "\n    (the same)")?;
            return Ok(false);
        }
        let mut options = DiffOptions::new();
        let patch: Patch<'_, str> = options.set_context_len(context).create_patch(yours, theirs);
        for hunk in patch.hunks() {
            let mut lines = String::new();
            for line in hunk.lines() {
                let line = match line {
                    Line::Context(text) => format!("  {}", text.trim_end()),
                    Line::Delete(text) => self.style.red(&format!("- {}", text.trim_end())),
                    Line::Insert(text) => self.style.green(&format!("+ {}", text.trim_end())),
                };
                writeln!(lines, "{line}")?;
            }
            write!(out, "\n{}", indent(&lines, "    "))?;
        }
        Ok(true)
    }
}

fn inside(text: &str, region: &Region) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    lines[region.lines.clone()].concat()
}
