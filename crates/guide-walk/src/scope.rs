//! What a command is about, as far as the walk has to know: which steps it grades, what it resets, what it needs.

use crate::lab::{Lab, Step};

/// The steps that a command grades.
pub(crate) struct Scope {
    /// Number of the lab, number of the step.
    pub(crate) steps: Vec<(u32, u32)>,
    /// What it ends with while one of them is open.
    pub(crate) open_code: i32,
}

/// Whether what stands between backticks is a command that one types, and not a piece of one.
pub(crate) fn is_command(code: &str) -> bool {
    let program = words(code).next().unwrap_or_default();
    let more = words(code).nth(1).is_some();
    // All tests of the workspace are CI's, and minutes long.
    let is_named_only = code.contains('…') || code == "cargo test";
    more && ["cargo", "curl", "aws"].contains(&program) && !is_named_only
}

/// The words after the variables that are set for the command.
fn words(command: &str) -> impl Iterator<Item = &str> {
    let words = command.split_whitespace();
    words.skip_while(|word| {
        let (name, value) = word.split_once('=').unwrap_or_default();
        let is_name = |letter: char| letter.is_ascii_uppercase() || letter == '_';
        !value.is_empty() && name.chars().all(is_name) || *word == "\\"
    })
}

/// Whether it calls the AWS CLI.
pub(crate) fn needs_aws(command: &str) -> bool {
    let begins = |line: &str| words(line).next() == Some("aws");
    command.lines().any(begins)
}

/// Whether it listens on the ports that everybody uses.
pub(crate) fn takes_all_ports(command: &str) -> bool {
    command.starts_with("cargo lab up") && !command.contains("--any-port")
}

/// What it grades, if it does; a reference solution is never open.
pub(crate) fn of(command: &str, labs: &[Lab]) -> Option<Scope> {
    let words: Vec<&str> = words(command).collect();
    let (which, open_code) = match words[..] {
        ["cargo", "lab"] => (None, 1),
        ["cargo", "lab", "check" | "report", ..] => {
            let named = words[3..].iter().find(|word| !word.starts_with('-'));
            (named.copied(), 1)
        }
        ["cargo", "lab", which] if selected(which, labs).is_some() => (Some(which), 1),
        ["cargo", "test", "-p", package] => (
            Some(
                labs.iter()
                    .find(|lab| lab.package == package)?
                    .package
                    .as_str(),
            ),
            101,
        ),
        _ => return None,
    };
    if words.contains(&"--solution") {
        return None;
    }
    let steps = match which {
        Some(which) => selected(which, labs)?,
        None => labs.iter().flat_map(all).collect(),
    };
    Some(Scope { steps, open_code })
}

/// The step that it puts back to the starter's.
pub(crate) fn resets(command: &str, labs: &[Lab]) -> Option<(u32, u32)> {
    match words(command).collect::<Vec<_>>()[..] {
        ["cargo", "lab", "reset", which, ..] => selected(which, labs)?.first().copied(),
        _ => None,
    }
}

/// Whether it grades this one step.
pub(crate) fn checks(command: &str, lab: &Lab, step: &Step) -> bool {
    let scope = of(command, std::slice::from_ref(lab));
    scope.is_some_and(|scope| scope.steps == [(lab.number, step.number)])
}

/// The steps that `1`, `honeycomb`, `1/3` or `honeycomb/server-spans` names.
fn selected(which: &str, labs: &[Lab]) -> Option<Vec<(u32, u32)>> {
    let (lab, step) = match which.split_once('/') {
        Some((lab, step)) => (lab, Some(step)),
        None => (which, None),
    };
    let lab = labs.iter().find(|known| known.is_called(lab))?;
    let Some(step) = step else {
        return Some(all(lab).collect());
    };
    let called = |known: &&Step| known.id == step || known.number.to_string() == step;
    let step = lab.steps.iter().find(called)?;
    Some(vec![(lab.number, step.number)])
}

fn all(lab: &Lab) -> impl Iterator<Item = (u32, u32)> {
    lab.steps.iter().map(|step| (lab.number, step.number))
}

#[cfg(test)]
mod tests {
    use super::{is_command, needs_aws};

    #[test]
    fn what_one_types_is_a_command() {
        for command in [
            "cargo lab",
            "cargo lab up 2",
            "curl http://localhost:4600/",
            "PORT=4600 cargo run -p xray",
        ] {
            assert!(is_command(command), "{command}");
        }
        for code in [
            "cargo",
            "cargo test",
            "AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any",
            "aws logs tail … --follow",
            "x-honeycomb-team=…",
            "set-up",
        ] {
            assert!(!is_command(code), "{code}");
        }
    }

    #[test]
    fn the_aws_cli_may_stand_behind_variables_and_in_a_second_line() {
        assert!(needs_aws("A_KEY=any B=any \\\naws xray get-groups"));
        assert!(!needs_aws("A_KEY=any cargo run -p xray"));
    }
}
