//! Whose failure it was: the caller's, the server's or nobody's.

use opentelemetry_proto::tonic::trace::v1::{Span, status::StatusCode};

use super::{attributes::Attributes, http};

/// The three flags of a document.
#[derive(Default)]
pub(super) struct Flags {
    pub(super) error: bool,
    pub(super) throttle: bool,
    pub(super) fault: bool,
}

/// HTTP's status decides if it tells of a failure; else the span's does.
pub(super) fn of(span: &Span, attributes: &Attributes<'_>) -> Flags {
    match attributes.int(&http::STATUS) {
        Some(code @ 400..=499) => Flags {
            error: true,
            throttle: code == 429,
            fault: false,
        },
        Some(500..=599) => Flags {
            fault: true,
            ..Flags::default()
        },
        _ => Flags {
            fault: is_error(span),
            ..Flags::default()
        },
    }
}

/// The span's status is `ERROR`.
pub(super) fn is_error(span: &Span) -> bool {
    span.status
        .as_ref()
        .is_some_and(|status| status.code() == StatusCode::Error)
}
