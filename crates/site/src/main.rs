//! `site`: builds, serves and checks the book under `docs/`. What each command does is in the module of the same name.
//!
//! Exit codes: 0 when all is well, 1 when something is not.

mod book;
mod check;
mod directives;
mod markdown;
mod paths;
mod places;
mod preprocessor;
mod reference;
mod serve;
mod tree;
mod warnings;
mod waterfall;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::ensure;
use clap::{Args, Parser, Subcommand};

use crate::paths::Workspace;

/// The book of the workspace.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make the book's pages; a warning is a failure.
    Build(Build),
    /// Make them, and look at every link, anchor, image and file name of the workspace's Markdown and of the book.
    Check(Build),
    /// Show the book in a browser, made anew when a file changes; ctrl-C ends it.
    Serve(Serve),
    /// Write the pages that list the commands' options.
    Reference,
}

#[derive(Args)]
struct Build {
    /// Where the pages go; what is there is deleted.
    #[arg(long, value_name = "DIR", default_value = "target/book")]
    out: PathBuf,
}

#[derive(Args)]
struct Serve {
    /// The port on the loopback; another one is taken when this one is, and 0 is any.
    #[arg(long, default_value_t = 3001)]
    port: u16,
    /// The address that is told, when ports are forwarded; `{port}` stands for the port.
    #[arg(long, default_value = "http://localhost:{port}")]
    address: String,
}

fn main() -> ExitCode {
    match run(&Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command) -> anyhow::Result<()> {
    let workspace = Workspace::here();
    match command {
        Command::Build(options) => {
            let out = std::path::absolute(&options.out)?;
            let pages = book::build(&workspace, &out)?;
            println!("{pages} pages in {}", out.display());
            Ok(())
        }
        Command::Check(options) => {
            let wrong = check::run(&workspace, &std::path::absolute(&options.out)?)?;
            for line in &wrong {
                println!("{line}");
            }
            ensure!(wrong.is_empty(), "{} to mend", wrong.len());
            println!("Every link leads somewhere, and every page is in the book.");
            Ok(())
        }
        Command::Serve(options) => serve::run(&workspace, options.port, &options.address),
        Command::Reference => reference::write(&workspace),
    }
}
