//! What every lab's solution is tested for: the guide shows what the graders want, each tree in it being the snapshot
//! that it names.
//!
//! A solution has it as the test target `guide`.

use std::{collections::BTreeSet, fs, path::Path};

fn lab() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn read(path: &str) -> String {
    fs::read_to_string(lab().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn names(folder: &str) -> Vec<String> {
    fs::read_dir(lab().join(folder))
        .unwrap_or_else(|error| panic!("{folder}: {error}"))
        .map(|entry| {
            let name = entry.expect("a file").file_name();
            name.into_string().expect("a name in UTF-8")
        })
        .collect()
}

/// `step_3_` of `step_3_server_spans`.
fn step(name: &str) -> String {
    name.split_inclusive('_').take(2).collect()
}

#[test]
fn trees_in_the_guide_are_the_snapshots() {
    let guide = read("README.md");
    let mut shown = BTreeSet::new();
    for part in guide.split("<!-- snapshot: ").skip(1) {
        let (name, rest) = part
            .split_once(" -->\n```text\n")
            .expect("a block of text after the mark");
        let (tree, _) = rest.split_once("\n```").expect("the block's end");
        let snapshot = read(&format!("tests/snapshots/steps__{name}.snap"));
        let (_, wanted) = snapshot
            .split_once("\n---\n")
            .expect("the end of the snapshot's header");
        assert_eq!(
            tree,
            wanted.trim_end(),
            "the guide shows another tree than the snapshot {name}"
        );
        shown.insert(step(name));
    }
    // A lab whose answers are values, not spans, has no such folder; one that is there holds something.
    let wanted: BTreeSet<String> = if lab().join("tests/snapshots").exists() {
        names("tests/snapshots")
            .iter()
            .filter_map(|file| file.strip_prefix("steps__"))
            .map(step)
            .collect()
    } else {
        BTreeSet::new()
    };
    assert_eq!(
        lab().join("tests/snapshots").exists(),
        !wanted.is_empty(),
        "tests/snapshots is empty: remove it, or let a grader compare a tree"
    );
    assert_eq!(
        shown, wanted,
        "the guide shows a tree for each step that has one"
    );
}
