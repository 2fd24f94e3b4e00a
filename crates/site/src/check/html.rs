//! The finished book: every link of every page leads to a page and an anchor of it, and all that a page needs to be shown
//! comes with the book.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use anyhow::Context as _;
use regex::Regex;

use crate::paths;
use crate::places::inside;

/// A page: its anchors, and what it refers to, by tag.
struct Page {
    anchors: BTreeSet<String>,
    references: Vec<Reference>,
}

struct Reference {
    /// `a`, `img`, `script`.
    tag: String,
    target: String,
}

/// What is wrong in the book in this folder.
///
/// # Errors
/// When a file can't be read.
pub(super) fn wrong(out: &Path) -> anyhow::Result<Vec<String>> {
    let mut files = BTreeMap::new();
    read(out, "", &mut files)?;
    let pages: BTreeMap<&str, Page> = files
        .iter()
        .filter(|(path, _)| path.ends_with(".html"))
        .map(|(path, text)| (path.as_str(), Page::read(text)))
        .collect();
    let mut wrong = Vec::new();
    for (path, page) in &pages {
        for reference in &page.references {
            if let Err(what) = reference.leads_somewhere(path, &files, &pages) {
                wrong.push(format!("the book's {path}: {what}"));
            }
        }
    }
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".css")) {
        wrong.extend(loaded_by_style(text).map(|what| format!("the book's {path}: {what}")));
    }
    Ok(wrong)
}

/// The texts of all files in a folder of the book; what is no text is there, and empty.
fn read(out: &Path, folder: &str, files: &mut BTreeMap<String, String>) -> anyhow::Result<()> {
    let whole = out.join(folder);
    let entries = fs::read_dir(&whole).with_context(|| format!("reading {}", whole.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if folder.is_empty() {
            name
        } else {
            format!("{folder}/{name}")
        };
        if entry.file_type()?.is_dir() {
            read(out, &path, files)?;
        } else if path.ends_with(".html") || path.ends_with(".css") {
            files.insert(path, fs::read_to_string(entry.path())?);
        } else {
            files.insert(path, String::new());
        }
    }
    Ok(())
}

impl Page {
    fn read(text: &str) -> Page {
        static SCRIPT: LazyLock<Regex> =
            LazyLock::new(|| pattern(r"(?s)(<script[^>]*>).*?</script>"));
        static TAG: LazyLock<Regex> =
            LazyLock::new(|| pattern(r#"(?s)<([a-zA-Z][a-zA-Z0-9]*)((?:"[^"]*"|[^">])*)>"#));
        static ATTRIBUTE: LazyLock<Regex> =
            LazyLock::new(|| pattern(r#"\s(id|name|href|src|srcset|data)="([^"]*)""#));
        let text = SCRIPT.replace_all(text, "$1");
        let mut page = Page {
            anchors: BTreeSet::new(),
            references: Vec::new(),
        };
        for tag in TAG.captures_iter(&text) {
            for attribute in ATTRIBUTE.captures_iter(&tag[2]) {
                let value = attribute[2].replace("&amp;", "&");
                match &attribute[1] {
                    "id" | "name" => {
                        page.anchors.insert(value);
                    }
                    _ => page.references.push(Reference {
                        tag: tag[1].to_lowercase(),
                        target: value,
                    }),
                }
            }
        }
        page
    }
}

impl Reference {
    fn leads_somewhere(
        &self,
        page: &str,
        files: &BTreeMap<String, String>,
        pages: &BTreeMap<&str, Page>,
    ) -> Result<(), String> {
        let target = &self.target;
        let (path, anchor) = if let Some(anchor) = target.strip_prefix('#') {
            (page.to_owned(), anchor)
        } else if let Some((path, anchor)) = inside(target) {
            // The page for what is not found lies anywhere, and names what it needs from the root.
            let folder = if path.starts_with('/') {
                ""
            } else {
                paths::folder(page)
            };
            let path = paths::join(folder, path)
                .ok_or_else(|| format!("{target} leads out of the book"))?;
            (path, anchor.trim_start_matches('#'))
        } else if self.tag == "a" || target.starts_with("data:") {
            return Ok(());
        } else {
            return Err(format!("<{}> loads {target} from elsewhere", self.tag));
        };
        if path.is_empty() {
            return Ok(());
        }
        if !files.contains_key(&path) {
            return Err(format!("{target} leads to {path}, which is not there"));
        }
        let page = pages.get(path.as_str());
        if anchor.is_empty() || page.is_some_and(|page| page.anchors.contains(anchor)) {
            return Ok(());
        }
        Err(format!("{path} has no anchor #{anchor}"))
    }
}

/// What a stylesheet loads from other hosts.
fn loaded_by_style(text: &str) -> impl Iterator<Item = String> {
    static URL: LazyLock<Regex> =
        LazyLock::new(|| pattern(r#"(?:url\(|@import)\s*["']?((?:https?:)?//[^"')\s]*)"#));
    URL.captures_iter(text)
        .map(|found| format!("it loads {} from elsewhere", &found[1]))
}

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is right")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, told: &[&str]) {
        let out = tempfile::tempdir().expect("a folder");
        let folder = out.path().join("labs");
        fs::create_dir(&folder).expect("a folder");
        fs::write(folder.join("1.html"), html).expect("a file");
        fs::write(out.path().join("a.html"), "<h1 id=\"b\">x</h1>").expect("a file");
        fs::write(out.path().join("p.png"), [0_u8, 159]).expect("a file");
        let told: Vec<String> = told
            .iter()
            .map(|what| format!("the book's {what}"))
            .collect();
        assert_eq!(wrong(out.path()).expect("it can be read"), told);
    }

    #[test]
    fn what_comes_with_the_book_is_found() {
        check(
            "<a id=\"x\" title=\"a > b\" href=\"../a.html#b\">y</a><a href=\"#x\">z</a><img src=\"../p.png\">\
             <a href=\"https://example.com\">e</a><script>const a = '<img src=\"q.png\">';</script>",
            &[],
        );
    }

    #[test]
    fn what_is_not_there_or_comes_from_elsewhere_is_told() {
        check(
            "<a href=\"../b.html\">",
            &["labs/1.html: ../b.html leads to b.html, which is not there"],
        );
        check(
            "<a href=\"../a.html#c\">",
            &["labs/1.html: a.html has no anchor #c"],
        );
        check(
            "<source srcset=\"q.png\">",
            &["labs/1.html: q.png leads to labs/q.png, which is not there"],
        );
        check(
            "<script src=\"https://cdn.example/a.js\"></script>",
            &["labs/1.html: <script> loads https://cdn.example/a.js from elsewhere"],
        );
        let style = "a { background: url(\"//cdn.example/a.png\") } b { background: url(a.png) }";
        assert_eq!(
            loaded_by_style(style).collect::<Vec<_>>(),
            ["it loads //cdn.example/a.png from elsewhere"]
        );
    }
}
