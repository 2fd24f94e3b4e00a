//! The lines of a page that the book fills in: `{{#tree …}}`, `{{#waterfall …}}`, `{{#region …}}`, and `{{#include …}}` of a whole Markdown file.
//! A part of a file by its `ANCHOR` is mdBook's own to include.

use anyhow::{Context as _, bail};

use crate::paths::{self, Workspace};
use crate::tree;
use crate::waterfall;

/// A line that stands for something else.
#[derive(Debug, PartialEq)]
pub(crate) enum Directive<'a> {
    /// `{{#include FILE.md}}`, from the page's folder: all of it.
    Include(&'a str),
    /// `{{#tree LAB-FOLDER SNAPSHOT}}`: a tree that a grader wants.
    Tree(&'a str, &'a str),
    /// `{{#waterfall LAB-FOLDER RECORDING}}`: a request to the solution, with its times.
    Waterfall(&'a str, &'a str),
    /// `{{#region FILE step N}}`, from the workspace's root: what is between a file's `// #region step N` and `// #endregion`.
    Region(&'a str, &'a str),
}

impl<'a> Directive<'a> {
    /// Reads a line; nothing when it is none of ours.
    ///
    /// # Errors
    /// When it is ours, and its words are not.
    pub(crate) fn read(line: &'a str) -> anyhow::Result<Option<Directive<'a>>> {
        let Some(inner) = line
            .trim()
            .strip_prefix("{{#")
            .and_then(|rest| rest.strip_suffix("}}"))
        else {
            return Ok(None);
        };
        let words: Vec<&str> = inner.split_whitespace().collect();
        Ok(Some(match words[..] {
            ["include", file] if file.ends_with(".md") => Directive::Include(file),
            ["include", _] => return Ok(None),
            ["tree", lab, name] => Directive::Tree(lab, name),
            ["waterfall", lab, name] => Directive::Waterfall(lab, name),
            ["region", file, "step", _] => Directive::Region(
                file,
                inner.split_once(file).map_or("", |(_, rest)| rest.trim()),
            ),
            _ => bail!(
                "{} is none of {{{{#include FILE}}}}, {{{{#tree LAB SNAPSHOT}}}}, {{{{#waterfall LAB RECORDING}}}} and {{{{#region FILE step N}}}}",
                line.trim()
            ),
        }))
    }

    /// What it stands for on a page, or in a code block that is `open` there; nothing for a whole Markdown file.
    ///
    /// # Errors
    /// When there is no such file, snapshot, recording or region.
    fn filled(&self, workspace: &Workspace, open: bool) -> anyhow::Result<Option<String>> {
        let (language, text) = match self {
            Directive::Include(_) => return Ok(None),
            Directive::Waterfall(lab, name) => {
                return waterfall::draw(workspace, lab, name).map(Some);
            }
            Directive::Tree(lab, name) => ("text", tree::snapshot(workspace, lab, name)?),
            Directive::Region(file, step) => {
                let text = workspace.read(file)?;
                let region = region(&text, step)
                    .with_context(|| format!("{file} has no `// #region {step}`"))?;
                (language(file), region)
            }
        };
        // A block that is open has its own language.
        Ok(Some(if open {
            text
        } else {
            format!("```{language}\n{text}\n```")
        }))
    }
}

/// The lines of a region, shifted to the left as far as they all go.
fn region(text: &str, step: &str) -> Option<String> {
    let is_mark = |line: &str, mark: &str| {
        let line = line.trim();
        line.strip_prefix("//")
            .or_else(|| line.strip_prefix('#'))
            .is_some_and(|rest| rest.trim() == mark)
    };
    let begin = format!("#region {step}");
    let lines: Vec<&str> = text
        .lines()
        .skip_while(|line| !is_mark(line, &begin))
        .skip(1)
        .take_while(|line| !is_mark(line, "#endregion"))
        .collect();
    let indent = lines
        .iter()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start().len())
        .min()?;
    let shifted = lines.iter().map(|line| line.get(indent..).unwrap_or(""));
    Some(shifted.collect::<Vec<_>>().join("\n"))
}

/// The language in which a file is highlighted.
fn language(file: &str) -> &'static str {
    match file.rsplit_once('.').map(|(_, end)| end) {
        Some("rs") => "rust",
        Some("json") => "json",
        Some("toml") => "toml",
        Some("yaml" | "yml") => "yaml",
        Some("js") => "javascript",
        _ => "text",
    }
}

