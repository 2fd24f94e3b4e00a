//! Compares the workspace's files with the release's hashes: changed, missing, added.

use std::path::Path;

use super::manifest;
use super::release::{Release, is_pending};
use super::{Finding, Kind};

/// What differs, and for a manifest, which dependency it swaps.
pub(super) fn findings(root: &Path, release: &Release) -> Vec<Finding> {
    let now = Release::of(root);
    let mut findings = Vec::new();
    for (path, hash) in &now.0 {
        match release.0.get(path) {
            Some(released) if released == hash => {}
            Some(_) => findings.extend(changed(root, path, release)),
            None if is_pending(path) => findings.push(Finding::new(Kind::SnapshotPending, path)),
            None => findings.push(added(path)),
        }
    }
    for path in release.0.keys().filter(|path| !now.0.contains_key(*path)) {
        findings.push(Finding::new(Kind::FileMissing, path));
    }
    findings
}

fn changed(root: &Path, path: &str, release: &Release) -> Vec<Finding> {
    let kind = kind(path);
    let mut findings = match kind {
        Kind::ManifestEdited => manifest::swaps(root, path, release),
        Kind::CrateEdited => manifest::swaps(root, &format!("{path}Cargo.toml"), release),
        _ => Vec::new(),
    };
    // What a manifest swaps says that it was changed, too.
    if findings.is_empty() || kind == Kind::CrateEdited {
        findings.push(Finding::new(kind, path));
    }
    findings
}

fn added(path: &str) -> Finding {
    let finding = Finding::new(Kind::FileAdded, path);
    if path.ends_with("insta.yaml") {
        return finding.seen("insta reads from it whether every comparison is to pass.");
    }
    if path.ends_with("build.rs") {
        return finding.seen("A build script runs before the graders are compiled.");
    }
    finding
}

/// What a covered path decides.
pub(super) fn kind(path: &str) -> Kind {
    let in_lab = path
        .strip_prefix("labs/")
        .map(|rest| rest.split_once('/').map_or(rest, |(_, rest)| rest));
    match (path, in_lab) {
        ("Cargo.lock", _) => Kind::LockEdited,
        (".cargo/config.toml", _) => Kind::CargoConfig,
        _ if path.starts_with("crates/") => Kind::CrateEdited,
        _ if path.ends_with("Cargo.toml") => Kind::ManifestEdited,
        _ if path.ends_with(".snap") => Kind::SnapshotEdited,
        (_, Some("lab.toml")) => Kind::LabTomlEdited,
        (_, Some("starter.patch")) => Kind::StarterEdited,
        (_, Some(rest)) if rest.starts_with("solution/tests/") => Kind::TestEdited,
        (_, Some(rest)) if rest.starts_with("solution/") => Kind::SolutionEdited,
        (_, Some(_)) => Kind::TestEdited,
        _ => Kind::ManifestEdited,
    }
}
