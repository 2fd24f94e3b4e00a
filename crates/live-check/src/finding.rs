//! One thing that was learnt, and its line of JSON. `cargo lab doctor` has the other end.

use std::io::Write as _;

use aws_settings::SettingsError;
use serde::Serialize;

/// `{"level":"problem","what":"…","advice":"…"}`
#[derive(Debug, Serialize, PartialEq, Eq)]
pub(crate) struct Finding {
    level: Level,
    what: String,
    advice: String,
}

#[derive(Debug, Serialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Level {
    Ok,
    Note,
    Problem,
}

impl Finding {
    pub(crate) fn ok(what: impl Into<String>) -> Self {
        Self::new(Level::Ok, what, "")
    }

    pub(crate) fn note(what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(Level::Note, what, advice)
    }

    pub(crate) fn problem(what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(Level::Problem, what, advice)
    }

    /// About settings with which nobody can be asked; what to do is the last part of the error's sentence.
    pub(crate) fn wrong_settings(whom: &str, error: &SettingsError) -> Self {
        let sentence = error.to_string();
        match sentence.rsplit_once(": ") {
            Some((what, advice)) => Self::problem(format!("{whom}: {what}"), capitalised(advice)),
            None => Self::problem(format!("{whom}: {sentence}"), "Correct or unset it."),
        }
    }

    fn new(level: Level, what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            level,
            what: what.into(),
            advice: advice.into(),
        }
    }

    /// Prints it.
    pub(crate) fn tell(&self) {
        if let Ok(line) = serde_json::to_string(self) {
            // A reader that went away needs no line.
            let _ = writeln!(std::io::stdout(), "{line}");
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}
