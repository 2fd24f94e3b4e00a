//! Makes the book. What its pages say is `preprocessor`'s, how they look is the theme's in `docs/theme`.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};
use mdbook_driver::MDBook;
use mdbook_driver::builtin_preprocessors::LinkPreprocessor;

use crate::paths::Workspace;
use crate::places::DOCS;
use crate::preprocessor::Site;
use crate::warnings;

/// Makes the book in the folder `out`, which is emptied first, and gives the number of its pages.
///
/// # Errors
/// When a page can't be made, and when mdBook warns of something.
pub(crate) fn build(workspace: &Workspace, out: &Path) -> anyhow::Result<usize> {
    let (pages, warnings) = warnings::heard(|| render(workspace, out));
    let pages = pages?;
    ensure!(warnings.is_empty(), "{}", warnings.join("\nerror: "));
    Ok(pages)
}

fn render(workspace: &Workspace, out: &Path) -> anyhow::Result<usize> {
    let mut book = MDBook::load(workspace.root.join(DOCS))
        .context("reading docs/book.toml, docs/SUMMARY.md and its pages")?;
    book.config.set("build.build-dir", out)?;
    let site = Site::new(workspace, &book.book);
    let places = site.places();
    book.with_preprocessor(site)
        .with_preprocessor(LinkPreprocessor::new());
    book.build()?;
    for (path, text) in places.copies()? {
        let path = out.join(path);
        let folder = path.parent().unwrap_or(out);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, text))
            .with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(book.book.chapters().count())
}
