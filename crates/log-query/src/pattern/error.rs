//! What is wrong with a pattern, and where.

use super::MAX_PATTERN_CHARACTERS;

/// Why a pattern was not understood.
///
/// Printed, it is what FilterLogEvents and StartLiveTail say in their `InvalidParameterException`.
/// Where the service says no more than "Invalid filter pattern", [`detail`](Self::detail) says what and where.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{}", self.message())]
pub struct PatternError {
    /// The character where it went wrong, counted from 1.
    pub position: usize,
    fault: Fault,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Fault {
    /// What cannot be the beginning of anything: so far it was read.
    Characters(String),
    /// Something else should be there.
    Syntax {
        /// What TestMetricFilter complains of, when only one kind of thing could have stood there.
        term: Option<String>,
        detail: String,
    },
    /// The service's own sentence.
    Said(String),
}

impl PatternError {
    pub(super) fn characters(position: usize, read: &str) -> Self {
        Self {
            position,
            fault: Fault::Characters(read.to_owned()),
        }
    }

    pub(super) fn syntax(position: usize, detail: impl Into<String>) -> Self {
        Self {
            position,
            fault: Fault::Syntax {
                term: None,
                detail: detail.into(),
            },
        }
    }

    pub(super) fn unexpected(position: usize, term: &str, detail: impl Into<String>) -> Self {
        Self {
            position,
            fault: Fault::Syntax {
                term: Some(term.to_owned()),
                detail: detail.into(),
            },
        }
    }

    pub(super) fn said(position: usize, message: impl Into<String>) -> Self {
        Self {
            position,
            fault: Fault::Said(message.into()),
        }
    }

    pub(super) fn too_long(text: &str) -> Self {
        let message = format!(
            "1 validation error detected: Value '{text}' at 'filterPattern' failed to satisfy constraint: \
             Member must have length less than or equal to {MAX_PATTERN_CHARACTERS}"
        );
        Self::said(MAX_PATTERN_CHARACTERS + 1, message)
    }

    /// Whether the service would say no more than that the pattern is invalid.
    pub(super) fn is_syntax(&self) -> bool {
        matches!(self.fault, Fault::Syntax { .. })
    }

    /// What FilterLogEvents and StartLiveTail say.
    #[must_use]
    pub fn message(&self) -> String {
        match &self.fault {
            Fault::Characters(read) => invalid_characters(read),
            Fault::Syntax { .. } => "Invalid filter pattern".to_owned(),
            Fault::Said(message) => message.clone(),
        }
    }

    /// What TestMetricFilter says, which words some of it otherwise.
    #[must_use]
    pub fn metric_filter_message(&self) -> String {
        match &self.fault {
            Fault::Syntax { term: None, .. } => "Invalid metric filter pattern".to_owned(),
            Fault::Syntax {
                term: Some(term), ..
            } => invalid_characters(term),
            _ => self.message(),
        }
    }

    /// For whoever wrote the pattern: what is wrong and where.
    #[must_use]
    pub fn detail(&self) -> String {
        let position = self.position;
        match &self.fault {
            Fault::Syntax { detail, .. } => {
                format!("Invalid filter pattern at position {position}: {detail}")
            }
            _ => format!("{} at position {position}", self.message()),
        }
    }
}

fn invalid_characters(read: &str) -> String {
    format!("Invalid character(s) in term '{read}'")
}
