//! An observatory and a browser that looks at its pages: what nearly every test of a page begins, waits for and ends with.
//! What is in the observatory, and what a page is asked, is each test's own.

use anyhow::bail;
use serde_json::{Value as Json, json};

use crate::{Browser, Observatory};

/// The pages and a browser that looks at them; the browser is ended first.
pub struct Visit {
    /// Who looks.
    pub browser: Browser,
    /// What is looked at.
    pub observatory: Observatory,
}

impl Visit {
    /// An empty observatory, whose clock stands at this moment, in seconds since the Unix epoch.
    ///
    /// # Errors
    ///
    /// When either does not start.
    pub fn begin(seconds: u64) -> anyhow::Result<Visit> {
        Ok(Visit {
            browser: Browser::start()?,
            observatory: Observatory::start_at(seconds)?,
        })
    }

    /// Goes to the page at this path.
    ///
    /// # Errors
    ///
    /// When the browser does not answer.
    pub fn goto(&self, path: &str) -> anyhow::Result<()> {
        self.browser.goto(&self.observatory.url(path))
    }

    /// Waits until a condition, a script's body, is true of these arguments.
    ///
    /// # Errors
    ///
    /// When it does not become true in time.
    pub fn wait(&self, what: &str, condition: &str, inputs: Json) -> anyhow::Result<()> {
        self.browser.wait_until(what, condition, inputs).map(drop)
    }

    /// Waits until the page is there whose address has this in it, percent-decoded, and it asks for nothing more.
    ///
    /// # Errors
    ///
    /// When that does not come in time.
    pub fn wait_for_address(&self, part: &str) -> anyhow::Result<()> {
        let there = "return decodeURIComponent(location.href.replaceAll('+', ' ')).includes(arguments[0]) && document.readyState === 'complete' && !document.querySelector('main.busy')";
        self.wait(&format!("an address with {part}"), there, json!([part]))
    }

    /// The text of an element, once it is there.
    ///
    /// # Errors
    ///
    /// When it does not come in time.
    pub fn text(&self, css: &str) -> anyhow::Result<String> {
        self.browser.find(css)?.text()
    }

    /// How many elements there are now.
    ///
    /// # Errors
    ///
    /// When the selector is none.
    pub fn count(&self, css: &str) -> anyhow::Result<usize> {
        Ok(self.browser.find_all(css)?.len())
    }

    /// An attribute of each element that is there now, in the order of the page; empty where an element has none.
    ///
    /// # Errors
    ///
    /// When the selector is none.
    pub fn attributes(&self, css: &str, name: &str) -> anyhow::Result<Vec<String>> {
        let found = self.browser.find_all(css)?;
        found
            .iter()
            .map(|one| Ok(one.attribute(name)?.unwrap_or_default()))
            .collect()
    }

    /// Ends the visit: nothing went wrong in the page, and no script of what was sent ran.
    ///
    /// # Errors
    ///
    /// When a dialog is open, the page wrote errors, or the browser does not answer.
    pub fn end(self) -> anyhow::Result<()> {
        if let Some(dialog) = self.browser.dialog()? {
            bail!("a dialog is open: {dialog:?}");
        }
        let errors = self.browser.console_errors()?;
        if !errors.is_empty() {
            bail!("the page wrote errors: {errors:?}");
        }
        Ok(())
    }
}
