//! Which pages there are to walk, and how far each is obeyed.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::guide::{Guide, Kind};
use crate::lab::Lab;
use crate::listed::listed;

/// Others' Markdown, and what `cargo lab author new` makes a guide of, which is no page yet.
const NOT_PAGES: [&str; 2] = ["/vendor/", "crates/lab/src/author/new/"];

/// A page that a reader follows.
pub struct Page<'a> {
    /// From the workspace's root.
    pub path: PathBuf,
    /// The lab whose guide it is.
    pub lab: Option<&'a Lab>,
    /// Its sentences are followed too, and not its blocks alone.
    pub sentences: bool,
}

impl<'a> Page<'a> {
    /// The labs' guides in their order, `README.md`, and then every page of the workspace at `root` that has a block of shell.
    ///
    /// # Errors
    /// When git cannot be asked, or a page cannot be read.
    pub fn all(root: &Path, labs: &'a [Lab]) -> anyhow::Result<Vec<Self>> {
        let mut pages: Vec<Self> = labs.iter().map(Self::guide).collect();
        pages.push(Self::named("README.md", labs)?);
        let mut paths = listed(root)?;
        paths.sort();
        for path in paths.iter().filter(|path| path.ends_with(".md")) {
            let known = pages.iter().any(|page| page.path == Path::new(path));
            if !known && !NOT_PAGES.iter().any(|part| path.contains(part)) {
                let page = Self::named(path, labs)?;
                let is_shell =
                    |kind: &Kind| matches!(kind, Kind::Block(language, _) if is_shell(language));
                let guide = Guide::read(root, &page.path)?;
                if guide.items.iter().any(|item| is_shell(&item.kind)) {
                    pages.push(page);
                }
            }
        }
        Ok(pages)
    }

    /// What is named on the command line: a lab, or a page by its path.
    ///
    /// # Errors
    /// When there is no such lab.
    pub fn named(name: &str, labs: &'a [Lab]) -> anyhow::Result<Self> {
        if name.ends_with(".md") {
            let guide = labs.iter().find(|lab| lab.guide() == Path::new(name));
            return Ok(guide.map_or_else(
                || Self {
                    path: name.into(),
                    lab: None,
                    sentences: name == "README.md",
                },
                Self::guide,
            ));
        }
        let lab = labs.iter().find(|lab| lab.is_called(name));
        lab.map(Self::guide)
            .with_context(|| format!("there is no lab `{name}`"))
    }

    fn guide(lab: &'a Lab) -> Self {
        Self {
            path: lab.guide(),
            lab: Some(lab),
            sentences: true,
        }
    }
}

/// Whether a block of this language is for a shell; only `sh` is run.
pub fn is_shell(language: &str) -> bool {
    ["sh", "bash", "shell", "console", "zsh"].contains(&language)
}
