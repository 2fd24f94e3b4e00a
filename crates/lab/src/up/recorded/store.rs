//! Where the observatory keeps a recording: one folder for each build of the programs that fill it. What is in it, they know.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use sha2::{Digest as _, Sha256};

/// The file that an observatory locks in its folder for as long as it runs.
const LOCK: &str = "lock";

/// The folder that these programs fill, for the observatory's `--data`: it is in the one that they were built into.
///
/// Those that other builds have filled are deleted, unless an observatory has one open.
///
/// # Errors
///
/// When an observatory has it open already, and when an old one can't be deleted.
pub(super) fn folder(programs: &[&Path]) -> anyhow::Result<PathBuf> {
    let beside = programs
        .first()
        .and_then(|program| program.parent())
        .context("no program")?;
    let all = beside.join("recordings");
    let folder = all.join(key(programs)?);
    delete_others(&all, &folder)?;
    ensure!(
        !take(&folder).is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock),
        "an observatory has the recording open already, or is filling it now: look at its pages, \
         or end the `cargo lab up` that started it and start this one again. \
         If there is none, the observatory was left behind: `pgrep -l observatory` says its process, which `kill` ends"
    );
    Ok(folder)
}

fn delete_others(all: &Path, own: &Path) -> anyhow::Result<()> {
    let stores = match fs::read_dir(all) {
        Ok(stores) => stores,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            return Err(error).with_context(|| format!("{} cannot be read", all.display()));
        }
    };
    for store in stores {
        let store = store?.path();
        if store == own {
            continue;
        }
        // Held while the folder goes, so that no observatory opens it meanwhile.
        let Ok(_lock) = take(&store) else { continue };
        match fs::remove_dir_all(&store) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).with_context(|| {
                    format!("{} cannot be deleted: delete it by hand", store.display())
                });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Locks a folder as an observatory does, until what is given back is dropped; there is nothing to lock where none has been.
/// `WouldBlock` says that one has it open.
fn take(folder: &Path) -> io::Result<Option<File>> {
    match File::options().write(true).open(folder.join(LOCK)) {
        Ok(file) => {
            file.try_lock()?;
            Ok(Some(file))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
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
