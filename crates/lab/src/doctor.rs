//! `cargo lab doctor`: looks at what the labs need of this machine, and says what to do about each thing that is not right.
//! Each section is a module; what is judged is passed in, so that a test can make any machine.

mod environment;
pub(crate) mod keys;
mod live;
mod machine;
mod ports;
mod seen;
mod temporary;
mod toolchain;

use std::io::stdout;
use std::process::ExitCode;

use crate::cli::{self, Section};
use crate::say;
use crate::style::Style;
use crate::workspace::Workspace;
use seen::{Level, Seen};

/// Every section that `--live` does not add.
const USUAL: [Section; 5] = [
    Section::Toolchain,
    Section::Machine,
    Section::Ports,
    Section::Environment,
    Section::Keys,
];

/// Prints each section as soon as it is known.
///
/// Exit codes: 0 nothing is wrong, 1 something is, 2 something could not be looked at (and nothing is wrong).
pub(crate) fn run(workspace: &Workspace, options: &cli::Doctor) -> anyhow::Result<ExitCode> {
    let style = Style::of(&stdout());
    let chosen = match options.sections.as_slice() {
        [] => &USUAL[..],
        chosen => chosen,
    };
    let mut all = Vec::new();
    let mut show = |title: &str, seen: Vec<Seen>| {
        say(&format!("{}\n", style.bold(title)));
        for (index, one) in seen.iter().enumerate() {
            say(&one.shown(style, seen.get(index + 1)));
        }
        say("\n");
        all.extend(seen.into_iter().map(|one| one.level));
    };
    for section in chosen {
        match section {
            Section::Toolchain => show("Toolchain", toolchain::look(&workspace.root)),
            Section::Machine => show("Machine", machine::look(&workspace.root)),
            Section::Ports => show("Ports", ports::look()),
            Section::Environment => show("Environment", environment::look(&workspace.root)),
            Section::Keys => show("Keys in files", keys::look(&workspace.root)),
        }
    }
    if options.live {
        show("The real services", live::look(&workspace.root)?);
    }
    let (sentence, code) = verdict(&all);
    say(&format!("{}\n", style.bold(&sentence)));
    Ok(ExitCode::from(code))
}

/// The sum of it, and the exit code.
fn verdict(levels: &[Level]) -> (String, u8) {
    let count = |level| levels.iter().filter(|&&one| one == level).count();
    let several = |count: usize, one: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{count} {one}s")),
    };
    let (problems, unknown) = (count(Level::Problem), count(Level::Unknown));
    let parts = [
        several(problems, "problem"),
        several(count(Level::Note), "note"),
        several(unknown, "thing").map(|things| format!("{things} that could not be looked at")),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    let code = match (problems, unknown) {
        (0, 0) => 0,
        (0, _) => 2,
        _ => 1,
    };
    let sentence = match (problems, parts.is_empty()) {
        (_, true) => "All is well.".to_owned(),
        (0, _) => format!("No problems; {}.", parts.join(", ")),
        _ => format!("{}.", parts.join(", ")),
    };
    (sentence, code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_decides() {
        use Level::{Note, Ok, Problem, Unknown};
        for (levels, sentence, code) in [
            (&[Ok, Ok][..], "All is well.", 0),
            (&[Ok, Note], "No problems; 1 note.", 0),
            (
                &[Unknown, Note, Note],
                "No problems; 2 notes, 1 thing that could not be looked at.",
                2,
            ),
            (
                &[Problem, Unknown, Problem],
                "2 problems, 1 thing that could not be looked at.",
                1,
            ),
        ] {
            assert_eq!(verdict(levels), (sentence.to_owned(), code));
        }
    }
}
