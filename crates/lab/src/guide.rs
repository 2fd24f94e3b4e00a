//! `cargo lab guide`: builds the book's program, which no other command needs, and becomes it. What it shows is `crates/site`'s.

use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitCode};

use anyhow::Context as _;

use crate::cargo;
use crate::cli;
use crate::say;
use crate::up::Forwarding;
use crate::workspace::Workspace;

const PACKAGE: &str = "site";

/// Beside the front end's, and no other service's.
const PORT: u16 = 3001;

/// Shows the book until ctrl-C; returns only when that can't be.
///
/// # Errors
/// When the program does not compile or can't be started.
pub(crate) fn run(workspace: &Workspace, options: &cli::Guide) -> anyhow::Result<ExitCode> {
    let lookup = |name: &str| {
        std::env::var(name)
            .ok()
            .filter(|value| !value.trim().is_empty())
    };
    let address = Forwarding::read(lookup)?.public("{port}");
    say("Making the guide; its program compiles for about a minute the first time.\n");
    let programs = cargo::run(&workspace.root, &["build", "--package", PACKAGE], &[])?.programs;
    let (_, program) = programs
        .iter()
        .find(|(name, _)| name == PACKAGE)
        .with_context(|| format!("the build made no program `{PACKAGE}`"))?;
    let port = if options.any_port { 0 } else { PORT };
    let error = Command::new(program)
        .args(["serve", "--port", &port.to_string(), "--address", &address])
        .current_dir(&workspace.root)
        .exec();
    Err(error).with_context(|| format!("{} cannot be started", program.display()))
}
