//! A call as its handler gets it: its body, the region that it was signed for, the store, the time.

use axum::{
    extract::Request,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use rusqlite::Transaction;
use serde_json::Value;

use super::{error::LogsError, input::Input};
use crate::{
    aws::{body, signature},
    journal::Refused,
    server::AppState,
    store::logs::LogFailure,
};

pub(super) const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// What a handler answers.
pub(super) type Answer = Result<Output, LogsError>;

/// A call of the API.
pub(super) struct Call {
    pub(super) body: Bytes,
    /// The region that the call was signed for.
    pub(super) region: String,
    /// When it came, in milliseconds since the Unix epoch.
    pub(super) now: i64,
    pub(super) state: AppState,
}

impl Call {
    /// Checks the signature and reads the body.
    pub(super) async fn of(state: AppState, request: Request) -> Result<Self, LogsError> {
        let region = signature::region_of(request.headers(), "logs")?;
        Ok(Self {
            body: body::read(request).await?,
            region,
            now: state.logs.now(),
            state,
        })
    }

    /// The members of its body.
    pub(super) fn input(&self) -> Result<Input, LogsError> {
        // A call without parameters may come without a body.
        if self.body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Input::default());
        }
        match serde_json::from_slice(&self.body) {
            Ok(Value::Object(members)) => Ok(Input::of(members)),
            Ok(_) => Err(LogsError::serialization("the body must be a JSON object")),
            Err(error) => Err(LogsError::serialization(format!(
                "the body cannot be read: {error}"
            ))),
        }
    }

    /// Changes groups or streams, all of it or nothing; returns after the commit.
    pub(super) async fn change<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, LogsError> + Send + 'static,
    ) -> Result<T, LogsError> {
        self.state
            .store
            .change(move |transaction| Ok(change(transaction)))
            .await?
    }

    /// Reads groups or streams.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        question: impl FnOnce(&rusqlite::Connection) -> Result<T, LogFailure> + Send + 'static,
    ) -> Result<T, LogsError> {
        Ok(self.state.store.read_logs(question).await?)
    }
}

/// The body of an answer, if it has one.
#[derive(Debug)]
pub(super) struct Output {
    json: String,
    refused: Option<Refused>,
}

impl Output {
    /// An answer that says nothing.
    pub(super) fn nothing() -> Self {
        Self::written(String::new())
    }

    /// Its text.
    pub(super) fn text(self) -> String {
        self.json
    }

    /// An answer already written as JSON.
    pub(super) fn written(json: String) -> Self {
        Self {
            json,
            refused: None,
        }
    }

    /// With a note of what was not taken.
    pub(super) fn with_refused(self, refused: Option<Refused>) -> Self {
        Self { refused, ..self }
    }
}

impl From<Value> for Output {
    /// Members that are null are left out, as the service leaves them out.
    fn from(value: Value) -> Self {
        Self::written(without_nulls(value).to_string())
    }
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_nulls(value)))
            .collect(),
        Value::Array(values) => values.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

impl IntoResponse for Output {
    fn into_response(self) -> Response {
        let content_type = HeaderValue::from_static(CONTENT_TYPE);
        let mut response = ([(header::CONTENT_TYPE, content_type)], self.json).into_response();
        if let Some(refused) = self.refused {
            response.extensions_mut().insert(refused);
        }
        response
    }
}
