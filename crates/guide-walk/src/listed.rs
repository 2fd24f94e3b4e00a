//! The files of the workspace as git knows them. `site` and `browser-tests` take this file by its path.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};

/// The paths, from `root`, of the files that git tracks or would take; not of those that are tracked and removed since.
///
/// # Errors
/// When git cannot be run, knows nothing of `root`, or names a file that is not in UTF-8.
pub fn listed(root: &Path) -> anyhow::Result<Vec<String>> {
    let output = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root)
        .output()
        .context("git cannot be run: it says which files there are")?;
    ensure!(
        output.status.success(),
        "git lists no files of {}: {}",
        root.display(),
        String::from_utf8_lossy(&output.stderr).trim()
    );
    let listed = String::from_utf8(output.stdout).context("a file's name is not in UTF-8")?;
    let paths = listed.split_terminator('\0').map(str::to_owned);
    Ok(paths.filter(|path| root.join(path).exists()).collect())
}
