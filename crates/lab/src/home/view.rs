//! The picture of a model: as many rows as the terminal has, each as wide as fits. It reads nothing but the model.

mod document;
mod header;
mod output;
mod text;

use super::keys::NAMES;
use super::model::{Model, Overlay, Reach, What};
use crate::style::Style;
use text::{clean, cut, width, wrap};

/// The terminal's columns and rows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Size {
    pub(crate) columns: usize,
    pub(crate) rows: usize,
}

/// What is to be seen.
pub(crate) struct Picture {
    /// One string a row.
    pub(crate) rows: Vec<String>,
    pub(crate) reach: Reach,
}

/// A line of the part that scrolls, before it is wrapped.
struct Row {
    text: String,
    /// How far in it goes on after a wrap.
    hang: usize,
    /// It belongs to a verdict that is not the current one any more.
    stale: bool,
}

impl Row {
    fn new(text: String, hang: usize) -> Self {
        Self {
            text,
            hang,
            stale: false,
        }
    }

    fn blank() -> Self {
        Self::new(String::new(), 0)
    }
}

/// Below this many rows only what matters most is shown.
const ROOMY: usize = 10;

/// Draws the model.
pub(crate) fn picture(model: &Model, size: Size, style: Style) -> Picture {
    let Size { columns, rows } = size;
    let mut top = Vec::new();
    if rows >= ROOMY {
        top.push(header::labs(model, columns, style));
        top.extend(header::observatory(model, style));
        top.extend(
            model
                .notes
                .iter()
                .map(|note| style.yellow(&clean(note, false))),
        );
    }
    let status = status(model, columns, style);
    let mut bottom = Vec::new();
    for line in asked(model) {
        bottom.extend(wrap(&clean(&line, false), columns, 0));
    }
    bottom.truncate(rows / 3);
    if rows >= ROOMY || (bottom.is_empty() && rows >= 4) {
        bottom.push(footer(model, columns, style));
    }

    let lines = lines(model, size, style);
    let room = rows.saturating_sub(top.len() + bottom.len() + 1);
    let last = lines.len().saturating_sub(room);
    let scroll = model.scroll.min(last);
    let more = Reach {
        last,
        page: room.saturating_sub(1).max(1),
    };

    let mut out = top;
    out.push(rule(&status, scroll, last, columns, style));
    out.extend(lines.into_iter().skip(scroll).take(room));
    out.resize(rows.saturating_sub(bottom.len()), String::new());
    out.extend(bottom);
    out.truncate(rows);
    Picture {
        rows: out.iter().map(|row| cut(row, columns)).collect(),
        reach: more,
    }
}

/// The scrolling part as it stands on the screen.
fn lines(model: &Model, size: Size, style: Style) -> Vec<String> {
    let rows = match model.overlay {
        Overlay::Help => help(style),
        Overlay::None | Overlay::Confirm => document::rows(model, size, style),
    };
    let mut lines = Vec::new();
    for row in rows {
        // Somebody else's reset would end our faintness.
        let text = clean(&row.text, style.colour && !row.stale);
        let wrapped = wrap(&text, size.columns, row.hang);
        lines.extend(wrapped.into_iter().map(|line| {
            if row.stale {
                style.faint(&line)
            } else {
                text::ended(line)
            }
        }));
    }
    lines
}

/// The line between what stands and what scrolls: how the step is, and whether there is more to see.
fn rule(status: &str, scroll: usize, last: usize, columns: usize, style: Style) -> String {
    let more = match (scroll > 0, last.saturating_sub(scroll)) {
        (false, 0) => String::new(),
        (true, 0) => " ↑ more ──".to_owned(),
        (false, below) => format!(" ↓ {below} more ──"),
        (true, below) => format!(" ↑ ↓ {below} more ──"),
    };
    // In a narrow terminal how the step is needs the room.
    let more = if columns < 60 {
        more.replace(" more ──", " ─")
    } else {
        more
    };
    let status = cut(status, columns.saturating_sub(width(&more) + 6));
    let used = 4 + width(&status) + width(&more);
    let line = "─".repeat(columns.saturating_sub(used));
    format!(
        "{} {status} {}",
        style.faint("──"),
        style.faint(&format!("{line}{more}"))
    )
}

fn status(model: &Model, columns: usize, style: Style) -> String {
    let mut status = String::new();
    if let Some(busy) = model.busy.as_ref().filter(|busy| !busy.quiet) {
        let mut words = document::busy(busy);
        if busy.seconds >= 2 {
            words.push_str(&format!(" · {} s", busy.seconds));
        }
        return style.bold(&words);
    }
    if let Some(verdict) = &model.verdict {
        let number = model.step().number;
        let took = verdict.took.as_secs_f64();
        status = match &verdict.what {
            What::Passed => style.green(&format!("✓ step {number} passes")),
            What::Open(_) => style.red(&format!("✗ step {number} is open")),
            What::DoesNotBuild(_) => style.red("✗ does not compile"),
            What::Trouble(_) => style.red("✗ no verdict"),
        };
        status.push_str(&format!(" · {took:.1} s"));
    } else if model.goal == super::model::Goal::Done {
        status = style.green("✓ every step of every lab passes");
    }
    if let Some(busy) = &model.busy {
        let lab = &model.workspace.labs[busy.job.place.lab];
        let words = if busy.job.place.lab == model.place.lab {
            " · looking at the other steps".to_owned()
        } else {
            format!(" · looking at lab {}", lab.number)
        };
        if columns >= 60 {
            status.push_str(&style.faint(&words));
        }
    }
    status
}

/// What stands over the footer.
fn asked(model: &Model) -> Vec<String> {
    if model.overlay == Overlay::Confirm {
        let number = model.step().number;
        return vec![format!(
            "Put step {number} back as it was? Your edit is kept beside it.  y yes  n no"
        )];
    }
    match &model.notice {
        Some(notice) => notice.lines().map(str::to_owned).collect(),
        None => Vec::new(),
    }
}

/// The keys, as many as fit.
fn footer(model: &Model, columns: usize, style: Style) -> String {
    let mut out = String::new();
    for (key, name, _) in NAMES {
        let name = match (key, model.step().hints.len()) {
            ("h", count) if !model.searching() && count > 0 => {
                let taken = model.taken();
                format!("{name} {taken}/{count}")
            }
            _ => name.to_owned(),
        };
        let entry = format!("{} {name}", style.bold(key));
        let gap = if out.is_empty() { "" } else { "   " };
        if width(&out) + gap.len() + width(&entry) <= columns {
            out.push_str(gap);
            out.push_str(&entry);
        }
    }
    out
}

fn help(style: Style) -> Vec<Row> {
    let mut rows = vec![Row::new(style.bold("Keys"), 0), Row::blank()];
    for (key, name, what) in NAMES {
        rows.push(Row::new(
            format!("  {}  {name:<6}  {what}", style.bold(key)),
            13,
        ));
    }
    for (key, what) in [
        ("↑ ↓ j k", "scroll by a line"),
        ("PageUp PageDown", "scroll by a page"),
        ("Home End", "to the top, to the end"),
    ] {
        rows.push(Row::new(format!("  {key:<15}  {what}"), 19));
    }
    rows.push(Row::blank());
    rows.push(Row::new(
        "Edit the file that the step names and save it: this screen grades the step at each save."
            .to_owned(),
        0,
    ));
    rows
}

#[cfg(test)]
mod tests;
