//! A small workspace with two labs in a temporary folder, and the real `lab` run in it. What is expected of it is in the tests.

mod files;

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use tempfile::TempDir;

/// Long enough for a build on a loaded machine; reached only when something hangs.
pub(crate) const DEADLINE: Duration = Duration::from_secs(240);

/// Said of a workspace that has no release, as the made ones: in every transcript, so in none.
const NOT_RELEASED: [&str; 2] = [
    "note: not all is as released. The verdict stands; `cargo lab report` tells this too.\n",
    "
  release-replaced: crates/lab/release.sha256
    This workspace is not the one that the program was built in. Nothing here
    was compared with the release.
",
];

/// Where the made workspace's own release is, after [`Project::release`].
const RELEASE: &str = "release.sha256";

pub(crate) struct Project {
    folder: TempDir,
}

impl Project {
    /// The labs `alpha` (three steps, open) and `beta` (one step, open), each with its solution.
    pub(crate) fn new() -> Self {
        let project = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        };
        for (path, text) in files::all() {
            project.write(path, text);
        }
        project
    }

    /// The same as authors keep it: three hints a step, and the verdicts.
    pub(crate) fn for_authors() -> Self {
        let project = Self::new();
        for (path, text) in files::author() {
            project.write(path, text);
        }
        for (lab, hints, more) in [
            (
                "1-alpha",
                "[\"Look at the mark.\", ",
                "[\"Look.\", \"Look at the mark.\", ",
            ),
            (
                "1-alpha",
                "[\"As before.\"]",
                "[\"As.\", \"As before.\", \"2\"]",
            ),
            (
                "1-alpha",
                "[\"Add them.\"]",
                "[\"Add.\", \"Add them.\", \"1 + 2\"]",
            ),
            ("2-beta", "[\"Yes.\"]", "[\"No?\", \"Yes.\", \"true\"]"),
        ] {
            project.edit(&format!("labs/{lab}/lab.toml"), hints, more);
        }
        project
    }

    /// The same with what `cargo lab up` starts beside lab alpha.
    pub(crate) fn with_services() -> Self {
        let project = Self::new();
        for (path, text) in files::services() {
            project.write(path, text);
        }
        project.edit("Cargo.toml", "[\"labs/*\"", "[\"crates/*\", \"labs/*\"");
        project
    }

    /// The folder, without links in its path.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder
            .path()
            .canonicalize()
            .expect("the temporary folder")
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder to write in");
        fs::write(path, text).expect("a file to write");
    }

    /// A shell script that can be run as a program.
    pub(crate) fn write_program(&self, path: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt as _;

        self.write(path, &format!("#!/bin/sh\n{script}\n"));
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(self.folder.path().join(path), mode).expect("a mode");
    }

    /// `PATH` with a folder of the project's before it.
    pub(crate) fn path_with(&self, folder: &str) -> String {
        let path = std::env::var("PATH").unwrap_or_default();
        format!("{}:{path}", self.root().join(folder).display())
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.folder.path().join(path)).unwrap_or_default()
    }

    /// Replaces text that has to be there.
    #[track_caller]
    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} does not contain {from:?}");
        self.write(path, &text.replace(from, to));
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.folder.path().join(path)).expect("a file to remove");
    }

    /// Makes the workspace, as it is now, the release that later commands compare it with.
    pub(crate) fn release(&self) -> String {
        self.write(RELEASE, "");
        self.transcript("author release")
    }

    /// `cargo lab ARGS` in a scrubbed environment.
    pub(crate) fn lab(&self, args: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
        command
            .args(args.split_whitespace())
            .current_dir(self.root())
            .env_clear();
        for name in [
            "PATH",
            "HOME",
            "CARGO",
            "CARGO_HOME",
            "RUSTUP_HOME",
            "RUSTUP_TOOLCHAIN",
        ] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        // The lockfile of crates without dependencies needs no registry.
        command.env("CARGO_NET_OFFLINE", "true");
        let release = self.root().join(RELEASE);
        if release.exists() {
            command.env("CARGO_LAB_RELEASE", release);
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Exit code, standard output and error of `cargo lab ARGS`, as a text to compare.
    pub(crate) fn transcript(&self, args: &str) -> String {
        self.transcript_of(args, self.lab(args))
    }

    pub(crate) fn transcript_of(&self, args: &str, mut command: Command) -> String {
        let output = finish(command.spawn().expect("lab starts"));
        let mut text = format!("$ cargo lab {args}\n");
        for stream in [&output.stdout, &output.stderr] {
            text.push_str(&String::from_utf8_lossy(stream));
        }
        text.push_str(&format!(
            "[exit code {}]\n",
            output.status.code().unwrap_or(-1)
        ));
        self.scrub(&text)
    }

    /// The text without what differs from run to run: the folder's path.
    pub(crate) fn scrub(&self, text: &str) -> String {
        let root = self.root();
        let [note, not_released] = NOT_RELEASED;
        let mut text = text
            .replace(&root.display().to_string(), "[root]")
            .replace(not_released, "");
        for next in ["[exit code", "error"] {
            text = text.replace(&format!("{note}{next}"), next);
        }
        text
    }
}

/// The child's output, within [`DEADLINE`].
pub(crate) fn finish(mut child: Child) -> Output {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (sender, ended) = mpsc::channel();
    std::thread::spawn(move || {
        let errors = std::thread::spawn(move || read(stderr));
        let stdout = read(stdout);
        let output = child.wait().map(|status| Output {
            status,
            stdout,
            stderr: errors.join().unwrap_or_default(),
        });
        let _ = sender.send(output);
    });
    ended
        .recv_timeout(DEADLINE)
        .expect("lab ends in time")
        .expect("lab can be waited for")
}

fn read(pipe: Option<impl std::io::Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        pipe.read_to_end(&mut bytes).expect("a readable pipe");
    }
    bytes
}
