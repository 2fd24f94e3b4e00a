//! Grades variants of a solution in slots: while some are compiled, the graders of those before them run.

use std::fs;
use std::process::Output;
use std::thread::JoinHandle;

use anyhow::{Context as _, anyhow};

use super::build::{Built, Job, build};
use super::copy::Copy;
use super::package::Grade;
use super::program::{self, Program};
use super::slot::{Files, Slot};
use crate::metadata::Lab;

/// A variant on its way: built, and its grader running.
struct Running<'s, T> {
    what: T,
    slot: &'s Slot,
    built: Built,
    grader: Option<JoinHandle<anyhow::Result<Output>>>,
}

/// Grades each variant in turn and hands what it is, with its grade, to `judge`, in their order.
pub(super) fn grade<'a, T>(
    copy: &Copy,
    lab: &'a Lab,
    slots: &[Slot],
    variants: Vec<(T, Files)>,
    mut judge: impl FnMut(T, Grade<'a>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let environment = program::environment(copy.root())?;
    let mut variants = variants.into_iter().peekable();
    let mut running: Vec<Running<'_, T>> = Vec::new();
    let mut beside: Vec<Files> = Vec::new();
    while variants.peek().is_some() {
        let (batch, files): (Vec<T>, Vec<Files>) = variants.by_ref().take(slots.len()).unzip();
        // A grader may read what lies beside the sources, so that has to stay as long as it runs.
        let now: Vec<Files> = files.iter().map(read_by_graders).collect();
        if beside.iter().zip(&now).any(|(before, now)| before != now) {
            for ended in running.drain(..) {
                let (what, grade) = ended.end(lab)?;
                judge(what, grade)?;
            }
        }
        beside = now;
        for (slot, files) in slots.iter().zip(&files) {
            slot.fill(copy, lab, files)?;
        }
        let jobs: Vec<Job> = slots
            .iter()
            .zip(&batch)
            .map(|(slot, _)| Job {
                package: slot.package.clone(),
                folder: copy.root().join(slot.place()),
                test: lab.test.clone(),
            })
            .collect();
        let built = build(copy.root(), &jobs, &copy.cargo_options())?;
        for ended in running.drain(..) {
            let (what, grade) = ended.end(lab)?;
            judge(what, grade)?;
        }
        for (((what, slot), built), job) in batch.into_iter().zip(slots).zip(built).zip(jobs) {
            let grader = match &built.program {
                None => None,
                Some(path) => {
                    let program = Program::aside(path, &job, environment.clone())?;
                    // Cargo, which is to build the slot anew, makes another file instead of writing into this one.
                    fs::remove_file(path)
                        .with_context(|| format!("{} cannot be removed", path.display()))?;
                    Some(std::thread::spawn(move || program.run()))
                }
            };
            running.push(Running {
                what,
                slot,
                built,
                grader,
            });
        }
    }
    for ended in running {
        let (what, grade) = ended.end(lab)?;
        judge(what, grade)?;
    }
    Ok(())
}

impl<T> Running<'_, T> {
    /// Waits for the grader.
    fn end<'a>(self, lab: &'a Lab) -> anyhow::Result<(T, Grade<'a>)> {
        let Self {
            what,
            slot,
            mut built,
            grader,
        } = self;
        built.errors = slot.as_written(lab, &built.errors);
        built.warnings = slot.as_written(lab, &built.warnings);
        let output = match grader {
            None => None,
            Some(grader) => {
                let mut output = grader
                    .join()
                    .map_err(|_| anyhow!("the thread that ran a grader panicked"))??;
                let stdout = String::from_utf8_lossy(&output.stdout);
                output.stdout = slot.as_seen(lab, &stdout).into_bytes();
                Some(output)
            }
        };
        Ok((what, Grade::new(lab, built, output.as_ref())))
    }
}

/// What a grader can see of a variant while it runs.
fn read_by_graders(files: &Files) -> Files {
    files
        .iter()
        .filter(|(path, _)| !path.starts_with("src"))
        .map(|(path, bytes)| (path.clone(), bytes.clone()))
        .collect()
}
