//! Cargo's configuration files outside the release: above the workspace, in folders of it, in cargo's home.
//! Of what they may say, only that counts by which other code is built or graded.

use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::environment::{are_harmless, is_well_known};
use super::{Finding, Kind};

/// A finding for each file that says such a thing. The workspace's own `.cargo/config.toml` is compared by its hash.
pub(super) fn findings(root: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut seen = vec![root.join(".cargo/config.toml")];
    findings.extend(toolchain_above(root));
    for (folder, shown) in folders(root) {
        for name in ["config.toml", "config"] {
            let path = folder.join(name);
            let canonical = path.canonicalize().unwrap_or_else(|_| path.clone());
            let Ok(text) = fs::read_to_string(&path) else {
                continue;
            };
            if seen.contains(&path) || seen.contains(&canonical) {
                continue;
            }
            seen.push(canonical);
            // What cargo cannot read, it complains of itself.
            let Ok(table) = text.parse::<Table>() else {
                continue;
            };
            let concerns = concerns(&table);
            if !concerns.is_empty() {
                let what = format!("It sets {}.", concerns.join(", "));
                findings
                    .push(Finding::new(Kind::CargoConfig, format!("{shown}/{name}")).seen(&what));
            }
        }
    }
    findings
}

/// Rustup takes the nearest such file; one in the workspace is compared with the release, and hides those above.
fn toolchain_above(root: &Path) -> Option<Finding> {
    for (up, folder) in root.ancestors().enumerate() {
        for name in ["rust-toolchain", "rust-toolchain.toml"] {
            if folder.join(name).is_file() {
                let path = format!("{}{name}", "../".repeat(up));
                let what = "It says which toolchain builds and grades.";
                return (up > 0).then(|| Finding::new(Kind::CargoConfig, path).seen(what));
            }
        }
    }
    None
}

/// Where cargo looks, run at the root or in a lab, each with words for it that tell nothing of the machine.
fn folders(root: &Path) -> Vec<(PathBuf, String)> {
    let mut folders = Vec::new();
    for (up, folder) in root.ancestors().enumerate() {
        folders.push((folder.join(".cargo"), format!("{}.cargo", "../".repeat(up))));
    }
    let labs = fs::read_dir(root.join("labs")).into_iter().flatten();
    let labs = labs.filter_map(|entry| Some(entry.ok()?.path()));
    let here = std::env::current_dir().unwrap_or_default();
    let below = here.ancestors().map(Path::to_path_buf);
    let mut inside: Vec<PathBuf> = labs
        .chain(below)
        .chain([root.join("labs")])
        .filter(|folder| folder.starts_with(root) && folder != root)
        .collect();
    inside.sort();
    inside.dedup();
    for folder in inside {
        let shown = folder.strip_prefix(root).unwrap_or(&folder).display();
        folders.push((folder.join(".cargo"), format!("{shown}/.cargo")));
    }
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    folders.extend(home.map(|home| (home, "$CARGO_HOME".to_owned())));
    folders
}

/// The keys that matter.
fn concerns(config: &Table) -> Vec<String> {
    let mut found = Vec::new();
    for key in ["patch", "paths", "include"] {
        if config.contains_key(key) {
            found.push(format!("`{key}`"));
        }
    }
    if let Some(alias) = config.get("alias")
        && alias.get("lab").is_some()
    {
        found.push("`alias.lab`".to_owned());
    }
    for (name, source) in config
        .get("source")
        .and_then(Value::as_table)
        .into_iter()
        .flatten()
    {
        // A mirror is none of these: what comes from a registry is checked by the lockfile's hashes.
        for key in ["directory", "local-registry", "git"] {
            if source.get(key).is_some() {
                found.push(format!("`source.{name}.{key}`"));
            }
        }
    }
    for (name, value) in config
        .get("env")
        .and_then(Value::as_table)
        .into_iter()
        .flatten()
    {
        let force = value.get("force").and_then(Value::as_bool) == Some(true);
        let matters = ["INSTA_", "RUST", "CARGO", "SPAN_SNAPSHOT_", "LD_", "DYLD_"]
            .iter()
            .any(|begin| name.starts_with(begin));
        if force || matters || name == "PATH" {
            found.push(format!("`env.{name}`"));
        }
    }
    if let Some(build) = config.get("build").and_then(Value::as_table) {
        found.extend(compiler("build", build));
    }
    for (name, table) in config
        .get("target")
        .and_then(Value::as_table)
        .into_iter()
        .flatten()
    {
        if let Some(table) = table.as_table() {
            found.extend(compiler(&format!("target.{name}"), table));
            if table.contains_key("runner") {
                found.push(format!("`target.{name}.runner`"));
            }
        }
    }
    found
}

/// Keys of `[build]` or `[target.NAME]` by which another compiler is run, or the same with options that matter.
fn compiler<'a>(section: &'a str, table: &'a Table) -> impl Iterator<Item = String> + 'a {
    table.iter().filter_map(move |(key, value)| {
        let matters = match key.as_str() {
            "rustc" | "rustc-wrapper" | "rustc-workspace-wrapper" | "linker" => !value
                .as_str()
                .is_some_and(|program| program.is_empty() || is_well_known(program)),
            "rustflags" => match value {
                Value::String(text) => !are_harmless(text.split_whitespace()),
                Value::Array(list) => !are_harmless(list.iter().filter_map(Value::as_str)),
                _ => true,
            },
            _ => false,
        };
        matters.then(|| format!("`{section}.{key}`"))
    })
}
