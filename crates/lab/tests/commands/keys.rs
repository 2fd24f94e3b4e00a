//! `scripts/keys`: typed keys are stored where they belong, shown nowhere, and refused when they are none.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::process::Signal;

use crate::project::{Project, finish};
use crate::terminal::Terminal;

const GP: (&str, &str) = ("GITPOD_WORKSPACE_URL", "https://me.gitpod.example");

fn honeycomb() -> String {
    format!("hcaik_{}", "7c".repeat(29))
}

fn aws_id(kind: &str) -> String {
    format!("{kind}{}", "Q2".repeat(8))
}

fn aws_secret() -> String {
    "aB3/".repeat(10)
}

/// A folder that is in git and has the script, as a workspace has.
fn workspace() -> Project {
    let project = Project::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::create_dir_all(project.root().join("scripts")).expect("a folder");
    for file in ["scripts/keys", ".gitignore"] {
        fs::copy(root.join(file), project.root().join(file)).expect("a file to copy");
    }
    git(&project, "init --quiet");
    project
}

fn git(project: &Project, args: &str) {
    let status = Command::new("git")
        .args(args.split_whitespace())
        .current_dir(project.root())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .status()
        .expect("git starts");
    assert!(status.success(), "git {args}");
}

/// The script with the commands of a cloud workspace before all others, which write down how they are called and what they are given.
fn keys(project: &Project, what: &str, variables: &[(&str, &str)]) -> Command {
    for program in ["gh", "gp"] {
        if !project.root().join("bin").join(program).exists() {
            project.write_program(
                &format!("bin/{program}"),
                "{ echo \"${0##*/} $*\"; [ -t 0 ] || cat; echo; } >>called; echo \"$@\"",
            );
        }
    }
    let mut command = Command::new(project.root().join("scripts/keys"));
    command
        .arg(what)
        .current_dir(project.root())
        .env_clear()
        .env("PATH", project.path_with("bin"))
        .envs(variables.iter().copied());
    command
}

/// What the script says to these lines, and its exit code.
fn said(project: &Project, what: &str, variables: &[(&str, &str)], typed: &str) -> String {
    let mut child = keys(project, what, variables)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the script starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // A script that has heard enough does not wait for the rest.
    let _ = stdin.write_all(typed.as_bytes());
    drop(stdin);
    let output = finish(child);
    let text = [output.stdout, output.stderr].concat();
    let code = output.status.code().unwrap_or(-1);
    let text = String::from_utf8(text).expect("text");
    for secret in [honeycomb(), aws_id("AKIA"), aws_id("ASIA"), aws_secret()] {
        assert!(!text.contains(&secret), "a key is shown:\n{text}");
    }
    format!("{text}[exit code {code}]\n")
}

#[test]
fn a_key_goes_into_a_file_that_only_its_owner_reads() {
    let project = workspace();
    project.write(
        ".env",
        "# mine\nexport HONEYCOMB_API_KEY=old\nOTEL_SERVICE_NAME=mine\n",
    );
    let wanted = format!(
        "# mine\nOTEL_SERVICE_NAME=mine\nHONEYCOMB_API_KEY={}\n",
        honeycomb()
    );
    for _ in 0..2 {
        let said = said(
            &project,
            "honeycomb",
            &[],
            &format!(" {} \r\n", honeycomb()),
        );
        assert_eq!(project.read(".env"), wanted, "{said}");
        assert!(said.contains("Stored in .env"), "{said}");
        let mode = fs::metadata(project.root().join(".env")).expect(".env");
        assert_eq!(mode.permissions().mode() & 0o777, 0o600);
    }
    // The doctor finds nothing wrong with it, and nothing is left over beside it.
    let doctor = project.transcript("doctor environment");
    assert!(!doctor.contains("HONEYCOMB_API_KEY has"), "{doctor}");
    let left: Vec<_> = fs::read_dir(project.root())
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name())
        .filter(|name| name.to_string_lossy().starts_with(".env"))
        .collect();
    assert_eq!(left, [".env"]);
}

/// One in a thousand has it in it.
#[test]
fn a_key_with_three_x_in_it_is_no_placeholder() {
    let project = workspace();
    let key = format!("hcaik_xxx{}", "7".repeat(55));
    let said = said(&project, "honeycomb", &[], &key);
    assert!(said.contains("Stored in .env"), "{said}");
}

#[test]
fn keys_of_aws_come_together() {
    let project = workspace();
    let token = "aB3/".repeat(40);
    let temporary = format!(
        "{}\n{}\n{token}\nca-central-1\n",
        aws_id("ASIA"),
        aws_secret()
    );
    said(&project, "aws", &[], &temporary);
    assert_eq!(
        project.read(".env"),
        format!(
            "AWS_ACCESS_KEY_ID={}\nAWS_SECRET_ACCESS_KEY={}\nAWS_SESSION_TOKEN={token}\nAWS_REGION=ca-central-1\n",
            aws_id("ASIA"),
            aws_secret()
        )
    );
    // Keys for good have no token: the other's would make AWS refuse them.
    let lasting = format!("{}\n{}\neu-west-1\n", aws_id("AKIA"), aws_secret());
    said(&project, "aws", &[], &lasting);
    assert_eq!(
        project.read(".env"),
        format!(
            "AWS_ACCESS_KEY_ID={}\nAWS_SECRET_ACCESS_KEY={}\nAWS_REGION=eu-west-1\n",
            aws_id("AKIA"),
            aws_secret()
        )
    );
}

