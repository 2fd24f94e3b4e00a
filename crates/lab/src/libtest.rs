//! Reads libtest's human output: which test passed, and what a failed one printed. Knows nothing of steps.

use std::collections::HashMap;

/// What libtest said, by the test's name.
pub(crate) struct Report {
    passed: Vec<String>,
    /// Named in libtest's lines as failed, with what they printed, if anything.
    failed: HashMap<String, String>,
    /// How long all of them took together.
    pub(crate) seconds: Option<f64>,
}

/// How one test ended.
pub(crate) enum Outcome {
    Passed,
    /// With what it printed.
    Failed(String),
    /// It did not run, or the process ended before it did.
    Absent,
}

impl Report {
    /// Reads the standard output of a test program.
    pub(crate) fn parse(output: &str) -> Self {
        let mut passed = Vec::new();
        let mut failed: HashMap<String, String> = HashMap::new();
        // The failed test whose output we are in.
        let mut inside: Option<String> = None;
        let mut seconds = None;
        for line in output.lines() {
            if let Some(name) = line
                .strip_prefix("---- ")
                .and_then(|rest| rest.strip_suffix(" stdout ----"))
            {
                failed.entry(name.to_owned()).or_default();
                inside = Some(name.to_owned());
            } else if line == "failures:" || line.starts_with("test result: ") {
                inside = None;
                seconds = line
                    .rsplit_once("finished in ")
                    .and_then(|(_, time)| time.trim_end().strip_suffix('s')?.parse().ok())
                    .or(seconds);
            } else if let Some(text) = inside.as_ref().and_then(|name| failed.get_mut(name)) {
                text.push_str(line);
                text.push('\n');
            } else if let Some((name, result)) = line
                .strip_prefix("test ")
                .and_then(|rest| rest.split_once(" ... "))
            {
                if result.ends_with("FAILED") {
                    failed.entry(name.to_owned()).or_default();
                } else if result.ends_with("ok") {
                    passed.push(name.to_owned());
                }
            }
        }
        Self {
            passed,
            failed,
            seconds,
        }
    }

    /// How the test of this name ended.
    pub(crate) fn outcome(&self, test: &str) -> Outcome {
        if let Some(text) = self.failed.get(test) {
            Outcome::Failed(without_frame(text))
        } else if self.passed.iter().any(|name| name == test) {
            Outcome::Passed
        } else {
            Outcome::Absent
        }
    }
}

/// The text without what the panic machinery puts round it: where in the grader it panicked helps no learner.
fn without_frame(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let panicked = line.starts_with("thread '") && line.contains(" panicked at ");
        let place = is_graders_place(line);
        let note = line.starts_with("note: run with `RUST_BACKTRACE=");
        let second_blank = line.is_empty() && (out.is_empty() || out.ends_with("\n\n"));
        if !panicked && !place && !note && !second_blank {
            out.push_str(line);
            out.push('\n');
        }
    }
    out.trim_end_matches('\n').to_owned()
}

/// `  at labs/1-honeycomb/tests/steps.rs:40`, what `isolated!` adds when it was the grader that panicked.
fn is_graders_place(line: &str) -> bool {
    let place = line.trim_start().strip_prefix("at ");
    let place = place.and_then(|place| place.rsplit_once(':'));
    place.is_some_and(|(file, number)| {
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        number.bytes().all(|byte| byte.is_ascii_digit())
            && (folder == "labs" || folder.split('/').any(|name| name == "tests"))
    })
}
