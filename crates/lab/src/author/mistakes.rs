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

use anyhow::{Context as _, anyhow, bail, ensure};

use crate::metadata::{Lab, is_identifier};
use crate::patch::{self, Change};

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
    // Verdicts stand beside their patches; `stored` knows them.
    files.retain(|file| {
        file.extension()
            .is_none_or(|extension| extension != "verdict")
    });
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
        let (preamble, diff) = patch::split(&text)?;
        let mut mistake = Self::preamble(preamble, lab)?;
        mistake.changes = patch::apply(root, &lab.package_folder(true), diff)
            .map_err(|error| anyhow!("{error:#}; make it anew with `diff -u`"))?;
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
