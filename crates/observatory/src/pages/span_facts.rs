//! What a span says about itself, in the words that the pages use. How they are shown is in the pages.

use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, KeyValue, any_value::Value},
    trace::v1::{span::SpanKind, status::StatusCode},
};

use crate::model::StoredSpan;

/// The service that made the span.
pub(crate) fn service(span: &StoredSpan) -> &str {
    match string(&span.resource.attributes, "service.name") {
        Some(name) if !name.is_empty() => name,
        _ => "unknown_service",
    }
}

/// Whether its status is `ERROR`.
pub(crate) fn is_error(span: &StoredSpan) -> bool {
    span.span
        .status
        .as_ref()
        .is_some_and(|status| status.code() == StatusCode::Error)
}

/// `SERVER`, `CLIENT`, …; `None` where no kind was sent.
pub(crate) fn kind(span: &StoredSpan) -> Option<&'static str> {
    match span.span.kind() {
        SpanKind::Unspecified => None,
        SpanKind::Internal => Some("INTERNAL"),
        SpanKind::Server => Some("SERVER"),
        SpanKind::Client => Some("CLIENT"),
        SpanKind::Producer => Some("PRODUCER"),
        SpanKind::Consumer => Some("CONSUMER"),
    }
}

/// `UNSET`, `OK` or `ERROR`.
pub(crate) fn status(span: &StoredSpan) -> &'static str {
    match span.span.status.as_ref().map(|status| status.code()) {
        None | Some(StatusCode::Unset) => "UNSET",
        Some(StatusCode::Ok) => "OK",
        Some(StatusCode::Error) => "ERROR",
    }
}

/// The string attribute of this name.
pub(crate) fn string<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a str> {
    attributes
        .iter()
        .find(|attribute| attribute.key == key)
        .and_then(|attribute| match &attribute.value {
            Some(AnyValue {
                value: Some(Value::StringValue(text)),
            }) => Some(&text[..]),
            _ => None,
        })
}
