//! Why a block of shell is not run, and whether that is so: a machine of CI lacks something, or something else runs it.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};

/// Whether `reason` is one: `it needs WHAT`, of what a machine has not that runs the walk, or `WHY; PATH: TEXT`, where the file
/// at PATH, told from `root`, has this TEXT: it runs the block, or tests what is in it.
///
/// # Errors
/// When it is none, or the file has not this text.
pub fn holds(root: &Path, reason: &str) -> anyhow::Result<()> {
    let proof = reason.rsplit_once("; ");
    let Some((path, text)) = proof.and_then(|(_, proof)| proof.split_once(": ")) else {
        ensure!(
            reason.starts_with("it needs "),
            "`{reason}` is no reason: possible are `it needs WHAT`, and `WHY; PATH: TEXT` with a file of the workspace that runs or tests it, and what it says there"
        );
        return Ok(());
    };
    let file =
        fs::read_to_string(root.join(path)).with_context(|| format!("{path} cannot be read"))?;
    ensure!(file.contains(text), "{path} does not have `{text}`");
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::holds;

    #[track_caller]
    fn check(reason: &str, wanted: &str) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let got = holds(root, reason).map_or_else(|error| error.to_string(), |()| String::new());
        assert!(
            got.starts_with(wanted) && got.is_empty() == wanted.is_empty(),
            "{got}"
        );
    }

    #[test]
    fn a_reason_names_what_is_missing_or_who_does_it() {
        check("it needs a browser", "");
        check(
            "the manifest names it; Cargo.toml: name = \"guide-walk\"",
            "",
        );
        check("it is long", "`it is long` is no reason: possible are");
        check("CI runs it", "`CI runs it` is no reason: possible are");
        check(
            "CI runs it; Cargo.toml: no such text",
            "Cargo.toml does not have `no such text`",
        );
        check(
            "it needs CI; Cargo.toml: no such text",
            "Cargo.toml does not have `no such text`",
        );
        check("CI runs it; nowhere: text", "nowhere cannot be read");
    }
}
