//! The errors of CloudWatch Logs by their names, as JSON 1.1 tells them.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value};

use super::call::CONTENT_TYPE;
use crate::{
    aws::{body::BodyError, signature::Unsigned},
    journal::{Refused, refusals::By},
    store::{StoreError, logs::LogFailure},
};

/// Why CloudWatch Logs refuses a call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LogsError {
    status: StatusCode,
    name: &'static str,
    message: String,
    more: Map<String, Value>,
}

impl LogsError {
    /// 400, by its name.
    pub(crate) fn new(name: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            name,
            message: message.into(),
            more: Map::new(),
        }
    }

    /// A parameter that is not valid.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }

    /// Something that is not there.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new("ResourceNotFoundException", message)
    }

    /// A body that is not the JSON that the call takes.
    pub(crate) fn serialization(message: impl Into<String>) -> Self {
        Self::new("SerializationException", message)
    }

    /// With a further member.
    #[must_use]
    pub(crate) fn with(mut self, member: &str, value: Value) -> Self {
        self.more.insert(member.to_owned(), value);
        self
    }
}

impl From<StoreError> for LogsError {
    fn from(error: StoreError) -> Self {
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            ..Self::new("ServiceUnavailableException", error.to_string())
        }
    }
}

impl From<rusqlite::Error> for LogsError {
    fn from(error: rusqlite::Error) -> Self {
        StoreError::from(error).into()
    }
}

impl From<LogFailure> for LogsError {
    fn from(failure: LogFailure) -> Self {
        match failure {
            LogFailure::NoGroup | LogFailure::NoStream => Self::not_found(failure.to_string()),
            LogFailure::Store(error) => error.into(),
        }
    }
}

impl From<Unsigned> for LogsError {
    fn from(Unsigned { name, message }: Unsigned) -> Self {
        Self::new(name, message)
    }
}

impl From<BodyError> for LogsError {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLarge(message) => Self {
                status: StatusCode::PAYLOAD_TOO_LARGE,
                ..Self::new("RequestEntityTooLargeException", message)
            },
            BodyError::Unreadable(message) => Self::serialization(message),
        }
    }
}

impl IntoResponse for LogsError {
    fn into_response(self) -> Response {
        // Who makes a group or a stream at each start expects to be told that it is there.
        let refused = (self.name != "ResourceAlreadyExistsException")
            .then(|| Refused::new(By::Logs, self.name, &self.message[..]));
        let mut body = self.more;
        body.insert("__type".to_owned(), self.name.into());
        body.insert("message".to_owned(), self.message.into());
        let headers = [
            (
                HeaderName::from_static("x-amzn-errortype"),
                HeaderValue::from_static(self.name),
            ),
            (header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE)),
        ];
        let body = Value::Object(body).to_string();
        let mut response = (self.status, headers, body).into_response();
        if let Some(refused) = refused {
            response.extensions_mut().insert(refused);
        }
        response
    }
}
