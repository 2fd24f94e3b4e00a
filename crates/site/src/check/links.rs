//! Every link, image and anchor in the Markdown of the workspace leads to something.

use std::collections::BTreeSet;

use crate::directives::Directive;
use crate::markdown::{self, Link};
use crate::paths;
use crate::places::inside;

use super::tree::Tree;

/// What leads nowhere.
pub(super) fn wrong(tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, text) in &tree.texts {
        let mut tell = |byte: usize, what: &str| {
            wrong.push(format!(
                "{path}:{}: {what}",
                markdown::line(&text.text, byte)
            ));
        };
        for (byte, what) in &text.markdown.unclear {
            tell(*byte, what);
        }
        for link in &text.markdown.links {
            if let Err(what) = leads_somewhere(tree, path, link) {
                tell(link.range.start, &what);
            }
        }
    }
    wrong
}

fn leads_somewhere(tree: &Tree, file: &str, link: &Link) -> Result<(), String> {
    let target = &link.target;
    let (path, anchor) = if let Some(anchor) = target.strip_prefix('#') {
        (file.to_owned(), anchor)
    } else if let Some((path, anchor)) = inside(target) {
        let path = paths::join(paths::folder(file), path)
            .ok_or_else(|| format!("{target} leads out of the workspace"))?;
        (path, anchor.trim_start_matches('#'))
    } else {
        return is_address(target);
    };
    if !tree.paths.contains(&path) {
        return Err(format!("{target} leads to {path}, which is not there"));
    }
    if anchor.is_empty() || anchors(tree, &path).contains(anchor) {
        return Ok(());
    }
    Err(format!("{path} has no heading for #{anchor}"))
}

/// An address has a form that a browser takes; whether it answers is not asked.
fn is_address(target: &str) -> Result<(), String> {
    let known = [
        "https://",
        "http://localhost",
        "http://127.0.0.1",
        "mailto:",
    ];
    if known.iter().any(|start| target.starts_with(start)) {
        return Ok(());
    }
    Err(format!("{target} is no https address"))
}

/// The anchors of a file, with those of the file that it includes.
fn anchors<'a>(tree: &'a Tree, path: &str) -> BTreeSet<&'a str> {
    let Some(text) = tree.texts.get(path) else {
        return BTreeSet::new();
    };
    let own = text.markdown.anchors.iter().map(String::as_str);
    let mut anchors: BTreeSet<&str> = own.collect();
    for line in text.text.lines() {
        if let Ok(Some(Directive::Include(included))) = Directive::read(line)
            && let Some(included) = paths::join(paths::folder(path), included)
            && included != path
        {
            anchors.extend(self::anchors(tree, &included));
        }
    }
    anchors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, told: &[&str]) {
        let tree = Tree::of(&[
            ("docs/a.md", text),
            ("docs/b.md", "# One thing\n{{#include ../c/README.md}}\n"),
            ("c/README.md", "# Another\n"),
            ("docs/images/p.png", ""),
        ]);
        assert_eq!(wrong(&tree), told);
    }

    #[test]
    fn what_is_there_is_found() {
        check(
            "# A\n[b](b.md) [c](../c) [root](..) [own](#a) [b](b.md#one-thing) [c](b.md#another) ![p](images/p.png)\n\
             [x](https://example.com) [y](http://localhost:3000/a?b=c#d)\n",
            &[],
        );
    }

    #[test]
    fn what_is_not_there_is_told() {
        check(
            "\n[b](B.md)\n",
            &["docs/a.md:2: B.md leads to docs/B.md, which is not there"],
        );
        check(
            "[x](../../x)",
            &["docs/a.md:1: ../../x leads out of the workspace"],
        );
        check(
            "![p](images/q.png)",
            &["docs/a.md:1: images/q.png leads to docs/images/q.png, which is not there"],
        );
        check(
            "<img src=\"q.png\">",
            &["docs/a.md:1: q.png leads to docs/q.png, which is not there"],
        );
        check("[a](#b)", &["docs/a.md:1: docs/a.md has no heading for #b"]);
        check(
            "[a](b.md#two)",
            &["docs/a.md:1: docs/b.md has no heading for #two"],
        );
        check(
            "[a](images/p.png#x)",
            &["docs/a.md:1: docs/images/p.png has no heading for #x"],
        );
        check(
            "[a](http://example.com)",
            &["docs/a.md:1: http://example.com is no https address"],
        );
        check("[a]()", &["docs/a.md:1: a link without a target"]);
        check(
            "[x][r]\n\n[r]: nowhere.md\n",
            &["docs/a.md:3: nowhere.md leads to docs/nowhere.md, which is not there"],
        );
    }
}
