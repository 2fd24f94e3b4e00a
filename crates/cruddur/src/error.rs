//! What can go wrong in answering a request, and the answer that each failure gets.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::{ProfilesError, StoreError};

/// Why a request gets no 2xx answer.
///
/// As a response it is a status and a JSON array of codes, which name the failure for programs.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// 422: fields are missing, blank or too long; one code for each.
    #[error("the request is not valid: {}", .0.join(", "))]
    Validation(Vec<&'static str>),
    /// 404: no activity has the UUID asked for, or it has expired.
    #[error("there is no such activity")]
    ActivityNotFound,
    /// 404: the profiles service knows no such handle.
    #[error("there is no such profile")]
    ProfileNotFound,
    /// 400: the percent-encoding of the path does not decode to UTF-8.
    #[error("the path cannot be decoded")]
    MalformedPath,
    /// 400: the body is not JSON.
    #[error("the body is not JSON")]
    MalformedJson(#[source] serde_json::Error),
    /// 400: the body broke off.
    #[error("the body broke off before its end")]
    BodyUnreadable,
    /// 413: the body has more bytes than any valid request needs.
    #[error("the body is larger than {} bytes", crate::input::MAX_BODY_BYTES)]
    BodyTooLarge,
    /// 415: the body does not say that it is JSON.
    #[error("the body must be JSON, sent with content-type: application/json")]
    UnsupportedMediaType,
    /// 502: the profiles service cannot be reached, or fails.
    #[error("the display name cannot be had from the profiles service")]
    Profiles(#[from] ProfilesError),
    /// 500: the database fails.
    #[error("the database failed")]
    Store(#[from] StoreError),
}

impl Error {
    /// The status that the answer has.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Validation(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::ActivityNotFound | Self::ProfileNotFound => StatusCode::NOT_FOUND,
            Self::MalformedPath | Self::MalformedJson(_) | Self::BodyUnreadable => {
                StatusCode::BAD_REQUEST
            }
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Profiles(_) => StatusCode::BAD_GATEWAY,
            Self::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The codes that the answer's body has; never empty.
    pub fn codes(&self) -> Vec<&'static str> {
        match self {
            Self::Validation(codes) => codes.clone(),
            Self::ActivityNotFound => vec!["activity_not_found"],
            Self::ProfileNotFound => vec!["profile_not_found"],
            Self::MalformedPath => vec!["malformed_path"],
            Self::MalformedJson(_) => vec!["malformed_json"],
            Self::BodyUnreadable => vec!["body_unreadable"],
            Self::BodyTooLarge => vec!["body_too_large"],
            Self::UnsupportedMediaType => vec!["unsupported_media_type"],
            Self::Profiles(_) => vec!["profiles_unavailable"],
            Self::Store(_) => vec!["internal_error"],
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = (self.status(), Json(self.codes())).into_response();
        response.extensions_mut().insert(Failure(Arc::new(self)));
        response
    }
}

/// The error behind a response, put into the response's extensions.
///
/// The body tells a stranger no more than codes; a layer that sees the response can tell the operator why.
#[derive(Clone, Debug)]
pub struct Failure(pub Arc<Error>);

impl Failure {
    /// The first code of the answer's body, such as `profiles_unavailable`.
    pub fn code(&self) -> &'static str {
        self.0.codes()[0]
    }

    /// The error and its causes, outermost first, in one line.
    pub fn message(&self) -> String {
        let mut message = self.0.to_string();
        let mut cause = std::error::Error::source(&*self.0);
        while let Some(error) = cause {
            message = format!("{message}: {error}");
            cause = error.source();
        }
        message
    }
}
