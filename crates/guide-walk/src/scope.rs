//! What a command is about, as far as the walk has to know: which steps it grades, what it resets, what it needs.

use crate::lab::{Lab, Step};
use crate::shell::{commands, is_assignment};

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
    words.skip_while(|word| is_assignment(word) || *word == "\\")
}

/// Whether it calls the AWS CLI.
pub(crate) fn needs_aws(command: &str) -> bool {
    let mut all = commands(command).into_iter();
    all.any(|words| words.first().is_some_and(|word| word == "aws"))
}

/// Its calls of the AWS CLI in a form that looks at the names of operation and options, and calls no service; each with the
/// names of its options. `logs tail`, which version 1 lacks, and `configure` have no such form.
pub(crate) fn without_a_service(command: &str) -> Vec<(String, String)> {
    let calls = commands(command).into_iter().filter(|words| {
        words.first().is_some_and(|word| word == "aws")
            && !words
                .iter()
                .any(|word| word == "tail" || word == "configure")
            && words.len() > 2
    });
    let quoted = |word: &String| format!("'{}'", word.replace('\'', r"'\''"));
    let calls = calls.map(|words| {
        let names = words
            .iter()
            .enumerate()
            .filter(|(at, word)| *at < 3 || word.starts_with("--"));
        let names: Vec<&str> = names.map(|(_, word)| word.as_str()).collect();
        let words: Vec<String> = words.iter().map(quoted).collect();
        let call = format!(
            "AWS_DEFAULT_REGION=us-east-1 {} --generate-cli-skeleton input",
            words.join(" ")
        );
        (names.join(" "), call)
    });
    calls.collect()
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
pub(crate) fn selected(which: &str, labs: &[Lab]) -> Option<Vec<(u32, u32)>> {
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
    use super::{is_command, needs_aws, without_a_service};

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

    #[test]
    fn what_the_aws_cli_is_asked_can_be_looked_at_without_a_service() {
        let asked = without_a_service(
            "cargo run\nA=b aws logs filter-log-events \\\n  --filter-pattern '{ $.a = \"b\" }'\naws logs tail cruddur --follow",
        );
        let names = "aws logs filter-log-events --filter-pattern";
        let call = r#"AWS_DEFAULT_REGION=us-east-1 'aws' 'logs' 'filter-log-events' '--filter-pattern' '{ $.a = "b" }' --generate-cli-skeleton input"#;
        assert_eq!(asked, [(names.to_owned(), call.to_owned())]);
    }
}
