//! Variants of a solution: with only the steps before one, or with a mistake; each as the files of a package. They are graded in slots.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::copy::files;
use super::mistakes::Mistake;
use super::slot::Files;
use crate::metadata::{Lab, Step};
use crate::regions::{insides, regions, replace};

/// The files of a lab's two packages.
pub(super) struct Sources {
    starter: Files,
    solution: Files,
}

impl Sources {
    /// Reads them: of the solution all but its own tests and benches; of the starter the sources, and what steps name beside them.
    pub(super) fn read(root: &Path, lab: &Lab) -> anyhow::Result<Self> {
        let package = root.join(lab.package_folder(true));
        let mut solution = Files::new();
        for path in files(&package)? {
            if !path.starts_with("tests") && !path.starts_with("benches") {
                solution.insert(path.clone(), read(&package.join(&path))?);
            }
        }
        let package = root.join(&lab.folder);
        let sources = files(&package.join("src"))?;
        let mut starter = Files::new();
        for path in sources.iter().map(|path| Path::new("src").join(path)) {
            starter.insert(path.clone(), read(&package.join(&path))?);
        }
        for path in lab.steps.iter().flat_map(|step| &step.files) {
            if package.join(path).is_file() {
                starter.insert(path.into(), read(&package.join(path))?);
            }
        }
        Ok(Self { starter, solution })
    }

    /// The solution as it is.
    pub(super) fn solution(&self) -> &Files {
        &self.solution
    }

    /// The solution with the mistake made.
    pub(super) fn with_mistake(&self, lab: &Lab, mistake: &Mistake) -> anyhow::Result<Files> {
        let mut files = self.solution.clone();
        for (path, text) in &mistake.changes {
            let path = path
                .strip_prefix(lab.package_folder(true))
                .with_context(|| format!("changes {}, outside of the solution", path.display()))?;
            if path == Path::new("src/main.rs") || path.starts_with("src/bin") {
                bail!(
                    "changes {}, which no grader compiles: make the mistake in the library",
                    path.display()
                );
            }
            match text {
                Some(text) => files.insert(path.to_owned(), text.clone().into_bytes()),
                None => files.remove(path),
            };
        }
        Ok(files)
    }

    /// The solution with only the steps before `step`: where a learner stands who begins with it.
    pub(super) fn before(&self, lab: &Lab, step: &Step) -> anyhow::Result<Files> {
        let mut files = self.solution.clone();
        for path in self.paths(lab) {
            let mixed = self
                .mixed(lab, step, path)
                .with_context(|| format!("{}", path.display()))?;
            match mixed {
                Some(bytes) => files.insert(path.clone(), bytes),
                None => files.remove(path),
            };
        }
        Ok(files)
    }

    /// A file as it is when the steps before `step` are done; none when it is not there.
    fn mixed(&self, lab: &Lab, step: &Step, path: &Path) -> anyhow::Result<Option<Vec<u8>>> {
        let (starter, solution) = (self.starter.get(path), self.solution.get(path));
        if let (Some(starter), Some(solution)) = (starter, solution)
            && let (Ok(starter), Ok(solution)) =
                (std::str::from_utf8(starter), std::str::from_utf8(solution))
        {
            let steps: BTreeSet<u32> = regions(solution)?
                .iter()
                .map(|region| region.step)
                .filter(|number| *number >= step.number)
                .collect();
            if !regions(solution)?.is_empty() {
                let mut text = solution.to_owned();
                for number in steps {
                    text = replace(&text, number, &insides(starter, number)?)?;
                }
                return Ok(Some(text.into_bytes()));
            }
        }
        // Without regions it is written as a whole in the first step that names it.
        let named = |step: &&Step| step.files.iter().any(|named| Path::new(named) == path);
        let written = lab.steps.iter().find(named).map(|step| step.number);
        let whole = if written.is_some_and(|number| number >= step.number) {
            starter
        } else {
            solution
        };
        Ok(whole.cloned())
    }

    /// What may differ: the sources, and what steps name beside them.
    fn paths(&self, lab: &Lab) -> BTreeSet<&PathBuf> {
        let named: BTreeSet<&Path> = lab
            .steps
            .iter()
            .flat_map(|step| &step.files)
            .map(Path::new)
            .collect();
        self.starter
            .keys()
            .chain(self.solution.keys())
            .filter(|path| path.starts_with("src") || named.contains(path.as_path()))
            .collect()
    }

    /// Where starter and solution differ though no learner is to write there.
    pub(super) fn differences(&self, root: &Path, lab: &Lab) -> anyhow::Result<Vec<String>> {
        let mut found = Vec::new();
        for path in self.paths(lab) {
            let shown = path.display();
            let (starter, solution) = (self.starter.get(path), self.solution.get(path));
            let (starter, solution) = match (starter, solution) {
                (Some(starter), Some(solution)) => (starter, solution),
                (None, _) => {
                    found.push(format!("{shown} is the solution's only"));
                    continue;
                }
                (_, None) => {
                    found.push(format!("{shown} is the starter's only"));
                    continue;
                }
            };
            // Beside the sources is what one step writes as a whole.
            if starter == solution || !path.starts_with("src") {
                continue;
            }
            match difference(starter, solution) {
                Ok(None) => {}
                Ok(Some(difference)) => found.push(format!("{shown}{difference}")),
                Err(error) => found.push(format!("{shown}: {error:#}")),
            }
        }
        let manifest = |folder: PathBuf| -> anyhow::Result<toml::Table> {
            let file = folder.join("Cargo.toml");
            let text = fs::read_to_string(root.join(&file));
            let table = text
                .map_err(anyhow::Error::from)
                .and_then(|text| Ok(text.parse()?));
            table.with_context(|| format!("{} cannot be read", file.display()))
        };
        let (starter, solution) = (
            manifest(lab.package_folder(false))?,
            manifest(lab.package_folder(true))?,
        );
        for key in ["features", "dependencies"] {
            if starter.get(key) != solution.get(key) {
                found.push(format!("Cargo.toml: other [{key}]"));
            }
        }
        Ok(found)
    }
}

/// The first line outside of regions that differs, or that the regions do.
fn difference(starter: &[u8], solution: &[u8]) -> anyhow::Result<Option<String>> {
    let (starter, solution) = (
        std::str::from_utf8(starter)?,
        std::str::from_utf8(solution)?,
    );
    let outside = |text: &str| -> anyhow::Result<Vec<(usize, String)>> {
        let regions = regions(text)?;
        let lines = text.lines().enumerate();
        Ok(lines
            .filter(|(index, _)| !regions.iter().any(|region| region.lines.contains(index)))
            .map(|(index, line)| (index + 1, line.to_owned()))
            .collect())
    };
    let (ours, theirs) = (outside(starter)?, outside(solution)?);
    let same = ours
        .iter()
        .zip(&theirs)
        .take_while(|(a, b)| a.1 == b.1)
        .count();
    Ok(match (ours.get(same), theirs.get(same)) {
        (None, None) => None,
        (Some((number, line)), _) => Some(format!(":{number} is outside of regions: {line}")),
        (None, Some((number, line))) => Some(format!(
            ": line {number} of the solution is outside of regions, and not in the starter: {line}"
        )),
    })
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("{} cannot be read", path.display()))
}
