//! Finds reports in a folder and in those below it. A file that is none is told of with its reason, and stops nobody.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, ensure};

use crate::report::{Report, json};
use crate::timestamp;

/// A report of 100 labs is smaller.
const LARGEST: u64 = 4 << 20;

/// A clock may be ahead of the instructor's by so many seconds.
const AHEAD: u64 = 24 * 60 * 60;

/// A `*.json` that was not counted.
pub(super) struct Unread {
    /// From the folder that was asked for.
    pub(super) path: String,
    pub(super) reason: String,
}

/// Reports, each with its path, and what is none.
pub(super) type Found = (Vec<(String, Report)>, Vec<Unread>);

/// Every report with its path from `folder`, in the order of paths; and what was not counted.
///
/// # Errors
/// When the folder itself cannot be read.
pub(super) fn reports(folder: &Path) -> anyhow::Result<Found> {
    fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut files = Vec::new();
    walk(folder, "", &mut files);
    let (mut reports, mut unread) = (Vec::new(), Vec::new());
    for path in files {
        match report(&folder.join(&path)) {
            Ok(report) => reports.push((path, report)),
            Err(error) => unread.push(Unread {
                path,
                reason: format!("{error:#}"),
            }),
        }
    }
    Ok((reports, unread))
}

fn report(file: &Path) -> anyhow::Result<Report> {
    // Asked first: to open a pipe is to wait for somebody who writes into it.
    let metadata = fs::metadata(file).context("unreadable")?;
    ensure!(metadata.is_file(), "no regular file");
    let mut text = String::new();
    // One byte more tells that there is more, also when the file grows meanwhile.
    let size = File::open(file)
        .and_then(|file| file.take(LARGEST + 1).read_to_string(&mut text))
        .context("unreadable")?;
    ensure!(size as u64 <= LARGEST, "larger than {} MiB", LARGEST >> 20);
    // Editors and shells of Windows begin files with a mark.
    let report = json::read(text.trim_start_matches('\u{feff}'))?;
    ensure!(
        !report.solution,
        "about the reference solutions, and nobody's work"
    );
    let at = &report.generated_at;
    let seconds = timestamp::parse(at)
        .with_context(|| format!("`generated_at` is {at:?}, no time as in 2026-03-01T09:30:00Z"))?;
    let now = timestamp::now();
    // Such a report would be the newest for good.
    ensure!(
        timestamp::parse(&now).is_none_or(|now| seconds <= now.saturating_add(AHEAD)),
        "`generated_at` is {at}, and here it is {now}: one of the two clocks is wrong"
    );
    Ok(report)
}

/// The paths of all `*.json`, with `/` between names; links to folders are not followed, so that no circle is walked.
fn walk(root: &Path, below: &str, files: &mut Vec<String>) {
    let entries = fs::read_dir(root.join(below)).into_iter().flatten();
    let mut entries: Vec<_> = entries.flatten().collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let path = format!("{below}{name}");
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            walk(root, &format!("{path}/"), files);
        } else if name.to_ascii_lowercase().ends_with(".json") {
            files.push(path);
        }
    }
}
