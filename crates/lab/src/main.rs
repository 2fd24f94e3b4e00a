//! `cargo lab`: the learner's and the author's commands.
//! It drives `cargo test` and words what the graders said; it grades nothing itself.
//!
//! Exit codes: 0 when all that was asked for passes, 1 when a step is open (or a service ended, or an author's check misses),
//! 2 when nothing could be said: wrong usage, a broken `lab.toml`, code that does not compile.

mod atomic;
mod author;
mod cargo;
mod check;
mod cli;
mod cohort;
mod diff;
mod doctor;
mod feedback;
mod grade;
mod guide;
mod hint;
mod home;
mod integrity;
mod libtest;
mod list;
mod metadata;
mod paragraph;
mod patch;
mod regions;
mod report;
mod reset;
mod selection;
mod starter;
mod store;
mod style;
mod timestamp;
mod up;
mod workspace;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::{Author, Cli, Command};
use crate::workspace::Workspace;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            // What the compiler says is shown as it said it.
            let text = match error.downcast_ref::<cargo::DoesNotBuild>() {
                Some(compiler) => compiler.to_string(),
                None => format!("error: {error:#}\n"),
            };
            // Nobody is left to tell when standard error is closed.
            let _ = std::io::stderr().lock().write_all(text.as_bytes());
            ExitCode::from(2)
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let workspace = Workspace::open()?;
    let Some(command) = cli.command else {
        return home::run(workspace, &cli.home);
    };
    match command {
        Command::List => list::run(&workspace),
        Command::Check(options) => check::run(&workspace, &options),
        Command::Hint(options) => hint::run(&workspace, &options),
        Command::Diff(options) => diff::run(&workspace, &options),
        Command::Reset(options) => reset::run(&workspace, &options),
        Command::Cohort(options) => cohort::run(&workspace, &options),
        Command::Report(options) => report::run(&workspace, &options),
        Command::Up(options) => up::run(&workspace, &options),
        Command::Guide(options) => guide::run(&workspace, &options),
        Command::Doctor(options) => doctor::run(&workspace, &options),
        Command::Author {
            command: Author::Check(options),
        } => author::check(&workspace, &options),
        Command::Author {
            command: Author::New(options),
        } => author::new::run(&workspace, &options),
        Command::Author {
            command: Author::Release { check },
        } => integrity::run(&workspace, check),
    }
}

/// Writes to standard output; a reader that went away (`cargo lab list | head -1`) is no error.
fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
