//! Where the observatory keeps a recording: filled once, and found again as long as the programs that made it are the same.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};

/// The file that says that all of the recording is there.
const LOADED: &str = "loaded";

/// A folder of the observatory's.
pub(super) struct Store {
    folder: PathBuf,
}

impl Store {
    /// The one that these programs fill, in the folder that they were built into. What is half filled, and what others have
    /// filled, is deleted.
    pub(super) fn of(programs: &[&Path]) -> anyhow::Result<Self> {
        let beside = programs
            .first()
            .and_then(|program| program.parent())
            .context("no program")?;
        let all = beside.join("recordings");
        let store = Self {
            folder: all.join(key(programs)?),
        };
        if !store.is_loaded() {
            match fs::remove_dir_all(&all) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(error).with_context(|| {
                        format!("{} cannot be deleted: delete it by hand", all.display())
                    });
                }
                _ => {}
            }
            let folder = &store.folder;
            fs::create_dir_all(folder)
                .with_context(|| format!("{} cannot be made", folder.display()))?;
        }
        Ok(store)
    }

    /// For the observatory's `--data`.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether nothing need be loaded.
    pub(super) fn is_loaded(&self) -> bool {
        self.folder.join(LOADED).is_file()
    }

    /// Takes note that all is there.
    pub(super) fn loaded(&self) -> anyhow::Result<()> {
        let file = self.folder.join(LOADED);
        fs::write(&file, "").with_context(|| format!("{} cannot be written", file.display()))
    }
}

/// Another one for other programs.
fn key(programs: &[&Path]) -> anyhow::Result<String> {
    let mut hash = Sha256::new();
    for program in programs {
        let bytes =
            fs::read(program).with_context(|| format!("{} cannot be read", program.display()))?;
        hash.update(bytes);
    }
    Ok(hash.finalize()[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}
