//! What a learner sees: `list`, `check` and `hint` on a small workspace, their words and exit codes.

use std::fs;

use crate::project::{Project, finish};

#[test]
fn listing_builds_nothing() {
    let project = Project::new();
    check!("list", project.transcript("list"));
    assert!(!project.root().join("target").exists());
}

#[test]
fn a_way_through_a_lab() {
    let project = Project::new();
    let lib = "labs/1-alpha/src/lib.rs";
    // Without a command, and from a folder below.
    let mut command = project.lab("");
    command.current_dir(project.root().join("labs/1-alpha"));
    check!("untouched", project.transcript_of("", command));
    check!("one_step_open", project.transcript("check alpha/two"));

    project.edit(lib, "// TODO(step 1): count\n    0", "1");
    check!("first_step_done", project.transcript("check"));
    check!("hint_of_the_open_step", project.transcript("hint"));
    check!("one_step_passes", project.transcript("check 1/1"));

    project.edit(
        lib,
        "// TODO(step 2): count\n    0",
        "let unused = 2;\n    2",
    );
    project.write(
        "labs/1-alpha/src/sums.rs",
        "//! Sums.\n\n/// Three.\npub fn sum() -> Option<u32> {\n    Some(3)\n}\n",
    );
    check!("lab_done", project.transcript("check 1"));
    check!("next_lab", project.transcript("check"));
    project.edit("labs/2-beta/src/lib.rs", "false", "true");
    check!("all_done", project.transcript("check"));
    project.edit(
        "labs/2-beta/lab.toml",
        "test = \"steps\"",
        "test = \"steps\"\nrecording = \"recorder\"",
    );
    let said = project.transcript("check 2");
    assert!(said.contains("Look again: cargo lab up beta\n"), "{said}");
    check!("no_hint_needed", project.transcript("hint"));
}

#[test]
fn without_a_terminal_a_long_build_is_told_and_a_short_one_not() {
    let project = Project::new();
    project.edit("Cargo.toml", "[\"labs/*\"", "[\"crates/*\", \"labs/*\"");
    let mut dependencies = String::from("[dependencies]\n");
    for name in ["p", "q", "r", "s"] {
        project.write(
            &format!("crates/{name}/Cargo.toml"),
            &format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n"),
        );
        project.write(&format!("crates/{name}/src/lib.rs"), "");
        dependencies += &format!("{name} = {{ path = \"../../crates/{name}\" }}\n");
    }
    let manifest = "labs/1-alpha/Cargo.toml";
    project.write(manifest, &(project.read(manifest) + &dependencies));
    let long = "Building what the labs need; the first time takes some minutes.\n";
    for (args, told) in [("", 1), ("check 1", 0)] {
        project.edit("labs/1-alpha/src/lib.rs", "count\n", "count\n\n");
        let said = project.transcript(args);
        assert_eq!(said.matches(long).count(), told, "{said}");
    }
}

#[test]
fn a_cause_that_is_named_twice_is_explained_once() {
    let project = Project::new();
    project.edit(
        "labs/1-alpha/tests/steps.rs",
        "cause[too-hasty]: perhaps",
        "cause[nothing-counted]: again",
    );
    check!("advice_once", project.transcript("check 1/2"));
}

#[test]
fn where_to_edit_is_known_without_the_todo() {
    let project = Project::new();
    project.edit(
        "labs/2-beta/src/lib.rs",
        "    // TODO(step 1): say yes\n",
        "",
    );
    check!("edit_region", project.transcript("check 2"));
    project.edit("labs/2-beta/src/lib.rs", "    // #endregion\n", "");
    check!("edit_file", project.transcript("check 2"));
}

#[test]
fn the_solution_passes() {
    let project = Project::new();
    check!("all_solutions", project.transcript("check --solution"));
    check!("solution", project.transcript("check 1-alpha --solution"));
}

#[test]
fn code_that_does_not_compile_is_the_compilers_to_explain() {
    let project = Project::new();
    project.edit(
        "labs/1-alpha/src/lib.rs",
        "// TODO(step 1): count\n    0",
        "let unused = 1;\n    \"one\"",
    );
    check!("does_not_compile", project.transcript("check 1"));
    check!("hint_needs_a_step", project.transcript("hint"));
    project.edit("labs/1-alpha/Cargo.toml", "[lib]", "[libb");
    check!("manifest_broken", project.transcript("check 1"));
}

