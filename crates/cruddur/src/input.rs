//! What handlers take out of requests; whatever is wrong with it becomes an [`Error`] with the API's codes.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Path, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use serde_json::Value;
use uuid::Uuid;

use crate::{CURRENT_USER, Error, NewActivity, NewMessage, NewReply};

/// The most bytes that a body may have: five times the longest message with each character escaped.
pub(crate) const MAX_BODY_BYTES: usize = 64 * 1024;

/// The code for what is wrong with a text, if anything is.
pub(crate) fn text_problem(text: &str, max_chars: usize) -> Option<&'static str> {
    if text.trim().is_empty() {
        Some("message_blank")
    } else if text.chars().count() > max_chars {
        Some("message_exceed_max_chars")
    } else {
        None
    }
}

/// The fields of a JSON body.
pub(crate) struct Fields(Value);

impl Fields {
    /// The text of a field; one that is missing or no text is as good as blank.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    async fn read<S: Send + Sync>(mut request: Request, state: &S) -> Result<Self, Error> {
        if !says_json(request.headers()) {
            return Err(Error::UnsupportedMediaType);
        }
        DefaultBodyLimit::max(MAX_BODY_BYTES).apply(&mut request);
        let body = Bytes::from_request(request, state)
            .await
            .map_err(body_error)?;
        serde_json::from_slice(&body)
            .map(Self)
            .map_err(Error::MalformedJson)
    }
}

fn says_json(headers: &HeaderMap) -> bool {
    let Some(Ok(value)) = headers.get(CONTENT_TYPE).map(|value| value.to_str()) else {
        return false;
    };
    let essence = value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn body_error(rejection: BytesRejection) -> Error {
    if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
        Error::BodyTooLarge
    } else {
        Error::BodyUnreadable
    }
}

impl<S: Send + Sync> FromRequest<S> for NewActivity {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        Self::from_fields(&Fields::read(request, state).await?)
    }
}

impl<S: Send + Sync> FromRequest<S> for NewReply {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        Self::from_fields(&Fields::read(request, state).await?)
    }
}

impl<S: Send + Sync> FromRequest<S> for NewMessage {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        Self::from_fields(&Fields::read(request, state).await?)
    }
}

/// The `{handle}` of the path; a blank one is `blank_user_handle`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handle(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Handle {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let handle = path_parameter(parts, state).await?;
        if handle.trim().is_empty() {
            return Err(Error::Validation(vec!["blank_user_handle"]));
        }
        Ok(Self(handle))
    }
}

/// The `{uuid}` of the path; what is no UUID names no activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActivityId(pub Uuid);

impl<S: Send + Sync> FromRequestParts<S> for ActivityId {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let text = path_parameter(parts, state).await?;
        Uuid::try_parse(&text)
            .map(Self)
            .map_err(|_| Error::ActivityNotFound)
    }
}

async fn path_parameter<S: Send + Sync>(parts: &mut Parts, state: &S) -> Result<String, Error> {
    match Path::<String>::from_request_parts(parts, state).await {
        Ok(Path(text)) => Ok(text),
        Err(_) => Err(Error::MalformedPath),
    }
}

/// The `term` of the query; a blank one is `search_term_blank`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchTerm(pub String);

impl<S: Send + Sync> FromRequestParts<S> for SearchTerm {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Error> {
        query_parameter(parts, "term")
            .map(Self)
            .ok_or_else(|| Error::Validation(vec!["search_term_blank"]))
    }
}

/// The `user_reciever_handle` of the query (spelled as on the wire); without one, the signed-in user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receiver(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Receiver {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(
            query_parameter(parts, "user_reciever_handle")
                .unwrap_or_else(|| CURRENT_USER.to_owned()),
        ))
    }
}

/// The first value of a query parameter, if it has one that is not blank.
fn query_parameter(parts: &Parts, name: &str) -> Option<String> {
    // Pairs rather than a struct: a parameter given twice is no error, and bytes that are not UTF-8 are replaced.
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).ok()?;
    pairs
        .0
        .into_iter()
        .find(|(key, value)| key == name && !value.trim().is_empty())
        .map(|(_, value)| value)
}
