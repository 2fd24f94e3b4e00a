//! What is remembered between commands survives git, a crash and another process, and is never in the way.

use std::path::Path;
use std::process::{Command, Output};

use crate::project::{Project, finish};

const WITHOUT_GIT: &str = ".cargo-lab/state.json";
const WITH_GIT: &str = ".git/cargo-lab/state.json";

/// Runs git in the folder, without anybody's settings.
#[track_caller]
fn git(folder: &Path, args: &str) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=A", "-c", "user.email=a@example.org"])
        .args(args.split_whitespace())
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .expect("git starts");
    assert!(output.status.success(), "git {args}: {output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn cloned() -> Project {
    let project = Project::new();
    project.write(".gitignore", "/target\n/.cargo-lab\n*.yours-*\n");
    git(&project.root(), "init --quiet --initial-branch main");
    git(&project.root(), "add .");
    git(&project.root(), "commit --quiet --message all");
    project
}

/// What `hint` says first: the step and which hint it is.
#[track_caller]
fn first_line(output: Output) -> String {
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().next().unwrap_or_default().to_owned()
}

#[track_caller]
fn hint(project: &Project, step: &str) -> String {
    let mut command = project.lab(&format!("hint {step}"));
    first_line(finish(command.spawn().expect("lab starts")))
}

#[test]
fn nothing_that_git_does_makes_it_forget() {
    let project = cloned();
    let root = project.root();
    assert_eq!(hint(&project, "1/1"), "Step 1/1: Count one, hint 1 of 2");
    check!("state", project.read(WITH_GIT));
    let before = project.read(WITH_GIT);
    project.edit("labs/1-alpha/src/lib.rs", "0", "1");
    for args in [
        "clean --quiet -f -d -x",
        "reset --quiet --hard",
        "checkout --quiet -b other",
        "rm --quiet -r labs",
        "commit --quiet --message without",
        "checkout --quiet main",
        "stash --include-untracked",
        "gc --quiet --prune=now",
    ] {
        git(&root, args);
        assert_eq!(project.read(WITH_GIT), before, "after git {args}");
    }
    assert_eq!(git(&root, "status --porcelain --ignored"), "");

    // A second work tree of the clone goes on where the first was.
    let other = tempfile::tempdir().expect("a temporary folder");
    let other = other.path().join("other");
    git(
        &root,
        &format!("worktree add --quiet --detach {}", other.display()),
    );
    let mut command = project.lab("hint 1/1");
    command.current_dir(&other);
    let output = finish(command.spawn().expect("lab starts"));
    assert_eq!(first_line(output), "Step 1/1: Count one, hint 2 of 2");
    assert!(!other.join(".cargo-lab").exists());
}

#[test]
fn without_git_it_is_at_the_root() {
    let project = Project::new();
    assert_eq!(hint(&project, "1/1"), "Step 1/1: Count one, hint 1 of 2");
    assert_eq!(hint(&project, "1/1"), "Step 1/1: Count one, hint 2 of 2");
    check!("state_at_the_root", project.read(WITHOUT_GIT));
}

#[test]
fn without_the_program_git_its_folder_is_found_all_the_same() {
    let project = cloned();
    let mut command = project.lab("hint 1/1");
    command.env("PATH", project.root());
    first_line(finish(command.spawn().expect("lab starts")));
    assert_eq!(hint(&project, "1/1"), "Step 1/1: Count one, hint 2 of 2");
    assert!(project.read(WITHOUT_GIT).is_empty());
}

#[test]
fn another_repository_in_the_environment_is_not_asked() {
    let (project, other) = (cloned(), cloned());
    let mut command = project.lab("hint 1/1");
    command.env("GIT_DIR", other.root().join(".git"));
    first_line(finish(command.spawn().expect("lab starts")));
    assert!(!project.read(WITH_GIT).is_empty());
    assert!(other.read(WITH_GIT).is_empty());
}

#[test]
fn the_open_step_that_was_checked_is_the_current_one() {
    let project = Project::new();
    project.transcript("check 1 --solution");
    assert!(project.read(WITHOUT_GIT).is_empty());
    project.edit(
        "labs/1-alpha/src/lib.rs",
        "// TODO(step 1): count\n    0",
        "1",
    );
    project.transcript("check");
    check!("state_current", project.read(WITHOUT_GIT));
}

#[test]
fn a_file_that_cannot_be_read_is_kept_aside() {
    let project = Project::new();
    for (number, text) in [
        (1, ""),
        (2, "{\"version\": 1, \"hin"),
        (3, "{\"version\": 2, \"hints\": {}}\n"),
        (4, "{\"version\": 1, \"secrets\": []}\n"),
    ] {
        project.write(WITHOUT_GIT, text);
        assert_eq!(hint(&project, "1/1"), "Step 1/1: Count one, hint 1 of 2");
        assert_eq!(hint(&project, "1/1"), "Step 1/1: Count one, hint 2 of 2");
        let aside = format!("{WITHOUT_GIT}.unread-{number}");
        assert_eq!(project.read(&aside), text);
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_no_failure() {
    let project = Project::new();
    project.write(".cargo-lab", "a file where the folder would be");
    check!("state_unwritable", project.transcript("hint 1/1"));
}

#[test]
fn a_process_that_dies_leaves_a_whole_file() {
    let project = Project::new();
    hint(&project, "1/3");
    let before = project.read(WITHOUT_GIT);
    // A rest of one that died while it wrote.
    project.write(".cargo-lab/.state.json.1.new", "{\"version\": 1, \"hin");
    for _ in 0..20 {
        let mut child = project.lab("hint 1/1").spawn().expect("lab starts");
        let _ = child.kill();
        finish(child);
        let now = project.read(WITHOUT_GIT);
        let whole = |text: &str| text.ends_with("}\n") && text.contains("\"sum\": 1");
        assert!(now == before || whole(&now), "{now}");
    }
    assert_eq!(hint(&project, "1/3"), "Step 1/3: Add them, hint 1 of 1");
    assert!(
        !project
            .root()
            .join(".cargo-lab/state.json.unread-1")
            .exists()
    );
}
