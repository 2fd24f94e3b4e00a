//! The places of a source file that belong to a step: the lines between `// #region step N` and `// #endregion`.
//! What is done with them is the caller's; which files have them is in `lab.toml`.
//!
//! A file may hold several regions, also several of one step.
//! Regions with other names are an editor's, for folding; they may stand round a step's region or in it, and are left alone.

use std::ops::Range;

use anyhow::{Context as _, bail, ensure};

/// One place that belongs to a step.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Region {
    pub(crate) step: u32,
    /// The lines inside the marks, counted from 0; empty when nothing is between them.
    pub(crate) lines: Range<usize>,
}

/// What a line is to regions.
enum Mark {
    /// `// #region step 3`
    Step(u32),
    /// `// #region anything else`
    Other,
    /// `// #endregion`
    End,
}

/// The regions of `text`, from top to bottom.
///
/// # Errors
/// A region that is not closed, stands in another step's, or has no number, or an end without a beginning: each with its line.
pub(crate) fn regions(text: &str) -> anyhow::Result<Vec<Region>> {
    let mut found: Vec<Region> = Vec::new();
    // Where each open region begins, counted from 0, and its step; none for an editor's.
    let mut open: Vec<(usize, Option<u32>)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        match mark(line).with_context(|| format!("line {number}"))? {
            None => {}
            Some(Mark::Other) => open.push((index, None)),
            Some(Mark::Step(step)) => {
                if let Some((outer, of)) = open
                    .iter()
                    .find_map(|(outer, step)| step.map(|step| (outer + 1, step)))
                {
                    bail!(
                        "line {number}: a region of step {step} begins inside that of step {of} (line {outer}): end one with `// #endregion` before the next begins"
                    );
                }
                open.push((index, Some(step)));
            }
            Some(Mark::End) => {
                let (begin, step) = open.pop().with_context(|| {
                    format!("line {number}: `// #endregion` ends no region: put `// #region step N` before it, or remove it")
                })?;
                if let Some(step) = step {
                    let lines = begin + 1..index;
                    found.push(Region { step, lines });
                }
            }
        }
    }
    let unclosed = open
        .iter()
        .find_map(|(begin, step)| step.map(|step| (begin + 1, step)));
    if let Some((begin, step)) = unclosed {
        bail!(
            "line {begin}: the region of step {step} is not closed: put `// #endregion` after its last line"
        );
    }
    Ok(found)
}

/// What is inside each of the step's regions, from top to bottom, line ends included.
///
/// # Errors
/// As [`regions`].
pub(crate) fn insides(text: &str, step: u32) -> anyhow::Result<Vec<String>> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    Ok(regions(text)?
        .into_iter()
        .filter(|region| region.step == step)
        .map(|region| lines[region.lines].concat())
        .collect())
}

/// `text` without what is inside its regions; their marks stay.
///
/// # Errors
/// As [`regions`].
#[allow(dead_code, reason = "reset, diff and the author's check use it")]
pub(crate) fn outside(text: &str) -> anyhow::Result<String> {
    fill(text, |_| Some(""))
}

/// `text` with the insides of the step's regions replaced, the first by the first, and all else as it was.
///
/// # Errors
/// As [`regions`], and when there are not as many regions as `insides`.
pub(crate) fn replace(text: &str, step: u32, insides: &[String]) -> anyhow::Result<String> {
    let count = regions(text)?
        .iter()
        .filter(|region| region.step == step)
        .count();
    ensure!(
        count == insides.len(),
        "regions of step {step}: {count} instead of {}: restore the lines `// #region step {step}` and `// #endregion`",
        insides.len()
    );
    let mut next = insides.iter();
    fill(text, |region| {
        if region.step == step {
            next.next().map(String::as_str)
        } else {
            None
        }
    })
}

/// `text` with what `inside` gives for a region in its place; `None` leaves the region as it is.
fn fill<'a>(
    text: &str,
    mut inside: impl FnMut(&Region) -> Option<&'a str>,
) -> anyhow::Result<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut out = String::new();
    let mut written = 0;
    for region in regions(text)? {
        if let Some(inside) = inside(&region) {
            out.push_str(&lines[written..region.lines.start].concat());
            out.push_str(inside);
            written = region.lines.end;
        }
    }
    out.push_str(&lines[written..].concat());
    Ok(out)
}

