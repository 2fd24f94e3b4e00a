//! `scripts/start` and `scripts/toolchain` with made-up commands before the real ones: what they call, and what they do without.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::root;

/// A copy of the scripts beside commands that write down how they are called.
struct Workspace(TempDir);

impl Workspace {
    fn new(commands: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let workspace = Self(folder);
        for script in ["scripts/start", "scripts/toolchain", "Cargo.toml"] {
            let to = workspace.0.path().join(script);
            fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
            fs::copy(root().join(script), to).expect("a file to copy");
        }
        for (name, script) in commands {
            let path = workspace.0.path().join("bin").join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            let script = format!("#!/bin/sh\necho \"${{0##*/}} $*\" >>called\n{script}\n");
            fs::write(&path, script).expect("a command");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a mode");
        }
        workspace
    }

    /// What was called, what was said on standard error, and the exit code.
    fn run(&self, script: &str) -> (String, String, Option<i32>) {
        let bin = self.0.path().join("bin");
        let output = Command::new(self.0.path().join(script))
            .env_clear()
            // Only what every system has, and neither Rust nor an editor.
            .env("PATH", format!("{}:/usr/bin:/bin", bin.display()))
            .stdin(Stdio::null())
            .output()
            .expect("the script starts");
        let called = fs::read_to_string(self.0.path().join("called")).unwrap_or_default();
        let said = String::from_utf8(output.stderr).expect("text");
        (called, said, output.status.code())
    }
}

const NEW: (&str, &str) = ("rustc", "echo 'rustc 1.100.0 (x 2027-01-01)'");
const OLD: (&str, &str) = ("rustc", "echo 'rustc 1.85.1 (x 2025-03-15)'");
const INSTALLS: &str = "rustup toolchain install stable --profile minimal --component clippy --component rustfmt\nrustup default stable\n";

#[test]
fn rust_is_made_new_only_where_it_is_old() {
    for (rustc, wanted) in [(NEW, ""), (OLD, INSTALLS), (("rustc", "exit 1"), INSTALLS)] {
        let workspace = Workspace::new(&[rustc, ("rustup", "")]);
        let (called, said, code) = workspace.run("scripts/toolchain");
        assert_eq!(
            (called, code),
            (format!("rustc --version\n{wanted}"), Some(0)),
            "{said}"
        );
    }
    let (_, said, code) = Workspace::new(&[OLD]).run("scripts/toolchain");
    assert_eq!(code, Some(1));
    assert!(
        said.contains("or newer is needed, and 1.85.1 is here: install it from"),
        "{said}"
    );
}

#[test]
fn the_guide_opens_where_the_editor_can_be_asked_and_the_screen_starts_anyhow() {
    let lab = "rustc --version\ncargo lab\n";
    let opens = "rustc --version\ngp open labs/1-honeycomb/README.md\ncargo lab\n";
    for (commands, wanted) in [
        (&[NEW, ("cargo", "")][..], lab),
        (&[NEW, ("cargo", ""), ("gp", "")], opens),
        (&[NEW, ("cargo", ""), ("gp", "exit 1")], opens),
    ] {
        let (called, said, code) = Workspace::new(commands).run("scripts/start");
        assert_eq!((called.as_str(), code), (wanted, Some(0)), "{said}");
    }
    assert!(root().join("labs/1-honeycomb/README.md").is_file());
    let (_, _, code) = Workspace::new(&[NEW, ("cargo", "exit 3")]).run("scripts/start");
    assert_eq!(code, Some(3), "what `cargo lab` says counts");
}
