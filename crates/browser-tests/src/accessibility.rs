//! What axe-core finds wrong with the page that is open. What the pages should be is in `tests/`.

use std::fmt;

use anyhow::Context as _;
use serde_json::json;

use crate::{Browser, PATIENCE};

/// Deque's axe-core, the file that npm's package of this name has.
const AXE: &str = include_str!("../vendor/axe-core/axe.min.js");

/// WCAG 2.0, 2.1 and 2.2 at the levels A and AA, and what axe's authors think good; the size of targets is off unless asked for.
/// Given `true`, only what another theme may change.
const RUN: &str = r#"
const options = arguments[0] ? { runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] } } : {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    rules: { "target-size": { enabled: true } },
};
return axe.run(document, { ...options, resultTypes: ["violations"] }).then(({ violations }) => violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => [id, help, node.target.flat().join(" "), node.failureSummary, node.html.slice(0, 300)])));
"#;

/// A rule and an element that does not meet it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// axe's name of the rule: `color-contrast`.
    pub rule: String,
    /// The rule in a sentence.
    pub help: String,
    /// A CSS selector of the element.
    pub element: String,
    /// What is wrong with it.
    pub summary: String,
    /// How its markup begins.
    pub markup: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure {
            rule,
            help,
            element,
            summary,
            markup,
        } = self;
        write!(f, "{rule} ({help}): {element}\n{summary}\n{markup}")
    }
}

impl Browser {
    /// What axe finds wrong with the page that is open, as it is now.
    ///
    /// # Errors
    ///
    /// When axe cannot run in it.
    pub fn axe(&self) -> anyhow::Result<Vec<Failure>> {
        self.run_axe(false)
    }

    /// What axe finds wrong with the colours alone: enough for a page that is all right in another theme.
    ///
    /// # Errors
    ///
    /// When axe cannot run in it.
    pub fn axe_colours(&self) -> anyhow::Result<Vec<Failure>> {
        self.run_axe(true)
    }

    fn run_axe(&self, colours_only: bool) -> anyhow::Result<Vec<Failure>> {
        self.execute(&format!("if (!window.axe) {{ {AXE} }}"), json!([]))
            .context("loading axe")?;
        let found = self
            .execute_within(PATIENCE, RUN, json!([colours_only]))
            .context("running axe")?;
        let found = found.as_array().context("axe gave no list")?;
        let failures = found.iter().map(|failure| {
            let text = |at: usize| failure[at].as_str().unwrap_or_default().to_owned();
            Failure {
                rule: text(0),
                help: text(1),
                element: text(2),
                summary: text(3),
                markup: text(4),
            }
        });
        Ok(failures.collect())
    }
}