fn mark(line: &str) -> anyhow::Result<Option<Mark>> {
    let Some(comment) = line.trim().strip_prefix("//") else {
        return Ok(None);
    };
    let mut words = comment.split_whitespace();
    let mark = match (words.next(), words.next()) {
        (Some("#endregion"), _) => Mark::End,
        (Some("#region"), Some("step")) => {
            let number = words.next().unwrap_or_default();
            let step = number.parse().ok().with_context(|| {
                format!("`{number}` is no step's number: write `// #region step N`")
            })?;
            Mark::Step(step)
        }
        (Some("#region"), _) => Mark::Other,
        _ => return Ok(None),
    };
    Ok(Some(mark))
}

#[cfg(test)]
mod tests {
    use super::{insides, outside, regions, replace};

    const TWO_STEPS: &str = "\
fn f() {
    // #region step 1
    one();
    // #endregion
    between();
    // #region step 2
    // #endregion
    // #region step 1
    one();
    again();
    // #endregion
}
";

    /// Steps and lines of the regions, or what is wrong.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let got = match regions(text) {
            Ok(found) => found
                .iter()
                .map(|region| format!("{} {:?}", region.step, region.lines))
                .collect::<Vec<_>>()
                .join(", "),
            Err(error) => format!("{error:#}"),
        };
        assert_eq!(got, expected);
    }

    #[test]
    fn regions_in_their_order() {
        check("", "");
        check("no marks\n// #regional\n/// # Errors\n", "");
        check(TWO_STEPS, "1 2..3, 2 6..6, 1 8..10");
    }

    #[test]
    fn the_last_line_may_lack_its_end_and_lines_may_end_as_on_windows() {
        check("// #region step 1\n// #endregion", "1 1..1");
        check("// #region step 12\r\nx\r\n\t// #endregion\r\n", "12 1..2");
    }

    #[test]
    fn an_editors_regions_are_no_steps() {
        check(
            "//#region mine\n// #region step 1\n// #region theirs\n//#endregion\n// #endregion\n//#endregion\n",
            "1 2..4",
        );
        check("// #region never closed\n", "");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        check(
            "\n// #region step 3\n",
            "line 2: the region of step 3 is not closed: put `// #endregion` after its last line",
        );
        check(
            "// #region step 3\n\n// #region step 4\n// #endregion\n",
            "line 3: a region of step 4 begins inside that of step 3 (line 1): end one with `// #endregion` before the next begins",
        );
        check(
            "// #region step 3\n// #endregion\n// #endregion\n",
            "line 3: `// #endregion` ends no region: put `// #region step N` before it, or remove it",
        );
        check(
            "// #region step three\n// #endregion\n",
            "line 1: `three` is no step's number: write `// #region step N`",
        );
    }

    #[test]
    fn insides_of_one_step() {
        let one = insides(TWO_STEPS, 1).expect("regions");
        assert_eq!(one, ["    one();\n", "    one();\n    again();\n"]);
        assert_eq!(insides(TWO_STEPS, 2).expect("regions"), [""]);
        assert!(insides(TWO_STEPS, 3).expect("regions").is_empty());
    }

    #[test]
    fn outside_keeps_the_marks() {
        assert_eq!(
            outside(TWO_STEPS).expect("regions"),
            "fn f() {\n    // #region step 1\n    // #endregion\n    between();\n    // #region step 2\n    // #endregion\n    // #region step 1\n    // #endregion\n}\n"
        );
    }

    #[test]
    fn replacing_touches_one_step() {
        let insides = ["    uno();\n".to_owned(), String::new()];
        assert_eq!(
            replace(TWO_STEPS, 1, &insides).expect("as many"),
            "fn f() {\n    // #region step 1\n    uno();\n    // #endregion\n    between();\n    // #region step 2\n    // #endregion\n    // #region step 1\n    // #endregion\n}\n"
        );
        let error = replace(TWO_STEPS, 2, &insides).expect_err("too many");
        assert_eq!(
            error.to_string(),
            "regions of step 2: 1 instead of 2: restore the lines `// #region step 2` and `// #endregion`"
        );
    }
}
