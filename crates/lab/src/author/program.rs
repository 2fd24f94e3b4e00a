//! Runs a built grader as `cargo test` would, and reads its verdicts. Building it is `build`'s.

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::Context as _;

use super::build::Job;
use crate::cargo;
use crate::grade::{Failure, Verdict};
use crate::libtest::{Outcome, Report};
use crate::metadata::{Lab, Step};

/// A built grader and where it belongs.
pub(super) struct Program {
    path: PathBuf,
    /// Where the libraries are that it links dynamically.
    libraries: PathBuf,
    /// The package's folder, in which cargo runs its tests.
    package: PathBuf,
    environment: Vec<(String, OsString)>,
}

impl Program {
    /// The program that cargo built, linked under the test's own name into a folder of the package:
    /// its name gets into what it says (`unknown_service:steps`), and cargo's has a hash in it.
    /// It is to have `environment`: what cargo's configuration adds, and whatever else.
    pub(super) fn aside(
        built: &Path,
        job: &Job,
        environment: Vec<(String, OsString)>,
    ) -> anyhow::Result<Self> {
        let libraries = built.parent().unwrap_or(built).to_owned();
        // As deep as cargo's own, which finds libraries by relative paths.
        let folder = libraries.with_file_name(format!("author-{}", job.package));
        let path = folder.join(&job.test);
        let linked = fs::create_dir_all(&folder)
            .and_then(|()| match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            })
            .and_then(|()| fs::hard_link(built, &path));
        linked.with_context(|| format!("{} cannot be linked", path.display()))?;
        Ok(Self {
            path,
            libraries,
            package: job.folder.clone(),
            environment,
        })
    }

    /// Runs all its tests.
    pub(super) fn run(&self) -> anyhow::Result<Output> {
        let mut command = Command::new(&self.path);
        command.arg("--color=never");
        cargo::isolate(&mut command);
        command
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .env("CARGO_MANIFEST_DIR", &self.package)
            .env(LIBRARY_PATH, &self.libraries)
            .current_dir(&self.package)
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("{} cannot be run", self.path.display()))
    }
}

/// What the system's loader calls the path of libraries.
const LIBRARY_PATH: &str = if cfg!(target_os = "macos") {
    "DYLD_FALLBACK_LIBRARY_PATH"
} else {
    "LD_LIBRARY_PATH"
};

/// The verdict of each step, in order; an error says why one is missing.
pub(super) fn verdicts<'a>(
    lab: &'a Lab,
    output: &Output,
) -> Result<Vec<(&'a Step, Verdict)>, String> {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let report = Report::parse(&stdout);
    if !report.is_consistent(output.status.success()) {
        return Err(format!(
            "ended early ({})\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    let verdict = |step: &'a Step| match report.outcome(&step.test) {
        Outcome::Passed => Ok((step, Verdict::Passed)),
        Outcome::Failed(text) => Ok((step, Verdict::Open(Failure::new(text)))),
        Outcome::Absent => Err(format!(
            "no test `{}`\nstep {} names it, and the target `{}` does not run it",
            step.test, step.number, lab.test
        )),
    };
    lab.steps.iter().map(verdict).collect()
}

/// The table `[env]` of the workspace's `.cargo/config.toml`, as cargo sets it for what it runs.
pub(super) fn environment(root: &Path) -> anyhow::Result<Vec<(String, OsString)>> {
    let file = root.join(".cargo/config.toml");
    let Ok(text) = std::fs::read_to_string(&file) else {
        return Ok(Vec::new());
    };
    let table: toml::Table = text
        .parse()
        .with_context(|| format!("{} cannot be read", file.display()))?;
    let Some(table) = table.get("env").and_then(toml::Value::as_table) else {
        return Ok(Vec::new());
    };
    let mut environment = Vec::new();
    for (name, value) in table {
        let flag = |key: &str| {
            let flag = value.get(key).and_then(toml::Value::as_bool);
            flag.unwrap_or_default()
        };
        let text = value.as_str().or_else(|| value.get("value")?.as_str());
        let text = text.with_context(|| format!("{}: {name} has no value", file.display()))?;
        // Insta's variables are never taken from the shell: `isolate` removes them.
        if std::env::var_os(name).is_some() && !flag("force") && !name.starts_with("INSTA_") {
            continue;
        }
        let value = if flag("relative") {
            root.join(text).into_os_string()
        } else {
            text.into()
        };
        environment.push((name.clone(), value));
    }
    Ok(environment)
}
