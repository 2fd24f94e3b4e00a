//! Takes out of a text what must not leave the machine: where the workspace and the home are, the values of secrets, and what looks like a key.
//! Control sequences of terminals go too.

use std::path::Path;

use crate::doctor::keys::Withhold;

/// Shorter values are words that stand everywhere, and no secrets.
const SHORTEST_SECRET: usize = 8;

/// What is replaced, and by what.
pub(super) struct Clean {
    replacements: Vec<(String, String)>,
    keys: Withhold,
}

impl Clean {
    /// For a workspace at `root`, and the secrets of this process's environment.
    ///
    /// # Errors
    /// When the rules for keys, which are part of this program, are wrong.
    pub(super) fn new(root: &Path) -> anyhow::Result<Self> {
        let mut replacements = vec![
            (format!("{}/", root.display()), String::new()),
            (root.display().to_string(), ".".to_owned()),
        ];
        for (name, value) in std::env::vars_os() {
            let (Some(name), Some(value)) = (name.to_str(), value.to_str()) else {
                continue;
            };
            if name == "HOME" && value.len() > 1 {
                replacements.push((value.to_owned(), "~".to_owned()));
            } else if is_secret(name) {
                // Headers are `name=value,name=value`; the value alone may be printed as well.
                let parts = value
                    .split(',')
                    .filter_map(|part| Some(part.split_once('=')?.1));
                for part in std::iter::once(value).chain(parts) {
                    if part.len() >= SHORTEST_SECRET {
                        replacements.push((part.to_owned(), format!("[{name}]")));
                    }
                }
            }
        }
        // What contains another goes first.
        replacements.sort_by(|(a, _), (b, _)| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        Ok(Self {
            replacements,
            keys: Withhold::new()?,
        })
    }

    /// The text without them.
    ///
    /// # Errors
    /// As [`Self::new`]: rather no report than one with a key.
    pub(super) fn text(&self, text: &str) -> anyhow::Result<String> {
        let mut text = without_escapes(text);
        for (from, to) in &self.replacements {
            if text.contains(from.as_str()) {
                text = text.replace(from.as_str(), to);
            }
        }
        self.keys.text(&text)
    }
}

fn is_secret(name: &str) -> bool {
    [
        "KEY",
        "SECRET",
        "TOKEN",
        "PASSWORD",
        "HEADERS",
        "CREDENTIALS",
    ]
    .iter()
    .any(|word| name.contains(word))
}

/// Without what colours it: `ESC [ … letter`.
fn without_escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\x1b' {
            out.push(c);
        } else if rest.as_str().starts_with('[') {
            rest.by_ref().skip(1).find(char::is_ascii_alphabetic);
        }
    }
    out
}
