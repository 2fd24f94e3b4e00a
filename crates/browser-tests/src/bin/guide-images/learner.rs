//! The lab's package as a learner has it after a step: the starter, and the solution in the regions of the steps done.
//!
//! It is built in a copy of the workspace without what git ignores, `target/guide-images/ws`, but into the real target directory,
//! so that no dependency is compiled twice. The copy has another version, by which cargo tells its crates from the real ones,
//! and its program has a name of its own for each step, so that nobody's `target/debug/honeycomb` is replaced.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use browser_tests::build_in;

use crate::listed::listed;

/// A lab whose package is built.
#[derive(Clone, Copy)]
pub(crate) struct Lab {
    folder: &'static str,
    package: &'static str,
}

/// Lab 1.
pub(crate) const HONEYCOMB: Lab = Lab {
    folder: "labs/1-honeycomb",
    package: "honeycomb",
};

/// Lab 2.
pub(crate) const XRAY: Lab = Lab {
    folder: "labs/2-xray",
    package: "xray",
};

/// Lab 3.
pub(crate) const CLOUDWATCH: Lab = Lab {
    folder: "labs/3-cloudwatch",
    package: "cloudwatch",
};

/// The copy, made anew.
pub(crate) struct Learner {
    root: PathBuf,
    copy: PathBuf,
    /// Two at once would build each other's steps.
    _lock: File,
}

impl Learner {
    /// Copies the workspace at `root`.
    pub(crate) fn new(root: &Path) -> anyhow::Result<Learner> {
        let folder = root.join("target/guide-images");
        let copy = folder.join("ws");
        let lock = fs::create_dir_all(&folder)
            .and_then(|()| File::create(folder.join("lock")))
            .with_context(|| format!("making a file in {}", folder.display()))?;
        ensure!(
            lock.try_lock().is_ok(),
            "another guide-images is at work: wait for its end"
        );
        if copy.exists() {
            fs::remove_dir_all(&copy).with_context(|| format!("emptying {}", copy.display()))?;
        }
        for path in listed(root)? {
            let (from, to) = (root.join(&path), copy.join(&path));
            if let Some(folder) = to.parent() {
                fs::create_dir_all(folder)
                    .with_context(|| format!("making {}", folder.display()))?;
            }
            // Written, not copied: a file that is older than what was built from another state would count as built.
            fs::read(&from)
                .and_then(|bytes| fs::write(&to, bytes))
                .with_context(|| format!("copying {} to {}", from.display(), to.display()))?;
        }
        let learner = Learner {
            root: root.to_owned(),
            copy,
            _lock: lock,
        };
        let version = format!("version = \"{}\"\n", env!("CARGO_PKG_VERSION"));
        learner.change(
            "Cargo.toml",
            &version,
            &version.replace("\"\n", "-images\"\n"),
        )?;
        Ok(learner)
    }

    /// Builds the lab's program after `step` and gives its path.
    pub(crate) fn build(&self, lab: Lab, step: u32) -> anyhow::Result<PathBuf> {
        let Lab { folder, package } = lab;
        let starter = format!("{folder}/src");
        let solution = format!("{folder}/solution/src");
        let manifest_path = format!("{folder}/Cargo.toml");
        let sources = self.root.join(&starter);
        let entries = fs::read_dir(&sources)
            .with_context(|| format!("reading the folder {}", sources.display()))?;
        for entry in entries {
            let name = entry?.file_name();
            let read = |folder: &str| {
                let path = self.root.join(folder).join(&name);
                fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
            };
            let text = after(step, &read(&starter)?, &read(&solution)?)
                .with_context(|| format!("starter and solution of {}", name.display()))?;
            let path = self.copy.join(&starter).join(&name);
            fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
        }
        let program = format!("{package}-step-{step}");
        let manifest =
            fs::read(self.root.join(&manifest_path)).context("reading the lab's manifest")?;
        fs::write(self.copy.join(&manifest_path), manifest)
            .context("writing the lab's manifest")?;
        self.change(
            &manifest_path,
            &format!("[[bin]]\nname = \"{package}\"\n"),
            &format!("[[bin]]\nname = \"{program}\"\n"),
        )?;

        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => std::path::absolute(folder).context("CARGO_TARGET_DIR")?,
            None => self.root.join("target"),
        };
        let options = [
            "--offline".as_ref(),
            "--target-dir".as_ref(),
            target.as_os_str(),
        ];
        build_in(&self.copy, &[package], &options)?
            .remove(&program)
            .with_context(|| format!("cargo built no program {program}"))
    }

    /// Replaces what stands once in a file of the copy.
    fn change(&self, path: &str, from: &str, to: &str) -> anyhow::Result<()> {
        let path = self.copy.join(path);
        let text =
            fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        ensure!(
            text.matches(from).count() == 1,
            "{} has to say {from:?} once",
            path.display()
        );
        fs::write(&path, text.replace(from, to))
            .with_context(|| format!("writing {}", path.display()))
    }
}

/// The starter's text with the solution's regions of the steps up to `step`.
fn after(step: u32, starter: &str, solution: &str) -> anyhow::Result<String> {
    let (starter, solution) = (pieces(starter)?, pieces(solution)?);
    ensure!(
        starter
            .iter()
            .map(|piece| piece.0)
            .eq(solution.iter().map(|piece| piece.0)),
        "their regions differ"
    );
    Ok(starter
        .into_iter()
        .zip(solution)
        .map(|(starter, solution)| match starter.0 {
            Some(of) if of <= step => solution.1,
            _ => starter.1,
        })
        .collect())
}

/// A text cut before and after the inside of each region, which comes with its step.
fn pieces(text: &str) -> anyhow::Result<Vec<(Option<u32>, String)>> {
    let mut pieces = vec![(None, String::new())];
    for line in text.split_inclusive('\n') {
        let mark = line.trim();
        if mark == "// #endregion" {
            pieces.push((None, String::new()));
        }
        if let Some((_, piece)) = pieces.last_mut() {
            piece.push_str(line);
        }
        if let Some(step) = mark.strip_prefix("// #region step ") {
            let step = step
                .parse()
                .with_context(|| format!("the step in {mark:?}"))?;
            pieces.push((Some(step), String::new()));
        }
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(step: u32, wanted: &str) {
        let text = |four: &str, two: &str| {
            format!(
                "a\n  // #region step 4\n{four}  // #endregion\nb\n// #region step 2\n{two}// #endregion\n"
            )
        };
        let (starter, solution) = (text("todo\n", "todo\n"), text("four\n4\n", ""));
        let merged = after(step, &starter, &solution).expect("regions that agree");
        let lines: Vec<&str> = merged.lines().filter(|line| !line.contains('#')).collect();
        assert_eq!(lines.join(" "), wanted, "after step {step}");
    }

    #[test]
    fn the_solution_stands_in_the_regions_of_steps_done() {
        check(1, "a todo b todo");
        check(2, "a todo b");
        check(4, "a four 4 b");
    }

    #[test]
    fn regions_that_differ_are_refused() {
        let region = |step: u32| format!("// #region step {step}\n// #endregion\n");
        assert!(after(9, &region(1), &region(2)).is_err());
        assert!(after(9, &region(1), "").is_err());
    }
}
