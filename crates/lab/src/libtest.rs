//! Reads libtest's human output: which test passed, and what a failed one printed. Knows nothing of steps.

use std::collections::{HashMap, HashSet};

/// What libtest said, by the test's name.
pub(crate) struct Report {
    passed: HashSet<String>,
    /// Named in libtest's lines as failed, with what they printed, if anything.
    failed: HashMap<String, String>,
    /// Each line that sums up: whether it said `ok`, and how many it counted as passed and as failed.
    sums: Vec<Option<(bool, usize, usize)>>,
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
        let mut passed = HashSet::new();
        let mut sums = Vec::new();
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
            } else if line == "failures:" || line.starts_with(SUM) {
                inside = None;
                if line.starts_with(SUM) {
                    sums.push(sum(line));
                }
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
                    passed.insert(name.to_owned());
                }
            }
        }
        passed.retain(|name| !failed.contains_key(name));
        Self {
            passed,
            failed,
            sums,
            seconds,
        }
    }

    /// Whether libtest reached its end and all that it said fits together, `success` being whether its process ended so:
    /// a line `test … ok` may come from the tested code, or from what it started.
    pub(crate) fn is_consistent(&self, success: bool) -> bool {
        let counted = (self.failed.is_empty(), self.passed.len(), self.failed.len());
        self.sums == [Some(counted)] && counted.0 == success
    }

    /// How the test of this name ended.
    pub(crate) fn outcome(&self, test: &str) -> Outcome {
        if let Some(text) = self.failed.get(test) {
            Outcome::Failed(without_frame(text))
        } else if self.passed.contains(test) {
            Outcome::Passed
        } else {
            Outcome::Absent
        }
    }
}

/// How libtest's last line begins.
const SUM: &str = "test result: ";

/// What is in `test result: FAILED. 2 passed; 7 failed; …`; none when it is not made like that.
fn sum(line: &str) -> Option<(bool, usize, usize)> {
    let (word, rest) = line.strip_prefix(SUM)?.split_once(". ")?;
    let mut counts = rest.split("; ");
    let mut count =
        |what: &str| -> Option<usize> { counts.next()?.strip_suffix(what)?.parse().ok() };
    let ok = match word {
        "ok" => true,
        "FAILED" => false,
        _ => return None,
    };
    Some((ok, count(" passed")?, count(" failed")?))
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

#[cfg(test)]
mod tests {
    use super::Report;

    const RAN: &str = "running 2 tests\ntest a ... ok\ntest b ... FAILED\n";

    #[track_caller]
    fn consistent(output: &str, success: bool, wanted: bool) {
        let report = Report::parse(output);
        assert_eq!(report.is_consistent(success), wanted, "{success}: {output}");
    }

    #[test]
    fn what_a_run_said_fits_together_or_counts_for_nothing() {
        let passed = "test a ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 8 filtered out; finished in 0.00s\n";
        consistent(passed, true, true);
        // Killed after it said so.
        consistent(passed, false, false);
        // Killed before it could.
        consistent("test a ... ok\n", false, false);
        consistent("test a ... ok\n", true, false);
        // One more line than tests were run.
        consistent(&format!("test b ... ok\n{passed}"), true, false);
        // The same line twice is the same test.
        consistent(&format!("test a ... ok\n{passed}"), true, true);
        // Two ends.
        consistent(&format!("{passed}{passed}"), true, false);
        consistent("test result: great\n", true, false);
        let failed = format!(
            "{RAN}\nfailures:\n\n---- b stdout ----\nno\n\ntest result: FAILED. 1 passed; 1 failed; 0 ignored\n"
        );
        consistent(&failed, false, true);
        consistent(&failed, true, false);
        // A failed test that somebody also calls passed is failed, and counts once.
        consistent(&format!("test b ... ok\n{failed}"), false, true);
        consistent(&failed.replace("1 failed", "0 failed"), false, false);
    }
}
