//! Where a link of the workspace's Markdown leads in the book: to a page, to an image beside the pages, or to a copy of a
//! file as plain text, for what is neither. What does not exist is an error.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, ensure};

use crate::paths::{self, Workspace};

/// The folder of the book, which is where its pages are.
pub(crate) const DOCS: &str = "docs";

/// The folder of the finished book that has the copies of files.
pub(crate) const FILES: &str = "files";

/// What is where in the book.
pub(crate) struct Places {
    workspace: Workspace,
    /// For each Markdown file that is a page or that a page includes: the page, from the book's root.
    pages: BTreeMap<String, String>,
    /// Files that a page leads to and that are not of the book.
    copied: RefCell<BTreeSet<String>>,
}

impl Places {
    /// The places of a book whose files are made into these pages: both from their roots, `docs/a.md` and `a.md`.
    pub(crate) fn new(workspace: &Workspace, pages: BTreeMap<String, String>) -> Places {
        Places {
            workspace: workspace.clone(),
            pages,
            copied: RefCell::default(),
        }
    }

    /// How the page `page` says the target `target` that was written in `file`; nothing when it can stay as it is.
    ///
    /// # Errors
    /// When it leads nowhere.
    pub(crate) fn target(
        &self,
        page: &str,
        file: &str,
        target: &str,
    ) -> anyhow::Result<Option<String>> {
        let Some((path, anchor)) = inside(target) else {
            return Ok(None);
        };
        let path = paths::join(paths::folder(file), path)
            .with_context(|| format!("{target} leads out of the workspace"))?;
        ensure!(self.workspace.has(&path), "{target}: there is no {path}");
        let to = self.place(&path)?;
        Ok(Some(paths::relative(paths::folder(page), &to) + anchor))
    }

    /// Where this file of the workspace is in the book.
    fn place(&self, path: &str) -> anyhow::Result<String> {
        if let Some(page) = self.page(path) {
            return Ok(page.clone());
        }
        let in_docs = path
            .strip_prefix(DOCS)
            .and_then(|rest| rest.strip_prefix('/'));
        if let Some(beside) = in_docs.filter(|beside| !beside.ends_with(".md")) {
            ensure!(
                self.workspace.root.join(path).is_file(),
                "{path} is a folder: lead to a file in it"
            );
            return Ok(beside.to_owned());
        }
        self.copied.borrow_mut().insert(path.to_owned());
        Ok(copy_of(path))
    }

    /// The page that a file, or a folder's `README.md`, is made into.
    fn page(&self, path: &str) -> Option<&String> {
        let readme = format!("{path}/README.md");
        self.pages.get(path).or_else(|| self.pages.get(&readme))
    }

    /// The copies that the pages lead to: where each is in the finished book, and its text.
    ///
    /// # Errors
    /// When one can't be read as text.
    pub(crate) fn copies(&self) -> anyhow::Result<Vec<(String, String)>> {
        let copied = self.copied.borrow();
        let copies = copied.iter().map(|path| {
            let whole = self.workspace.root.join(path);
            let text = if whole.is_dir() {
                listing(&whole)?
            } else {
                self.workspace.read(path)?
            };
            Ok((copy_of(path), text))
        });
        copies.collect()
    }
}

/// The path and the `#anchor` of a target within the workspace; nothing for an address, or an anchor of the same page.
pub(crate) fn inside(target: &str) -> Option<(&str, &str)> {
    let (path, anchor) = target.split_at(target.find('#').unwrap_or(target.len()));
    let is_address = path
        .split('/')
        .next()
        .is_some_and(|first| first.contains(':'));
    (!path.is_empty() && !is_address && !path.starts_with("//")).then_some((path, anchor))
}

/// `.txt`, so that a browser shows it, whatever serves it.
fn copy_of(path: &str) -> String {
    format!("{FILES}/{path}.txt")
}

/// What is in a folder, a name a line.
fn listing(folder: &std::path::Path) -> anyhow::Result<String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let slash = if entry.file_type()?.is_dir() { "/" } else { "" };
        names.push(format!("{}{slash}\n", entry.file_name().to_string_lossy()));
    }
    names.sort();
    Ok(names.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Places {
        let pages = [
            ("docs/report.md", "report.md"),
            ("docs/adr/README.md", "adr/index.md"),
            ("docs/labs/1-honeycomb.md", "labs/1-honeycomb.md"),
            ("labs/1-honeycomb/README.md", "labs/1-honeycomb.md"),
        ];
        let pages = pages.map(|(file, page)| (file.to_owned(), page.to_owned()));
        Places::new(&Workspace::here(), pages.into())
    }

    #[track_caller]
    fn check(page: &str, file: &str, target: &str, wanted: Option<&str>) {
        let found = places().target(page, file, target);
        assert_eq!(found.expect("it leads somewhere").as_deref(), wanted);
    }

    #[test]
    fn a_link_of_a_guide_leads_to_the_same_in_the_book() {
        let guide = "labs/1-honeycomb/README.md";
        let page = "labs/1-honeycomb.md";
        for (target, wanted) in [
            (
                "../../docs/report.md#findings",
                Some("../report.md#findings"),
            ),
            ("../../docs/adr", Some("../adr/index.md")),
            (
                "../../docs/images/waterfall.png",
                Some("../images/waterfall.png"),
            ),
            (
                "src/app.rs",
                Some("../files/labs/1-honeycomb/src/app.rs.txt"),
            ),
            ("https://docs.rs/opentelemetry", None),
            ("#step-1", None),
        ] {
            check(page, guide, target, wanted);
        }
        check(
            "report.md",
            "docs/report.md",
            "../labs/1-honeycomb/README.md",
            Some("labs/1-honeycomb.md"),
        );
    }

    #[test]
    fn a_link_that_leads_nowhere_is_told() {
        for (target, told) in [
            (
                "src/apps.rs",
                "src/apps.rs: there is no labs/1-honeycomb/src/apps.rs",
            ),
            ("../../../a.md", "../../../a.md leads out of the workspace"),
            (
                "../../docs/images",
                "docs/images is a folder: lead to a file in it",
            ),
        ] {
            let error = places()
                .target("labs/1-honeycomb.md", "labs/1-honeycomb/README.md", target)
                .expect_err("nothing is there");
            assert_eq!(error.to_string(), told);
        }
    }

    #[test]
    fn what_is_no_page_is_copied_once() {
        let places = places();
        for _ in 0..2 {
            places
                .target("a.md", "docs/a.md", "../crates/site/Cargo.toml")
                .expect("it is there");
        }
        let copies = places.copies().expect("it is text");
        assert_eq!(copies.len(), 1);
        assert_eq!(copies[0].0, "files/crates/site/Cargo.toml.txt");
        assert!(copies[0].1.contains("name = \"site\""));
    }
}
