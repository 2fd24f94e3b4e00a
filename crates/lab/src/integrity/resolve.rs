//! Asks cargo where each package of the workspace comes from, once everything is resolved.
//! It takes a moment, so a report asks, and a check does not.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use super::{Finding, Kind};

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    source: Option<String>,
    manifest_path: PathBuf,
}

/// A finding for each package that has a member's name or none of cargo's registries as its source, and is no member.
/// When cargo gives no answer there is none here either: then nothing could be graded, and the report says that.
pub(crate) fn swapped_when_resolved(root: &Path) -> Vec<Finding> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(program)
        .args(["metadata", "--offline", "--format-version", "1"])
        .current_dir(root)
        .env_remove("CARGO_MANIFEST_DIR")
        .env_remove("CARGO_MANIFEST_PATH")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    let Some(metadata) = output
        .ok()
        .and_then(|output| serde_json::from_slice::<Metadata>(&output.stdout).ok())
    else {
        return Vec::new();
    };
    let is_member = |package: &Package| metadata.workspace_members.contains(&package.id);
    let mut names = Vec::new();
    for package in metadata
        .packages
        .iter()
        .filter(|package| !is_member(package))
    {
        let namesake = metadata
            .packages
            .iter()
            .any(|member| is_member(member) && member.name == package.name);
        let from = match &package.source {
            None if package.manifest_path.starts_with(root) => "another folder of the workspace",
            None => "a folder outside the workspace",
            Some(source) if source.starts_with("git+") => "a git repository",
            Some(_) if namesake => "a registry",
            Some(_) => continue,
        };
        names.push((package.name.clone(), from));
    }
    names.sort();
    names
        .into_iter()
        .map(|(name, from)| {
            let what = format!("Cargo takes `{name}` from {from}.");
            Finding::new(Kind::DependencySwapped, name).seen(&what)
        })
        .collect()
}
