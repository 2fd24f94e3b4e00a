//! Manifests as the author's copy has them: its crates are told from the original's, and slots are among its members.
//!
//! They are changed as texts, line by line, so that the line numbers in cargo's messages stay right.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

use super::slot::SLOT;

/// A manifest of the original.
pub(super) struct Manifest {
    /// From the original's root.
    pub(super) path: PathBuf,
    text: String,
    table: toml::Table,
}

impl Manifest {
    pub(super) fn read(root: &Path, path: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(root.join(path))
            .with_context(|| format!("{} cannot be read", path.display()))?;
        let table = text
            .parse()
            .with_context(|| format!("{} cannot be read", path.display()))?;
        Ok(Self {
            path: path.to_owned(),
            text,
            table,
        })
    }

    /// The package's name, when it is a dynamic library.
    pub(super) fn dynamic(&self) -> Option<String> {
        let types = self.table.get("lib")?.get("crate-type")?.as_array()?;
        let dynamic = |kind: &toml::Value| matches!(kind.as_str(), Some("dylib" | "cdylib"));
        let name = self.table.get("package")?.get("name")?.as_str()?;
        types.iter().any(dynamic).then(|| name.to_owned())
    }

    /// The text for the copy, in which the `dynamic` libraries have names of their own.
    ///
    /// # Errors
    /// When something does not stand in the manifest as this needs it.
    pub(super) fn of_copy(&self, dynamic: &[String]) -> anyhow::Result<String> {
        if let Some(package) = self.table.get("package") {
            ensure!(
                package.get("version").is_some_and(toml::Value::is_table),
                "{} has a version of its own: say `version.workspace = true`, by which the author's copy is told from the original",
                self.path.display()
            );
        }
        let mut text = self.text.clone();
        if let Some(name) = self.dynamic() {
            text = self.replaced(
                &text,
                &format!("name = \"{name}\""),
                &format!("name = \"{name}-author\""),
            )?;
        }
        let Some(workspace) = self.table.get("workspace") else {
            return Ok(text);
        };
        if let Some(version) = workspace
            .get("package")
            .and_then(|package| package.get("version")?.as_str())
        {
            text = self.replaced(
                &text,
                &format!("version = \"{version}\""),
                &format!("version = \"{version}-author\""),
            )?;
        }
        text = self.replaced(
            &text,
            "members = [",
            &format!("members = [\"labs/*/{SLOT}*\", "),
        )?;
        for name in dynamic {
            text = self.replaced(
                &text,
                &format!("{name} = {{ "),
                &format!("{name} = {{ package = \"{name}-author\", "),
            )?;
        }
        Ok(text)
    }

    /// `text` with what the one line begins with replaced.
    fn replaced(&self, text: &str, from: &str, to: &str) -> anyhow::Result<String> {
        let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        let mut found = lines.iter_mut().filter(|line| line.starts_with(from));
        let (Some(line), None) = (found.next(), found.next()) else {
            anyhow::bail!(
                "{} has to have one line that begins with `{from}`",
                self.path.display()
            );
        };
        *line = line.replacen(from, to, 1);
        Ok(lines.concat())
    }
}
