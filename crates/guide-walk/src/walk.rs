//! The walk through a guide, item by item. What runs is `terminal`'s, what a page shows `page`'s.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, bail, ensure};

use crate::guide::{Guide, Item, Kind};
use crate::lab::{Lab, Step};
use crate::mark::Mark;
use crate::scope::{self, Scope};
use crate::terminal::{Came, Program};
use crate::{output, page};

/// What came of a walk.
#[derive(Default)]
pub struct Outcome {
    /// What is wrong with a guide, each with its place.
    pub failures: Vec<String>,
    /// What was not run, with its place and the reason.
    pub skipped: Vec<String>,
    /// How many commands were run and addresses opened.
    pub done: usize,
}

/// A learner: where they are in which guide, what runs beside, and which steps are written.
pub struct Walk<'a> {
    root: &'a Path,
    labs: &'a [Lab],
    has_aws: bool,
    show: bool,
    written: BTreeSet<(u32, u32)>,
    outcome: Outcome,
}

/// What holds between two headings.
#[derive(Default)]
struct Section<'a> {
    step: Option<&'a Step>,
    /// Those that run, and those that ended, in their order.
    programs: Vec<Program>,
    skip_next: Option<String>,
    skip_all: Option<String>,
    /// The next block is what the last command printed.
    compare: bool,
    /// The last command was: what it would have said is not looked for.
    skipped: bool,
}

impl<'a> Walk<'a> {
    /// At the beginning of a fresh clone at `root`; `show` prints what commands print.
    pub fn new(root: &'a Path, labs: &'a [Lab], show: bool) -> Self {
        let mut aws = std::process::Command::new("aws");
        let has_aws = aws.arg("--version").output();
        Self {
            root,
            labs,
            has_aws: has_aws.is_ok_and(|output| output.status.success()),
            show,
            written: BTreeSet::new(),
            outcome: Outcome::default(),
        }
    }

    /// Follows `guide` from its first line to its last; `lab` is the one that it is about, if any.
    pub fn follow(&mut self, guide: &Guide, lab: Option<&'a Lab>) {
        let mut section = Section::default();
        for item in &guide.items {
            let begun = Instant::now();
            let done = self.outcome.done;
            if let Kind::Heading(level, anchor) = &item.kind {
                if *level == 2 {
                    self.leave(guide, item.line, lab, &mut section);
                    section = Section {
                        step: lab
                            .and_then(|lab| lab.steps.iter().find(|step| step.anchor == *anchor)),
                        ..Section::default()
                    };
                } else {
                    section.skip_all = None;
                }
                continue;
            }
            if let Err(error) = self.item(guide, item, lab, &mut section) {
                self.fail(guide, item.line, &error);
            }
            if self.outcome.done > done {
                let seconds = begun.elapsed().as_secs_f64();
                println!(
                    "{:5.1} s  {}  {}",
                    seconds,
                    guide.place(item.line),
                    first_line(item)
                );
            }
        }
        let last = guide.items.last().map_or(1, |item| item.line);
        self.leave(guide, last, lab, &mut section);
    }

    /// What came of all guides.
    pub fn end(self) -> Outcome {
        self.outcome
    }

    fn fail(&mut self, guide: &Guide, line: usize, error: &anyhow::Error) {
        let failure = format!("{}: {error:#}", guide.place(line));
        println!("wrong    {failure}");
        self.outcome.failures.push(failure);
    }

    /// Ends what runs; a step whose section never checks it cannot be learnt.
    fn leave(&mut self, guide: &Guide, line: usize, lab: Option<&Lab>, section: &mut Section<'_>) {
        if let Err(error) = stop(&mut section.programs) {
            self.fail(guide, line, &error);
        }
        if self.show {
            for program in &section.programs {
                println!("\n$ {}\n{}", program.command, tail(&program.output));
            }
        }
        if let (Some(lab), Some(step)) = (lab, section.step)
            && !self.written.contains(&(lab.number, step.number))
        {
            let error = anyhow::anyhow!(
                "the section before has no block `cargo lab check {}/{}`",
                lab.number,
                step.number
            );
            self.fail(guide, line, &error);
        }
    }

    fn item(
        &mut self,
        guide: &Guide,
        item: &Item,
        lab: Option<&Lab>,
        section: &mut Section<'_>,
    ) -> anyhow::Result<()> {
        let command = match &item.kind {
            Kind::Mark(mark) => return self.mark(mark, section),
            Kind::Block(language, text) if language == "sh" => text.trim_end(),
            Kind::Code(code) if scope::is_command(code) => code,
            Kind::Address(url) if section.skip_all.is_none() => {
                return self.open(url, lab, section);
            }
            Kind::Block(_, shown) if section.compare => {
                section.compare = false;
                return printed(&mut section.programs, shown);
            }
            _ => return Ok(()),
        };
        let no_aws = (!self.has_aws && scope::needs_aws(command))
            .then(|| "there is no AWS CLI here".to_owned());
        let reason = section
            .skip_next
            .take()
            .or(section.skip_all.clone())
            .or(no_aws);
        if let Some(reason) = reason {
            let place = guide.place(item.line);
            let what = first_line(item);
            self.outcome
                .skipped
                .push(format!("{place}: {what} ({reason})"));
            section.skipped = true;
            return Ok(());
        }
        let in_block = matches!(item.kind, Kind::Block(..));
        self.outcome.done += 1;
        if let (true, Some(lab), Some(step)) = (in_block, lab, section.step)
            && scope::checks(command, lab, step)
            && !self.written.contains(&(lab.number, step.number))
        {
            self.run(command, section)?;
            stop(&mut section.programs)?;
            lab.write(self.root, step)?;
            self.written.insert((lab.number, step.number));
        }
        self.run(command, section)
    }

