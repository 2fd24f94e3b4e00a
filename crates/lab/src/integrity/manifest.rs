//! Finds in a changed `Cargo.toml` the dependencies that come from elsewhere than in the release.
//! It reads manifests only; what cargo makes of all of them together is `resolve`'s.

use std::fs;
use std::path::{Component, Path, PathBuf};

use toml::{Table, Value};

use super::release::Release;
use super::{Finding, Kind};

/// One finding for each dependency that this manifest swaps.
pub(super) fn swaps(root: &Path, manifest: &str, release: &Release) -> Vec<Finding> {
    let text = fs::read_to_string(root.join(manifest)).unwrap_or_default();
    let Ok(table) = text.parse::<Table>() else {
        return Vec::new();
    };
    let folder = Path::new(manifest).parent().unwrap_or(Path::new(""));
    let mut found: Vec<(String, String)> = Vec::new();
    for (name, entry) in dependencies(&table) {
        if let Some(from) = elsewhere(name, entry, folder, release) {
            found.push((name.clone(), from));
        }
    }
    // A patch or a replacement is there to swap.
    for (name, entry) in replaced(&table) {
        let name = name.rsplit('#').next().unwrap_or(name);
        found.push((
            name.split(['@', ':']).next().unwrap_or(name).to_owned(),
            source(entry, folder),
        ));
    }
    found.sort();
    found.dedup();
    found
        .into_iter()
        .map(|(name, from)| {
            Finding::new(Kind::DependencySwapped, manifest).seen(&format!(
                "{manifest} was changed: `{name}` now comes from {from}."
            ))
        })
        .collect()
}

/// Every entry of every table of dependencies.
fn dependencies(manifest: &Table) -> Vec<(&String, &Value)> {
    const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];
    let targets = tables(manifest.get("target")).map(|(_, table)| table);
    let workspace = manifest.get("workspace").and_then(Value::as_table);
    std::iter::once(manifest)
        .chain(targets)
        .chain(workspace)
        .flat_map(|table| KINDS.iter().filter_map(|kind| table.get(*kind)?.as_table()))
        .flatten()
        .collect()
}

/// Every entry of `[patch.SOURCE]` and `[replace]`.
fn replaced(manifest: &Table) -> Vec<(&String, &Value)> {
    let patches = tables(manifest.get("patch")).map(|(_, table)| table);
    let replace = manifest.get("replace").and_then(Value::as_table);
    patches.chain(replace).flatten().collect()
}

fn tables(value: Option<&Value>) -> impl Iterator<Item = (&String, &Table)> {
    let table = value.and_then(Value::as_table);
    table
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| Some((name, value.as_table()?)))
}

/// Where a dependency comes from, when that is not where the release's comes from.
fn elsewhere(name: &str, entry: &Value, folder: &Path, release: &Release) -> Option<String> {
    let is_crate = |name: &str| release.0.contains_key(&format!("crates/{name}/"));
    let key = |key| entry.get(key).and_then(Value::as_str);
    let package = key("package").unwrap_or(name);
    if key("git").is_some() || (is_crate(name) && package != name) {
        return Some(source(entry, folder));
    }
    if let Some(path) = key("path") {
        let there = normal(&folder.join(path))?;
        let there = there.to_str()?;
        let released = there == format!("crates/{package}") && is_crate(package)
            || there.starts_with("labs/") && release.0.contains_key(&format!("{there}/Cargo.toml"));
        return (!released).then(|| source(entry, folder));
    }
    let inherited = entry.get("workspace").and_then(Value::as_bool) == Some(true);
    (is_crate(name) && !inherited).then(|| source(entry, folder))
}

/// Words for a place, without anything of the machine in them.
fn source(entry: &Value, folder: &Path) -> String {
    let key = |key| entry.get(key).and_then(Value::as_str);
    let from = match (key("path"), key("git")) {
        (Some(path), _) => match normal(&folder.join(path)) {
            Some(inside) => inside.display().to_string(),
            None => "a folder outside the workspace".to_owned(),
        },
        (None, Some(_)) => "a git repository".to_owned(),
        (None, None) => "a registry".to_owned(),
    };
    match key("package") {
        Some(package) => format!("{from} as `{package}`"),
        None => from,
    }
}

/// The path without `.` and `..`, unless it leaves the workspace.
fn normal(path: &Path) -> Option<PathBuf> {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                if !out.pop() {
                    return None;
                }
            }
            Component::Normal(name) => out.push(name),
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(out)
}
