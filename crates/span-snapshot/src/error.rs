//! What can go wrong, each with what to do about it.

use thiserror::Error;

/// A text is not of a tree's form.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line} of the span tree, `{text}`, cannot be read: expected {expected}")]
pub struct ParseError {
    /// Line number, from 1; 0 if no single line is to blame.
    pub line: usize,
    /// That line.
    pub text: String,
    /// What would have been right there.
    pub expected: &'static str,
}

/// An OTLP request cannot be read.
#[derive(Debug, Error)]
pub enum OtlpError {
    /// The bytes are no protobuf `ExportTraceServiceRequest`.
    #[error("the body is no protobuf ExportTraceServiceRequest; was JSON sent as protobuf? ({0})")]
    Protobuf(#[from] prost::DecodeError),
    /// The text is no JSON, or its JSON no `ExportTraceServiceRequest`.
    #[error("the body is no JSON ExportTraceServiceRequest ({0})")]
    Json(#[from] serde_json::Error),
    /// The body is compressed in a way that cannot be undone here.
    #[error("the body cannot be decompressed with content-encoding `{encoding}` ({reason})")]
    Encoding {
        /// The `Content-Encoding` header.
        encoding: String,
        /// Why not.
        reason: String,
    },
    /// The `Content-Type` is none of OTLP's.
    #[error(
        "content-type `{0}` is none of OTLP's; send application/x-protobuf or application/json"
    )]
    ContentType(String),
}

/// A text is no segment document.
#[derive(Debug, Error)]
pub enum SegmentError {
    /// The text is no JSON, or its JSON no segment document.
    #[error("document {number} is no segment document: {error}")]
    Json {
        /// Which of the documents, from 1.
        number: usize,
        /// What is wrong, and where.
        error: serde_json::Error,
    },
    /// A document, or a subsegment inside it, lacks what its place in the tree depends on.
    #[error(
        "document {number}: `{name}` has no {field}; without it nobody can tell where it belongs"
    )]
    Missing {
        /// Which of the documents, from 1.
        number: usize,
        /// The segment's name.
        name: String,
        /// `id` or `trace_id`.
        field: &'static str,
    },
}

/// A redaction that would have changed nothing, or cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RedactError {
    /// The selector has no slash between span and attribute.
    #[error(
        "`{0}` selects nothing: write SPAN_NAME_GLOB/attribute.key, such as `GET */app.now`, or `*/app.now` for any span"
    )]
    Selector(String),
    /// Nothing matched. A redaction that matches nothing would hide that an attribute is missing.
    #[error("`{selector}` matches no attribute; there are: {present}")]
    NoMatch {
        /// The selector as given.
        selector: String,
        /// What spans and attributes there are.
        present: String,
    },
}
