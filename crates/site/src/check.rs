//! What must hold of the workspace's Markdown and of the book made of it, without network. Each rule is in a module below.

mod html;
mod links;
#[allow(unreachable_pub, reason = "`guide-walk` shows it to its tests")]
#[path = "../../guide-walk/src/listed.rs"]
mod listed;
mod names;
mod pages;
mod tree;

use std::path::Path;

use crate::book;
use crate::paths::Workspace;
use crate::reference;
use tree::Tree;

/// Makes the book in `out` and gives what is wrong, in the workspace and in it: a line each, with the place.
///
/// # Errors
/// When something could not be looked at.
pub(crate) fn run(workspace: &Workspace, out: &Path) -> anyhow::Result<Vec<String>> {
    let tree = Tree::read(workspace)?;
    let mut wrong = links::wrong(&tree);
    wrong.extend(names::wrong(&tree));
    wrong.extend(pages::wrong(&tree));
    wrong.extend(reference::stale(workspace));
    if wrong.is_empty() {
        // With a link that leads nowhere there would be no book.
        book::build(workspace, out)?;
        wrong = html::wrong(out)?;
    }
    Ok(wrong)
}
