//! `diff`: the solution's way beside the learner's, for a step that passes or for who asks to be spoilt.

use crate::project::Project;

const LIB: &str = "labs/1-alpha/src/lib.rs";
const TODO_1: &str = "// TODO(step 1): count\n    0";
const TODO_2: &str = "// TODO(step 2): count\n    0";

#[test]
fn a_step_that_passes_has_another_way() {
    let project = Project::new();
    check!("diff_nothing_passes", project.transcript("diff"));
    check!("diff_open", project.transcript("diff 1/1"));

    project.edit(LIB, TODO_1, "let one = 1;\n\n    one");
    check!("diff", project.transcript("diff alpha/one"));
    check!("diff_last_passed", project.transcript("diff"));
    check!("diff_last_of_lab", project.transcript("diff 2"));

    project.edit(LIB, TODO_2, "2");
    check!("diff_same", project.transcript("diff"));
    // A lab that is done leads to the next one's first steps.
    project.write(
        "labs/1-alpha/src/sums.rs",
        &project.read("labs/1-alpha/solution/src/sums.rs"),
    );
    check!("diff_lab_done", project.transcript("diff"));
    project.edit(
        "labs/2-beta/src/lib.rs",
        "// TODO(step 1): say yes\n    false",
        "!false",
    );
    check!("diff_text", project.transcript("diff"));
}

#[test]
fn a_spoiler_is_shown_when_asked_for_and_grades_nothing() {
    let project = Project::new();
    project.edit(LIB, TODO_1, "does not compile");
    check!("diff_spoil", project.transcript("diff 1/2 --spoil"));
    check!("diff_spoil_what", project.transcript("diff --spoil"));
    check!("diff_spoil_lab", project.transcript("diff 1 --spoil"));
    assert!(!project.root().join("target").exists());
    check!("diff_does_not_compile", project.transcript("diff 1/2"));
}

#[test]
fn a_file_without_its_marks_is_compared_as_a_whole() {
    let project = Project::new();
    project.edit(LIB, "    // #region step 2\n", "");
    check!("diff_marks_lost", project.transcript("diff 1/2 --spoil"));
}

#[test]
fn usage() {
    let project = Project::new();
    for (name, args) in [
        ("help_diff", "diff --help"),
        ("diff_unknown_step", "diff 1/9"),
        ("diff_unknown_lab", "diff 9"),
    ] {
        check!(name, project.transcript(args));
    }
}
