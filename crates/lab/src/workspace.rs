//! Finds the workspace from wherever the command was typed, and reads its labs in folder order.

use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, bail, ensure};

use crate::metadata::Lab;

/// The workspace's folder and what its `lab.toml` files say.
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) labs: Vec<Lab>,
    /// Where the learner stands: paths are shown from here, so that an editor's terminal can open them.
    here: PathBuf,
}

impl Workspace {
    /// Looks upwards from the current folder.
    pub(crate) fn open() -> anyhow::Result<Self> {
        let here = std::env::current_dir()
            .context("the current folder cannot be read: change to one that exists")?;
        let root = find_root(&here)?;
        let labs = read_labs(&root)?;
        Ok(Self { root, labs, here })
    }

    /// Of labs that stand nowhere; the learner is at their root.
    #[cfg(test)]
    pub(crate) fn of(labs: Vec<Lab>) -> Self {
        let root = PathBuf::from("/workspace");
        Self {
            here: root.clone(),
            root,
            labs,
        }
    }

    /// A path from the workspace's root, as one types it where the learner stands.
    pub(crate) fn shown(&self, path: &Path) -> String {
        from(&self.here, &self.root.join(path))
            .display()
            .to_string()
    }
}

fn find_root(here: &Path) -> anyhow::Result<PathBuf> {
    // `cargo run` tells where this package is; that helps when the alias is used from outside.
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    here.ancestors()
        .chain(package.iter().flat_map(|folder| folder.ancestors()))
        .find(|folder| {
            folder.join("labs").is_dir()
                && std::fs::read_to_string(folder.join("Cargo.toml"))
                    .is_ok_and(|manifest| manifest.contains("[workspace]"))
        })
        .map(Path::to_path_buf)
        .with_context(|| {
            format!(
                "no workspace with a `labs` folder at {} or above it: change to the folder that you cloned",
                here.display()
            )
        })
}

fn read_labs(root: &Path) -> anyhow::Result<Vec<Lab>> {
    let folder = root.join("labs");
    let mut names: Vec<_> = std::fs::read_dir(&folder)
        .and_then(|entries| {
            entries
                .map(|entry| Ok(entry?.file_name()))
                .collect::<Result<_, _>>()
        })
        .with_context(|| format!("the folder {} cannot be read", folder.display()))?;
    names.sort();
    let mut labs: Vec<Lab> = Vec::new();
    for name in names {
        let lab = Path::new("labs").join(name);
        let file = root.join(&lab).join("lab.toml");
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            // A folder without one is a lab that is not written yet.
            Err(error)
                if matches!(
                    error.kind(),
                    std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
                ) =>
            {
                continue;
            }
            Err(error) => {
                return Err(error).with_context(|| format!("{} cannot be read", file.display()));
            }
        };
        let lab = Lab::parse(&text, lab)?;
        for other in &labs {
            ensure!(
                other.package != lab.package && other.number != lab.number,
                "{} and {} have the same `number` or `package`: give each lab its own",
                other.folder.join("lab.toml").display(),
                lab.folder.join("lab.toml").display()
            );
        }
        labs.push(lab);
    }
    if labs.is_empty() {
        bail!(
            "no labs: {} holds no folder with a lab.toml",
            folder.display()
        );
    }
    labs.sort_by_key(|lab| lab.number);
    Ok(labs)
}

/// The way from the folder `base` to `path`, both absolute.
fn from(base: &Path, path: &Path) -> PathBuf {
    let shared = base
        .components()
        .zip(path.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = base.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(path.components().skip(shared)).collect()
}
