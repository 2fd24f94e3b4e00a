//! `up` for a lab that looks at a recording: the observatory with the recording in it, at the moment at which it ends.
//! No service runs and nothing more arrives; the learner's own observatory keeps its store and its clock.

mod store;

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, ensure};

use super::addresses::Forwarding;
use super::destination::Destination;
use super::fleet::{End, Fleet};
use super::page_spans::PageSpans;
use super::services::{Plan, Service};
use super::{build, finish, program};
use crate::cli;
use crate::metadata::{Lab, Protocol};
use crate::say;
use crate::style::Style;
use crate::workspace::Workspace;

/// What is loading, before its lines.
const LOADER: &str = "recording";

/// Runs until ctrl-C, or until the observatory ends by itself. The program `loader` says when the recording ends
/// (`--now`), and loads it into the observatory whose address it is given, unless that holds all of it (`--ensure ADDRESS`).
pub(super) fn run(
    workspace: &Workspace,
    lab: &Lab,
    loader: &str,
    options: &cli::Up,
) -> anyhow::Result<ExitCode> {
    ensure!(
        !(options.live || options.solution || options.no_traffic),
        "lab {} looks at a recording, and runs no service: leave out --live, --solution and --no-traffic",
        lab.number
    );
    let programs = build(workspace, &["observatory", loader], &[])?;
    let (observatory, loader) = (
        program(&programs, "observatory")?,
        program(&programs, loader)?,
    );
    let lookup = |name: &str| {
        std::env::var(name)
            .ok()
            .filter(|value| !value.trim().is_empty())
    };
    // Nothing is sent by a service, so where they would send to does not matter.
    let destination = Destination::read(Protocol::Otlp, |_| None, false)?;
    let mut plan = Plan::new(
        options,
        destination,
        PageSpans::None,
        Forwarding::read(lookup)?,
        lookup,
    )?;
    ensure!(
        !plan.joins(Service::Observatory),
        "an observatory runs already at {}: this one needs its own store, and its clock stands still. \
         End that one, or let this one take free ports: `cargo lab up {} --any-port`",
        plan.observatory_url(),
        lab.number
    );
    let folder = store::folder(&[&observatory, &loader])?;
    plan.recorded = Some((folder, now(&loader)?));
    let mut fleet = Fleet::new(Style::of(&std::io::stdout()), &workspace.root)?;
    if let Err(end) = start(&mut fleet, &mut plan, &observatory, &loader)? {
        let advice = match end {
            End::Exited { name, .. }
                if name == Service::Observatory.name() && !options.any_port =>
            {
                format!(
                    "A port in use? `cargo lab up {} --any-port` takes free ones.",
                    lab.number
                )
            }
            _ => String::new(),
        };
        return Ok(finish(fleet, end, &advice));
    }
    say(&announcement(
        &plan.observatory_url(),
        &lab.folder.join(&lab.guide),
    ));
    let end = fleet.watch();
    Ok(finish(fleet, end, ""))
}

/// Starts the observatory, and has the loader see to it that the recording is in there.
fn start(
    fleet: &mut Fleet,
    plan: &mut Plan,
    observatory: &Path,
    loader: &Path,
) -> anyhow::Result<Result<(), End>> {
    let name = Service::Observatory.name();
    fleet.start(name, plan.start(Service::Observatory, observatory))?;
    let addresses = match fleet.ready(name) {
        Ok(addresses) => addresses,
        Err(end) => return Ok(Err(end)),
    };
    plan.learn(Service::Observatory, &addresses);
    let mut load = Command::new(loader);
    load.arg("--ensure").arg(&addresses.http);
    fleet.start(LOADER, load)?;
    Ok(fleet.finished(LOADER))
}

/// When the recording ends, in seconds since the Unix epoch.
fn now(loader: &Path) -> anyhow::Result<u32> {
    let shown = || format!("`{} --now`", loader.display());
    let output = Command::new(loader)
        .arg("--now")
        .output()
        .with_context(shown)?;
    let said = String::from_utf8_lossy(&output.stdout);
    said.trim()
        .parse()
        .with_context(|| format!("{} says no time in seconds: {said:?}", shown()))
}

/// Where to begin.
fn announcement(observatory: &str, guide: &Path) -> String {
    let pages = [
        ("at a glance", "/"),
        (
            "slow requests",
            "/query?of=spans&v=HEATMAP(duration_ms)&where=span.kind+%3D+server&where=service.name+%3D+backend&range=1h",
        ),
        ("trace map", "/map?window=1h"),
        ("logs", "/insights?group=cruddur"),
    ];
    let mut out =
        "\nThe recorded hour is in the observatory, whose clock stands at its end:\n\n".to_owned();
    for (name, path) in pages {
        out += &format!("  {name:14} {observatory}{path}\n");
    }
    out + &format!("\nThe guide is {}; ctrl-C ends it.\n\n", guide.display())
}
