//! The command line: subcommands, their options and help texts. What they do is in the module of the same name.
//! `crates/site` makes a page of it, so nothing else of this crate is used here.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

const AFTER_HELP: &str = "\
Without a command: a screen that shows what is next and grades it at each save; without a terminal, `check`.
LAB is a lab's number or package (1, honeycomb); STEP is a step's number or id (3, server-spans).
Exit codes: 0 all asked for passes, 1 a step is open, 2 wrong usage or code that does not compile.";

/// Learn observability by instrumenting Cruddur: see what is next, check it, run it.
#[derive(Parser)]
#[command(name = "cargo lab", bin_name = "cargo lab", after_help = AFTER_HELP)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) home: Home,
}

/// Options of the screen that is shown without a command.
#[derive(Args)]
pub(crate) struct Home {
    /// Without a command: the step to begin with, or the lab; by default where you were.
    #[arg(value_name = "LAB[/STEP]")]
    pub(crate) which: Option<String>,
    /// Without a command: let the observatory choose free ports (and keep its store in memory).
    #[arg(long)]
    pub(crate) any_port: bool,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// The labs and their steps; runs nothing.
    List,
    /// Grade a lab or a step, and show what is next.
    Check(Check),
    /// A hint for a step, one at a time.
    Hint(Hint),
    /// Your code for a step that passes, against the solution's.
    Diff(Diff),
    /// Put a step's places back to the untouched starter; what you wrote is kept beside.
    Reset(Reset),
    /// Run Cruddur with your instrumentation, the observatory beside it; ctrl-C ends all.
    Up(Up),
    /// Show the guides and all other pages in a browser; ctrl-C ends it.
    Guide(Guide),
    /// Look at toolchain, machine, ports, environment variables and keys in files, and say what to do.
    Doctor(Doctor),
    /// Grade every step of every lab, and write down how it stands: for CI, and for whoever teaches.
    Report(Report),
    /// Many reports on one page: who is stuck where, and which mistakes are common.
    Cohort(Cohort),
    /// For those who write labs.
    #[command(arg_required_else_help = true)]
    Author {
        #[command(subcommand)]
        command: Author,
    },
}

#[derive(Args, Default)]
pub(crate) struct Check {
    /// What to grade: `1`, `honeycomb`, `1/3`, `honeycomb/server-spans`; by default the first lab with an open step.
    #[arg(value_name = "LAB[/STEP]")]
    pub(crate) which: Option<String>,
    /// Grade the reference solution instead of your code.
    #[arg(long)]
    pub(crate) solution: bool,
}

#[derive(Args)]
pub(crate) struct Hint {
    /// The step; by default the first open one (which grades quietly).
    #[arg(value_name = "LAB/STEP")]
    pub(crate) which: Option<String>,
    /// Which hint, from 1; by default the one after those you had. Each says more than the one before.
    #[arg(long, short = 'n')]
    pub(crate) level: Option<usize>,
}

#[derive(Args)]
pub(crate) struct Diff {
    /// The step; by default the last one that passes (which grades quietly).
    #[arg(value_name = "LAB/STEP")]
    pub(crate) which: Option<String>,
    /// Show the solution of a step that is open; grades nothing.
    #[arg(long)]
    pub(crate) spoil: bool,
}

#[derive(Args)]
pub(crate) struct Reset {
    /// The step; a whole lab needs `--yes`.
    #[arg(value_name = "LAB[/STEP]")]
    pub(crate) which: String,
    /// Reset the step's whole files, with whatever else is in them, other steps' places too.
    #[arg(long)]
    pub(crate) file: bool,
    /// Reset every step of the lab.
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Args, Default)]
pub(crate) struct Up {
    /// Whose instrumentation to run: a lab's number or package.
    #[arg(default_value = "1")]
    pub(crate) lab: String,
    /// Run the reference solution instead of your code.
    #[arg(long)]
    pub(crate) solution: bool,
    /// Send to the real service: adds TLS; needs HONEYCOMB_API_KEY or OTEL_EXPORTER_OTLP_ENDPOINT, or in the AWS labs AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION.
    #[arg(long)]
    pub(crate) live: bool,
    /// Leave out the gentle traffic, so that every trace is your own.
    #[arg(long)]
    pub(crate) no_traffic: bool,
    /// Let each service choose a free port (and the observatory keep its store in memory) instead of 2000, 3000, 4567, 4568, 4317, 4318 and, in a cloud workspace, 4316.
    #[arg(long)]
    pub(crate) any_port: bool,
}

