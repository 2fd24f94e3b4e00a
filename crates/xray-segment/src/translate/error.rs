//! Why a span cannot be a document.

use thiserror::Error;

/// A span with an ID that no document can have.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum UnusableId {
    /// A trace ID is 16 bytes, not all zero.
    #[error(
        "cannot make a segment of span `{span}`: its trace ID is {found}, and 16 bytes, not all zero, are wanted"
    )]
    Trace {
        /// The span's name.
        span: String,
        /// Its trace ID in hex digits, or `empty`.
        found: String,
    },
    /// A span ID is 8 bytes, not all zero.
    #[error(
        "cannot make a segment of span `{span}`: its ID is {found}, and 8 bytes, not all zero, are wanted"
    )]
    Span {
        /// The span's name.
        span: String,
        /// Its ID in hex digits, or `empty`.
        found: String,
    },
    /// A parent's ID is 8 bytes; a span without parent has none, or zeros.
    #[error(
        "cannot make a segment of span `{span}`: its parent's ID is {found}, and 8 bytes, or none for a root, are wanted"
    )]
    Parent {
        /// The span's name.
        span: String,
        /// Its parent's ID in hex digits.
        found: String,
    },
}
