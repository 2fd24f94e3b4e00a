//! The snapshots of the graders, which are what the solutions' runs were proved to export.

use anyhow::Context as _;

use crate::paths::Workspace;

/// The tree in a lab's snapshot, without the snapshot's header.
///
/// # Errors
/// When the lab has no snapshot of this name; the error says which it has.
pub(crate) fn snapshot(workspace: &Workspace, lab: &str, name: &str) -> anyhow::Result<String> {
    let path = format!("labs/{lab}/tests/snapshots/steps__{name}.snap");
    let text = workspace.read(&path).with_context(|| {
        let names = names(workspace, lab);
        format!("lab {lab} has no snapshot {name}; it has {names}")
    })?;
    let (_, tree) = text
        .split_once("\n---\n")
        .with_context(|| format!("{path} has no header"))?;
    Ok(tree.trim_end().to_owned())
}

/// The names of a lab's snapshots, for a message.
fn names(workspace: &Workspace, lab: &str) -> String {
    let folder = workspace.root.join(format!("labs/{lab}/tests/snapshots"));
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let name = entry.ok()?.file_name().into_string().ok()?;
            let name = name.strip_prefix("steps__")?.strip_suffix(".snap")?;
            Some(name.to_owned())
        })
        .collect();
    names.sort();
    if names.is_empty() {
        return "none".to_owned();
    }
    names.join(", ")
}