#[derive(Args)]
pub(crate) struct Guide {
    /// Take a free port instead of 3001.
    #[arg(long)]
    pub(crate) any_port: bool,
}

const AFTER_DOCTOR: &str = "\
No key is ever shown. Files are looked at as they are and as they are staged; git's history is not looked at.
Exit codes: 0 nothing is wrong, 1 something is, 2 something could not be looked at.";

#[derive(Args)]
#[command(after_help = AFTER_DOCTOR)]
pub(crate) struct Doctor {
    /// What to look at; by default all of it.
    #[arg(value_name = "SECTION", value_enum)]
    pub(crate) sections: Vec<Section>,
    /// Also send a span, a segment and a log event to the real services whose credentials are set, and ask for them again: adds TLS.
    #[arg(long)]
    pub(crate) live: bool,
}

/// A part of what `doctor` looks at.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Section {
    /// Rust, a C compiler, a linker and git.
    Toolchain,
    /// Disk, memory and cores.
    Machine,
    /// The ports that `up` wants.
    Ports,
    /// Names and values of environment variables, and of those in `.env`.
    Environment,
    /// Keys in files that git tracks or would take.
    Keys,
}

#[derive(Args)]
pub(crate) struct Report {
    /// The lab; by default all of them.
    pub(crate) lab: Option<String>,
    /// As JSON, whose schema is docs/report.schema.json; `--json=FILE` writes it there.
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    pub(crate) json: Option<Option<PathBuf>>,
    /// As JUnit's XML, for the test views of GitLab, Jenkins and others.
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    pub(crate) junit: Option<Option<PathBuf>>,
    /// As Markdown, for GitHub's job summary; the default.
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    pub(crate) markdown: Option<Option<PathBuf>>,
    /// Where the form without a FILE of its own goes, instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Report the reference solutions instead of your code.
    #[arg(long)]
    pub(crate) solution: bool,
    /// Whose report this is; in GitHub Actions, by default who pushed. Elsewhere reports are nameless unless you say.
    #[arg(long, value_name = "NAME")]
    pub(crate) learner: Option<String>,
}

#[derive(Args)]
pub(crate) struct Cohort {
    /// Where the reports are that `cargo lab report --json` wrote, in folders of it too.
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// The page to write.
    #[arg(long, short, value_name = "FILE", default_value = "cohort.html")]
    pub(crate) output: PathBuf,
}

#[derive(Subcommand)]
pub(crate) enum Author {
    /// Check that starters fail, solutions pass and mistakes get their verdicts, each for the intended reason.
    Check(AuthorCheck),
    /// Make a small lab that passes the check, to begin with.
    New(AuthorNew),
    /// Write the hashes of all that decides a verdict, with which `check` and `report` compare a workspace.
    Release {
        /// Only say whether they are up to date.
        #[arg(long)]
        check: bool,
    },
}

#[derive(Args)]
pub(crate) struct AuthorNew {
    /// The lab's number, the first that is free or any other.
    pub(crate) number: u32,
    /// Its package, `my-lab`.
    pub(crate) name: String,
}

#[derive(Args)]
pub(crate) struct AuthorCheck {
    /// The lab; by default all of them.
    pub(crate) lab: Option<String>,
    /// Write the verdicts as they are now into the files that keep them.
    #[arg(long)]
    pub(crate) accept: bool,
}
