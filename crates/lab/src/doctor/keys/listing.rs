//! Which files git has, is about to have, or would take; and their contents. What is in them is `scan`'s to find.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

/// Larger files are data: nobody types a key into them.
const LARGEST: u64 = 1_000_000;
/// As far as git itself looks for a NUL to tell whether a file is binary.
const LOOKED_AT: usize = 8_000;

/// Whence a text comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    /// The file as it is, which git tracks.
    Tracked,
    /// What is staged, where the file is another by now.
    Staged,
    /// The file as it is, which git does not track and does not ignore.
    New,
}

/// What there is to read.
pub(super) struct Listing {
    root: PathBuf,
    /// Paths from the root.
    pub(super) tracked: BTreeSet<String>,
    pub(super) texts: BTreeSet<(String, Source)>,
}

/// Asks git; nothing where there is no repository.
pub(super) fn list(root: &Path) -> anyhow::Result<Option<Listing>> {
    if !is_repository(root)? {
        return Ok(None);
    }
    let tracked = paths(root, &["ls-files", "-z", "--cached"])?;
    let new = paths(root, &["ls-files", "-z", "--others", "--exclude-standard"])?;
    let changed = paths(root, &["diff-files", "-z", "--name-only", "--relative"])?;
    let mut texts = BTreeSet::new();
    texts.extend(tracked.iter().map(|path| (path.clone(), Source::Tracked)));
    texts.extend(new.into_iter().map(|path| (path, Source::New)));
    texts.extend(changed.into_iter().map(|path| (path, Source::Staged)));
    Ok(Some(Listing {
        root: root.to_owned(),
        tracked,
        texts,
    }))
}

impl Listing {
    /// The text, unless it is binary, large, no file, or gone.
    pub(super) fn read(&self, path: &str, source: Source) -> anyhow::Result<Option<Vec<u8>>> {
        let text = match source {
            Source::Staged => git(&self.root, &["show", &format!(":./{path}")]).ok(),
            Source::Tracked | Source::New => {
                read(&self.root.join(path)).with_context(|| format!("{path} cannot be read"))?
            }
        };
        Ok(text.filter(|text| {
            text.len() as u64 <= LARGEST && !text[..text.len().min(LOOKED_AT)].contains(&0)
        }))
    }
}

fn read(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    // A link's target is read by its own name, if git has it.
    match path.symlink_metadata() {
        Ok(data) if data.is_file() && data.len() <= LARGEST => {}
        Ok(_) => return Ok(None),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut text = Vec::new();
    std::fs::File::open(path)?
        .take(LARGEST + 1)
        .read_to_end(&mut text)?;
    Ok(Some(text))
}

fn is_repository(root: &Path) -> anyhow::Result<bool> {
    // A workspace inside another repository is tracked by that one.
    let answer = command(root, &["rev-parse", "--is-inside-work-tree"])
        .output()
        .context("`git` cannot be started")?;
    let words = String::from_utf8_lossy(&answer.stderr);
    if answer.status.success() || words.contains("not a git repository") {
        return Ok(answer.status.success());
    }
    // For instance that the folder belongs to somebody else.
    bail!("{}", words.trim());
}

fn paths(root: &Path, args: &[&str]) -> anyhow::Result<BTreeSet<String>> {
    Ok(git(root, args)?
        .split(|&byte| byte == 0)
        .filter(|path| !path.is_empty())
        .map(|path| String::from_utf8_lossy(path).into_owned())
        .collect())
}

fn git(root: &Path, args: &[&str]) -> anyhow::Result<Vec<u8>> {
    let answer = command(root, args)
        .output()
        .context("`git` cannot be started")?;
    if !answer.status.success() {
        let words = String::from_utf8_lossy(&answer.stderr);
        bail!("`git {}`: {}", args.join(" "), words.trim());
    }
    Ok(answer.stdout)
}

fn command(root: &Path, args: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        .args(args)
        .current_dir(root)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("LC_ALL", "C")
        .stdin(Stdio::null());
    command
}
