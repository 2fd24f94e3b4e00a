//! What learners' code may try while it is graded, and graders that were built earlier.

use std::fs::{self, File};

use crate::project::Project;

const STEPS: &str = "labs/2-beta/tests/steps.rs";
const SOURCE: &str = "labs/2-beta/src/lib.rs";

#[test]
fn a_grader_that_was_killed_has_passed_nothing() {
    let project = Project::new();
    // As a child of the grader would: its verdict into the grader's output, then the end of the grader.
    let forged = r#"use std::io::Write as _;
    let lines = "test step_1_yes ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
    std::io::stdout().write_all(lines.as_bytes()).unwrap();
    std::io::stdout().flush().unwrap();
    let _ = std::process::Command::new("sh").args(["-c", "kill -KILL $PPID"]).status();
    false"#;
    project.edit(SOURCE, "    false", &format!("    {forged}"));
    let told = project.transcript("check 2");
    assert!(told.contains("before step 1 had a verdict"), "{told}");
    assert!(told.contains("SIGKILL"), "{told}");
    assert!(told.ends_with("[exit code 2]\n"), "{told}");
}

#[test]
fn an_edited_grader_is_not_run_once_the_original_is_back() {
    let project = Project::new();
    project.transcript("check 2");
    let path = project.root().join(STEPS);
    let aside = project.root().join("aside.rs");
    fs::rename(&path, &aside).expect("moved aside");
    let text = fs::read_to_string(&aside).expect("the grader");
    fs::write(&path, text.replace("beta::yes()", "true")).expect("an easier one");
    let eased = project.transcript("check 2");
    assert!(eased.ends_with("[exit code 0]\n"), "{eased}");
    fs::rename(&aside, &path).expect("moved back, its time and all");
    let told = project.transcript("check 2");
    assert!(told.ends_with("[exit code 1]\n"), "{told}");
}

/// A new clone that something else has built: a save's verdict does not wait for all of it, a report trusts none of it.
#[test]
fn what_was_built_before_is_assumed_by_check_and_never_by_a_report() {
    let project = Project::new();
    let record = project.root().join("target/graded-inputs.txt");
    let time = || {
        let file = File::open(project.root().join(STEPS)).and_then(|file| file.metadata());
        file.and_then(|file| file.modified()).expect("a time")
    };
    let untouched = time();
    project.transcript("check 2");
    assert_eq!(time(), untouched, "check has touched a new clone");
    // Restored elsewhere, every file is another one for the file system.
    let moved: String = fs::read_to_string(&record)
        .expect("a record")
        .lines()
        .map(|line| format!("{}\n", line.replacen('.', ".9", 1)))
        .collect();
    fs::write(&record, moved).expect("another workspace's record");
    project.transcript("check 2");
    assert_eq!(time(), untouched, "check has touched what was restored");
    project.transcript("report 2");
    let reported = time();
    assert_ne!(
        reported, untouched,
        "report has trusted what it did not build"
    );
    project.transcript("report 2");
    project.transcript("check 2");
    assert_eq!(time(), reported, "what was built anew is built again");
}

#[test]
fn files_that_nobody_changed_are_left_alone() {
    let project = Project::new();
    project.transcript("check 2");
    let time = || {
        let file = File::open(project.root().join(STEPS)).and_then(|file| file.metadata());
        file.and_then(|file| file.modified()).expect("a time")
    };
    let before = time();
    project.transcript("check 2");
    assert_eq!(before, time());
}

#[test]
fn a_grader_that_restores_itself_is_told() {
    let project = Project::new();
    project.release();
    let original = project.read(STEPS);
    project.write("original.rs", &original);
    let path = project.root().join(STEPS).display().to_string();
    let kept = project.root().join("original.rs").display().to_string();
    project.edit(
        STEPS,
        "assert!(beta::yes()",
        &format!("std::fs::copy({kept:?}, {path:?}).unwrap();\n    assert!(true"),
    );
    let told = project.transcript("check 2");
    assert_eq!(project.read(STEPS), original);
    assert!(told.ends_with("[exit code 0]\n"), "{told}");
    assert!(
        told.contains("test-edited: labs/2-beta/tests/steps.rs"),
        "{told}"
    );
}
