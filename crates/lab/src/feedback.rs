//! The words of `cargo lab check`: marks for the steps, and for an open one everything needed to go on.

use std::fmt::{Error, Write as _};

use crate::grade::{Failure, Grade, Verdict};
use crate::metadata::{Lab, Step};
use crate::paragraph::{fill, hang};
use crate::regions::regions;
use crate::style::Style;
use crate::workspace::Workspace;

/// Whose verdicts are shown, and how.
pub(crate) struct Feedback<'a> {
    pub(crate) workspace: &'a Workspace,
    pub(crate) solution: bool,
    pub(crate) style: Style,
}

impl Feedback<'_> {
    /// A lab or a step that is not done: its first open step with all that helps.
    pub(crate) fn open(
        &self,
        lab: &Lab,
        only: Option<&Step>,
        grade: &Grade<'_>,
    ) -> Result<String, Error> {
        let mut out = self.title(lab);
        self.marks(&mut out, lab, grade)?;
        if only.is_none() {
            writeln!(out, "\n  {}", self.bar(grade))?;
        }
        writeln!(out)?;
        if let Some((step, failure)) = grade.first_open() {
            let before = |step: &Step| {
                lab.steps
                    .iter()
                    .find(|before| before.number + 1 == step.number)
            };
            if let Some(before) = before(step)
                && only.is_none()
            {
                self.learned(&mut out, before)?;
            }
            self.open_step(&mut out, lab, step, failure)?;
        }
        Ok(out)
    }

    /// One step that was asked for, passed.
    pub(crate) fn step_passed(
        &self,
        lab: &Lab,
        step: &Step,
        grade: &Grade<'_>,
    ) -> Result<String, Error> {
        let mut out = self.title(lab);
        self.marks(&mut out, lab, grade)?;
        writeln!(out)?;
        self.learned(&mut out, step)?;
        if let Some(next) = lab.steps.iter().find(|next| next.number == step.number + 1) {
            writeln!(
                out,
                "Next: cargo lab check {}/{} ({})",
                lab.number, next.number, next.title
            )?;
        }
        if !self.solution {
            writeln!(
                out,
                "Another way: cargo lab diff {}/{}",
                lab.number, step.number
            )?;
        }
        Ok(out)
    }

    /// A lab that is done, on the way to the next.
    pub(crate) fn passed_by(&self, lab: &Lab, grade: &Grade<'_>) -> Result<String, Error> {
        let mut out = self.title(lab);
        writeln!(out, "  {}, every step passes.\n", self.bar(grade))?;
        Ok(out)
    }

    /// A whole lab, done.
    pub(crate) fn lab_passed(&self, lab: &Lab, grade: &Grade<'_>) -> Result<String, Error> {
        let mut out = self.title(lab);
        self.marks(&mut out, lab, grade)?;
        writeln!(out, "\n  {}\n", self.bar(grade))?;
        if self.solution {
            writeln!(out, "The reference solution passes every step.")?;
            return Ok(out);
        }
        if let Some(last) = lab.steps.last() {
            self.learned(&mut out, last)?;
        }
        let done = format!("Well done: your lab {} passes every step.", lab.number);
        writeln!(out, "{}", self.style.bold(&done))?;
        match lab.recording {
            Some(_) => writeln!(out, "Look again: cargo lab up {}", lab.package)?,
            None => writeln!(out, "See your spans: cargo lab up {}", lab.number)?,
        }
        match self
            .workspace
            .labs
            .iter()
            .find(|next| next.number > lab.number)
        {
            Some(next) => {
                let guide = self.workspace.shown(&next.folder.join(&next.guide));
                writeln!(out, "Next is lab {}, {}: {guide}", next.number, next.title)?;
            }
            None => writeln!(out, "That was the last lab.")?,
        }
        Ok(out)
    }

    /// What stands after the last lab when all of them were graded.
    pub(crate) fn all_passed(&self) -> String {
        let steps: usize = self.workspace.labs.iter().map(|lab| lab.steps.len()).sum();
        let what = if self.solution {
            "All reference solutions pass"
        } else {
            "All labs are done"
        };
        let done = format!("{what}: {steps} of {steps} steps.");
        format!("{}\n", self.style.bold(&done))
    }

    fn title(&self, lab: &Lab) -> String {
        let whose = if self.solution {
            ", the reference solution"
        } else {
            ""
        };
        let title = self
            .style
            .bold(&format!("Lab {}: {}", lab.number, lab.title));
        format!("{title}, {}{whose}\n\n", lab.about)
    }

    /// A line for each step.
    fn marks(&self, out: &mut String, lab: &Lab, grade: &Grade<'_>) -> Result<(), Error> {
        let width = lab
            .steps
            .iter()
            .map(|step| step.id.len())
            .max()
            .unwrap_or(0);
        for (step, verdict) in &grade.verdicts {
            let mark = self.mark(verdict);
            writeln!(
                out,
                "  {mark} {:>2} {:width$}  {}",
                step.number, step.id, step.title
            )?;
        }
        Ok(())
    }

    fn bar(&self, grade: &Grade<'_>) -> String {
        let row: String = grade
            .verdicts
            .iter()
            .map(|(_, verdict)| self.mark(verdict))
            .collect();
        format!("[{row}] {} of {}", grade.passed(), grade.verdicts.len())
    }

    fn mark(&self, verdict: &Verdict) -> String {
        match verdict {
            Verdict::Passed => self.style.green("✓"),
            Verdict::Open(_) => self.style.red("✗"),
        }
    }

    fn learned(&self, out: &mut String, step: &Step) -> Result<(), Error> {
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
    ) -> Result<(), Error> {
        let name = format!("{}/{}", lab.number, step.number);
        writeln!(
            out,
            "{}",
            self.style
                .bold(&format!("Step {}: {}", step.number, step.title))
        )?;
        writeln!(out, "{}", fill(&step.task, "  "))?;
        writeln!(out, "{}", self.causes_marked(&failure.output, "    "))?;
        // Once for each kind: a grader may name the same for every span.
        let mut kinds: Vec<&String> = Vec::new();
        for cause in &failure.causes {
            if !kinds.contains(&cause) {
                kinds.push(cause);
            }
        }
        let advice = kinds
            .into_iter()
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

    /// Where to edit: the step's marks, and once they are gone the first line of each of its regions.
    /// A file without regions is the step's as a whole.
    pub(crate) fn places(&self, lab: &Lab, step: &Step) -> Vec<String> {
        let folder = lab.package_folder(self.solution);
        let mark = step.todo_mark();
        let (mut marked, mut inside) = (Vec::new(), Vec::new());
        let mut any = false;
        for file in &step.files {
            let path = folder.join(file);
            let shown = self.workspace.shown(&path);
            let at = |line: usize| format!("{shown}:{line}");
            let text = std::fs::read_to_string(self.workspace.root.join(&path)).unwrap_or_default();
            let lines = (1..).zip(text.lines());
            let lines: Vec<usize> = lines
                .filter(|(_, line)| line.contains(&mark))
                .map(|(line, _)| line)
                .collect();
            any |= !lines.is_empty();
            // Marks that a learner broke are no reason to say nothing.
            let mut regions = regions(&text).unwrap_or_default();
            regions.retain(|region| region.step == step.number);
            if regions.is_empty() && lines.is_empty() {
                marked.push(shown.clone());
                inside.push(shown);
            } else {
                marked.extend(lines.into_iter().map(at));
                inside.extend(regions.iter().map(|region| at(region.lines.start + 1)));
            }
        }
        if any { marked } else { inside }
    }

    /// A grader's output behind `indent`: causes stand out, and they and what they say after are set to fit.
    fn causes_marked(&self, output: &str, indent: &str) -> String {
        let mut marked = String::new();
        let mut of_cause = false;
        for line in output.lines() {
            let begins = line.trim_start().starts_with("cause[");
            of_cause = begins || (of_cause && line.starts_with(' '));
            let lines = if of_cause {
                hang(line, indent)
            } else {
                vec![line.to_owned()]
            };
            for line in lines {
                let line = line.trim_end();
                if !line.is_empty() {
                    marked.push_str(indent);
                }
                marked.push_str(&if begins {
                    self.style.bold(line)
                } else {
                    line.to_owned()
                });
                marked.push('\n');
            }
        }
        marked
    }
}
