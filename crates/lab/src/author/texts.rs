//! What `lab.toml` points at exists, and nothing of the kind is left over: files, marks, anchors.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::table::Table;
use crate::metadata::{Lab, Step};
use crate::starter;

/// Adds a row for each step, and for each thing left over.
pub(super) fn check(root: &Path, lab: &Lab, table: &mut Table) -> anyhow::Result<()> {
    let starter = root.join(&lab.folder);
    let guide = starter.join(&lab.guide);
    let anchors = fs::read_to_string(&guide)
        .map(|text| anchors(&text))
        .unwrap_or_default();
    for step in &lab.steps {
        let missing = missing(&starter, lab, step, &anchors);
        let got = if missing.is_empty() {
            "complete".to_owned()
        } else {
            format!("incomplete\n{}", missing.join("\n"))
        };
        table.row(
            "texts",
            &format!("{} {}", step.number, step.id),
            "complete",
            &got,
        );
    }
    table.nothing("texts", "left over", &stray(&starter, lab, &anchors)?);
    let patch = starter::patch(root, lab)?;
    let stored = fs::read_to_string(root.join(&lab.folder).join("starter.patch"));
    let got = match stored {
        Ok(stored) if stored == patch => "gives the starter",
        Ok(_) => "gives another starter\n`cargo lab author release` writes it anew",
        Err(_) => "is missing\n`cargo lab author release` writes it",
    };
    table.row("texts", "starter.patch", "gives the starter", got);
    Ok(())
}

fn missing(starter: &Path, lab: &Lab, step: &Step, anchors: &HashSet<String>) -> Vec<String> {
    let mut missing = Vec::new();
    if !anchors.contains(&step.anchor) {
        missing.push(format!(
            "{} has no heading for the anchor `{}`",
            lab.guide, step.anchor
        ));
    }
    for file in &step.files {
        for path in [PathBuf::from(file), Path::new("solution").join(file)] {
            if !starter.join(&path).is_file() {
                missing.push(format!("no file {}", path.display()));
            }
        }
    }
    let mark = step.todo_mark();
    let marked = |file: &String| {
        fs::read_to_string(starter.join(file)).is_ok_and(|text| text.contains(&mark))
    };
    if !step.files.iter().any(marked) {
        missing.push(format!("no {mark} in {}", step.files.join(", ")));
    }
    // A nudge, more, nearly the answer: the watch screen and the guide count on three.
    let hints: HashSet<&str> = step.hints.iter().map(|hint| hint.trim()).collect();
    if step.hints.len() != 3 || hints.len() != 3 {
        missing.push(format!(
            "{} hints, {} of them different: give three, each saying more",
            step.hints.len(),
            hints.len()
        ));
    }
    missing
}

/// Marks of no step or in a file that the step does not name, marks in the solution, guide sections of no step.
fn stray(starter: &Path, lab: &Lab, anchors: &HashSet<String>) -> anyhow::Result<Vec<String>> {
    let mut stray = Vec::new();
    for (file, marks) in marks(&starter.join("src"))? {
        let file = Path::new("src").join(file);
        for mark in marks {
            let step = lab.steps.iter().find(|step| step.todo_mark() == mark);
            if !step.is_some_and(|step| step.files.iter().any(|named| Path::new(named) == file)) {
                stray.push(format!(
                    "{mark} in {}, which no such step names",
                    file.display()
                ));
            }
        }
    }
    for (file, marks) in marks(&starter.join("solution/src"))? {
        for mark in marks {
            stray.push(format!("{mark} in the solution's src/{}", file.display()));
        }
    }
    let mut headings: Vec<&String> = anchors
        .iter()
        .filter(|anchor| anchor.starts_with("step-"))
        .collect();
    headings.sort();
    for anchor in headings {
        if lab.steps.iter().all(|step| step.anchor != *anchor) {
            stray.push(format!("the section #{anchor}, which no step names"));
        }
    }
    Ok(stray)
}

/// Every `TODO(step …)` below `folder`, by file.
fn marks(folder: &Path) -> anyhow::Result<Vec<(PathBuf, Vec<String>)>> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(inner) = folders.pop() {
        let there = folder.join(&inner);
        let entries = fs::read_dir(&there)
            .with_context(|| format!("the folder {} cannot be read", there.display()))?;
        for entry in entries {
            let entry =
                entry.with_context(|| format!("the folder {} cannot be read", there.display()))?;
            let path = inner.join(entry.file_name());
            if entry.path().is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(entry.path()) {
                let marks = text
                    .split("TODO(step ")
                    .skip(1)
                    .filter_map(|rest| rest.split_once(')'));
                found.push((
                    path,
                    marks
                        .map(|(number, _)| format!("TODO(step {number})"))
                        .collect(),
                ));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The anchors that GitHub and mdBook give to a guide's headings.
fn anchors(guide: &str) -> HashSet<String> {
    let mut anchors = HashSet::new();
    let mut code = false;
    for line in guide.lines() {
        if line.trim_start().starts_with("```") {
            code = !code;
        }
        let heading = line.trim_start_matches('#');
        if !code && line.starts_with('#') && heading.starts_with(' ') {
            anchors.insert(anchor(heading.trim()));
        }
    }
    anchors
}

fn anchor(heading: &str) -> String {
    heading
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .flat_map(char::to_lowercase)
        .collect()
}
