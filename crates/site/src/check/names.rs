//! Every file that the Markdown names in code is there: `src/app.rs` from the text's own folder or from the root, `plan.rs`
//! anywhere. Which code is a file's name is told by its end, or by the folder it begins with.

use std::collections::BTreeSet;

use crate::markdown;
use crate::paths;

use super::tree::Tree;

/// Files have these ends; other words with a dot are hosts, attributes or methods.
const ENDS: [&str; 18] = [
    "css", "html", "js", "json", "lock", "md", "mjs", "patch", "png", "rs", "sh", "sha256", "snap",
    "svg", "toml", "verdict", "yaml", "yml",
];

/// Names that are told of and are not in the workspace: what commands write, and what readers make.
const MADE: [&str; 4] = [
    "cohort.html",
    "report.json",
    "report.xml",
    "rust-toolchain.toml",
];

/// Parts of paths that stand for any other.
const STAND_INS: [&str; 2] = ["N-name", "NAME"];

/// The names of files that are not there.
pub(super) fn wrong(tree: &Tree) -> Vec<String> {
    let ends = ends_of_paths(tree);
    let mut wrong = Vec::new();
    for (path, text) in &tree.texts {
        for code in &text.markdown.codes {
            let name = code.text.trim_end_matches('/');
            let here = paths::join(paths::folder(path), name);
            let is_there = here.is_some_and(|here| tree.paths.contains(&here))
                || ends.contains(name.trim_start_matches("./"))
                || MADE.contains(&name)
                || is_stand_in(name);
            if is_file_name(tree, &code.text) && !is_there {
                let line = markdown::line(&text.text, code.start);
                wrong.push(format!(
                    "{path}:{line}: there is no file `{name}` (what a command makes is in MADE, in crates/site/src/check/names.rs)"
                ));
            }
        }
    }
    wrong
}

/// `c.rs`, `b/c.rs` and `a/b/c.rs` for each path.
fn ends_of_paths(tree: &Tree) -> BTreeSet<&str> {
    let mut ends = BTreeSet::new();
    for path in &tree.paths {
        ends.insert(path.as_str());
        ends.extend(path.match_indices('/').map(|(at, _)| &path[at + 1..]));
    }
    ends
}

fn is_stand_in(name: &str) -> bool {
    let mut parts = name.split(['/', '.']);
    parts.any(|part| STAND_INS.contains(&part))
}

fn is_file_name(tree: &Tree, code: &str) -> bool {
    let is_path = code
        .chars()
        .all(|character| character.is_ascii_alphanumeric() || "-_./".contains(character));
    let last = code.rsplit('/').next().unwrap_or(code);
    let has_end = last
        .rsplit_once('.')
        .is_some_and(|(stem, end)| !stem.is_empty() && ENDS.contains(&end));
    let in_folder = code
        .split_once('/')
        .is_some_and(|(first, _)| !first.is_empty() && tree.paths.contains(first));
    is_path && (has_end || in_folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, told: &[&str]) {
        let tree = Tree::of(&[
            ("labs/a/README.md", text),
            ("labs/a/src/app.rs", ""),
            ("crates/b/src/plan.rs", ""),
        ]);
        let wrong = wrong(&tree);
        let wrong: Vec<&str> = wrong
            .iter()
            .map(|line| line.split(" (").next().unwrap_or(line))
            .collect();
        assert_eq!(wrong, told);
    }

    #[test]
    fn a_name_is_looked_for_here_at_the_root_and_by_its_end() {
        check(
            "`src/app.rs` `crates/b` `crates/b/src/plan.rs` `plan.rs` `b/src` `labs/a/`",
            &[],
        );
        check(
            "`service.name`, `api.eu1.honeycomb.io`, `/api/activities/home`, `GET /a.json`, `in_span`",
            &[],
        );
        check(
            "a\n`src/apps.rs`",
            &["labs/a/README.md:2: there is no file `src/apps.rs`"],
        );
        check(
            "`lan.rs`",
            &["labs/a/README.md:1: there is no file `lan.rs`"],
        );
        check(
            "`crates/c`",
            &["labs/a/README.md:1: there is no file `crates/c`"],
        );
        check("`labs/N-name/src` `mistakes/NAME.patch` `report.json`", &[]);
    }
}
