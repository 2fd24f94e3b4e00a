//! Every block of code that the workspace's pages show is somewhere in the workspace.

use std::fs;
use std::path::{Path, PathBuf};

use guide_walk::blocks::Sources;
use guide_walk::guide::Guide;
use guide_walk::lab::Lab;

/// The pages in `folder` and below.
fn pages(root: &Path, folder: &str) -> Vec<PathBuf> {
    let mut pages = Vec::new();
    for entry in fs::read_dir(root.join(folder)).expect(folder) {
        let name = entry.expect(folder).file_name();
        let path = format!("{folder}/{}", name.to_str().expect("a name in UTF-8"));
        if root.join(&path).is_dir() {
            pages.extend(self::pages(root, &path));
        } else if path.ends_with(".md") {
            pages.push(path.into());
        }
    }
    pages.sort();
    pages
}

#[test]
fn code_in_guides_and_pages_is_in_the_workspace() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let sources = Sources::of(&root).expect("git knows the workspace");
    let mut walked: Vec<PathBuf> = Lab::all(&root)
        .expect("the labs")
        .iter()
        .map(Lab::guide)
        .collect();
    walked.push("README.md".into());
    let mut others = pages(&root, "docs");
    others.extend(["ARCHITECTURE.md".into(), "CONTRIBUTING.md".into()]);
    let mut wrong = Vec::new();
    for (paths, learners) in [(&walked, true), (&others, false)] {
        for path in paths {
            match Guide::read(&root, path) {
                Ok(guide) => wrong.extend(sources.wrong(&guide, learners)),
                Err(error) => wrong.push(format!("{error:#}")),
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
