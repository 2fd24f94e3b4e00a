//! `doctor` on small workspaces and made machines: its words, its exit codes, and that no key is in them.

use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use crate::project::Project;

/// A key that is none, put together here so that the doctor does not find it in this file.
fn aws_key() -> String {
    format!("AKIA{}", "Q3ZR7WNE2LXK5VTB")
}

fn honeycomb_key() -> String {
    format!(
        "hcaik_{}",
        "01k9c4z7b2q8r5t6w3x0y1v2u7s4n5m8k3j6h9g2f1d0p4a7e5b8c3t6q9"[..58].to_owned()
    )
}

fn git(project: &Project, args: &str) {
    let status = Command::new("git")
        .args(args.split_whitespace())
        .current_dir(project.root())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("git starts");
    assert!(status.success(), "git {args}");
}

/// What is said with these variables.
fn transcript(project: &Project, args: &str, variables: &[(&str, &str)]) -> String {
    let mut command = project.lab(args);
    command.envs(variables.iter().copied());
    project.transcript_of(args, command)
}

#[test]
fn variables_are_judged_and_not_shown() {
    let project = Project::new();
    check!(
        "doctor_environment",
        project.transcript("doctor environment")
    );

    let (aws, honeycomb) = (aws_key(), honeycomb_key());
    project.write(
        ".env",
        &format!("OTEL_SERVICE_NAME=mine\nHONEYCOMB_API_KEY={aws}\n"),
    );
    let said = transcript(
        &project,
        "doctor environment",
        &[
            ("AWS_ACCESS_KEY_ID", &honeycomb),
            ("AWS_SECRET_ACCESS_KEY", "short"),
            ("AWS_REGOIN", "eu-west-1"),
            ("AWS_REGION", "can-central-1"),
            ("AWS_PAGER", ""),
            (
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "http://localhost:4318/v1/traces",
            ),
            ("INSTA_UPDATE", "always"),
        ],
    );
    for key in [aws, honeycomb] {
        assert!(!said.contains(&key[..8]), "a key is shown:\n{said}");
    }
    check!("doctor_environment_wrong", said);
}

/// What the person's own git ignores is not the test's to know.
fn keys(project: &Project) -> String {
    transcript(
        project,
        "doctor keys",
        &[("GIT_CONFIG_GLOBAL", "/dev/null")],
    )
}

#[test]
fn keys_in_files_are_found_and_not_shown() {
    let project = Project::new();
    check!("doctor_keys_without_git", keys(&project));

    git(&project, "init --quiet");
    project.write(".gitignore", "/target\n.env\n/ignored.txt\n");
    git(&project, "add .");
    check!("doctor_keys_none", keys(&project));

    let (aws, honeycomb) = (aws_key(), honeycomb_key());
    let private = format!(
        "-----BEGIN RSA {0} KEY-----\n{1}\n-----END RSA {0} KEY-----\n",
        "PRIVATE",
        "MIIEpAIBAAKCAQEA7v3bT0".repeat(4)
    );
    project.write("ignored.txt", &aws);
    project.write(
        "fake.txt",
        "AKIAIOSFODNN7EXAMPLE\nHONEYCOMB_API_KEY=YOUR_API_KEY\n",
    );
    project.write("allowed.txt", &format!("key = {aws} # gitleaks:allow\n"));
    project.write("binary.dat", &format!("\0{aws}\n"));
    project.write("large.txt", &format!("{aws}\n{}", "x".repeat(1_000_000)));
    project.write("notes/tracked.md", &format!("# Mine\n\nid: {aws}\n"));
    project.write(
        "config.toml",
        &format!("[honeycomb]\nkey = \"{honeycomb}\"\n"),
    );
    project.write("key.pem", &format!("# Mine\n{private}"));
    project.write(".env", &format!("HONEYCOMB_API_KEY={honeycomb}\n"));
    project.write("staged.txt", &format!("one\ntwo {aws}\n"));
    git(&project, "add .");
    git(&project, "add --force .env");
    project.write("staged.txt", "clean again\n");
    project.write(
        "new.sh",
        &format!("curl -H 'x-honeycomb-team: {honeycomb}' https://api.honeycomb.io/1/auth\n"),
    );
    let said = keys(&project);
    for key in [&aws, &honeycomb, &private] {
        assert!(!said.contains(&key[4..16]), "a key is shown:\n{said}");
    }
    check!("doctor_keys_found", said);
}