#[test]
fn the_environment_cannot_turn_open_into_passed() {
    let project = Project::new();
    project.edit("labs/2-beta/tests/steps.rs", "assert!(", "assert_eq!(std::env::var(\"INSTA_FORCE_PASS\"), Ok(\"0\".to_owned()));\n    assert_eq!(std::env::var(\"INSTA_UPDATE\").as_deref(), Ok(\"no\"));\n    assert!(");
    let mut command = project.lab("check 2");
    command
        .env("INSTA_FORCE_PASS", "1")
        .env("INSTA_UPDATE", "always");
    check!("forced", project.transcript_of("check 2", command));
}

#[test]
fn tests_that_give_no_verdict_are_an_error() {
    let project = Project::new();
    let steps = "labs/2-beta/tests/steps.rs";
    project.edit(steps, "fn step_1_yes", "fn step_1_oui");
    check!("no_such_test", project.transcript("check 2"));
    project.edit(
        steps,
        "fn step_1_oui() {",
        "fn step_1_yes() {\n    eprintln!(\"going\");\n    std::process::exit(7);",
    );
    check!("process_ended", project.transcript("check 2"));
}

#[test]
fn hints_come_one_at_a_time() {
    let project = Project::new();
    for (name, args) in [
        ("hint_first", "hint 1/1"),
        ("hint_next", "hint 1/1"),
        ("hint_again", "hint alpha/one"),
        ("hint_of_a_level", "hint 1/1 --level 1"),
        ("hint_too_far", "hint 1/one -n 3"),
        ("hint_zero", "hint 1/1 --level 0"),
    ] {
        check!(name, project.transcript(args));
    }
    assert!(!project.root().join("target").exists());
}

#[test]
fn wrong_usage_names_what_is_right() {
    let project = Project::new();
    for (name, args) in [
        ("help", "--help"),
        ("help_check", "check --help"),
        ("help_up", "up --help"),
        ("unknown_command", "chekc"),
        ("unknown_lab", "check 3"),
        ("unknown_step", "check 1/4"),
    ] {
        check!(name, project.transcript(args));
    }
    let mut command = project.lab("list");
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    command.current_dir(&elsewhere);
    let text = project.transcript_of("list", command);
    let folder = elsewhere
        .path()
        .canonicalize()
        .expect("the temporary folder")
        .display()
        .to_string();
    check!("no_workspace", text.replace(&folder, "[elsewhere]"));
}

#[test]
fn metadata_that_cannot_be_used_names_file_and_key() {
    let project = Project::new();
    let file = "labs/1-alpha/lab.toml";
    let original = project.read(file);
    let mut all = String::new();
    for (from, to) in [
        ("number = 1\npackage", "number = 7\npackage"),
        ("title = \"Alpha\"\n", ""),
        ("title = \"Alpha\"", "title = \" \""),
        ("title = \"Alpha\"", "titel = \"Alpha\""),
        ("package = \"alpha\"", "package = \"beta\""),
        ("number = 3", "number = 4"),
        ("id = \"two\"", "id = \"one\""),
        ("id = \"two\"", "id = \"Two\""),
        ("test = \"step_2_two\"", "test = \"step_1_one\""),
        ("hints = [\"As before.\"]", "hints = []"),
        ("hints = [\"As before.\"]", "hints = [\"\"]"),
        ("files = [\"src/sums.rs\"]", "files = []"),
        ("learned = \"A sum needs both.\"", "learned = 3"),
        (
            "cause = \"nothing-counted\"\n  advice",
            "cause = \"nothing counted\"\n  advice",
        ),
        ("starter_cause = \"no-sum\"", ""),
    ] {
        project.edit(file, from, to);
        all.push_str(&format!(
            "# {from:?} becomes {to:?}\n{}\n",
            project.transcript("list")
        ));
        project.write(file, &original);
    }
    check!("metadata", all);
    project.remove(file);
    project.remove("labs/2-beta/lab.toml");
    check!("no_labs", project.transcript("list"));
}

#[test]
fn a_closed_pipe_is_no_panic() {
    let project = Project::new();
    let mut child = project.lab("list").spawn().expect("lab starts");
    drop(child.stdout.take());
    let output = finish(child);
    assert_eq!(
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).as_ref()
        ),
        (Some(0), "")
    );
}

#[test]
fn no_colours_where_nobody_reads() {
    let project = Project::new();
    let transcript = project.transcript("check 2");
    assert!(
        transcript.contains('✗') && !transcript.contains('\x1b'),
        "{transcript}"
    );
    // Nothing is written but what cargo builds and what is remembered.
    let mut names = Vec::new();
    for entry in fs::read_dir(project.root()).expect("the folder") {
        names.push(entry.expect("an entry").file_name());
    }
    names.sort();
    assert_eq!(
        names,
        [".cargo-lab", "Cargo.lock", "Cargo.toml", "labs", "target"]
    );
}
