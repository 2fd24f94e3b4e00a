//! How grave a log event is, by the many names and numbers that loggers have for it.

/// How grave an event is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Level {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}

impl Level {
    /// As the page has it; also the class of its mark.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }

    /// The level that a logger calls so, in any case.
    pub(crate) fn named(word: &str) -> Option<Self> {
        Some(match &word.to_ascii_lowercase()[..] {
            "trace" | "verbose" => Self::Trace,
            "debug" => Self::Debug,
            "info" | "information" | "notice" => Self::Info,
            "warn" | "warning" => Self::Warn,
            "error" | "err" | "severe" | "fatal" | "critical" | "crit" | "alert" | "emerg"
            | "emergency" | "panic" => Self::Error,
            _ => return None,
        })
    }

    /// As loggers for Node number it.
    pub(super) fn numbered(number: i64) -> Option<Self> {
        Some(match number {
            10 => Self::Trace,
            20 => Self::Debug,
            30 => Self::Info,
            40 => Self::Warn,
            50 | 60 => Self::Error,
            _ => return None,
        })
    }
}
