//! The files of the workspace as git knows them, and its Markdown as it was read once.

use std::collections::{BTreeMap, BTreeSet};

use super::listed::listed;
use crate::markdown::Markdown;
use crate::paths::Workspace;

/// A Markdown file.
pub(super) struct Text {
    /// What is in it.
    pub(super) text: String,
    /// What that consists of.
    pub(super) markdown: Markdown,
}

/// The files that git tracks or would take.
pub(super) struct Tree {
    /// Files and folders, from the root.
    pub(super) paths: BTreeSet<String>,
    /// The Markdown files among them.
    pub(super) texts: BTreeMap<String, Text>,
}

impl Tree {
    /// Asks git, and reads the Markdown files, but for those of others, which are in folders called `vendor`.
    ///
    /// # Errors
    /// When git or a file can't be read.
    pub(super) fn read(workspace: &Workspace) -> anyhow::Result<Tree> {
        let files = listed(&workspace.root)?;
        let mut texts = BTreeMap::new();
        for path in &files {
            let is_ours = !path.split('/').any(|part| part == "vendor");
            if path.ends_with(".md") && is_ours {
                texts.insert(path.clone(), Text::new(workspace.read(path)?));
            }
        }
        Ok(Tree::new(files, texts))
    }

    fn new(files: Vec<String>, texts: BTreeMap<String, Text>) -> Tree {
        let mut paths = BTreeSet::from([String::new()]);
        for file in files {
            let folders = file.match_indices('/').map(|(at, _)| file[..at].to_owned());
            paths.extend(folders);
            paths.insert(file);
        }
        Tree { paths, texts }
    }

    /// One of these texts, for tests.
    #[cfg(test)]
    pub(super) fn of(texts: &[(&str, &str)]) -> Tree {
        let files = texts.iter().map(|(path, _)| (*path).to_owned()).collect();
        let texts = texts
            .iter()
            .filter(|(path, _)| path.ends_with(".md"))
            .map(|(path, text)| ((*path).to_owned(), Text::new((*text).to_owned())));
        Tree::new(files, texts.collect())
    }
}

impl Text {
    fn new(text: String) -> Text {
        Text {
            markdown: Markdown::read(&text),
            text,
        }
    }
}
