//! A lab as the walk knows it: its steps, and how the solution's places of a step get into the starter.
//! What else is in `lab.toml` is `cargo lab`'s.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use serde::Deserialize;

use crate::regions::{insides, regions, replace};

/// A lab's steps and where it is.
#[derive(Deserialize)]
pub struct Lab {
    /// As in `cargo lab check 1`.
    pub number: u32,
    /// The starter's package, and the name of its program.
    pub package: String,
    /// The guide, from the lab's folder.
    guide: String,
    /// In their order.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
    /// `labs/1-honeycomb`, from the workspace's root.
    #[serde(skip)]
    pub folder: PathBuf,
}

/// One step of a lab.
#[derive(Deserialize)]
pub struct Step {
    /// 1, 2, 3, …
    pub number: u32,
    /// What else it may be called by.
    pub id: String,
    /// To edit, from the folder of the starter or of the solution.
    files: Vec<String>,
    /// The heading of its section in the guide.
    pub anchor: String,
}

impl Lab {
    /// All labs of the workspace at `root`, by number.
    ///
    /// # Errors
    /// When a `lab.toml` cannot be read.
    pub fn all(root: &Path) -> anyhow::Result<Vec<Self>> {
        let mut labs = Vec::new();
        for entry in fs::read_dir(root.join("labs")).context("the folder labs cannot be read")? {
            let folder = Path::new("labs").join(entry?.file_name());
            let file = folder.join("lab.toml");
            if let Ok(text) = fs::read_to_string(root.join(&file)) {
                let mut lab: Self =
                    toml::from_str(&text).with_context(|| file.display().to_string())?;
                lab.folder = folder;
                labs.push(lab);
            }
        }
        labs.sort_by_key(|lab| lab.number);
        Ok(labs)
    }

    /// The guide, from the workspace's root.
    pub fn guide(&self) -> PathBuf {
        self.folder.join(&self.guide)
    }

    /// Whether `text` names this lab, as on the command line of `cargo lab`.
    pub fn is_called(&self, text: &str) -> bool {
        text == self.package || text == self.number.to_string()
    }

    /// Writes what the solution has in the places of `step` into the starter.
    ///
    /// # Errors
    /// When a file cannot be read or written, or the two have not the same places.
    pub fn write(&self, root: &Path, step: &Step) -> anyhow::Result<()> {
        let folder = root.join(&self.folder);
        for name in &step.files {
            let path = folder.join(name);
            let read = |path: &Path| {
                fs::read_to_string(path)
                    .with_context(|| format!("{} cannot be read", path.display()))
            };
            let solution = read(&folder.join("solution").join(name))?;
            let written = if regions(&solution)?.is_empty() {
                solution
            } else {
                let starter = read(&path)?;
                let places = insides(&solution, step.number)?;
                ensure!(
                    !places.is_empty(),
                    "{} has no region of step {}",
                    path.display(),
                    step.number
                );
                replace(&starter, step.number, &places)
                    .with_context(|| path.display().to_string())?
            };
            fs::write(&path, written)
                .with_context(|| format!("{} cannot be written", path.display()))?;
        }
        Ok(())
    }
}
