//! Wrong answers: patches on the reference solution, each with the verdict it must get. Grading them is `author`'s.
//!
//! A file `labs/*/mistakes/NAME.patch`:
//!
//! ```text
//! Step: server-spans
//! Cause: duplicated-spans
//! Also: a-span-by-hand, client-spans
//! Why: Two students added the layer in `app()` and in `main`.
//! --- a/src/lib.rs
//! +++ b/src/lib.rs
//! @@ -1,3 +1,4 @@
//! …
//! ```
//!
//! `Step` is the step that must fail, with `Cause` as its first cause; the steps under `Also` may fail too, all others must pass.
//! Paths are those of the solution's folder; a file is added or removed by `/dev/null` on the other side.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use diffy::patch_set::{FileOperation, ParseOptions, PatchSet};

use super::copy::Change;
use crate::metadata::{Lab, is_identifier};

/// A patch, read and applied to the solution's files.
pub(super) struct Mistake {
    pub(super) step: String,
    pub(super) cause: String,
    pub(super) also: Vec<String>,
    pub(super) changes: Vec<Change>,
}

/// The lab's patches by name; none is fine.
pub(super) fn files(root: &Path, lab: &Lab) -> anyhow::Result<Vec<PathBuf>> {
    let folder = root.join(&lab.folder).join("mistakes");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect())
        .with_context(|| format!("the folder {} cannot be read", folder.display()))?;
    files.sort();
    Ok(files)
}

impl Mistake {
    /// Reads the patch in `file` and applies it.
    pub(super) fn read(root: &Path, lab: &Lab, file: &Path) -> anyhow::Result<Self> {
        ensure!(
            file.extension()
                .is_some_and(|extension| extension == "patch"),
            "not a .patch: move it out of `mistakes`"
        );
        let text = fs::read_to_string(file)
            .with_context(|| format!("{} cannot be read", file.display()))?;
        let start = text
            .starts_with("--- ")
            .then_some(0)
            .or_else(|| text.find("\n--- ").map(|newline| newline + 1))
            .context("no line begins with `--- `: put a unified diff after the preamble")?;
        let (preamble, diff) = text.split_at(start);
        // Editors strip the space that stands for an empty line of context.
        let diff: String = diff
            .trim_end_matches('\n')
            .lines()
            .flat_map(|line| [if line.is_empty() { " " } else { line }, "\n"])
            .collect();
        let mut mistake = Self::preamble(preamble, lab)?;
        for patch in PatchSet::parse(&diff, ParseOptions::unidiff()) {
            let patch = patch.context("the diff cannot be read")?;
            let folder = lab.package_folder(true);
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
            let after = diffy::apply(&before, text).with_context(|| {
                format!(
                    "does not apply to {}: make it anew with `diff -u`",
                    path.display()
                )
            })?;
            mistake.changes.push((path, to.map(|_| after)));
        }
        ensure!(!mistake.changes.is_empty(), "the diff changes nothing");
        Ok(mistake)
    }

    fn preamble(text: &str, lab: &Lab) -> anyhow::Result<Self> {
        let (mut step, mut cause, mut also, mut why) = (None, None, None, None);
        for line in text.lines() {
            let Some((key, value)) = line.split_once(": ") else {
                continue;
            };
            let field = match key {
                "Step" => &mut step,
                "Cause" => &mut cause,
                "Also" => &mut also,
                "Why" => &mut why,
                // The reason may go on over lines, colons among them.
                _ if why.is_some() => continue,
                _ => bail!("`{key}` is no key of a preamble: use Step, Cause, Also and Why"),
            };
            ensure!(field.is_none(), "`{key}` stands twice");
            *field = Some(value.trim());
        }
        let step = step.context("no line `Step: ID`")?.to_owned();
        let cause = cause.context("no line `Cause: ID`")?.to_owned();
        why.context("no line `Why: PROSE`: say who makes this mistake, or why")?;
        let also: Vec<String> = also
            .unwrap_or_default()
            .split([',', ' '])
            .filter(|id| !id.is_empty())
            .map(str::to_owned)
            .collect();
        ensure!(
            is_identifier(&cause),
            "`Cause` is `{cause}`, which no grader can say"
        );
        for id in also.iter().chain([&step]) {
            ensure!(
                lab.steps.iter().any(|known| known.id == *id),
                "lab.toml has no step `{id}`"
            );
        }
        Ok(Self {
            step,
            cause,
            also,
            changes: Vec::new(),
        })
    }
}
