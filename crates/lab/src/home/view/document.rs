//! The part that scrolls: the step and the verdict on it, what matters most first.

use super::output::arrange;
use super::text::{clean, cut};
use super::{Row, Size};
use crate::home::model::{Busy, Goal, Model, Next, Verdict, What};
use crate::style::Style;

/// Below this many rows a step's task and the verdict on it are not seen together.
const BOTH: usize = 20;

/// All rows, not wrapped yet.
pub(super) fn rows(model: &Model, size: Size, style: Style) -> Vec<Row> {
    if model.goal == Goal::Done {
        return done(model, style);
    }
    if model.searching() {
        return search(model, style);
    }
    let mut out = Vec::new();
    let stale = model.stale();
    let Some(verdict) = &model.verdict else {
        title(&mut out, model, style);
        task(&mut out, model);
        hint(&mut out, model, style);
        return out;
    };
    match &verdict.what {
        What::Passed if !stale => {
            passed(&mut out, model, style);
            warnings(&mut out, verdict, style);
        }
        // A compiler's error speaks for itself, and it is long.
        What::DoesNotBuild(_) => {
            title(&mut out, model, style);
            told(&mut out, model, verdict, size.columns, style);
            hint(&mut out, model, style);
        }
        // Whoever has saved knows the task, and waits for the verdict.
        _ if size.rows < BOTH && verdict.saved => {
            title(&mut out, model, style);
            hint(&mut out, model, style);
            told(&mut out, model, verdict, size.columns, style);
            out.push(Row::blank());
            task(&mut out, model);
        }
        _ => {
            title(&mut out, model, style);
            task(&mut out, model);
            hint(&mut out, model, style);
            told(&mut out, model, verdict, size.columns, style);
        }
    }
    out
}

/// What a run is busy with.
pub(super) fn busy(busy: &Busy) -> String {
    let status = busy.status.trim();
    if status.starts_with("Running") {
        "running the test".to_owned()
    } else if status.is_empty() {
        "building".to_owned()
    } else {
        // Where the package is, the learner knows, and it takes half the row.
        let status = status.split(" (").next().unwrap_or(status);
        format!("building · {status}")
    }
}

fn title(out: &mut Vec<Row>, model: &Model, style: Style) {
    let step = model.step();
    let text = format!("Step {}: {}", step.number, step.title);
    out.push(Row::new(style.bold(&text), 2));
}

fn task(out: &mut Vec<Row>, model: &Model) {
    out.push(Row::new(model.step().task.clone(), 0));
    edit(out, model);
}

/// Where to edit, a row for each file.
fn edit(out: &mut Vec<Row>, model: &Model) {
    let mut rows: Vec<String> = Vec::new();
    let mut last = "";
    let places = model.places.get(model.place.step);
    for place in places.into_iter().flatten() {
        let (file, line) = place.rsplit_once(':').unwrap_or((place, ""));
        match rows.last_mut() {
            Some(row) if file == last && !line.is_empty() => row.push_str(&format!(", :{line}")),
            _ => rows.push(place.clone()),
        }
        last = file;
    }
    for (index, row) in rows.iter().enumerate() {
        let label = if index == 0 { "edit" } else { "" };
        out.push(Row::new(format!("{label:4}  {row}"), 6));
    }
}

fn hint(out: &mut Vec<Row>, model: &Model, style: Style) {
    let hints = &model.step().hints;
    let Some(hint) = model.hint.checked_sub(1).and_then(|index| hints.get(index)) else {
        return;
    };
    let heading = format!("Hint {} of {}", model.hint, hints.len());
    out.push(Row::blank());
    out.push(Row::new(style.bold(&heading), 0));
    out.extend(hint.lines().map(|line| Row::new(line.to_owned(), 0)));
}

/// The verdict on a step that is open, or why there is none.
fn told(out: &mut Vec<Row>, model: &Model, verdict: &Verdict, columns: usize, style: Style) {
    let from = out.len();
    let stale = model.stale();
    out.push(if stale {
        Row::new("Before this run:".to_owned(), 0)
    } else {
        Row::blank()
    });
    match &verdict.what {
        What::Passed => {
            let text = format!("Step {} passed before this save.", model.step().number);
            out.push(Row::new(text, 0));
        }
        What::DoesNotBuild(text) | What::Trouble(text) => {
            out.extend(
                text.trim_end()
                    .lines()
                    .map(|line| Row::new(kept_in_column(line, columns), 2)),
            );
        }
        What::Open(failure) => {
            let arranged = arrange(&failure.output, columns, style);
            let had_cause = !arranged.cause.is_empty();
            out.extend(arranged.cause);
            let advice = failure.causes.iter().filter_map(|cause| {
                let mistakes = &model.step().mistakes;
                mistakes.iter().find(|mistake| mistake.cause == *cause)
            });
            for mistake in advice {
                let text = format!("in this lab, {}: {}", mistake.cause, mistake.advice);
                out.push(Row::new(format!("  {text}"), 4));
            }
            if had_cause {
                out.push(Row::blank());
            }
            out.extend(arranged.rest);
        }
    }
    warnings(out, verdict, style);
    if let What::Open(_) = verdict.what {
        out.push(Row::blank());
        let lab = model.lab();
        let guide = model.workspace.shown(&lab.folder.join(&lab.guide));
        out.push(Row::new(
            format!("read  {guide}#{}", model.step().anchor),
            6,
        ));
    }
    for row in &mut out[from..] {
        row.stale = stale;
    }
}

