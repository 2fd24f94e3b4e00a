//! Whether a program printed what a guide shows, but for what differs from run to run. Each rule is a line in [`RULES`].

use regex::Regex;

/// What differs, and what stands for it on both sides. In their order.
const RULES: [(&str, &str); 7] = [
    (r"\b1-[0-9a-f]{8}-[0-9a-f]{24}\b", "[trace ID]"),
    (
        r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b",
        "[UUID]",
    ),
    (r"\b[0-9a-f]{32}\b", "[trace ID]"),
    (r"\b[0-9a-f]{16}\b", "[span ID]"),
    (
        r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?",
        "[time]",
    ),
    (r"\b\d+(\.\d+)? ?(ns|µs|ms|s)\b", "[duration]"),
    (r"\b\d+\.\d{2,}\b", "[measured]"),
];

/// What cargo says of its own work, on standard error.
const CARGO: [&str; 7] = [
    "Compiling ",
    "Finished ",
    "Running ",
    "Blocking waiting",
    "Dirty ",
    "Fresh ",
    "Locking ",
];

/// What a guide and a program's output have in common when the guide is right.
fn steady(text: &str) -> Vec<String> {
    let rules: Vec<(Regex, &str)> = RULES
        .iter()
        .filter_map(|(rule, name)| Some((Regex::new(rule).ok()?, *name)))
        .collect();
    let lines = text.lines().filter(|line| {
        let line = line.trim_start();
        !CARGO.iter().any(|verb| line.starts_with(verb))
    });
    let steady = lines.map(|line| {
        let mut line = line.trim_end().to_owned();
        for (rule, name) in &rules {
            line = rule.replace_all(&line, *name).into_owned();
        }
        line
    });
    steady.collect()
}

/// The first line of `shown` that `printed` has not in its place; none when all of it is there, one line after the other.
/// A line `…` stands for any lines.
pub(crate) fn missing(shown: &str, printed: &str) -> Option<String> {
    let (shown, printed) = (steady(shown), steady(printed));
    let mut from = 0;
    for part in shown.split(|line| line.trim() == "…") {
        match place(part, &printed[from..]) {
            Ok(end) => from += end,
            Err(at) => return Some(part[at].clone()),
        }
    }
    None
}

/// Where `part` ends in `lines`; else which of its lines is missing where it fits best.
fn place(part: &[String], lines: &[String]) -> Result<usize, usize> {
    let fits = |start: usize| {
        let there = lines[start..].iter().zip(part);
        there.take_while(|(line, wanted)| line == wanted).count()
    };
    let mut best = 0;
    for start in 0..=lines.len() {
        let count = fits(start);
        if count == part.len() {
            return Ok(start + count);
        }
        best = best.max(count);
    }
    Err(best)
}

#[cfg(test)]
mod tests {
    use super::{RULES, missing};
    use regex::Regex;

    #[track_caller]
    fn check(shown: &str, printed: &str, wanted: Option<&str>) {
        assert_eq!(missing(shown, printed).as_deref(), wanted);
    }

    #[test]
    fn rules_are_expressions() {
        for (rule, _) in RULES {
            Regex::new(rule).expect(rule);
        }
    }

    #[test]
    fn lines_stand_one_after_the_other() {
        check("a\nb\n", "x\na\nb\nc\n", None);
        check("a\nc\n", "a\nb\nc\n", Some("c"));
        check("a\n…\nc\n", "a\nb\nc\n", None);
        check("c\n…\na\n", "a\nb\nc\n", Some("a"));
        check("never", "", Some("never"));
    }

    #[test]
    fn what_differs_from_run_to_run_does_not_count() {
        check(
            "took 12 ms, trace 5759e988bd862e3fe1be46a994272793",
            "   Compiling lab v0.1.0\ntook 3.5 ms, trace 0af7651916cd43dd8448eb211c80319c",
            None,
        );
        check(
            "1-5759e988-bd862e3fe1be46a994272793 at 2026-01-01T12:00:00Z, p95=0.0041",
            "1-6759e988-cd862e3fe1be46a994272793 at 2027-02-01T12:00:00.5Z, p95=0.12",
            None,
        );
        check("3 spans", "4 spans", Some("3 spans"));
    }
}
