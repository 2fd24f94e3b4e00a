//! How a failed check speaks: one `cause[id]: …` line and its help, the form that `cargo lab` reads.

use std::fmt;

/// Why a check failed, and what to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// A stable name in kebab-case; [`explain`](crate::explain()) lists its own.
    pub id: &'static str,
    /// What is seen, and what was wanted instead.
    pub what: String,
    /// The likely reason and what to do.
    pub help: String,
}

/// `cause[id]: what`, then `  help: help`; further lines of either are indented beneath.
impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", form(self.id, &self.what, &self.help))
    }
}

fn form(id: &str, what: &str, help: &str) -> String {
    let mut text = format!("cause[{id}]: {}", what.trim_end().replace('\n', "\n  "));
    if !help.trim().is_empty() {
        text.push_str("\n  help: ");
        text.push_str(&help.trim().replace('\n', "\n        "));
    }
    text
}

/// Fails the test with a cause, in the same form as a failed snapshot does.
///
/// ```should_panic
/// span_snapshot::verdict(
///     "header-missing",
///     "the request had no x-honeycomb-team header",
///     "set OTEL_EXPORTER_OTLP_HEADERS, and check its spelling",
/// );
/// ```
#[track_caller]
pub fn verdict(cause: &str, what: &str, help: &str) -> ! {
    panic!("{}", form(cause, what, help))
}