/// Puts what they stand for in the place of the directives in `text`, which is the page `docs/{page}`; `include` gives the
/// text of a whole Markdown file by its path from the workspace's root.
///
/// # Errors
/// Those of the directives, with the line.
pub(crate) fn expand(
    workspace: &Workspace,
    page: &str,
    text: &str,
    mut include: impl FnMut(&str) -> anyhow::Result<String>,
) -> anyhow::Result<String> {
    let mut expanded = String::with_capacity(text.len());
    let mut fence: Option<&str> = None;
    for (number, line) in text.lines().enumerate() {
        let whole = match Directive::read(line) {
            Ok(None) => Ok(None),
            Ok(Some(Directive::Include(file))) => {
                let folder = paths::folder(page);
                paths::join(folder, file)
                    .context("it is not in the workspace")
                    .and_then(|path| include(&path))
                    .map(Some)
            }
            Ok(Some(directive)) => directive.filled(workspace, fence.is_some()),
            Err(error) => Err(error),
        };
        let whole = whole.with_context(|| format!("{page}:{}: {}", number + 1, line.trim()))?;
        match whole {
            Some(whole) => expanded.push_str(whole.trim_end()),
            None => {
                follow_fence(&mut fence, line);
                expanded.push_str(line);
            }
        }
        expanded.push('\n');
    }
    Ok(expanded)
}

/// Marks for mdBook that a directive between backticks is told of, not asked for.
pub(crate) fn told_of(text: &str) -> String {
    text.replace("`{{#", "`\\{{#")
}

/// Keeps whether the next line is in a code block.
fn follow_fence<'a>(fence: &mut Option<&'a str>, line: &'a str) {
    let line = line.trim_start();
    let ticks = &line[..line.len() - line.trim_start_matches('`').len()];
    match fence {
        None if ticks.len() >= 3 => *fence = Some(ticks),
        Some(open) if ticks.len() >= open.len() && line.trim_end() == ticks => *fence = None,
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand_all(text: &str) -> anyhow::Result<String> {
        expand(&Workspace::here(), "docs/a.md", text, |path| {
            Ok(format!("<{path}>\n"))
        })
    }

    #[test]
    fn a_tree_is_the_snapshots() {
        let text =
            expand_all("Before\n\n{{#tree 1-honeycomb step_4_by_hand}}\n").expect("it exists");
        let (before, tree) = text.split_once("```text\n").expect("a block");
        assert_eq!(before, "Before\n\n");
        assert!(
            tree.starts_with("trace 1\n└─ SERVER GET /api/activities/home\n"),
            "{tree}"
        );
        assert!(tree.ends_with("= 3\n```\n"), "{tree}");
    }

    #[test]
    fn a_region_stands_alone_or_in_a_block() {
        let region = "{{#region labs/1-honeycomb/solution/src/app.rs step 3}}";
        let alone = expand_all(region).expect("it exists");
        assert!(alone.starts_with("```rust\n"), "{alone}");
        assert!(
            !alone.contains("#region") && !alone.contains("#endregion"),
            "{alone}"
        );
        let inside = expand_all(&format!("```rust,ignore\n{region}\n```\n")).expect("it exists");
        assert_eq!(inside.matches("```").count(), 2, "{inside}");
        assert_eq!(inside.replace(",ignore", ""), alone);
    }

    #[test]
    fn a_region_is_shifted_to_the_left() {
        let text = "fn a() {\n    // #region step 2\n    if b {\n        c();\n    }\n\n    // #endregion\n}\n";
        assert_eq!(
            region(text, "step 2").as_deref(),
            Some("if b {\n    c();\n}\n")
        );
        assert_eq!(region(text, "step 1"), None);
    }

    #[test]
    fn a_markdown_file_is_included_whole() {
        let text = expand_all("{{#include ../labs/1-honeycomb/README.md}}\n").expect("it exists");
        assert_eq!(text, "<labs/1-honeycomb/README.md>\n");
    }

    #[test]
    fn what_is_not_ours_stays() {
        for text in [
            "{{#include a.rs:part}}\n",
            "\\{{#tree 1-honeycomb step_4_by_hand}}\n",
            "{{ inner }}\n",
        ] {
            assert_eq!(expand_all(text).expect("it stays"), text);
        }
    }

    #[test]
    fn what_is_told_of_is_left_alone_by_mdbook_too() {
        let text = told_of("| `{{#include a.rs:part}}` | a part |\n");
        assert_eq!(text, "| `\\{{#include a.rs:part}}` | a part |\n");
    }

    #[track_caller]
    fn check(text: &str, told: &str) {
        let error = format!("{:#}", expand_all(text).expect_err("it does not exist"));
        assert!(error.starts_with(told), "{error}");
    }

    #[test]
    fn what_does_not_exist_is_told_with_its_line() {
        check(
            "a\n{{#tree 2-xray step_9}}",
            "docs/a.md:2: {{#tree 2-xray step_9}}: lab 2-xray has no snapshot step_9; it has step_1_ids_and_header, ",
        );
        check(
            "{{#tree 9-none step_1}}",
            "docs/a.md:1: {{#tree 9-none step_1}}: lab 9-none has no snapshot step_1; it has none",
        );
        check(
            "{{#region labs/1-honeycomb/src/app.rs step 77}}",
            "docs/a.md:1: {{#region labs/1-honeycomb/src/app.rs step 77}}: labs/1-honeycomb/src/app.rs has no `// #region step 77`",
        );
        check(
            "{{#trees 2-xray step_9}}",
            "docs/a.md:1: {{#trees 2-xray step_9}}: {{#trees 2-xray step_9}} is none of ",
        );
    }
}
