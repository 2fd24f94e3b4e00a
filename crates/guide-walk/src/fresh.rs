//! A fresh clone of the workspace, with what is built already by hard links: a learner's machine, without the wait.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};

use crate::listed::listed;

/// The clone.
pub struct Fresh {
    /// Its folder.
    pub root: PathBuf,
}

impl Fresh {
    /// Clones the workspace at `root` into `folder`: what git knows there, as it is now, with what is built in `CARGO_TARGET_DIR`,
    /// by default `target`.
    /// The folder has to be on the same disk, and better not in a workspace, whose `.cargo/config.toml` would be read too.
    ///
    /// # Errors
    /// When git or `cp` cannot be run, or nothing is built yet.
    pub fn of(root: &Path, folder: &Path) -> anyhow::Result<Self> {
        let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
        let target = root.join(target);
        let target = target.canonicalize().with_context(|| {
            format!(
                "there is no folder {}: build the workspace first",
                target.display()
            )
        })?;
        let clone = folder.join("tracing-labs");
        let debug = clone.join("target/debug");
        fs::create_dir_all(&debug).context("the clone's folder cannot be made")?;
        let fresh = Self { root: clone };
        fresh.copy_files(root)?;
        for (part, how) in [("deps", "-al"), ("build", "-a"), (".fingerprint", "-a")] {
            let built = target.join("debug").join(part);
            run(Command::new("cp").arg(how).arg(built).arg(&debug))?;
        }
        fresh.own_notes(&debug.join("deps"))?;
        fresh.commit()?;
        Ok(fresh)
    }

    /// With their times, by which cargo knows what it has built.
    fn copy_files(&self, root: &Path) -> anyhow::Result<()> {
        let paths = listed(root)?;
        let mut copying = Command::new("xargs")
            .args(["-0", "cp", "-p", "--parents", "-t"])
            .arg(&self.root)
            .current_dir(root)
            .stdin(Stdio::piped())
            .spawn()
            .context("xargs cannot be started")?;
        if let Some(mut stdin) = copying.stdin.take() {
            stdin.write_all(paths.join("\0").as_bytes())?;
        }
        ensure!(copying.wait()?.success(), "the files cannot be copied");
        Ok(())
    }

    /// The compiler writes its notes (`*.d`) where they are: those of the original must not change with them.
    fn own_notes(&self, deps: &Path) -> anyhow::Result<()> {
        for entry in fs::read_dir(deps)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "d") {
                let aside = path.with_extension("d-own");
                run(Command::new("cp").arg("-p").arg(&path).arg(&aside))?;
                fs::rename(&aside, &path)?;
            }
        }
        Ok(())
    }

    /// A learner's clone has a history, and nothing in it is changed.
    fn commit(&self) -> anyhow::Result<()> {
        let git = |arguments: &[&str]| {
            let mut command = Command::new("git");
            let who = ["-c", "user.name=walk", "-c", "user.email=walk@localhost"];
            run(command.current_dir(&self.root).args(who).args(arguments))
        };
        git(&["init", "--quiet"])?;
        git(&["add", "--all"])?;
        git(&["commit", "--quiet", "--message", "The workspace"])
    }
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let status = command.stdin(Stdio::null()).status();
    let status = status.with_context(|| format!("{command:?} cannot be started"))?;
    ensure!(status.success(), "{command:?} ended with {status}");
    Ok(())
}
