//! A guide, read in the order in which a learner reads it: headings, commands, blocks, addresses of this machine, marks.
//! What is done with them is `walk`'s and `blocks`'.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::mark::Mark;

/// A page in Markdown.
pub struct Guide {
    /// From the workspace's root.
    pub path: PathBuf,
    /// What is in it, from top to bottom.
    pub items: Vec<Item>,
}

/// Something that a learner, or a test, does something with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Item {
    /// Counted from 1.
    pub line: usize,
    /// What it is.
    pub kind: Kind,
}

/// What an item is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Kind {
    /// `## Step 1: name the service`, with its level and the name by which a link finds it.
    Heading(usize, String),
    /// A fenced block: its language, and its lines without the indentation of a list.
    Block(String, String),
    /// What stands between backticks in the text.
    Code(String),
    /// An address on this machine, `http://localhost:4318/traces`.
    Address(String),
    /// A comment that says something to a test.
    Mark(Mark),
}

impl Guide {
    /// Reads the page at `path`, which is told from `root`.
    ///
    /// # Errors
    /// When the file cannot be read, a block is not closed, or a mark says nothing that is known.
    pub fn read(root: &Path, path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(root.join(path))
            .with_context(|| format!("{} cannot be read", path.display()))?;
        let items = items(&text).with_context(|| path.display().to_string())?;
        Ok(Self {
            path: path.to_owned(),
            items,
        })
    }

    /// `labs/1-honeycomb/README.md:66`, as an editor opens it.
    pub fn place(&self, line: usize) -> String {
        format!("{}:{line}", self.path.display())
    }
}

/// Reads Markdown.
///
/// # Errors
/// As [`Guide::read`], with the line.
pub fn items(text: &str) -> anyhow::Result<Vec<Item>> {
    let mut items = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let number = index + 1;
        let trimmed = line.trim_start();
        let mut add = |kind| items.push(Item { line: number, kind });
        if let Some(language) = trimmed.strip_prefix("```") {
            let indent = line.len() - trimmed.len();
            let mut block = String::new();
            loop {
                let (_, line) = lines.next().with_context(|| {
                    format!("line {number}: the block is not closed: put ``` after it")
                })?;
                if line.trim() == "```" {
                    break;
                }
                block.push_str(line.get(indent..).unwrap_or_default());
                block.push('\n');
            }
            add(Kind::Block(language.trim().to_owned(), block));
        } else if let Some(heading) = trimmed.strip_prefix('#') {
            let text = heading.trim_start_matches('#');
            let level = 1 + heading.len() - text.len();
            add(Kind::Heading(level, anchor(text.trim())));
        } else {
            for kind in prose(line).with_context(|| format!("line {number}"))? {
                add(kind);
            }
        }
    }
    Ok(items)
}

/// The name by which a link finds a heading: `step-1-name-the-service`.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept.chars().filter_map(|letter| match letter {
        ' ' => Some('-'),
        '-' | '_' => Some(letter),
        _ => letter.is_alphanumeric().then_some(letter),
    });
    kept.collect()
}

/// What is in a line of text, from left to right.
fn prose(line: &str) -> anyhow::Result<Vec<Kind>> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(at) = rest.find(['`', '<', '(']) {
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("<!--") {
            let (comment, after) = after
                .split_once("-->")
                .context("a comment has to end in its line")?;
            found.extend(Mark::read(comment.trim())?.map(Kind::Mark));
            rest = after;
        } else if rest.starts_with('`') {
            let ticks = rest.len() - rest.trim_start_matches('`').len();
            let (fence, after) = rest.split_at(ticks);
            let (code, after) = after.split_once(fence).unwrap_or((after, ""));
            found.push(Kind::Code(code.trim().to_owned()));
            rest = after;
        } else {
            let (open, after) = rest.split_at(1);
            if after.starts_with("http://localhost:") {
                let end = address_end(after, open == "(");
                found.push(Kind::Address(after[..end].to_owned()));
                rest = &after[end..];
            } else {
                rest = after;
            }
        }
    }
    Ok(found)
}

/// Where the address ends: a link's may have parentheses of its own.
fn address_end(text: &str, in_parentheses: bool) -> usize {
    let mut depth = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' if in_parentheses && depth == 0 => return at,
            ')' => depth -= 1,
            '>' if !in_parentheses => return at,
            ' ' => return at,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::items;

    #[track_caller]
    fn check(text: &str, wanted: &[&str]) {
        let got: Vec<String> = match items(text) {
            Ok(items) => items
                .into_iter()
                .map(|item| format!("{} {:?}", item.line, item.kind))
                .collect(),
            Err(error) => vec![format!("{error:#}")],
        };
        assert_eq!(got, wanted);
    }

    #[test]
    fn headings_blocks_and_what_the_text_names() {
        check(
            "# Lab 1: X-Ray\n\nSay `cargo lab`, then ``a`b``.\n\n```sh\ncargo lab\n```\n",
            &[
                "1 Heading(1, \"lab-1-x-ray\")",
                "3 Code(\"cargo lab\")",
                "3 Code(\"a`b\")",
                "5 Block(\"sh\", \"cargo lab\\n\")",
            ],
        );
    }

    #[test]
    fn a_block_in_a_list_loses_the_lists_indentation() {
        check(
            "1. so:\n\n   ```json\n   {\n     \"a\": 1\n   }\n   ```\n",
            &["3 Block(\"json\", \"{\\n  \\\"a\\\": 1\\n}\\n\")"],
        );
    }

    #[test]
    fn addresses_of_this_machine_with_parentheses_in_them() {
        check(
            "Open <http://localhost:3000>, [ask](http://localhost:4318/query?v=P95(x)&v=COUNT) and [read](https://example.com).",
            &[
                "1 Address(\"http://localhost:3000\")",
                "1 Address(\"http://localhost:4318/query?v=P95(x)&v=COUNT\")",
            ],
        );
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        check(
            "\n```sh\nnever closed\n",
            &["line 2: the block is not closed: put ``` after it"],
        );
        check(
            "<!-- walk: dance -->",
            &[
                "line 1: `walk: dance` is no mark: possible are `walk: skip, REASON`, `walk: skip section, REASON`, `walk: do COMMAND`, `walk: says TEXT`, `walk: see URL TEXT`, `walk: stop`, `output`, `drawing`, `example, REASON`, `event: SNAPSHOT`, `read by: READER`, `tested by: PATH`",
            ],
        );
        check("<!-- a remark -->", &[]);
    }
}
