//! `reset`: the step's places are the starter's again, and nothing that the learner wrote is lost.

use crate::project::Project;

const LIB: &str = "labs/1-alpha/src/lib.rs";
const SUMS: &str = "labs/1-alpha/src/sums.rs";

/// A learner's work: both steps in one file, and a line outside of the regions.
fn worked_on() -> Project {
    let project = Project::new();
    project.edit(
        LIB,
        "// TODO(step 1): count\n    0",
        "let one = 1;\n    one",
    );
    project.edit(LIB, "// TODO(step 2): count\n    0", "3");
    project.edit(
        LIB,
        "pub mod sums;\n",
        "pub mod sums;\n\nconst MINE: u32 = 1;\n",
    );
    project
}

#[test]
fn a_steps_places_are_put_back_and_the_rest_stays() {
    let project = worked_on();
    let before = project.read(LIB);
    check!("reset", project.transcript("reset 1/two"));
    check!("reset_file", project.read(LIB));
    assert_eq!(project.read(&format!("{LIB}.yours-1")), before);

    // Again: nothing is left to do, and nothing is kept twice.
    check!("reset_nothing", project.transcript("reset 1/2"));
    assert!(project.read(&format!("{LIB}.yours-2")).is_empty());
}

#[test]
fn what_was_kept_before_is_never_overwritten() {
    let project = worked_on();
    project.write(&format!("{LIB}.yours-1"), "precious");
    let before = project.read(LIB);
    check!("reset_next_number", project.transcript("reset 1/1"));
    assert_eq!(project.read(&format!("{LIB}.yours-1")), "precious");
    assert_eq!(project.read(&format!("{LIB}.yours-2")), before);
}

#[test]
fn a_file_without_its_marks_is_reset_as_a_whole_when_asked() {
    let project = worked_on();
    project.edit(LIB, "    // #region step 2\n", "");
    let before = project.read(LIB);
    check!("reset_marks_lost", project.transcript("reset 1/2"));
    assert_eq!(project.read(LIB), before);
    check!("reset_whole_file", project.transcript("reset 1/2 --file"));
    assert_eq!(project.read(LIB), Project::new().read(LIB));
    assert_eq!(project.read(&format!("{LIB}.yours-1")), before);
}

#[test]
fn a_region_that_is_gone_is_told() {
    let project = worked_on();
    project.write(SUMS, "//! Sums.\n");
    check!("reset_region_gone", project.transcript("reset 1/3"));
}

#[test]
fn a_file_without_regions_belongs_to_its_step() {
    let project = Project::new();
    project.write("labs/2-beta/yes.txt", "perhaps\n");
    check!("reset_text", project.transcript("reset beta/yes"));
    assert_eq!(project.read("labs/2-beta/yes.txt"), "no\n");
    assert_eq!(project.read("labs/2-beta/yes.txt.yours-1"), "perhaps\n");
}

#[test]
fn a_file_that_is_missing_comes_back() {
    let project = Project::new();
    project.remove(SUMS);
    check!("reset_missing", project.transcript("reset 1/3"));
    assert_eq!(project.read(SUMS), Project::new().read(SUMS));
}

#[test]
fn a_whole_lab_needs_a_yes() {
    let project = worked_on();
    project.write(SUMS, &project.read(SUMS).replace("None", "Some(3)"));
    let before = project.read(LIB);
    check!("reset_lab_needs_yes", project.transcript("reset 1"));
    assert_eq!(project.read(LIB), before);
    check!("reset_lab", project.transcript("reset 1 --yes"));
    assert_eq!(
        project.read(LIB),
        Project::new()
            .read(LIB)
            .replace("pub mod sums;\n", "pub mod sums;\n\nconst MINE: u32 = 1;\n")
    );
    assert_eq!(project.read(SUMS), Project::new().read(SUMS));
    // One file, two steps: kept once, as it was.
    assert_eq!(project.read(&format!("{LIB}.yours-1")), before);
    assert!(project.read(&format!("{LIB}.yours-2")).is_empty());
}

#[test]
fn one_file_without_marks_leaves_the_whole_lab_as_it_was() {
    let project = worked_on();
    project.write(SUMS, "//! Sums.\n");
    let before = project.read(LIB);
    check!("reset_lab_marks_lost", project.transcript("reset 1 --yes"));
    assert_eq!(project.read(LIB), before);
    assert!(project.read(&format!("{LIB}.yours-1")).is_empty());
}

#[test]
fn a_changed_solution_is_told_with_the_way_back() {
    let project = worked_on();
    project.edit("labs/1-alpha/solution/src/lib.rs", "    2\n", "    two()\n");
    check!("reset_solution_changed", project.transcript("reset 1/1"));
    project.remove("labs/1-alpha/starter.patch");
    check!("reset_patch_missing", project.transcript("reset 1/1"));
}

#[test]
fn usage() {
    let project = Project::new();
    for (name, args) in [
        ("help_reset", "reset --help"),
        ("reset_what", "reset"),
        ("reset_unknown_step", "reset 1/9"),
    ] {
        check!(name, project.transcript(args));
    }
    assert!(!project.root().join("target").exists());
}
