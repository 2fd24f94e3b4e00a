//! The walk through a page, item by item. What runs is `terminal`'s, what a page shows `page`'s.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, bail, ensure};

use crate::guide::{Guide, Item, Kind};
use crate::lab::{Lab, Step};
use crate::mark::Mark;
use crate::pages::Page;
use crate::scope::{self, Scope};
use crate::terminal::{Program, Programs};
use crate::{output, page};

/// What came of a walk.
#[derive(Default)]
pub struct Outcome {
    /// What is wrong with a page, each with its place.
    pub failures: Vec<String>,
    /// What was not run, with its place and the reason.
    pub skipped: Vec<String>,
    /// How many commands were run and addresses opened.
    pub done: usize,
}

/// A reader: what they have, and which steps they have written.
pub struct Walk<'a> {
    root: &'a Path,
    labs: &'a [Lab],
    has_aws: bool,
    show: bool,
    written: BTreeSet<(u32, u32)>,
    /// Which calls of the AWS CLI were looked at, by the names of their options.
    asked: BTreeSet<String>,
    outcome: Outcome,
}

/// What holds between two headings.
#[derive(Default)]
struct Section<'a> {
    step: Option<&'a Step>,
    programs: Programs,
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
            asked: BTreeSet::new(),
            outcome: Outcome::default(),
        }
    }

    /// Follows `guide`, which is what `page` says, from its first line to its last.
    pub fn follow(&mut self, guide: &Guide, page: &Page<'a>) {
        let lab = page.lab;
        if lab.is_none()
            && let Err(error) = self.write_all()
        {
            self.fail(guide, 1, &error);
        }
        let mut section = Section::default();
        for item in &guide.items {
            if let Kind::Mark(Mark::TestedBy(test)) = &item.kind {
                let place = guide.place(item.line);
                self.outcome
                    .skipped
                    .push(format!("{place}: all of it ({test} does)"));
                break;
            }
            if !page.sentences && matches!(item.kind, Kind::Code(_) | Kind::Address(_)) {
                continue;
            }
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

    /// What came of all pages.
    pub fn end(self) -> Outcome {
        self.outcome
    }

    /// Who reads on after the guides has written every step.
    fn write_all(&mut self) -> anyhow::Result<()> {
        for lab in self.labs {
            for step in &lab.steps {
                if self.written.insert((lab.number, step.number)) {
                    lab.write(self.root, step)?;
                }
            }
        }
        Ok(())
    }

    fn fail(&mut self, guide: &Guide, line: usize, error: &anyhow::Error) {
        let failure = format!("{}: {error:#}", guide.place(line));
        println!("wrong    {failure}");
        self.outcome.failures.push(failure);
    }

    /// Ends what runs; a step whose section never checks it cannot be learnt.
    fn leave(&mut self, guide: &Guide, line: usize, lab: Option<&Lab>, section: &mut Section<'_>) {
        if let Err(error) = section.programs.stop() {
            self.fail(guide, line, &error);
        }
        if self.show {
            for program in section.programs.all() {
                println!("\n$ {}", program.told());
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
            return self.ask_aws_for_help(command);
        }
        let in_block = matches!(item.kind, Kind::Block(..));
        self.outcome.done += 1;
        if let (true, Some(lab), Some(step)) = (in_block, lab, section.step)
            && scope::checks(command, lab, step)
            && !self.written.contains(&(lab.number, step.number))
        {
            self.run(command, section)?;
            section.programs.stop()?;
            lab.write(self.root, step)?;
            self.written.insert((lab.number, step.number));
        }
        self.run(command, section)
    }

    /// Has the AWS CLI look at the operations and options of what is not run, for which it needs neither an account nor the network.
    fn ask_aws_for_help(&mut self, command: &str) -> anyhow::Result<()> {
        if self.has_aws {
            for (names, call) in scope::without_a_service(command) {
                if self.asked.insert(names) {
                    self.run(&call, &mut Section::default())?;
                }
            }
        }
        Ok(())
    }

    fn mark(&mut self, mark: &Mark, section: &mut Section<'_>) -> anyhow::Result<()> {
        match mark {
            Mark::Skip(reason) => section.skip_next = Some(reason.clone()),
            Mark::SkipSection(reason) => section.skip_all = Some(reason.clone()),
            Mark::Says(_) | Mark::Output if section.skipped => {}
            Mark::Output => section.compare = true,
            Mark::Stop => section.programs.stop()?,
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
        if !section.programs.any_runs()? {
            let number = lab.map_or(1, |lab| lab.number);
            self.run(&format!("cargo lab up {number}"), section)?;
        }
        page::get(url).with_context(|| url.to_owned())?;
        Ok(())
    }

    fn run(&mut self, command: &str, section: &mut Section<'_>) -> anyhow::Result<()> {
        section.skipped = false;
        let programs = &mut section.programs;
        if programs.runs(command)? {
            return Ok(());
        }
        if scope::takes_all_ports(command) {
            programs.stop()?;
        }
        let wanted = match scope::of(command, self.labs) {
            Some(scope) if self.is_open(&scope) => scope.open_code,
            _ => 0,
        };
        if let Some(status) = programs.run(command, self.root)? {
            ensure!(
                status.code() == Some(wanted),
                "ended with {status}, and {wanted} is wanted: {}",
                programs.all().last().map(Program::told).unwrap_or_default()
            );
        }
        if let Some(reset) = scope::resets(command, self.labs) {
            self.written.remove(&reset);
        }
        Ok(())
    }

    fn is_open(&self, scope: &Scope) -> bool {
        scope.steps.iter().any(|step| !self.written.contains(step))
    }
}

/// Whether one of the section's programs says `text`; while one runs, it is waited for.
fn said(programs: &mut Programs, text: &str) -> anyhow::Result<()> {
    if programs.print(|output| output.contains(text))? {
        return Ok(());
    }
    let told: String = programs.all().iter().map(Program::told).collect();
    bail!("no command says `{text}`\n{told}");
}

/// Whether one of the section's programs printed what is `shown`; while one runs, it is waited for.
fn printed(programs: &mut Programs, shown: &str) -> anyhow::Result<()> {
    if programs.print(|output| output::missing(shown, output).is_none())? {
        return Ok(());
    }
    let told = programs.all().iter().rev().map(|program| {
        let line = output::missing(shown, &program.output).unwrap_or_default();
        format!("this line is missing: {line}\n{}", program.told())
    });
    let told: String = told.collect();
    bail!("no command printed this block\n{told}");
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
