//! Learners by steps: a row each, those who need help first, and what each step stands at.

use super::super::Cohort;
use super::super::html::Html;
use super::super::progress::{Cell, Column, Learner};
use super::time;
use crate::report::Verdict;

/// The table, and how to read it.
pub(super) fn write(html: &mut Html, cohort: &Cohort) {
    html.raw("<section>\n<h2>Who is where</h2>\n<div class=\"key\">");
    for (cell, meaning) in [
        ("<td class=\"passed\">✓</td>", "passes"),
        (
            "<td class=\"open here\">✗</td>",
            "open, and the first that is",
        ),
        ("<td class=\"open\">✗</td>", "open"),
        ("<td class=\"ungraded\">–</td>", "not graded"),
    ] {
        // A cell by itself, in the table's own looks.
        html.raw("<span><table class=\"matrix\"><tbody><tr>")
            .raw(cell);
        html.raw("</tr></tbody></table> ")
            .raw(meaning)
            .raw("</span> ");
    }
    html.raw("</div>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Learners by steps\">\n<table class=\"matrix\">\n<thead>\n<tr><td colspan=\"4\"></td>");
    for group in cohort.columns.chunk_by(|a, b| a.lab == b.lab) {
        if let Some(first) = group.first() {
            html.raw("<th scope=\"colgroup\" class=\"lab\" colspan=\"")
                .text(group.len())
                .raw("\">");
            html.text(first.lab)
                .raw("&nbsp;")
                .text(&first.lab_title)
                .raw("</th>");
        }
    }
    html.raw("</tr>\n<tr><th scope=\"col\" class=\"name\">Learner</th><th scope=\"col\">Passed</th><th scope=\"col\">At</th><th scope=\"col\">Since</th>");
    for (index, column) in cohort.columns.iter().enumerate() {
        let first = begins_lab(cohort, index);
        html.raw(if first {
            "<th scope=\"col\" class=\"step first\" title=\""
        } else {
            "<th scope=\"col\" class=\"step\" title=\""
        });
        html.text(&column.title)
            .raw("\">")
            .text(column.step)
            .raw("</th>");
    }
    html.raw("</tr>\n</thead>\n<tbody>\n");
    for learner in &cohort.learners {
        row(html, cohort, learner);
    }
    html.raw("</tbody>\n<tfoot>\n<tr><th scope=\"row\" class=\"name\">Pass</th><td></td><td></td><td></td>");
    for index in 0..cohort.columns.len() {
        let passed = cohort.learners.iter().filter(|learner| {
            let cell = learner.cells.get(index).and_then(Option::as_ref);
            cell.is_some_and(|cell| cell.verdict == Verdict::Passed)
        });
        html.raw(if begins_lab(cohort, index) {
            "<td class=\"first\">"
        } else {
            "<td>"
        });
        html.text(passed.count()).raw("</td>");
    }
    html.raw("</tr>\n</tfoot>\n</table>\n</div>\n</section>\n");
}

fn begins_lab(cohort: &Cohort, index: usize) -> bool {
    let lab = |index: usize| cohort.columns.get(index).map(|column| column.lab);
    index == 0 || lab(index - 1) != lab(index)
}

fn row(html: &mut Html, cohort: &Cohort, learner: &Learner) {
    html.raw("<tr><th scope=\"row\" class=\"name\">")
        .text(&learner.name)
        .raw("</th><td class=\"number\">");
    let graded = learner.cells.iter().flatten().count();
    html.text(learner.passed)
        .raw("&nbsp;of&nbsp;")
        .text(graded)
        .raw("</td><td class=\"at\">");
    match learner
        .current
        .and_then(|current| cohort.columns.get(current))
    {
        Some(column) => {
            html.raw("<b>")
                .text(column.name())
                .raw("</b> ")
                .text(&column.title);
            if let Some(error) = &learner.error {
                html.raw("<br><code title=\"")
                    .text(error)
                    .raw("\">")
                    .text(learner.not_built)
                    .raw("</code>");
            } else if let Some(cause) = learner.cause() {
                html.raw("<br><code>").text(cause).raw("</code>");
            }
        }
        None if learner.done => {
            html.raw("done");
        }
        None if graded == 0 => {
            html.raw("nothing graded");
        }
        None => {
            html.raw("nothing open, but not all is known");
        }
    }
    html.raw("</td><td class=\"since\">");
    time(html, &learner.since);
    html.raw("</td>");
    for (index, column) in cohort.columns.iter().enumerate() {
        let cell = learner.cells.get(index).and_then(Option::as_ref);
        self::cell(
            html,
            column,
            cell,
            learner.current == Some(index),
            begins_lab(cohort, index),
        );
    }
    html.raw("</tr>\n");
}

fn cell(html: &mut Html, column: &Column, cell: Option<&Cell>, here: bool, first: bool) {
    html.raw("<td class=\"");
    if first {
        html.raw("first ");
    }
    if here {
        html.raw("here ");
    }
    let Some(cell) = cell else {
        html.raw("\"></td>");
        return;
    };
    let (class, mark) = match cell.verdict {
        Verdict::Passed => ("passed", "✓"),
        Verdict::Open => ("open", "✗"),
        Verdict::NotGraded => ("ungraded", "–"),
        Verdict::NotUnderstood => ("ungraded", "?"),
    };
    html.raw(class);
    // What is to be said of a step that passes, or that nobody has come to, is in the column's head.
    if cell.verdict == Verdict::NotUnderstood {
        html.raw("\" title=\"not understood");
    } else if here || cell.hints.is_some_and(|hints| hints > 0) {
        html.raw("\" title=\"")
            .text(column.name())
            .raw(" ")
            .text(&column.title);
        if let Some(cause) = &cell.cause {
            html.raw(": ").text(cause);
        }
        if let Some(hints) = cell.hints {
            html.raw(", hints taken: ").text(hints);
        }
    }
    html.raw("\">").raw(mark).raw("</td>");
}
