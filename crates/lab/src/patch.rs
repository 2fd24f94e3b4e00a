//! Applies unified diffs to a lab's solution: wrong answers and the untouched starter are kept as such. What a diff is for is its reader's.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use diffy::patch_set::{FileOperation, ParseOptions, PatchSet};

/// A file's path, and its text; none when the file is to be absent.
pub(crate) type Change = (PathBuf, Option<String>);

/// What stands before the diff in a patch file, and the diff.
///
/// # Errors
/// When there is no diff.
pub(crate) fn split(text: &str) -> anyhow::Result<(&str, &str)> {
    let start = text
        .starts_with("--- ")
        .then_some(0)
        .or_else(|| text.find("\n--- ").map(|newline| newline + 1))
        .context("no line begins with `--- `: put a unified diff after the preamble")?;
    Ok(text.split_at(start))
}

/// What `diff` makes of the files in `folder`, a path from `root`; the changes' paths are from there too.
/// A file is added or removed by `/dev/null` on the other side.
///
/// # Errors
/// When the diff cannot be read, does not apply, or changes nothing.
pub(crate) fn apply(root: &Path, folder: &Path, diff: &str) -> anyhow::Result<Vec<Change>> {
    // Editors strip empty lines from a file's end, which may have been context; what a hunk does not count is not read.
    let diff = format!("{diff}\n\n\n");
    let mut changes = Vec::new();
    for patch in PatchSet::parse(&diff, ParseOptions::unidiff()) {
        let patch = patch.context("the diff cannot be read")?;
        let text = patch.patch().as_text().context("the diff is binary")?;
        let operation = patch.operation().strip_prefix(1);
        let (from, to) = match &operation {
            FileOperation::Modify { original, modified } if original == modified => {
                (Some(original), Some(modified))
            }
            FileOperation::Create(path) => (None, Some(path)),
            FileOperation::Delete(path) => (Some(path), None),
            _ => bail!("the diff renames a file: remove it and add it"),
        };
        let before = match from {
            Some(path) => {
                let path = folder.join(&**path);
                fs::read_to_string(root.join(&path))
                    .with_context(|| format!("{} cannot be read", path.display()))?
            }
            None => String::new(),
        };
        let path = folder.join(&**from.or(to).context("a diff without a file")?);
        let after = diffy::apply(&before, text)
            .with_context(|| format!("does not apply to {}", path.display()))?;
        changes.push((path, to.map(|_| after)));
    }
    ensure!(!changes.is_empty(), "the diff changes nothing");
    Ok(changes)
}
