//! What `check` says of a workspace that is not as it was released, and how a release is written.

use std::process::Command;

use crate::project::{Project, finish};

const STEPS: &str = "labs/2-beta/tests/steps.rs";
const SNAPSHOT: &str = "labs/2-beta/tests/snapshots/steps__yes.snap";

/// The made workspace with a crate that a lab's graders use, a snapshot and a configuration of cargo, released.
fn released() -> Project {
    let project = Project::new();
    project.edit("Cargo.toml", "[\"labs/*\"", "[\"crates/*\", \"labs/*\"");
    project.edit(
        "Cargo.toml",
        "[profile.dev]",
        "[workspace.dependencies]\nasking = { path = \"crates/asking\" }\n\n[profile.dev]",
    );
    let manifest = "[package]\nname = \"asking\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[lib]\ntest = false\n";
    for (folder, version, answer) in [
        ("crates/asking", "0.1.0", "said"),
        ("mine/asking", "0.1.1", "said || true"),
    ] {
        let manifest = manifest.replace("0.1.0", version);
        project.write(&format!("{folder}/Cargo.toml"), &manifest);
        project.write(
            &format!("{folder}/src/lib.rs"),
            &format!("//! Asks.\n\n/// What was said.\npub fn ask(said: bool) -> bool {{\n    {answer}\n}}\n"),
        );
    }
    project.edit(
        "Cargo.toml",
        "[workspace.package]",
        "exclude = [\"mine\"]\n\n[workspace.package]",
    );
    for folder in ["labs/2-beta", "labs/2-beta/solution"] {
        project.edit(
            &format!("{folder}/Cargo.toml"),
            "[lib]",
            "[dev-dependencies]\nasking.workspace = true\n\n[lib]",
        );
    }
    project.edit(
        STEPS,
        "assert!(beta::yes()",
        "assert!(asking::ask(beta::yes())",
    );
    project.write(SNAPSHOT, "---\nsource: steps.rs\n---\nyes\n");
    project.write(".cargo/config.toml", "[env]\nINSTA_UPDATE = \"no\"\n");
    // Grading writes the lockfile, which belongs to the release.
    project.transcript("check 2");
    project.release();
    project
}

/// The verdict on lab 2 and the note under it, without the words between.
fn note(project: &Project) -> String {
    let told = project.transcript("check 2");
    let verdict = told.lines().find(|line| line.starts_with("  ["));
    let note = told
        .split_once("note: ")
        .map_or("no note\n", |(_, note)| note);
    format!(
        "{}\n{note}{}",
        verdict.unwrap_or("  no verdict"),
        reported(project.lab("report 2 --json"))
    )
}

/// The kinds and paths of the findings in a report.
fn reported(mut command: Command) -> String {
    let output = command.output().expect("lab runs");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let findings = report["findings"].as_array().expect("a list");
    let mut text = "and the report:\n".to_owned();
    for finding in findings {
        text.push_str(&format!("  {} {}\n", finding["kind"], finding["path"]).replace('"', ""));
    }
    text
}

#[test]
fn each_way_to_tamper_is_told() {
    let project = released();
    let mut all = format!("# nothing\n{}\n", note(&project));
    let mut tampered = |what: &str, tamper: &dyn Fn(), undo: &[(&str, Option<String>)]| {
        tamper();
        all.push_str(&format!("# {what}\n{}\n", note(&project)));
        for (path, text) in undo {
            match text {
                Some(text) => project.write(path, text),
                None => project.remove(path),
            }
        }
    };
    let kept = |path| (path, Some(project.read(path)));

    tampered(
        "an edited test",
        &|| project.edit(STEPS, "asking::ask(beta::yes())", "asking::ask(true)"),
        &[kept(STEPS)],
    );
    tampered(
        "an edited snapshot, or an accepted one: the bytes are all that counts",
        &|| project.edit(SNAPSHOT, "yes\n", "no\n"),
        &[kept(SNAPSHOT)],
    );
    let pending = "labs/2-beta/tests/snapshots/steps__yes.snap.new";
    tampered(
        "a proposal of insta's",
        &|| project.write(pending, "---\n---\nno\n"),
        &[(pending, None)],
    );
    let lab = "labs/2-beta/lab.toml";
    tampered(
        "another lab.toml",
        &|| project.edit(lab, "hints = [\"Yes.\"]", "hints = [\"No.\"]"),
        &[kept(lab)],
    );
    tampered(
        "a path dependency swapped in the workspace's manifest",
        &|| {
            project.edit(
                "Cargo.toml",
                "path = \"crates/asking\"",
                "path = \"mine/asking\"",
            )
        },
        &[kept("Cargo.toml"), kept("Cargo.lock")],
    );
    let manifest = "labs/2-beta/Cargo.toml";
    tampered(
        "a path dependency swapped in the lab's manifest",
        &|| {
            project.edit(
                manifest,
                "asking.workspace = true",
                "asking = { path = \"../../mine/asking\" }",
            )
        },
        &[kept(manifest), kept("Cargo.lock")],
    );
    tampered(
        "another feature in the lab's manifest",
        &|| project.edit(manifest, "[lib]", "[features]\nmine = []\n\n[lib]"),
        &[kept(manifest)],
    );
    let source = "crates/asking/src/lib.rs";
    tampered(
        "an edited crate",
        &|| project.edit(source, "    said\n", "    said || true\n"),
        &[kept(source)],
    );
    tampered(
        "a snapshot gone",
        &|| project.remove(SNAPSHOT),
        &[kept(SNAPSHOT)],
    );
    for (path, text) in [
        ("labs/2-beta/build.rs", "fn main() {}\n"),
        ("labs/2-beta/tests/more/mod.rs", ""),
        ("insta.yaml", "behavior:\n  force_pass: true\n"),
        (
            "labs/2-beta/.cargo/config.toml",
            "[build]\nrustc-wrapper = \"/opt/mine\"\nrustflags = [\"-Dwarnings\", \"-Clink-arg=-fuse-ld=mold\"]\n\n[target.x86_64-unknown-linux-gnu]\nrunner = \"mine\"\nlinker = \"clang\"\n",
        ),
        ("labs/2-beta/tests/.DS_Store", "not told"),
    ] {
        tampered(path, &|| project.write(path, text), &[(path, None)]);
    }
    all.push_str(&format!("# all undone\n{}", note(&project)));
    check!("tampered", all);
}