/// The compiler draws under its quotations of the source, so these lines are cut where others are wrapped.
fn kept_in_column(line: &str, columns: usize) -> String {
    let seen = clean(line, false);
    let after_number = seen
        .trim_start()
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .trim_start();
    if after_number.starts_with('|') {
        cut(line, columns)
    } else {
        line.to_owned()
    }
}

/// The compiler's warnings in short: what, and where.
fn warnings(out: &mut Vec<Row>, verdict: &Verdict, style: Style) {
    if verdict.warnings.is_empty() {
        return;
    }
    out.push(Row::blank());
    for warning in &verdict.warnings {
        let mut lines = warning.lines();
        let what = lines.next().unwrap_or_default();
        let place = lines.find_map(|line| line.split_once("--> "));
        let place = place.map_or(String::new(), |(_, place)| format!("  {place}"));
        out.push(Row::new(format!("{what}{}", style.faint(&place)), 2));
    }
}

fn passed(out: &mut Vec<Row>, model: &Model, style: Style) {
    let step = model.step();
    let text = format!("✓ Step {}, {}, passes.", step.number, step.title);
    out.push(Row::new(style.green(&text), 2));
    out.push(Row::new(step.learned.clone(), 0));
    out.push(Row::blank());
    let looking = model.busy.as_ref();
    if looking.is_some_and(|busy| busy.job.place.lab == model.place.lab)
        && !matches!(model.next(), Next::Step(_))
    {
        let text = "Looking whether every other step still passes.".to_owned();
        return out.push(Row::new(text, 0));
    }
    match model.next() {
        Next::Step(index) => {
            let next = &model.lab().steps[index];
            let again =
                next.number < step.number && model.marks[model.place.lab][index] == Some(false);
            let what = if again { "Still open is" } else { "Next is" };
            let text = format!("{what} step {}: {}.", next.number, next.title);
            out.push(Row::new(style.bold(&text), 0));
            out.push(Row::new("Press n to go on.".to_owned(), 0));
        }
        Next::Lab(_) if looking.is_some_and(|busy| busy.job.place.lab < model.place.lab) => {
            lab_done(out, model, style);
            let text = "Looking whether the labs before it pass.".to_owned();
            out.push(Row::new(text, 0));
        }
        Next::Lab(index) => {
            lab_done(out, model, style);
            let next = &model.workspace.labs[index];
            let again = index < model.place.lab && model.marks[index].contains(&Some(false));
            let what = if again { "Still open is" } else { "Next is" };
            let text = format!(
                "{what} lab {}: {}, {}.",
                next.number, next.title, next.about
            );
            out.push(Row::new(style.bold(&text), 0));
            let guide = model.workspace.shown(&next.folder.join(&next.guide));
            out.push(Row::new(
                format!("Its guide is {guide}. Press n to go on."),
                0,
            ));
        }
        Next::Nowhere => {
            lab_done(out, model, style);
            everything(out, style);
        }
    }
}

fn lab_done(out: &mut Vec<Row>, model: &Model, style: Style) {
    let lab = model.lab();
    let number = lab.number;
    let text = format!("Well done: every step of lab {number} passes.");
    out.push(Row::new(style.bold(&text), 0));
    let text = match lab.recording {
        Some(_) => format!("Look again: cargo lab up {}", lab.package),
        None => format!("See what you made in the observatory: cargo lab up {number}"),
    };
    let text = format!("{text}, in another terminal");
    out.push(Row::new(text, 0));
    out.push(Row::blank());
}

fn everything(out: &mut Vec<Row>, style: Style) {
    let text = "Every step of every lab passes: that was all of it.";
    out.push(Row::new(style.bold(text), 0));
    records(out);
}

fn records(out: &mut Vec<Row>) {
    let text = "For your records, or your instructor: cargo lab report --markdown";
    out.push(Row::new(text.to_owned(), 0));
}

fn done(model: &Model, style: Style) -> Vec<Row> {
    let mut out = Vec::new();
    let text = "Well done: every step of every lab passes.";
    out.push(Row::new(style.green(text), 0));
    out.push(Row::blank());
    for lab in &model.workspace.labs {
        let text = format!(
            "See lab {}, {}, at work: cargo lab up {}",
            lab.number, lab.title, lab.number
        );
        out.push(Row::new(text, 0));
    }
    out.push(Row::blank());
    records(&mut out);
    out
}

fn search(model: &Model, style: Style) -> Vec<Row> {
    let lab = model.lab();
    let mut out = Vec::new();
    let text = format!("Lab {}: {}, {}", lab.number, lab.title, lab.about);
    out.push(Row::new(style.bold(&text), 0));
    match &model.verdict {
        Some(Verdict {
            what: What::DoesNotBuild(text) | What::Trouble(text),
            ..
        }) => {
            out.push(Row::blank());
            let stale = model.stale();
            out.extend(text.trim_end().lines().map(|line| Row {
                stale,
                ..Row::new(line.to_owned(), 0)
            }));
        }
        _ => {
            let text = "Looking for the first open step. The first build takes longest: a minute or two in a new clone.";
            out.push(Row::new(text.to_owned(), 0));
        }
    }
    out
}
