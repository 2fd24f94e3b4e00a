//! Walks through the guides and pages in a fresh clone, and says what is wrong, what was skipped and why. `scripts/walk` runs it.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, bail};
use guide_walk::fresh::Fresh;
use guide_walk::guide::Guide;
use guide_walk::lab::Lab;
use guide_walk::pages::Page;
use guide_walk::walk::Walk;

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Follows the guides, and tells what came of it.
fn run() -> anyhow::Result<ExitCode> {
    let begun = Instant::now();
    let root = std::env::current_dir().context("the current folder cannot be read")?;
    let labs = Lab::all(&root).context("begin at the workspace's top folder")?;
    let mut arguments = std::env::args().skip(1);
    let folder = arguments
        .next()
        .context("no folder for the clone: say `scripts/walk`")?;
    let (options, named): (Vec<String>, Vec<String>) =
        arguments.partition(|word| word.starts_with('-'));
    let show = options == ["--show"];
    if !show && !options.is_empty() {
        bail!(
            "possible are `--show`, which prints what the commands print, labs, and pages by their paths"
        );
    }
    let pages = match &named[..] {
        [] => Page::all(&root, &labs),
        _ => named.iter().map(|name| Page::named(name, &labs)).collect(),
    }?;

    let fresh = Fresh::of(&root, Path::new(&folder))?;
    println!("{:5.1} s  a fresh clone", begun.elapsed().as_secs_f64());
    let mut walk = Walk::new(&fresh.root, &labs, show);
    for page in pages {
        walk.follow(&Guide::read(&fresh.root, &page.path)?, &page);
    }
    let outcome = walk.end();
    println!("\nNot done:");
    for skipped in &outcome.skipped {
        println!("  {skipped}");
    }
    println!(
        "\n{} commands and addresses in {:.0} s; wrong: {}",
        outcome.done,
        begun.elapsed().as_secs_f64(),
        outcome.failures.len()
    );
    for failure in &outcome.failures {
        println!("  {failure}");
    }
    Ok(ExitCode::from(u8::from(!outcome.failures.is_empty())))
}
