//! Where a block of code comes from: a compiled file, a document that a program reads, a snapshot, an output. Nothing is run here.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail, ensure};
use serde_json::Value as Json;

use crate::guide::{Guide, Kind};
use crate::listed::listed;
use crate::mark::Mark;

/// What blocks may come from.
pub struct Sources {
    root: PathBuf,
    /// Lines without indentation and without what is empty.
    rust: Vec<(PathBuf, Vec<String>)>,
    toml: Vec<(PathBuf, Vec<String>)>,
    json: Vec<(PathBuf, Json)>,
}

impl Sources {
    /// All that git knows at `root`.
    ///
    /// # Errors
    /// When git cannot be asked.
    pub fn of(root: &Path) -> anyhow::Result<Self> {
        let mut sources = Self {
            root: root.to_owned(),
            rust: Vec::new(),
            toml: Vec::new(),
            json: Vec::new(),
        };
        for path in listed(root)? {
            let path = PathBuf::from(path);
            let Ok(text) = fs::read_to_string(root.join(&path)) else {
                continue;
            };
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("rs") => sources.rust.push((path, code_lines(&text))),
                Some("toml") => sources.toml.push((path, code_lines(&text))),
                Some("json") => {
                    if let Ok(json) = serde_json::from_str(&text) {
                        sources.json.push((path, json));
                    }
                }
                _ => {}
            }
        }
        Ok(sources)
    }

    /// What is wrong with the blocks of `guide`, each with its place; `learners` is for the pages that `walk` follows,
    /// in which each block of text has to say what it is.
    pub fn wrong(&self, guide: &Guide, learners: bool) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut mark = None;
        for item in &guide.items {
            match &item.kind {
                Kind::Mark(Mark::TestedBy(test)) => {
                    let named = self.names(test, &guide.path);
                    return named
                        .err()
                        .map(|error| format!("{}: {error:#}", guide.place(item.line)))
                        .into_iter()
                        .collect();
                }
                Kind::Mark(found) => mark = Some(found),
                Kind::Block(language, text) => {
                    if let Err(error) = self.block(guide, language, text, mark.take(), learners) {
                        wrong.push(format!("{}: {error:#}", guide.place(item.line)));
                    }
                }
                Kind::Heading(..) => mark = None,
                Kind::Code(_) | Kind::Address(_) => {}
            }
        }
        wrong
    }

    /// Whether the test at `test` speaks of `page`.
    fn names(&self, test: &str, page: &Path) -> anyhow::Result<()> {
        let text = fs::read_to_string(self.root.join(test))
            .with_context(|| format!("the test {test} cannot be read"))?;
        let page = page.display().to_string();
        ensure!(text.contains(&page), "the test {test} does not name {page}");
        Ok(())
    }

    fn block(
        &self,
        guide: &Guide,
        language: &str,
        text: &str,
        mark: Option<&Mark>,
        learners: bool,
    ) -> anyhow::Result<()> {
        // Made by the site from a file, which it has to find.
        if text.trim_start().starts_with("{{#") {
            return Ok(());
        }
        match (language, mark) {
            (_, Some(Mark::Snapshot(name))) => {
                ensure!(
                    text.trim_end() == self.snapshot(guide, name)?,
                    "another tree than the snapshot {name}"
                );
            }
            (_, Some(Mark::Example(_) | Mark::Output)) => {}
            (_, Some(Mark::ReadBy(reader))) => read_by(reader, text)?,
            ("rust", _) => lines_in("Rust", text, &self.rust)?,
            ("toml", _) => {
                let _: toml::Table = toml::from_str(text)?;
                lines_in("TOML", text, &self.toml)?;
            }
            ("json", Some(Mark::Event(name))) => {
                let event = event(&serde_json::from_str(text)?)?;
                let snapshot = numberless(&self.snapshot(guide, name)?);
                ensure!(
                    snapshot.contains(&event),
                    "no event of the snapshot {name} is\n{event}"
                );
            }
            ("json", _) => {
                let json: Json = serde_json::from_str(text)?;
                let mut files = self.json.iter();
                ensure!(
                    files.any(|(_, file)| *file == json),
                    "no file of the workspace has this JSON"
                );
            }
            ("text", Some(Mark::Drawing)) => {}
            ("text" | "", _) if learners => bail!(
                "say what this block is, by a comment before it: `snapshot: NAME`, `output`, `drawing`, `read by: READER`, or `example, REASON`"
            ),
            _ => {}
        }
        Ok(())
    }

    /// The lab's snapshot of this name.
    fn snapshot(&self, guide: &Guide, name: &str) -> anyhow::Result<String> {
        let folder = guide.path.parent().unwrap_or(Path::new(""));
        let path = folder.join(format!("tests/snapshots/steps__{name}.snap"));
        let text = fs::read_to_string(self.root.join(&path))
            .with_context(|| format!("{} cannot be read", path.display()))?;
        let (_, tree) = text
            .split_once("\n---\n")
            .context("the snapshot has no header")?;
        Ok(tree.trim_end().to_owned())
    }
}

