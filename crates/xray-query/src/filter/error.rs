//! What is wrong with an expression, and where.

/// Why an expression was not understood. The message is meant for whoever wrote the expression.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("Invalid filter expression at position {position}: {message}")]
pub struct FilterError {
    /// The character where it went wrong, counted from 1.
    pub position: usize,
    /// What is wrong, and what would be possible.
    pub message: String,
}
