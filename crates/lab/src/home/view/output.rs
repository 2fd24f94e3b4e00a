//! A grader's output set for a screen: the likeliest cause first, trees beside each other where they fit. It judges nothing.

use super::Row;
use super::text::width;
use crate::style::Style;

/// A grader's output in two parts.
pub(super) struct Arranged {
    /// The first `cause[...]` with its help.
    pub(super) cause: Vec<Row>,
    /// The trees and whatever else the grader said, in its order.
    pub(super) rest: Vec<Row>,
}

/// Takes `output` apart; trees that are wider than `columns` beside each other are set as one, with marks.
pub(super) fn arrange(output: &str, columns: usize, style: Style) -> Arranged {
    let mut cause = Vec::new();
    let mut rest: Vec<Row> = Vec::new();
    let lines: Vec<&str> = output.lines().collect();
    let mut index = 0;
    while index < lines.len() {
        let line = lines[index];
        if is_cause(line) {
            let block = block(&lines[index..]);
            let rows = block.iter().map(|line| explanation(line, style));
            if cause.is_empty() {
                cause.extend(rows);
            } else {
                rest.extend(rows);
            }
            index += block.len();
        } else if let Some(column) = divided(line) {
            let table = table(&lines[index..], column);
            let widest = table.iter().map(|line| width(line)).max().unwrap_or(0);
            let rows = table.iter().map(|line| cells(line, column));
            // Between the grader's sentence and the trees the screen has no row to spare.
            if rest.last().is_some_and(|row| row.text.trim().is_empty()) {
                rest.pop();
            }
            if widest <= columns {
                rest.extend(rows.map(|cells| beside(cells, style)));
            } else {
                rest.extend(stacked(rows.skip(2), style));
            }
            index += table.len();
        } else {
            rest.push(marked(line, style));
            index += 1;
        }
    }
    Arranged {
        cause,
        rest: without_double_blanks(rest),
    }
}

fn is_cause(line: &str) -> bool {
    line.trim_start().starts_with("cause[")
}