#[test]
fn gitpod_keeps_it_and_does_not_repeat_it() {
    let project = workspace();
    let said = said(&project, "honeycomb", &[GP], &honeycomb());
    assert_eq!(
        project.read("called").lines().next(),
        Some(&*format!("gp env HONEYCOMB_API_KEY={}", honeycomb()))
    );
    assert!(said.contains("Stored by `gp env`"), "{said}");
    assert!(!project.root().join(".env").exists());

    project.write_program("bin/gp", "echo 'failed getting token' >&2; exit 1");
    let said = self::said(&project, "honeycomb", &[GP], &honeycomb());
    assert!(said.contains("did not take HONEYCOMB_API_KEY"), "{said}");
    assert!(said.ends_with("[exit code 1]\n"), "{said}");
}

#[test]
fn a_codespace_keeps_it_for_the_next_one() {
    let project = workspace();
    let codespace = [
        ("CODESPACE_NAME", "shiny"),
        ("GITHUB_REPOSITORY", "me/labs"),
    ];
    let said = said(&project, "honeycomb", &codespace, &honeycomb());
    // By standard input, never as an argument.
    assert_eq!(
        project.read("called"),
        format!(
            "gh secret set HONEYCOMB_API_KEY --user --repos me/labs\n{}\n",
            honeycomb()
        )
    );
    assert!(said.contains("Stored as a Codespaces secret too"), "{said}");
    assert!(project.read(".env").contains(&honeycomb()));

    project.write_program("bin/gh", "exit 1");
    let said = self::said(&project, "honeycomb", &codespace, &honeycomb());
    assert!(said.contains("GitHub did not take"), "{said}");
    assert!(said.ends_with("[exit code 0]\n"), "{said}");
}

#[test]
fn what_is_no_key_is_refused() {
    let project = workspace();
    let mut all = String::new();
    for (what, typed) in [
        ("honeycomb", String::new()),
        ("honeycomb", "\n".to_owned()),
        ("honeycomb", "YOUR_API_KEY\n".to_owned()),
        ("honeycomb", format!("hcaik_{}\n", "x".repeat(58))),
        ("honeycomb", "secret\n".to_owned()),
        ("honeycomb", format!("{} x\n", honeycomb())),
        ("honeycomb", format!("'{}'\n", honeycomb())),
        ("honeycomb", format!("{}\n", &honeycomb()[..32])),
        ("honeycomb", format!("hcamk_{}\n", "7c".repeat(13))),
        ("honeycomb", format!("{}\n", aws_id("AKIA"))),
        ("aws", format!("{}\n", aws_secret())),
        ("aws", format!("{}\nshort\n", aws_id("AKIA"))),
        (
            "aws",
            format!("{}\n{}\nCanada\n", aws_id("AKIA"), aws_secret()),
        ),
        ("gitlab", String::new()),
    ] {
        all += &format!(
            "$ scripts/keys {what}\n{}\n",
            said(&project, what, &[], &typed)
        );
        assert!(!project.root().join(".env").exists(), "{all}");
    }
    check!("keys_refused", all);
}

#[test]
fn a_file_that_git_has_gets_no_key() {
    let project = workspace();
    project.write(".env", "A=1\n");
    git(&project, "add --force .env");
    let said = said(&project, "honeycomb", &[], &honeycomb());
    assert!(said.contains("git rm --cached .env"), "{said}");
    assert_eq!(project.read(".env"), "A=1\n");

    let project = workspace();
    project.write(".gitignore", "/target\n");
    let said = self::said(&project, "honeycomb", &[], &honeycomb());
    assert!(said.contains("does not ignore .env"), "{said}");
    assert!(!project.root().join(".env").exists());
}

#[test]
fn a_terminal_shows_nothing_of_it_and_asks_again() {
    let project = workspace();
    let mut terminal = Terminal::start(keys(&project, "honeycomb", &[]), 80, 24);
    terminal.see("(not shown):");
    terminal.press("nonsense\r");
    terminal.see("is not stored");
    terminal.press(&honeycomb());
    terminal.press("\r");
    terminal.see("Stored in .env");
    let written = terminal.written();
    assert!(terminal.end().success());
    for typed in ["nonsense", &honeycomb(), "7c7c"] {
        assert!(!written.contains(typed), "{written}");
    }
    assert!(project.read(".env").contains(&honeycomb()));
}

#[test]
fn an_end_in_between_leaves_the_terminal_as_it_was() {
    let project = workspace();
    let mut terminal = Terminal::start(keys(&project, "honeycomb", &[]), 80, 24);
    terminal.see("(not shown):");
    terminal.press("hcaik");
    terminal.signal(Signal::INT);
    assert!(!terminal.end().success());
    assert!(!project.root().join(".env").exists());
}