/// Programs that say what a test wants, in a folder that is the whole `PATH`.
fn programs(project: &Project, programs: &[(&str, &str)]) -> String {
    for (name, script) in programs {
        let path = format!("programs/{name}");
        project.write(&path, &format!("#!/bin/sh\n{script}\n"));
        let file = project.root().join(path);
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755)).expect("a program");
    }
    project.root().join("programs").display().to_string()
}

#[test]
fn an_old_rust_and_no_compiler() {
    let project = Project::new();
    project.edit(
        "Cargo.toml",
        "[workspace.package]\n",
        "[workspace.package]\nrust-version = \"1.94.1\"\n",
    );
    let path = programs(
        &project,
        &[
            (
                "rustc",
                "[ $1 = --version ] && echo 'rustc 1.80.0 (051478957 2024-07-21)' && exit; echo 'error: linker `cc` not found' >&2; exit 1",
            ),
            ("cargo", "echo 'cargo 1.94.1 (b5d4a2f1c 2026-03-20)'"),
            ("git", "echo 'git version 2.47.3'"),
        ],
    );
    let cargo = format!("{path}/cargo");
    check!(
        "doctor_toolchain",
        transcript(
            &project,
            "doctor toolchain",
            &[("PATH", &path), ("CARGO", &cargo)]
        )
    );
}

#[test]
fn all_sections_by_default() {
    let project = Project::new();
    let said = project.transcript("doctor");
    // What this machine has is not the test's to know.
    let titles: String = said
        .lines()
        .filter(|line| !line.starts_with(' '))
        .take_while(|line| !line.starts_with('['))
        .collect::<Vec<_>>()
        .join("\n");
    let (titles, _) = titles.rsplit_once('\n').expect("a sentence at the end");
    check!("doctor_sections", titles);
}

const LIVE_CHECK: &str = r##"//! Says what a test wants.

fn main() {
    assert!(cfg!(feature = "live"), "built without TLS");
    let key = std::env::var("HONEYCOMB_API_KEY").is_ok();
    println!(r#"{{"level":"ok","what":"Honeycomb: took a span, key {key}","advice":""}}"#);
    // HERE
}
"##;

fn with_live_check() -> Project {
    let project = Project::new();
    project.edit("Cargo.toml", "[\"labs/*\"", "[\"crates/*\", \"labs/*\"");
    project.write(
        "crates/live-check/Cargo.toml",
        "[package]\nname = \"live-check\"\nversion.workspace = true\nedition.workspace = true\n\n[features]\nlive = []\n",
    );
    project.write("crates/live-check/src/main.rs", LIVE_CHECK);
    project
}

#[test]
fn live_asks_the_services_with_what_is_configured() {
    let project = with_live_check();
    let key = honeycomb_key();
    let args = "doctor environment --live";
    check!(
        "doctor_live",
        transcript(&project, args, &[("HONEYCOMB_API_KEY", &key)])
    );

    project.edit(
        "crates/live-check/src/main.rs",
        "    // HERE\n",
        "    println!(r#\"{{\"level\":\"problem\",\"what\":\"X-Ray: the clock\",\"advice\":\"Correct it.\"}}\"#);\n    println!(\"Hello\");\n    std::process::exit(3);\n",
    );
    check!("doctor_live_refused", project.transcript(args));

    project.edit(
        "crates/live-check/src/main.rs",
        "fn main() {",
        "fn main() { let x: u8 = \"\";",
    );
    let said = project.transcript(args);
    assert!(said.contains("error[E0308]: mismatched types"), "{said}");
    assert!(said.ends_with("[exit code 2]\n"), "{said}");
}

#[test]
fn help_says_what_is_looked_at() {
    let project = Project::new();
    check!("help_doctor", project.transcript("doctor --help"));
    check!(
        "doctor_unknown_section",
        project.transcript("doctor everything")
    );
}
