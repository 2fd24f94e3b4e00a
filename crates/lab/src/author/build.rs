//! Builds the graders of several packages by one cargo, and tells apart what came of each. Running them is `program`'s.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail, ensure};
use serde::Deserialize;

use crate::cargo;

/// What to build: a package's test target.
pub(super) struct Job {
    pub(super) package: String,
    /// The package's folder.
    pub(super) folder: PathBuf,
    pub(super) test: String,
}

/// What came of a job.
#[derive(Default)]
pub(super) struct Built {
    /// The test program; none when the package does not compile.
    pub(super) program: Option<PathBuf>,
    /// What the compiler said of the package.
    pub(super) errors: String,
    pub(super) warnings: String,
}

/// Builds all `jobs`, as far as they compile, in the workspace at `root`.
///
/// # Errors
/// When cargo cannot be run, or something else than the jobs' packages does not compile.
pub(super) fn build(root: &Path, jobs: &[Job], options: &[&str]) -> anyhow::Result<Vec<Built>> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(&program);
    command.args(["build", "--keep-going", "--message-format", "json"]);
    command.args(options);
    for job in jobs {
        command.args(["--package", &job.package]);
    }
    let tests: BTreeSet<&str> = jobs.iter().map(|job| job.test.as_str()).collect();
    for test in tests {
        command.args(["--test", test]);
    }
    cargo::isolate(&mut command);
    let shown = std::io::stderr().is_terminal();
    let mut child = command
        .current_dir(root)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(if shown {
            Stdio::inherit()
        } else {
            Stdio::piped()
        })
        .spawn()
        .with_context(|| format!("`{}` cannot be started", program.display()))?;
    let stderr = child.stderr.take();
    let stderr = std::thread::spawn(move || {
        let mut text = Vec::new();
        let _ = stderr.map(|mut stderr| stderr.read_to_end(&mut text));
        String::from_utf8_lossy(&text).into_owned()
    });
    let stdout = child
        .stdout
        .take()
        .context("cargo's output was not piped")?;
    let mut all: Vec<Built> = jobs.iter().map(|_| Built::default()).collect();
    let mut elsewhere = String::new();
    for line in BufReader::new(stdout).lines() {
        let line = line.context("cargo's output broke off")?;
        if let Ok(message) = serde_json::from_str::<Message>(&line) {
            let job = jobs.iter().position(|job| message.is_about(job));
            match job {
                Some(index) => message.add_to(&mut all[index], &jobs[index]),
                None => elsewhere.push_str(&message.error().unwrap_or_default()),
            }
        }
    }
    let status = child.wait().context("cargo could not be waited for")?;
    let stderr = stderr.join().unwrap_or_default();
    ensure!(
        elsewhere.is_empty(),
        "a crate does not compile\n{elsewhere}"
    );
    for (job, built) in jobs.iter().zip(&all) {
        if built.program.is_none() && built.errors.is_empty() {
            let lines = stderr.lines().skip_while(|line| !line.starts_with("error"));
            let said: Vec<&str> = lines.collect();
            bail!(
                "cargo ({status}) built no test `{}` of {}: {}",
                job.test,
                job.package,
                said.join("\n")
            );
        }
    }
    Ok(all)
}

/// The fields we read of cargo's messages, whatever their `reason`.
#[derive(Deserialize)]
struct Message {
    manifest_path: Option<PathBuf>,
    message: Option<Diagnostic>,
    target: Option<Target>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Diagnostic {
    level: String,
    rendered: Option<String>,
    message: String,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

impl Message {
    fn is_about(&self, job: &Job) -> bool {
        let manifest = self.manifest_path.as_deref();
        manifest.and_then(Path::parent) == Some(&job.folder)
            && manifest.and_then(Path::file_name) == Some(OsStr::new("Cargo.toml"))
    }

    fn add_to(self, built: &mut Built, job: &Job) {
        if let Some(error) = self.error() {
            built.errors.push_str(&error);
        } else if let Some(warning) = self.said("warning") {
            built.warnings.push_str(&warning);
        }
        if let (Some(target), Some(executable)) = (self.target, self.executable)
            && target.name == job.test
            && target.kind.iter().any(|kind| kind == "test")
        {
            built.program = Some(executable);
        }
    }

    fn error(&self) -> Option<String> {
        self.said("error")
    }

    /// What the compiler said at this level, but for rustc's sums ("aborting due to 2 previous errors", "2 warnings emitted").
    fn said(&self, level: &str) -> Option<String> {
        let diagnostic = self.message.as_ref()?;
        let sum = diagnostic.message.starts_with("aborting due to")
            || diagnostic.message.contains("emitted");
        (diagnostic.level.starts_with(level) && !sum)
            .then(|| diagnostic.rendered.clone())
            .flatten()
    }
}
