//! A folder for a probe, gone when the probe is done.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// A new, empty folder that nobody else reads; removed with all that is in it when dropped.
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Below the system's folder for temporary files.
    pub(super) fn new() -> anyhow::Result<Self> {
        use std::os::unix::fs::DirBuilderExt as _;

        let base = std::env::temp_dir();
        let own = std::process::id();
        for number in 0..100 {
            let path = base.join(format!("cargo-lab-doctor-{own}-{number}"));
            match std::fs::DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => {
                    return Err(error)
                        .with_context(|| format!("no folder could be made in {}", base.display()));
                }
            }
        }
        anyhow::bail!("{} is full of folders of earlier runs", base.display())
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Left behind it does no harm.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
