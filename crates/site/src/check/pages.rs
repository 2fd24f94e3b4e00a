//! Every page under `docs` is in the table of contents, and so is the guide of every lab.

use std::collections::BTreeSet;

use crate::directives::Directive;
use crate::paths;
use crate::places::DOCS;

use super::tree::Tree;

const SUMMARY: &str = "docs/SUMMARY.md";

/// Pages that nobody would find.
pub(super) fn wrong(tree: &Tree) -> Vec<String> {
    let Some(summary) = tree.texts.get(SUMMARY) else {
        return vec![format!("there is no {SUMMARY}")];
    };
    let links = summary.markdown.links.iter();
    let listed: BTreeSet<String> = links
        .filter_map(|link| paths::join(DOCS, &link.target))
        .collect();
    let pages = tree
        .texts
        .keys()
        .filter(|path| path.starts_with("docs/") && *path != SUMMARY);
    let unlisted = pages
        .filter(|path| !listed.contains(*path))
        .map(|path| format!("{path} is not in {SUMMARY}"));

    let included: BTreeSet<String> = listed
        .iter()
        .filter_map(|page| Some((page, tree.texts.get(page)?)))
        .flat_map(|(page, text)| text.text.lines().map(move |line| (page, line)))
        .filter_map(|(page, line)| match Directive::read(line) {
            Ok(Some(Directive::Include(file))) => paths::join(paths::folder(page), file),
            _ => None,
        })
        .collect();
    let guides = tree.texts.keys().filter(|path| {
        path.starts_with("labs/") && path.ends_with("/README.md") && path.matches('/').count() == 2
    });
    let missing = guides
        .filter(|guide| !included.contains(*guide))
        .map(|guide| format!("no page of {SUMMARY} includes {guide}"));
    unlisted.chain(missing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_or_a_guide_that_nobody_would_find_is_told() {
        let tree = Tree::of(&[
            (SUMMARY, "- [A](a.md)\n- [One](labs/1-one.md)\n"),
            ("docs/a.md", ""),
            ("docs/b.md", ""),
            (
                "docs/labs/1-one.md",
                "{{#include ../../labs/1-one/README.md}}\n",
            ),
            ("labs/1-one/README.md", ""),
            ("labs/2-two/README.md", ""),
        ]);
        assert_eq!(
            wrong(&tree),
            [
                "docs/b.md is not in docs/SUMMARY.md",
                "no page of docs/SUMMARY.md includes labs/2-two/README.md",
            ]
        );
    }
}
