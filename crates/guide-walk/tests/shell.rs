//! Every block of shell is run by the walk or says why it is not, and every command that a page names is there to be called.

use std::path::Path;
use std::process::Command;

use guide_walk::guide::{Guide, Kind};
use guide_walk::known::Known;
use guide_walk::lab::Lab;
use guide_walk::listed::listed;
use guide_walk::mark::Mark;
use guide_walk::pages::{Page, is_shell};
use guide_walk::reason;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// What is wrong with the blocks of shell in `guide`: that bash cannot read one, or why it is not run.
fn wrong(guide: &Guide) -> Vec<String> {
    let mut wrong = Vec::new();
    let (mut next, mut all) = (None, None);
    for item in &guide.items {
        match &item.kind {
            // `blocks.rs` looks whether that test names the page.
            Kind::Mark(Mark::TestedBy(_)) => return wrong,
            Kind::Mark(Mark::Skip(reason)) => next = Some(reason),
            Kind::Mark(Mark::SkipSection(reason)) => all = Some(reason),
            Kind::Heading(..) => (next, all) = (None, None),
            Kind::Code(_) => next = None,
            Kind::Block(language, text) if is_shell(language) => {
                let mut add =
                    |what: String| wrong.push(format!("{}: {what}", guide.place(item.line)));
                if language != "sh" {
                    add(format!(
                        "call it `sh`, as the walk does, and not `{language}`"
                    ));
                }
                let bash = Command::new("bash").args(["-n", "-c", text]).output();
                let bash = bash.expect("bash starts");
                if !bash.status.success() {
                    add(String::from_utf8_lossy(&bash.stderr).into_owned());
                }
                if let Some(Err(error)) = next.take().or(all).map(|why| reason::holds(root(), why))
                {
                    add(format!("{error:#}"));
                }
            }
            _ => {}
        }
    }
    wrong
}

#[test]
fn each_block_is_run_or_says_why_not() {
    let labs = Lab::all(root()).expect("the labs");
    let pages = Page::all(root(), &labs).expect("the pages");
    let guides = pages.iter().map(|page| Guide::read(root(), &page.path));
    let wrong: Vec<String> = guides
        .flat_map(|guide| wrong(&guide.expect("a page")))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn each_command_is_there_to_be_called() {
    let labs = Lab::all(root()).expect("the labs");
    let known = Known::of(root(), &labs).expect("what can be called");
    let mut wrong = Vec::new();
    let mut count = 0;
    for path in listed(root()).expect("the files") {
        if !path.ends_with(".md") || path.contains("/vendor/") {
            continue;
        }
        let guide = Guide::read(root(), Path::new(&path)).expect("a page");
        for item in &guide.items {
            let command = match &item.kind {
                Kind::Block(language, text) if is_shell(language) => text,
                Kind::Code(text) => text,
                _ => continue,
            };
            count += 1;
            if let Err(error) = known.check(command) {
                wrong.push(format!("{}: {error:#}", guide.place(item.line)));
            }
        }
    }
    assert!(count > 500, "{count}");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
