//! A round trip to the real services. TLS and the AWS SDKs are in a program of their own, `live-check`, which is built when it is asked for.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context as _;
use serde::Deserialize;

use super::seen::{Level, Seen};
use crate::cargo;
use crate::say;

const PACKAGE: &str = "live-check";

/// What `live-check` says of one thing.
#[derive(Deserialize)]
struct Line {
    level: LineLevel,
    what: String,
    advice: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum LineLevel {
    Ok,
    Note,
    Problem,
}

/// Builds it with TLS and runs it in this very environment.
///
/// # Errors
/// When it does not compile, or cannot be started.
pub(super) fn look(root: &Path) -> anyhow::Result<Vec<Seen>> {
    let build = ["build", "--package", PACKAGE, "--features", "live"];
    let programs = cargo::run(root, &build, &[])?.programs;
    let (_, program) = programs
        .iter()
        .find(|(name, _)| name == PACKAGE)
        .with_context(|| format!("the build made no program `{PACKAGE}`"))?;
    say("Asking the real services; that may take a minute.\n");
    let output = Command::new(program)
        .current_dir(root)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("{} cannot be started", program.display()))?;
    let mut seen: Vec<_> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(read)
        .collect();
    if !output.status.success() {
        seen.push(Seen::unknown(
            format!("{PACKAGE} ended with {}", output.status),
            "What it says above is all that is known.",
        ));
    }
    Ok(seen)
}

fn read(line: &str) -> Seen {
    match serde_json::from_str::<Line>(line) {
        Ok(line) => {
            let level = match line.level {
                LineLevel::Ok => Level::Ok,
                LineLevel::Note => Level::Note,
                LineLevel::Problem => Level::Problem,
            };
            Seen::new(level, line.what, line.advice)
        }
        // Its version is not ours.
        Err(_) => Seen::unknown(
            format!("{PACKAGE} said something that is not understood"),
            "",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::seen::told;

    #[test]
    fn lines() {
        let seen = [
            r#"{"level":"ok","what":"X-Ray took a segment","advice":""}"#,
            r#"{"level":"problem","what":"no key","advice":"Set one."}"#,
            "thread 'main' panicked",
        ]
        .map(read);
        assert_eq!(
            told(&seen),
            "ok: X-Ray took a segment\nproblem: no key / Set one.\nunknown: live-check said something that is not understood\n"
        );
    }
}
