//! `cargo lab up`: builds Cruddur and the observatory, starts them in order, and ends them in the opposite one.
//! What each service is told is in `services`; processes and signals are `fleet`'s; a lab that looks at a recording is `recorded`'s.

mod addresses;
mod alone;
mod destination;
mod fleet;
mod page_spans;
mod ports;
mod recorded;
mod services;
mod visibility;

use std::io::{Write as _, stderr, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;

use crate::cargo;
use crate::cli;
use crate::say;
use crate::selection;
use crate::style::Style;
use crate::workspace::Workspace;
pub(crate) use addresses::Forwarding;
pub(crate) use alone::Alone;
use destination::Destination;
use fleet::{End, Fleet};
use page_spans::PageSpans;
pub(crate) use ports::SPANS_ONLY;
use services::{Plan, SERVICES};

/// Runs until ctrl-C, or until a service ends by itself, which is a failure.
pub(crate) fn run(workspace: &Workspace, options: &cli::Up) -> anyhow::Result<ExitCode> {
    let lookup = |name: &str| {
        std::env::var(name)
            .ok()
            .filter(|value| !value.trim().is_empty())
    };
    let lab = selection::lab(workspace, &options.lab)?;
    if let Some(loader) = &lab.recording {
        return recorded::run(workspace, lab, loader, options);
    }
    let package = lab.package(options.solution);
    let destination = Destination::read(lab.sends, lookup, options.live)?;
    let page_spans = PageSpans::read(destination.elsewhere.is_none(), lookup)?;
    let forwarding = Forwarding::read(lookup)?;
    let live_feature = format!("{package}/live");
    let features = if options.live {
        &["--features", &live_feature][..]
    } else {
        &[]
    };
    let programs = build(workspace, &["observatory", "cruddur", &package], features)?;

    let mut plan = Plan::new(options, destination, page_spans, forwarding, lookup)?;
    let mut fleet = Fleet::new(Style::of(&stdout()), &workspace.root)?;
    for service in SERVICES {
        if !plan.wants(service) {
            continue;
        }
        if plan.joins(service) {
            say(&plan.join(ports::listens));
            continue;
        }
        let start = plan.start(service, &program(&programs, service.package(&package))?);
        fleet.start(service.name(), start)?;
        if service.tells_address() {
            match fleet.ready(service.name()) {
                Ok(addresses) => plan.learn(service, &addresses),
                Err(end) if options.any_port => return Ok(finish(fleet, end, "")),
                Err(end) => {
                    let advice = "A port in use? `cargo lab up --any-port` takes free ones.";
                    return Ok(finish(fleet, end, advice));
                }
            }
        }
    }
    let whose = workspace.shown(&lab.package_folder(options.solution));
    say(&plan.announcement(&whose));
    plan.open_ports();
    let end = fleet.watch();
    Ok(finish(fleet, end, ""))
}

/// Ends what still runs, and says why, with `advice` when that is a failure.
fn finish(mut fleet: Fleet, end: End, advice: &str) -> ExitCode {
    let code = match end {
        End::Signal => {
            say("Ending; the last spans are sent first.\n");
            ExitCode::SUCCESS
        }
        failure => {
            let text = format!("error: {failure} {advice}");
            let _ = writeln!(stderr(), "{}", text.trim_end());
            ExitCode::FAILURE
        }
    };
    fleet.stop();
    code
}

/// Builds all programs in one go, so that cargo compiles them side by side.
fn build(
    workspace: &Workspace,
    packages: &[&str],
    features: &[&str],
) -> anyhow::Result<Vec<(String, PathBuf)>> {
    let mut args = vec!["build"];
    args.extend(packages.iter().flat_map(|package| ["--package", package]));
    args.extend(features);
    Ok(cargo::run(&workspace.root, &args, &[])?.programs)
}

/// Where a program is that was built.
fn program(programs: &[(String, PathBuf)], name: &str) -> anyhow::Result<PathBuf> {
    let found = programs.iter().find(|(built, _)| built == name);
    found.map(|(_, path)| path.clone()).with_context(|| {
        format!(
            "the build made no program `{name}`: the package of this name needs a [[bin]] called so"
        )
    })
}
