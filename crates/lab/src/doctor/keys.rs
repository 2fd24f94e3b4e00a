//! Keys in files that git has or would take: which files are read, and what is said of each key. The key itself is never shown.
//! [`Withhold`] takes keys out of a text that others are shown, by the same rules.

mod dialect;
mod listing;
mod rules;
mod scan;

use std::path::Path;

use super::seen::Seen;
use listing::{Listing, Source};
use rules::Rules;

const WHAT_TO_DO: &str = "Make a new key and withdraw this one first: whoever has the commit has the key. \
    Then take it out of the file; keys belong into `.env`, which git ignores. \
    If it is made up, say so with the comment `gitleaks:allow` on its line.";
const UNTRACK: &str = "Withdraw the keys in it first: whoever has the commit has them. \
    Then `git rm --cached` it, and commit; `.env` is in .gitignore.";

/// What stands where a key stood.
pub(crate) const NOT_SHOWN: &str = "(a key, not shown)";

/// Takes out of texts what looks like a key.
pub(crate) struct Withhold(Rules);

impl Withhold {
    /// # Errors
    /// When the rules, which are part of this program, are wrong.
    pub(crate) fn new() -> anyhow::Result<Self> {
        Ok(Self(Rules::load()?))
    }

    /// The text with [`NOT_SHOWN`] in the place of each key.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub(crate) fn text(&self, text: &str) -> anyhow::Result<String> {
        let mut places = scan::places(&self.0, text.as_bytes())?;
        places.sort_by_key(|place| (place.start, place.end));
        let mut out = Vec::with_capacity(text.len());
        let mut shown = 0;
        for place in places {
            if place.start >= shown {
                out.extend_from_slice(&text.as_bytes()[shown..place.start]);
                out.extend_from_slice(NOT_SHOWN.as_bytes());
            }
            shown = shown.max(place.end);
        }
        out.extend_from_slice(&text.as_bytes()[shown..]);
        // The rules see bytes, and one of them may end within a character.
        Ok(String::from_utf8_lossy(&out).into_owned())
    }
}

/// Reads every file that is tracked, staged, or new and not ignored. The history is not looked at.
pub(super) fn look(root: &Path) -> Vec<Seen> {
    let listing = match listing::list(root) {
        Ok(Some(listing)) => listing,
        Ok(None) => {
            return vec![Seen::note(
                "no git repository, so no file is tracked",
                "Before you `git init` and commit, run this again.",
            )];
        }
        Err(error) => {
            return vec![Seen::unknown(
                format!("git does not say which files it has: {error:#}"),
                advice(&error),
            )];
        }
    };
    judge(&listing).unwrap_or_else(|error| {
        vec![Seen::unknown(
            format!("the files could not be searched: {error:#}"),
            "",
        )]
    })
}

fn advice(error: &anyhow::Error) -> &'static str {
    let is_missing = error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| error.kind() == std::io::ErrorKind::NotFound);
    if is_missing {
        "Install git: https://git-scm.com/downloads."
    } else {
        "Run `git status` in this folder, and follow what it says."
    }
}

fn judge(listing: &Listing) -> anyhow::Result<Vec<Seen>> {
    let rules = Rules::load()?;
    let mut seen = Vec::new();
    let mut read = 0;
    for path in &listing.tracked {
        let name = path.rsplit('/').next().unwrap_or_default();
        if is_env_file(name) {
            seen.push(Seen::problem(format!("{path} is tracked by git"), UNTRACK));
        }
    }
    for (path, source) in &listing.texts {
        let Some(text) = listing.read(path, *source)? else {
            continue;
        };
        read += 1;
        for key in scan::scan(&rules, path, &text)? {
            let place = format!("{path}:{}", key.line);
            let what = match source {
                Source::Tracked => format!("{place} has a key ({})", key.rule),
                Source::Staged => format!("{place} has a key ({}), as it is staged", key.rule),
                Source::New => {
                    format!("{place} has a key ({}); git does not have it yet", key.rule)
                }
            };
            seen.push(Seen::problem(what, WHAT_TO_DO));
        }
    }
    if seen.is_empty() {
        seen.push(Seen::ok(format!(
            "no keys in {read} files (tracked, staged, or new and not ignored)"
        )));
    }
    Ok(seen)
}

/// `.env`, `.env.local`; not what is there to be copied.
fn is_env_file(name: &str) -> bool {
    let Some(kind) = name.strip_prefix(".env") else {
        return false;
    };
    match kind.strip_prefix('.') {
        None => kind.is_empty(),
        Some(kind) => !["example", "sample", "template", "dist"].contains(&kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context as _;

    #[test]
    fn without_git_nobody_is_told_to_run_it() {
        let missing: std::io::Result<()> = Err(std::io::ErrorKind::NotFound.into());
        let error = missing.context("`git` cannot be started").unwrap_err();
        assert_eq!(
            advice(&error),
            "Install git: https://git-scm.com/downloads."
        );
        let wanted = "Run `git status` in this folder, and follow what it says.";
        assert_eq!(advice(&anyhow::anyhow!("dubious ownership")), wanted);
    }

    #[test]
    fn files_that_hold_variables() {
        for (name, is_one) in [
            (".env", true),
            (".env.local", true),
            (".env.example", false),
            (".envrc", false),
            ("env", false),
        ] {
            assert_eq!(is_env_file(name), is_one, "{name}");
        }
    }
}
