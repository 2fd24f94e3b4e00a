//! What an author sees: `author check` on a small workspace that is right, and on one with each thing wrong.

use std::fs;

use crate::project::Project;

const LIB: &str = "labs/1-alpha/src/lib.rs";
const SOLUTION: &str = "labs/1-alpha/solution/src/lib.rs";
const PATCH: &str = "labs/1-alpha/mistakes/off-by-one.patch";

#[test]
fn all_is_as_it_should_be() {
    let project = Project::new();
    check!("author_all_right", project.transcript("author check"));

    // The copy's artifacts are never taken for the solution's, though both are built into one folder …
    check!(
        "author_then_solution",
        project.transcript("check 1 --solution")
    );
    // … and the second time a file that no mistake changes is not touched, so that cargo has nothing to do.
    let copied = project
        .root()
        .join("target/author/ws/labs/2-beta/src/lib.rs");
    let time = || {
        fs::metadata(&copied)
            .and_then(|file| file.modified())
            .expect("a file of the copy")
    };
    let before = time();
    check!("author_all_right", project.transcript("author check"));
    assert_eq!(time(), before);
}

#[test]
fn every_miss_is_told() {
    let project = Project::new();
    // The starter: a warning, a step that passes, another cause.
    project.edit(
        LIB,
        "// TODO(step 1): count\n    0",
        "let unused = 0;\n    1",
    );
    project.edit(
        "labs/1-alpha/lab.toml",
        "starter_cause = \"no-sum\"",
        "starter_cause = \"other\"",
    );
    // The solution: a step that fails, a mark.
    project.edit(SOLUTION, "    2\n", "    3 // TODO(step 2)\n");
    // Texts.
    project.edit(
        "labs/1-alpha/README.md",
        "## Step 3: Add them",
        "## Step 4: Add them",
    );
    project.edit(
        "labs/1-alpha/lab.toml",
        "files = [\"src/sums.rs\"]",
        "files = [\"src/sum.rs\"]",
    );
    // Mistakes: no patch; one that no longer applies; one whose preamble names no step; one whose cause is another.
    project.write("labs/1-alpha/mistakes/notes.txt", "");
    project.write(
        "labs/1-alpha/mistakes/a.patch",
        &project.read(PATCH).replace("Step: two", "Step: tow"),
    );
    project.edit(
        "labs/1-alpha/mistakes/a-sum-lost.patch",
        "Cause: no-sum",
        "Cause: sum-lost",
    );
    check!("author_misses", project.transcript("author check alpha"));
}

#[test]
fn code_that_does_not_compile_is_a_miss() {
    let project = Project::new();
    project.edit("labs/2-beta/src/lib.rs", "false", "no");
    project.edit(PATCH, "+    3", "+    drei");
    check!(
        "author_does_not_compile",
        project.transcript("author check")
    );
}

#[test]
fn a_mistake_fails_its_steps_and_no_others() {
    let project = Project::new();
    project.edit(PATCH, "Also: sum\n", "");
    check!("author_fails_more", project.transcript("author check 1"));
}

#[test]
fn a_member_with_its_own_version_is_refused() {
    let project = Project::new();
    project.edit(
        "labs/2-beta/Cargo.toml",
        "version.workspace = true",
        "version = \"0.1.0\"",
    );
    check!("author_own_version", project.transcript("author check 1"));
}
