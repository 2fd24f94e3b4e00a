//! Paths as the workspace writes them: from its root, with `/`, without `.` and `..`. What a link means in the book is `places`'.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// The workspace whose book this is.
#[derive(Clone)]
pub(crate) struct Workspace {
    /// Its folder.
    pub(crate) root: PathBuf,
}

impl Workspace {
    /// The one that this program was compiled in.
    pub(crate) fn here() -> Workspace {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        Workspace {
            root: root.canonicalize().unwrap_or_else(|_| root.to_owned()),
        }
    }

    /// Reads a file by its path from the root.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn read(&self, path: &str) -> anyhow::Result<String> {
        std::fs::read_to_string(self.root.join(path)).with_context(|| format!("reading {path}"))
    }

    /// Whether there is a file or a folder at this path from the root.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.root.join(path).exists()
    }
}

/// The folder that a file is in: `docs` of `docs/report.md`, the empty path of `README.md`.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// What `relative` means in `folder`, or nothing when it leads out of the workspace: `docs/a.md` for `../a.md` in `docs/adr`.
pub(crate) fn join(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// How a page in `folder` says `path`: `../a.md` for `docs/a.md` in `docs/adr`.
pub(crate) fn relative(folder: &str, path: &str) -> String {
    let from: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let to: Vec<&str> = path.split('/').collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", from.len() - shared);
    up.chain(to[shared..].iter().copied())
        .collect::<Vec<_>>()
        .join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_joined_and_made_relative_again() {
        for (folder, relative_path, whole) in [
            ("", "docs/report.md", "docs/report.md"),
            ("docs", "./adr/1.md", "docs/adr/1.md"),
            ("docs/adr", "../performance.md", "docs/performance.md"),
            (
                "labs/1-honeycomb",
                "../../docs/images/a.png",
                "docs/images/a.png",
            ),
        ] {
            assert_eq!(join(folder, relative_path).as_deref(), Some(whole));
            assert_eq!(
                join(folder, &relative(folder, whole)).as_deref(),
                Some(whole)
            );
        }
        assert_eq!(
            relative("docs/labs", "docs/images/a.png"),
            "../images/a.png"
        );
        assert_eq!(join("docs", "../../etc/passwd"), None);
    }
}