/// Whether what answers such questions takes this one.
fn read_by(reader: &str, text: &str) -> anyhow::Result<()> {
    match reader {
        "insights" => {
            log_query::insights::Query::parse(text).map_err(|error| anyhow!("{error:?}"))?;
        }
        "filter expression" => {
            xray_query::Filter::parse(text.trim()).map_err(|error| anyhow!("{error}"))?;
        }
        "query" => {
            span_query::Query::from_json(&serde_json::from_str(text)?)?;
        }
        _ => {
            bail!("`{reader}` reads nothing: possible are `insights`, `filter expression`, `query`")
        }
    }
    Ok(())
}

fn code_lines(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

/// Whether one of `files` has all lines of `text`, one after the other.
/// `…` stands for what is left out: in a line for a part of it, and a comment that begins with it for any lines.
fn lines_in(language: &str, text: &str, files: &[(PathBuf, Vec<String>)]) -> anyhow::Result<()> {
    let shown = code_lines(text);
    let parts: Vec<&[String]> = shown.split(|line| leaves_out(line)).collect();
    let mut best = (0, None);
    for (path, lines) in files {
        let found = found(&parts, lines);
        if found >= parts.iter().map(|part| part.len()).sum() {
            return Ok(());
        }
        if found > best.0 {
            best = (found, Some(path));
        }
    }
    let line = parts.iter().flat_map(|part| part.iter()).nth(best.0);
    let line = line.map_or("", String::as_str);
    match best.1 {
        Some(path) => bail!(
            "{} has the {language} before it, but not: {line}",
            path.display()
        ),
        None => bail!("no {language} file of the workspace has: {line}"),
    }
}

fn leaves_out(line: &str) -> bool {
    let comment = line.strip_prefix("//").or(line.strip_prefix('#'));
    comment.is_some_and(|comment| comment.trim_start().starts_with('…'))
}

/// How many lines of `parts` are in `lines`: each part in one piece, the parts one after the other.
fn found(parts: &[&[String]], lines: &[String]) -> usize {
    let Some((part, rest)) = parts.split_first() else {
        return 0;
    };
    let mut best = 0;
    for start in 0..=lines.len() {
        let there = lines[start..].iter().zip(*part);
        let count = there
            .take_while(|(line, shown)| is_line(shown, line))
            .count();
        if count == part.len() {
            return count + found(rest, &lines[start + count..]);
        }
        best = best.max(count);
    }
    best
}

/// Whether `line` is what is `shown`, of which parts may be left out.
fn is_line(shown: &str, line: &str) -> bool {
    let mut pieces = shown.split('…');
    let Some(rest) = line.strip_prefix(pieces.next().unwrap_or_default()) else {
        return false;
    };
    let pieces: Vec<&str> = pieces.collect();
    let Some((last, middle)) = pieces.split_last() else {
        return rest.is_empty();
    };
    let mut rest = rest;
    for piece in middle {
        match rest.split_once(piece) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// A log event as the graders draw it, but for its numbers.
fn event(json: &Json) -> anyhow::Result<String> {
    let fields = json.as_object().context("a log event is a JSON object")?;
    let text = |name: &str| fields.get(name).and_then(Json::as_str).unwrap_or_default();
    let mut lines = vec![format!("└─ {} {}", text("level"), text("message"))];
    let mut names: Vec<&String> = fields.keys().collect();
    names.sort();
    for name in names {
        if name != "level" && name != "message" {
            lines.push(format!("   {name} = {}", fields[name]));
        }
    }
    Ok(numberless(&lines.join("\n")))
}

/// Numbers that are a whole value become `#`.
fn numberless(tree: &str) -> String {
    let line = |line: &str| match line.split_once(" = ") {
        Some((name, value)) if value.parse::<f64>().is_ok() => format!("{name} = #"),
        _ => line.to_owned(),
    };
    tree.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{code_lines, lines_in};

    #[track_caller]
    fn check(shown: &str, wanted: &str) {
        let file = "fn f() {\n    one(1);\n\n    two();\n    three();\n}\n";
        let files = [(PathBuf::from("src/f.rs"), code_lines(file))];
        let got = match lines_in("Rust", shown, &files) {
            Ok(()) => String::new(),
            Err(error) => error.to_string(),
        };
        assert_eq!(got, wanted);
    }

    #[test]
    fn lines_come_from_one_file_one_after_the_other() {
        check("one(1);\n  two();\n", "");
        check(
            "one(1);\nthree();\n",
            "src/f.rs has the Rust before it, but not: three();",
        );
        check("four();\n", "no Rust file of the workspace has: four();");
    }

    #[test]
    fn what_is_left_out_is_an_ellipsis() {
        check("one(…);\n", "");
        check("fn f() {\n// … and more\nthree();\n}", "");
        check(
            "one(1);\n// …\none(1);",
            "src/f.rs has the Rust before it, but not: one(1);",
        );
        check("…(1)", "no Rust file of the workspace has: …(1)");
    }
}
