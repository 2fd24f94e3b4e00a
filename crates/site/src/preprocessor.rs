//! What happens to the pages before mdBook renders them: files are included, directives filled in, and every link of the
//! workspace made into one of the book. mdBook's own inclusion of parts of files comes afterwards.

use std::collections::BTreeMap;
use std::rc::Rc;

use anyhow::Context as _;
use mdbook_driver::book::{Book, BookItem, Chapter};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use crate::directives::{self, Directive};
use crate::markdown;
use crate::paths::{self, Workspace};
use crate::places::{DOCS, Places};

/// Makes the pages of the book out of the Markdown of the workspace.
pub(crate) struct Site {
    workspace: Workspace,
    places: Rc<Places>,
}

impl Site {
    /// For this book.
    pub(crate) fn new(workspace: &Workspace, book: &Book) -> Site {
        let mut pages = BTreeMap::new();
        for chapter in book.chapters() {
            let Some((file, page)) = file_and_page(chapter) else {
                continue;
            };
            for line in chapter.content.lines() {
                if let Ok(Some(Directive::Include(included))) = Directive::read(line)
                    && let Some(included) = paths::join(paths::folder(&file), included)
                {
                    pages.insert(included, page.clone());
                }
            }
            pages.insert(file, page);
        }
        Site {
            workspace: workspace.clone(),
            places: Rc::new(Places::new(workspace, pages)),
        }
    }

    /// What is where in the book, which is known in full after the run.
    pub(crate) fn places(&self) -> Rc<Places> {
        Rc::clone(&self.places)
    }

    fn chapter(&self, chapter: &mut Chapter) -> anyhow::Result<()> {
        let Some((file, page)) = file_and_page(chapter) else {
            return Ok(());
        };
        let own = self.relinked(&page, &file, &chapter.content)?;
        let whole = directives::expand(&self.workspace, &file, &own, |included| {
            self.relinked(&page, included, &self.workspace.read(included)?)
        })?;
        chapter.content = directives::told_of(&whole);
        chapter.path = Some(page.into());
        Ok(())
    }

    /// The text of `file` with its links as the page `page` has to say them.
    fn relinked(&self, page: &str, file: &str, text: &str) -> anyhow::Result<String> {
        markdown::relink(text, |link| {
            let target = self.places.target(page, file, &link.target);
            target.with_context(|| format!("{file}:{}", markdown::line(text, link.range.start)))
        })
    }
}

/// A chapter's file from the workspace's root, and its page from the book's; `README.md` is the `index.md` of its folder.
fn file_and_page(chapter: &Chapter) -> Option<(String, String)> {
    let file = chapter.source_path.as_ref()?.to_str()?;
    let page = match file.strip_suffix("README.md") {
        Some(folder) => format!("{folder}index.md"),
        None => file.to_owned(),
    };
    Some((format!("{DOCS}/{file}"), page))
}

impl Preprocessor for Site {
    fn name(&self) -> &str {
        "site"
    }

    fn run(&self, _: &PreprocessorContext, mut book: Book) -> anyhow::Result<Book> {
        let mut failed = Ok(());
        book.for_each_mut(|item| {
            if let BookItem::Chapter(chapter) = item
                && failed.is_ok()
            {
                failed = self.chapter(chapter);
            }
        });
        failed.map(|()| book)
    }
}
