//! What an author sees: `author check` on a small workspace that is right, and on one with each thing wrong.

use std::fs;

use crate::project::Project;

const LIB: &str = "labs/1-alpha/src/lib.rs";
const SOLUTION: &str = "labs/1-alpha/solution/src/lib.rs";
const PATCH: &str = "labs/1-alpha/mistakes/off-by-one.patch";

#[test]
fn all_is_as_it_should_be() {
    let project = Project::for_authors();
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
    let project = Project::for_authors();
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
    project.edit(
        "labs/1-alpha/lab.toml",
        "\"As.\", \"As before.\"",
        "\"As before.\", \"As before.\"",
    );
    // Snapshots that the grader never asks for, when all else is well with the solution of beta.
    project.write("labs/2-beta/tests/snapshots/steps__old.snap", "");
    // Verdicts: of nothing, another, none.
    project.write("labs/2-beta/verdicts/2-no.verdict", "");
    project.edit("labs/2-beta/verdicts/1-yes.verdict", "say yes", "say so");
    project.remove("labs/1-alpha/verdicts/3-sum.verdict");
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
    check!("author_misses", project.transcript("author check"));
}

#[test]
fn learners_write_in_regions_only() {
    let project = Project::for_authors();
    project.edit(LIB, "//! Alpha.", "//! Alpha, the starter.");
    project.write("labs/1-alpha/solution/src/more.rs", "");
    project.edit(
        "labs/1-alpha/src/sums.rs",
        "    // #region step 3\n",
        "    // #region step 2\n",
    );
    project.edit(
        "labs/1-alpha/Cargo.toml",
        "live = []",
        "live = []\nmore = []",
    );
    check!(
        "author_outside_regions",
        project.transcript("author check 1")
    );
}

#[test]
fn each_step_is_a_place_that_can_be_reached() {
    let project = Project::for_authors();
    // With step 1 done, step 2 passes, though nobody did it.
    project.edit(
        LIB,
        "    // TODO(step 2): count\n    0\n",
        "    // TODO(step 2): count\n    one() * 2\n",
    );
    // A helper of the starter's step 1 and of the solution's step 2 is unused where step 2 begins.
    for path in [LIB, SOLUTION] {
        project.edit(path, "/// Two.", "fn helper() {}\n\n/// Two.");
    }
    project.edit(
        LIB,
        "    // TODO(step 1)",
        "    helper();\n    // TODO(step 1)",
    );
    project.edit(
        SOLUTION,
        "    // #region step 2\n",
        "    // #region step 2\n    helper();\n",
    );
    check!("author_not_reached", project.transcript("author check 1"));
}

#[test]
fn the_cause_that_counts_is_that_of_whoever_begins() {
    let project = Project::for_authors();
    project.edit(
        LIB,
        "    // TODO(step 2): count\n    0\n",
        "    // TODO(step 2): count\n    one()\n",
    );
    check!("author_reached_other", project.transcript("author check 1"));
    project.edit(
        "labs/1-alpha/lab.toml",
        "starter_cause = \"nothing-counted\"\nhints = [\"As",
        "starter_cause = \"nothing-counted\"\nreached_cause = \"miscounted\"\nhints = [\"As",
    );
    check!(
        "author_reached",
        project.transcript("author check 1 --accept")
    );
}

#[test]
fn verdicts_are_stored_when_they_are_accepted() {
    let project = Project::for_authors();
    let stored = |path: &str| project.read(&format!("labs/{path}.verdict"));
    let verdicts = [
        "1-alpha/verdicts/1-one",
        "1-alpha/verdicts/2-two",
        "1-alpha/verdicts/3-sum",
        "1-alpha/mistakes/off-by-one",
        "1-alpha/mistakes/a-sum-lost",
        "2-beta/verdicts/1-yes",
    ];
    let before = verdicts.map(stored);
    for verdict in &verdicts[1..4] {
        project.remove(&format!("labs/{verdict}.verdict"));
    }
    project.edit("labs/1-alpha/mistakes/a-sum-lost.verdict", "add", "sub");
    // A verdict that is not the announced one is not kept.
    project.edit(PATCH, "Cause: miscounted", "Cause: counted");
    check!("author_accept", project.transcript("author check --accept"));
    project.edit(PATCH, "Cause: counted", "Cause: miscounted");
    assert_eq!(stored(verdicts[3]), "");
    check!(
        "author_all_right_accepted",
        project.transcript("author check --accept")
    );
    assert_eq!(verdicts.map(stored), before);
}

#[test]
fn code_that_does_not_compile_is_a_miss() {
    let project = Project::for_authors();
    project.edit("labs/2-beta/src/lib.rs", "false", "no");
    project.edit(PATCH, "+    3", "+    drei");
    check!(
        "author_does_not_compile",
        project.transcript("author check")
    );
}

#[test]
fn a_mistake_fails_its_steps_and_no_others() {
    let project = Project::for_authors();
    project.edit(PATCH, "Also: sum\n", "");
    check!("author_fails_more", project.transcript("author check 1"));
}

#[test]
fn a_member_with_its_own_version_is_refused() {
    let project = Project::for_authors();
    project.edit(
        "labs/2-beta/Cargo.toml",
        "version.workspace = true",
        "version = \"0.1.0\"",
    );
    check!("author_own_version", project.transcript("author check 1"));
}

#[test]
fn a_new_lab_has_all_its_files() {
    let project = Project::for_authors();
    project.edit(
        "Cargo.toml",
        "[workspace.package]",
        "default-members = [\n    \"labs/1-alpha/solution\",\n]\n\n[workspace.package]",
    );
    // That it passes the check is proven by `scripts/new-lab`, where its dependencies are.
    check!("author_new", project.transcript("author new 3 third-lab"));
    check!("author_new_listed", project.transcript("list"));
    assert!(
        project
            .read("Cargo.toml")
            .contains("    \"labs/1-alpha/solution\",\n    \"labs/3-third-lab/solution\",\n]\n")
    );
    let solution = project.read("labs/3-third-lab/solution/Cargo.toml");
    assert!(solution.contains("name = \"third_lab\""));
    assert!(!solution.contains('@'));
    assert_ne!(project.read("labs/3-third-lab/starter.patch"), "");
    assert!(!project.root().join("labs/.3-third-lab.new").exists());
}

#[test]
fn a_new_lab_is_refused_before_anything_is_written() {
    let project = Project::for_authors();
    let manifest = project.read("Cargo.toml");
    let refused: String = [
        "author new 2 gamma",
        "author new 3 beta",
        "author new 3 Gamma",
        "author new 3 gamma-",
        "author new 3 test",
        "author new 0 gamma",
        "author new three gamma",
    ]
    .iter()
    .map(|args| project.transcript(args))
    .collect();
    check!("author_new_refused", refused);
    assert_eq!(project.read("Cargo.toml"), manifest);
    assert!(!project.root().join("labs/3-gamma").exists());
}
