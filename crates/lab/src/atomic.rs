//! Writes a file whole or not at all, also when the machine goes down meanwhile. What is written is the caller's.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Context as _;

/// So that two threads never write into one file beside.
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// Puts `bytes` in the place of `path`'s content: first into a file beside it, then onto the disk, then under its name.
/// Of two that write at once, each has a file of its own; the later one's stays.
///
/// What is there and is no regular file, as a pipe or a device, is written into, and stays what it is.
///
/// # Errors
/// When the folder is missing, read-only or full; then `path` is as it was.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    if is_written_into(path) {
        let mut target = OpenOptions::new();
        target.write(true).create(true).truncate(true);
        return target
            .open(path)
            .and_then(|mut target| target.write_all(bytes))
            .with_context(|| format!("{} cannot be written", path.display()));
    }
    // A link stays one: what it leads to is written.
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let name = real
        .file_name()
        .with_context(|| format!("{} names no file", path.display()))?;
    let mut beside = OsString::from(".");
    beside.push(name);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    beside.push(format!(".{}-{number}.new", std::process::id()));
    let beside = real.with_file_name(beside);
    let written = write_new(&beside, &real, bytes);
    if written.is_err() {
        // What went wrong is told; a rest that cannot be removed either adds nothing to it.
        let _ = fs::remove_file(&beside);
    }
    written.with_context(|| format!("{} cannot be written", path.display()))
}

/// Whether putting a file under that name would take away something else: a pipe, a device, or a link whose target
/// has no path of its own, as `/dev/stdout` leads to a pipe.
fn is_written_into(path: &Path) -> bool {
    match fs::metadata(path) {
        Ok(target) if !target.is_file() => true,
        _ => path.is_symlink() && fs::canonicalize(path).is_err(),
    }
}

fn write_new(beside: &Path, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::create(beside)?;
    file.write_all(bytes)?;
    if let Ok(old) = fs::metadata(path) {
        file.set_permissions(old.permissions())?;
    }
    file.sync_all()?;
    fs::rename(beside, path)?;
    // The name is on the disk only when the folder is; not every file system lets a folder be synchronised.
    if let Some(folder) = path.parent() {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
    Ok(())
}
