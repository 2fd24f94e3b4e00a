//! What in this workspace, in the environment or in cargo's configuration differs from the release, as far as it decides a verdict.
//! Nothing is forbidden here: findings are told by `check` and `report`, and the verdicts stay as they are.
//!
//! What the release was is in `crates/lab/release.sha256`, which is embedded in this program; see [`release`].

mod config;
mod environment;
mod files;
mod inputs;
mod manifest;
mod release;
mod resolve;

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::paragraph::fill;
use crate::workspace::Workspace;
pub(crate) use inputs::{Inputs, Trust};
pub(crate) use release::{digest, run};
pub(crate) use resolve::swapped_when_resolved;

/// One difference that could change a verdict.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Finding {
    pub(crate) kind: Kind,
    /// The file or folder (which ends in a slash) from the workspace's root, or the environment variable's name.
    pub(crate) path: String,
    /// What it means for the verdicts, in a sentence or two.
    pub(crate) sentence: String,
    /// The command that gives the original back, where there is one.
    pub(crate) restore: Option<String>,
}

/// What kind of difference; its [`Kind::id`] is part of the report's schema.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Kind {
    ReleaseReplaced,
    Environment,
    CargoConfig,
    DependencySwapped,
    SnapshotEdited,
    SnapshotPending,
    TestEdited,
    LabTomlEdited,
    ManifestEdited,
    LockEdited,
    CrateEdited,
    SolutionEdited,
    StarterEdited,
    FileAdded,
    FileMissing,
}

impl Kind {
    /// Each once.
    #[cfg(test)]
    const ALL: [Self; 15] = [
        Self::ReleaseReplaced,
        Self::Environment,
        Self::CargoConfig,
        Self::DependencySwapped,
        Self::SnapshotEdited,
        Self::SnapshotPending,
        Self::TestEdited,
        Self::LabTomlEdited,
        Self::ManifestEdited,
        Self::LockEdited,
        Self::CrateEdited,
        Self::SolutionEdited,
        Self::StarterEdited,
        Self::FileAdded,
        Self::FileMissing,
    ];

    /// The name in reports: lower case and hyphens.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::ReleaseReplaced => "release-replaced",
            Self::Environment => "environment",
            Self::CargoConfig => "cargo-config",
            Self::DependencySwapped => "dependency-swapped",
            Self::SnapshotEdited => "snapshot-edited",
            Self::SnapshotPending => "snapshot-pending",
            Self::TestEdited => "test-edited",
            Self::LabTomlEdited => "lab-toml-edited",
            Self::ManifestEdited => "manifest-edited",
            Self::LockEdited => "lock-edited",
            Self::CrateEdited => "crate-edited",
            Self::SolutionEdited => "solution-edited",
            Self::StarterEdited => "starter-edited",
            Self::FileAdded => "file-added",
            Self::FileMissing => "file-missing",
        }
    }

    /// What a difference of this kind means when no more is known.
    fn meaning(self) -> &'static str {
        match self {
            Self::ReleaseReplaced => "Nothing here was compared with the release.",
            Self::Environment => "It can change what is built or how it is graded.",
            Self::CargoConfig => {
                "Cargo reads it, and it can change what is built or how it is run."
            }
            Self::DependencySwapped => {
                "Labs and graders are built with other code than the release's."
            }
            Self::SnapshotEdited => {
                "It says what a step wants: the step may pass here and be open in the release."
            }
            Self::SnapshotPending => {
                "It is a proposal beside the snapshot of that name, and counts for nothing until somebody accepts it."
            }
            Self::TestEdited => "It grades: a step may pass here and be open in the release.",
            Self::LabTomlEdited => "It says which test grades which step, and what the hints are.",
            Self::ManifestEdited => "It says what is built and which tests there are.",
            Self::LockEdited => {
                "Dependencies may be other versions than the graders were made with."
            }
            Self::CrateEdited => {
                "Graders and labs are built on it: verdicts come from other code than the release's."
            }
            Self::SolutionEdited => {
                "It is shown beside your code, and a later lab may build on it."
            }
            Self::StarterEdited => {
                "`cargo lab reset` gives back another starter than the release's."
            }
            Self::FileAdded => {
                "The release has no such file, and cargo or a grader may take it up."
            }
            Self::FileMissing => "The release has it, and what it decided is not decided here.",
        }
    }
}