    fn mark(&mut self, mark: &Mark, section: &mut Section<'_>) -> anyhow::Result<()> {
        match mark {
            Mark::Skip(reason) => section.skip_next = Some(reason.clone()),
            Mark::SkipSection(reason) => section.skip_all = Some(reason.clone()),
            Mark::Says(_) | Mark::Output if section.skipped => {}
            Mark::Output => section.compare = true,
            Mark::Stop => stop(&mut section.programs)?,
            Mark::Do(command) => {
                self.outcome.done += 1;
                self.run(command, section)?;
            }
            Mark::See(url, text) => {
                self.outcome.done += 1;
                page::see(url, text).with_context(|| url.clone())?;
            }
            Mark::Says(text) => said(&mut section.programs, text)?,
            _ => {}
        }
        Ok(())
    }

    /// Opens an address; where nothing runs yet, the lab's own application is what it speaks of.
    fn open(
        &mut self,
        url: &str,
        lab: Option<&Lab>,
        section: &mut Section<'_>,
    ) -> anyhow::Result<()> {
        self.outcome.done += 1;
        if !section.programs.iter_mut().any(|program| program.runs()) {
            let number = lab.map_or(1, |lab| lab.number);
            self.run(&format!("cargo lab up {number}"), section)?;
        }
        page::get(url).with_context(|| url.to_owned())?;
        Ok(())
    }

    fn run(&mut self, command: &str, section: &mut Section<'_>) -> anyhow::Result<()> {
        section.skipped = false;
        let programs = &mut section.programs;
        let same = |program: &mut Program| program.command == command && program.runs();
        if programs.iter_mut().any(same) {
            return Ok(());
        }
        if scope::takes_all_ports(command) {
            stop(programs)?;
        }
        let wanted = match scope::of(command, self.labs) {
            Some(scope) if self.is_open(&scope) => scope.open_code,
            _ => 0,
        };
        let mut program = Program::start(command, self.root)?;
        let came = program
            .come()
            .with_context(|| format!("`{command}`\n{}", tail(&program.output)))?;
        if let Came::Ended(status) = came {
            ensure!(
                status.code() == Some(wanted),
                "`{command}` ended with {status}, and {wanted} is wanted\n{}",
                tail(&program.output)
            );
        }
        if let Some(reset) = scope::resets(command, self.labs) {
            self.written.remove(&reset);
        }
        programs.push(program);
        Ok(())
    }

    fn is_open(&self, scope: &Scope) -> bool {
        scope.steps.iter().any(|step| !self.written.contains(step))
    }
}

/// Ctrl-C for all that runs, the last one first.
fn stop(programs: &mut [Program]) -> anyhow::Result<()> {
    let mut result = Ok(());
    for program in programs.iter_mut().rev() {
        let ended = match program.gave_up() {
            Some(status) => Err(anyhow::anyhow!("ended by itself with {status}")),
            None if program.runs() => program.interrupt(),
            None => continue,
        };
        result = result.and(
            ended.with_context(|| format!("`{}`\n{}", program.command, tail(&program.output))),
        );
    }
    result
}

/// Whether one of the section's programs says `text`, the last one first; those that run are waited for.
fn said(programs: &mut [Program], text: &str) -> anyhow::Result<()> {
    let mut asked = String::new();
    for program in programs.iter_mut().rev() {
        if program.prints(|output| output.contains(text))? {
            return Ok(());
        }
        asked += &told(program);
    }
    bail!("no command says `{text}`\n{asked}");
}

/// Whether one of the section's programs printed what is `shown`, the last one first.
fn printed(programs: &mut [Program], shown: &str) -> anyhow::Result<()> {
    let mut asked = String::new();
    for program in programs.iter_mut().rev() {
        if program.prints(|output| output::missing(shown, output).is_none())? {
            return Ok(());
        }
        let line = output::missing(shown, &program.output).unwrap_or_default();
        asked += &format!("this line is missing: {line}\n{}", told(program));
    }
    bail!("no command printed this block\n{asked}");
}

fn told(program: &Program) -> String {
    format!("`{}`\n{}", program.command, tail(&program.output))
}

/// The end of an output, which has the reason.
fn tail(output: &str) -> String {
    let lines: Vec<&str> = output.lines().collect();
    let last = &lines[lines.len().saturating_sub(40)..];
    last.iter().map(|line| format!("    | {line}\n")).collect()
}

fn first_line(item: &Item) -> &str {
    match &item.kind {
        Kind::Block(_, text) | Kind::Code(text) | Kind::Address(text) => {
            text.lines().next().unwrap_or_default()
        }
        Kind::Mark(Mark::Do(text) | Mark::See(text, _) | Mark::Says(text)) => text,
        _ => "",
    }
}