/// The lines up to the first empty one.
fn block<'a>(lines: &'a [&'a str]) -> &'a [&'a str] {
    let end = lines.iter().position(|line| line.trim().is_empty());
    &lines[..end.unwrap_or(lines.len())]
}

fn explanation(line: &str, style: Style) -> Row {
    if is_cause(line) {
        Row::new(style.bold(line.trim_start()), 2)
    } else {
        let label = line.find(": ").filter(|at| *at < 12).map_or(0, |at| at + 2);
        Row::new(line.to_owned(), label.max(indentation(line)))
    }
}

/// The column of the line between two trees, if this is their heading.
fn divided(line: &str) -> Option<usize> {
    let heading = line.trim_start().starts_with("yours") && line.trim_end().ends_with("wanted");
    line.chars().position(|c| c == '│').filter(|_| heading)
}

fn table<'a>(lines: &'a [&'a str], column: usize) -> &'a [&'a str] {
    let end = lines
        .iter()
        .position(|line| line.chars().nth(column) != Some('│'));
    &lines[..end.unwrap_or(lines.len())]
}

/// The two halves of a line of the table, each with its mark in front.
fn cells(line: &str, column: usize) -> [String; 2] {
    let half = |from: usize, to: usize| line.chars().skip(from).take(to - from).collect();
    [half(0, column), half(column + 2, usize::MAX)]
}

fn beside([yours, wanted]: [String; 2], style: Style) -> Row {
    let yours = if yours.starts_with('+') {
        style.red(&yours)
    } else {
        yours
    };
    let wanted = if wanted.starts_with('-') {
        style.green(&wanted)
    } else {
        wanted
    };
    Row::new(format!("{yours}│ {wanted}").trim_end().to_owned(), 0)
}

/// One tree of two: what both have once, then what only one has, under its mark.
fn stacked(rows: impl Iterator<Item = [String; 2]>, style: Style) -> Vec<Row> {
    let mut out = vec![Row::new(style.faint("(+ only yours, - only wanted)"), 0)];
    let mut missing: Vec<Row> = Vec::new();
    for [yours, wanted] in rows {
        let changed = yours.starts_with('+') || wanted.starts_with('-');
        if !changed {
            out.append(&mut missing);
            out.push(marked(yours.trim_end(), style));
            continue;
        }
        if yours.starts_with('+') {
            out.push(marked(yours.trim_end(), style));
        }
        if wanted.starts_with('-') {
            missing.push(marked(&wanted, style));
        }
    }
    out.append(&mut missing);
    out
}

/// A line as the grader marked it: `+` is only yours, `-` is only wanted.
fn marked(line: &str, style: Style) -> Row {
    let hang = indentation(line) + 2;
    let text = match line.get(..2) {
        Some("+ ") => style.red(line),
        Some("- ") => style.green(line),
        _ => line.to_owned(),
    };
    Row::new(text, hang)
}

/// The columns before the first letter: spaces, marks and the branches of a tree.
fn indentation(line: &str) -> usize {
    line.chars().take_while(|c| " +-│├└─".contains(*c)).count()
}

fn without_double_blanks(rows: Vec<Row>) -> Vec<Row> {
    let mut out: Vec<Row> = Vec::new();
    for row in rows {
        let blank = row.text.trim().is_empty();
        if !blank || out.last().is_some_and(|last| !last.text.trim().is_empty()) {
            out.push(row);
        }
    }
    while out.last().is_some_and(|last| last.text.trim().is_empty()) {
        out.pop();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = r#"the spans are not those wanted (snapshot `one`)

  yours             │   wanted
  ───────────────── │   ──────
+ resource: unnamed │ - resource: backend
                    │ -    service.name = "backend"
                    │
  trace 1           │   trace 1
  └─ INTERNAL any   │   └─ INTERNAL any

cause[unknown-service]: the service has no name
  help: Give it one.

cause[other]: perhaps
  help: Look.

  at labs/1-honeycomb/tests/steps.rs:40"#;

    #[track_caller]
    fn check(columns: usize, colour: bool, cause: &str, rest: &str) {
        let arranged = arrange(OUTPUT, columns, Style { colour });
        let text = |rows: &[Row]| {
            let texts: Vec<_> = rows.iter().map(|row| row.text.as_str()).collect();
            texts.join("\n")
        };
        assert_eq!(text(&arranged.cause), cause);
        assert_eq!(text(&arranged.rest), rest);
    }

    #[test]
    fn trees_stay_beside_each_other_where_they_fit() {
        check(
            60,
            false,
            "cause[unknown-service]: the service has no name\n  help: Give it one.",
            r#"the spans are not those wanted (snapshot `one`)
  yours             │   wanted
  ───────────────── │   ──────
+ resource: unnamed │ - resource: backend
                    │ -    service.name = "backend"
                    │
  trace 1           │   trace 1
  └─ INTERNAL any   │   └─ INTERNAL any

cause[other]: perhaps
  help: Look.

  at labs/1-honeycomb/tests/steps.rs:40"#,
        );
    }

    #[test]
    fn trees_too_wide_become_one() {
        check(
            40,
            true,
            "\x1b[1mcause[unknown-service]: the service has no name\x1b[0m\n  help: Give it one.",
            "the spans are not those wanted (snapshot `one`)\n\
             \x1b[2m(+ only yours, - only wanted)\x1b[0m\n\
             \x1b[31m+ resource: unnamed\x1b[0m\n\
             \x1b[32m- resource: backend\x1b[0m\n\
             \x1b[32m-    service.name = \"backend\"\x1b[0m\n\n  \
             trace 1\n  └─ INTERNAL any\n\n\
             \x1b[1mcause[other]: perhaps\x1b[0m\n  help: Look.\n\n  \
             at labs/1-honeycomb/tests/steps.rs:40",
        );
    }

    #[test]
    fn other_words_are_left_as_they_are() {
        let arranged = arrange("expected 3\ngot 4", 80, Style { colour: true });
        assert!(arranged.cause.is_empty());
        let texts: Vec<_> = arranged.rest.iter().map(|row| row.text.as_str()).collect();
        assert_eq!(texts, ["expected 3", "got 4"]);
    }
}