impl Finding {
    fn new(kind: Kind, path: impl Into<String>) -> Self {
        Self {
            kind,
            path: path.into(),
            sentence: kind.meaning().to_owned(),
            restore: None,
        }
    }

    /// The same with what was seen, said before the meaning.
    fn seen(mut self, what: &str) -> Self {
        self.sentence = format!("{what} {}", self.sentence);
        self
    }
}

/// Every finding, the gravest kinds first, paths in order; `before` is how the graders' files were when grading began.
/// Runs on each check, so it asks neither cargo nor the network.
pub(crate) fn findings(workspace: &Workspace, before: &Inputs) -> Vec<Finding> {
    let root = &workspace.root;
    let mut findings = environment::findings(root, |name| std::env::var_os(name), names());
    let (release, replaced) = release::Release::known(root);
    findings.extend(replaced);
    findings.extend(config::findings(root));
    if let Some(release) = release {
        findings.extend(files::findings(root, &release));
    }
    for changed in before.changed_since(root) {
        // What differs is told already, and by more.
        if !findings.iter().any(|finding| finding.path == changed.path) {
            findings.push(changed);
        }
    }
    add_restore(root, &mut findings);
    findings.sort_by(|a, b| (a.kind, &a.path).cmp(&(b.kind, &b.path)));
    findings
}

fn names() -> Vec<String> {
    std::env::vars_os()
        .filter_map(|(name, _)| name.into_string().ok())
        .collect()
}

/// The findings as a note under a verdict, grouped by kind; empty when there are none.
pub(crate) fn note(findings: &[Finding]) -> String {
    /// More of one kind are counted.
    const SHOWN: usize = 3;
    let mut out = String::new();
    if findings.is_empty() {
        return out;
    }
    out.push_str(
        "note: not all is as released. The verdict stands; `cargo lab report` tells this too.\n",
    );
    for group in findings.chunk_by(|a, b| a.kind == b.kind && a.sentence == b.sentence) {
        let Some(first) = group.first() else { continue };
        let paths: Vec<&str> = group
            .iter()
            .take(SHOWN)
            .map(|finding| finding.path.as_str())
            .collect();
        let _ = write!(out, "\n  {}: {}", first.kind.id(), paths.join(", "));
        match group.len().saturating_sub(SHOWN) {
            0 => out.push('\n'),
            more => {
                let _ = writeln!(out, " and {more} more");
            }
        }
        out.push_str(&fill(&first.sentence, "    "));
        let restore = first.restore.as_deref();
        if let Some(command) = restore.and_then(|restore| restore.strip_suffix(&first.path)) {
            let _ = writeln!(out, "    back: {command}{}", paths.join(" "));
        }
    }
    out
}

/// How to get each original back: from the commit that last wrote the release's hashes, which is the release.
fn add_restore(root: &Path, findings: &mut [Finding]) {
    let mut revision = None;
    for finding in findings {
        let path = &finding.path;
        finding.restore = match finding.kind {
            Kind::SnapshotPending | Kind::FileAdded => Some(format!("rm {path}")),
            Kind::Environment => Some(format!("unset {path}")),
            Kind::ReleaseReplaced => None,
            // Only what is in the release comes back from it.
            Kind::CargoConfig if path != ".cargo/config.toml" => None,
            _ => {
                let revision = revision.get_or_insert_with(|| {
                    let asked = ["log", "-1", "--format=%h", "--", release::FILE];
                    git(root, asked).unwrap_or_else(|| "RELEASE".to_owned())
                });
                Some(format!("git checkout {revision} -- {path}"))
            }
        };
    }
}

/// What git answers, when there is a git, a repository and an answer.
pub(crate) fn git<S: AsRef<OsStr>>(
    root: &Path,
    args: impl IntoIterator<Item = S>,
) -> Option<String> {
    let output = Command::new("git")
        .args(args)
        .current_dir(root)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let text = text.trim();
    (output.status.success() && !text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn every_kind_is_documented() {
        let page = include_str!("../../../docs/report.md");
        for kind in Kind::ALL {
            assert!(
                page.contains(&format!("\n| `{}` | ", kind.id())),
                "{}",
                kind.id()
            );
        }
        let rows = page
            .lines()
            .skip_while(|line| !line.starts_with("| kind |"));
        let rows = rows.skip(2).take_while(|line| line.starts_with('|'));
        assert_eq!(rows.count(), Kind::ALL.len());
    }
}
