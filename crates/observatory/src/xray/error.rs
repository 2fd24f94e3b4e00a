//! X-Ray's errors by their names, as REST JSON tells them.

use axum::{
    Extension, Json,
    http::{HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::{
    journal::{Refused, refusals::By},
    store::StoreError,
};

/// Why X-Ray refuses a call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum XrayError {
    /// 400: the request is missing something, or has something that is not valid.
    InvalidRequest(String),
    /// 400: the body is not the JSON that the call takes.
    Serialization(String),
    /// 413: the body is larger than any call's.
    TooLarge(String),
    /// 429: too much at once.
    #[allow(dead_code, reason = "the names are the service's, all of them")]
    Throttled(String),
    /// 404: there is no such resource.
    ResourceNotFound {
        /// What was looked for.
        message: String,
        /// Its ARN.
        resource: String,
    },
    /// 400: the account has as many sampling rules as it may have.
    RuleLimitExceeded(String),
    /// 400: the resource has as many tags as it may have.
    TooManyTags {
        /// What to do.
        message: String,
        /// Its ARN.
        resource: String,
    },
    /// 403: `Authorization` is missing or no signature of AWS's.
    Authentication {
        /// `MissingAuthenticationTokenException` or `IncompleteSignatureException`.
        name: &'static str,
        /// What is missing.
        message: String,
    },
    /// 500: the store failed.
    Internal(String),
}

impl From<StoreError> for XrayError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.to_string())
    }
}

impl IntoResponse for XrayError {
    fn into_response(self) -> Response {
        let (status, name, body) = match self {
            Self::InvalidRequest(message) => (
                StatusCode::BAD_REQUEST,
                "InvalidRequestException",
                json!({ "Message": message }),
            ),
            Self::Serialization(message) => (
                StatusCode::BAD_REQUEST,
                "SerializationException",
                json!({ "Message": message }),
            ),
            Self::TooLarge(message) => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "RequestEntityTooLargeException",
                json!({ "Message": message }),
            ),
            Self::Throttled(message) => (
                StatusCode::TOO_MANY_REQUESTS,
                "ThrottledException",
                json!({ "Message": message }),
            ),
            Self::ResourceNotFound { message, resource } => (
                StatusCode::NOT_FOUND,
                "ResourceNotFoundException",
                json!({ "Message": message, "ResourceName": resource }),
            ),
            Self::RuleLimitExceeded(message) => (
                StatusCode::BAD_REQUEST,
                "RuleLimitExceededException",
                json!({ "Message": message }),
            ),
            Self::TooManyTags { message, resource } => (
                StatusCode::BAD_REQUEST,
                "TooManyTagsException",
                json!({ "Message": message, "ResourceName": resource }),
            ),
            Self::Authentication { name, message } => {
                (StatusCode::FORBIDDEN, name, json!({ "message": message }))
            }
            Self::Internal(message) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "InternalFailure",
                json!({ "Message": message }),
            ),
        };
        let message = body.get("Message").or(body.get("message"));
        let message = message.and_then(Value::as_str).unwrap_or_default();
        let refused = Refused::new(By::Xray, name, message);
        let header = HeaderName::from_static("x-amzn-errortype");
        (
            status,
            Extension(refused),
            [(header, HeaderValue::from_static(name))],
            Json(body),
        )
            .into_response()
    }
}
