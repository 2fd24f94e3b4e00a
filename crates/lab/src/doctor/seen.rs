//! One thing that was looked at, and how it is shown. Whoever looks decides what is wrong.

use crate::paragraph::fill;
use crate::style::Style;

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    Ok,
    /// Worth knowing; nothing need be done.
    Note,
    /// Something will not work.
    Problem,
    /// It could not be looked at.
    Unknown,
}

/// One thing that was looked at.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) level: Level,
    /// What it is and how it is, in one line.
    pub(super) what: String,
    /// What to do about it.
    pub(super) advice: String,
}

impl Seen {
    pub(super) fn ok(what: impl Into<String>) -> Self {
        Self::new(Level::Ok, what, "")
    }

    pub(super) fn note(what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(Level::Note, what, advice)
    }

    pub(super) fn problem(what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(Level::Problem, what, advice)
    }

    pub(super) fn unknown(what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(Level::Unknown, what, advice)
    }

    pub(super) fn new(level: Level, what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            level,
            what: what.into(),
            advice: advice.into(),
        }
    }

    /// A line, and below it what to do, unless that is said of the next one too.
    pub(super) fn shown(&self, style: Style, next: Option<&Self>) -> String {
        let word = match self.level {
            Level::Ok => style.green("ok     "),
            Level::Note => style.bold("note   "),
            Level::Problem => style.red("problem"),
            Level::Unknown => style.red("unknown"),
        };
        let mut lines = fill(&self.what, "           ");
        // The word stands in the indentation of the first line.
        lines.replace_range(..11, &format!("  {word}  "));
        if next.is_some_and(|next| next.advice == self.advice) {
            return lines;
        }
        lines + &fill(&self.advice, "             ")
    }
}

/// What is seen as text, for tests: `problem: WHAT / ADVICE`.
#[cfg(test)]
pub(super) fn told(seen: &[Seen]) -> String {
    seen.iter()
        .map(|one| {
            let level = format!("{:?}", one.level).to_lowercase();
            match one.advice.as_str() {
                "" => format!("{level}: {}\n", one.what),
                advice => format!("{level}: {} / {advice}\n", one.what),
            }
        })
        .collect()
}