#[test]
fn the_environment_is_told() {
    let project = released();
    // Cargo's home may hold such things too.
    project.write(
        "home/config.toml",
        "paths = [\"mine/asking\"]\n\n[source.mine]\ndirectory = \"mine\"\n\n[source.mirror]\nregistry = \"sparse+https://example.com/\"\n\n[env]\nINSTA_UPDATE = \"always\"\nSPAN_SNAPSHOT_ISOLATED = \"x\"\nLD_LIBRARY_PATH_64 = \"\"\nMINE = { value = \"\", force = true }\nOTHER = \"\"\n",
    );
    let home = project.root().join("home").display().to_string();
    let mut all = String::new();
    for variables in [
        &[("INSTA_UPDATE", "always"), ("INSTA_FORCE_PASS", "1")][..],
        &[
            ("INSTA_WORKSPACE_ROOT", "/"),
            ("INSTA_UPDATE", "no"),
            ("INSTA_FORCE_PASS", "0"),
        ],
        &[("INSTA_OUTPUT", "/home/me/a secret")],
        &[("RUSTFLAGS", "-D warnings -Cdebuginfo=1")],
        &[("RUSTFLAGS", "-L /elsewhere --cfg cheat")],
        &[("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER", "env")],
        &[("RUSTC_WRAPPER", "env")],
        &[("CARGO_HOME", &home)],
        &[
            ("SPAN_SNAPSHOT_ISOLATED", "x"),
            ("SPAN_SNAPSHOT_WIDTH", "90"),
        ],
        &[("CARGO_ALIAS_LAB", "run --package mine")],
    ] {
        let mut command = project.lab("check 2");
        command.envs(variables.iter().copied());
        let told = project.transcript_of("check 2", command);
        let mut command = project.lab("report 2 --json");
        command.envs(variables.iter().copied());
        let reported = reported(command);
        let note = told
            .split_once("note: ")
            .map_or("no note\n", |(_, note)| note);
        all.push_str(&format!(
            "{}\n{note}{reported}\n",
            project.scrub(&format!("{variables:?}"))
        ));
    }
    check!("environment", all);
}

#[test]
fn the_original_comes_back_from_the_commit_of_the_release() {
    let project = Project::new();
    // Where a release really is, so that git can be asked for its commit.
    project.write("crates/lab/release.sha256", "");
    let lab = |args: &str| {
        let mut command = project.lab(args);
        command.env(
            "CARGO_LAB_RELEASE",
            project.root().join("crates/lab/release.sha256"),
        );
        command
    };
    project.transcript_of("author release", lab("author release"));
    let git = |args: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(project.root()).args(args).env_clear();
        for name in ["PATH", "HOME"] {
            command.env(name, std::env::var_os(name).unwrap_or_default());
        }
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "Me");
            command.env(format!("GIT_{who}_EMAIL"), "me@example.com");
        }
        command.stdout(std::process::Stdio::piped());
        let output = finish(command.spawn().expect("git starts"));
        assert!(output.status.success(), "git {args:?}");
        String::from_utf8(output.stdout)
            .expect("UTF-8")
            .trim()
            .to_owned()
    };
    git(&["init", "--quiet"]);
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message", "Release"]);
    let release = git(&["log", "-1", "--format=%h"]);
    // What a learner commits hides nothing.
    project.edit(STEPS, "assert!(beta::yes()", "assert!(true");
    git(&["commit", "--all", "--quiet", "--message", "Easier"]);
    let told = project.transcript_of("check 2", lab("check 2"));
    check!("restored", told.replace(&release, "[release]"));
    git(&["checkout", &release, "--", STEPS]);
    assert!(
        !project
            .transcript_of("check 2", lab("check 2"))
            .contains("edited")
    );
}

#[test]
fn a_release_is_written_and_checked() {
    let project = Project::new();
    let mut all = project.release();
    all.push_str(&project.transcript("author release --check"));
    // A checkout with other line ends is the same release.
    project.write(STEPS, &project.read(STEPS).replace('\n', "\r\n"));
    all.push_str(&project.transcript("author release --check"));
    project.edit(
        "labs/1-alpha/lab.toml",
        "title = \"Alpha\"",
        "title = \"A\"",
    );
    project.write("labs/1-alpha/tests/snapshots/new.snap", "");
    project.write("labs/1-alpha/tests/snapshots/proposed.snap.new", "");
    project.edit("labs/2-beta/src/lib.rs", "false", "!true");
    project.remove("labs/2-beta/solution/Cargo.toml");
    all.push_str(&project.transcript("author release --check"));
    check!("release", all);
    let list = project.read("release.sha256");
    let paths: Vec<&str> = list
        .lines()
        .filter_map(|line| Some(line.split_once("  ")?.1))
        .collect();
    check!("release_paths", paths.join("\n"));
}
