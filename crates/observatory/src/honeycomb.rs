//! Honeycomb's team keys: the check that OTLP requests go through, and `GET /1/auth`.
//! A key is compared, never logged and never answered.

use std::{hint::black_box, sync::Arc};

use axum::{
    Extension, Json, Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderMap, StatusCode};
use serde_json::json;

use crate::{
    journal::{Refused, refusals::By},
    server::AppState,
};

const TEAM: &str = "x-honeycomb-team";
const DATASET: &str = "x-honeycomb-dataset";

/// The key that senders must give, if any.
#[derive(Clone, Default)]
pub struct Keys(Option<Arc<str>>);

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() {
            "Keys(one)"
        } else {
            "Keys(none)"
        })
    }
}

/// Why a request's key is refused, in Honeycomb's words.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum KeyError {
    /// No key.
    #[error("missing 'x-honeycomb-team' header")]
    Missing,
    /// A key of the older kind, which belongs to no environment and so needs a dataset.
    #[error("missing 'x-honeycomb-dataset' header")]
    DatasetMissing,
    /// Not the key.
    #[error("unknown API key - check your credentials")]
    Unknown,
}

impl KeyError {
    /// In a word, as refusals are counted.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Missing => "MissingKey",
            Self::DatasetMissing => "MissingDataset",
            Self::Unknown => "UnknownKey",
        }
    }
}

impl Keys {
    /// Whether senders must give one.
    pub fn are_required(&self) -> bool {
        self.0.is_some()
    }

    /// Requires this key; without one, OTLP needs none.
    pub fn new(key: Option<String>) -> Self {
        Self(key.map(Arc::from))
    }

    /// Checks a request's headers (or a gRPC call's metadata).
    pub fn check(&self, headers: &HeaderMap) -> Result<(), KeyError> {
        let Some(wanted) = &self.0 else {
            return Ok(());
        };
        let given = given(headers).ok_or(KeyError::Missing)?;
        if is_classic(given)
            && headers
                .get(DATASET)
                .is_none_or(|dataset| dataset.is_empty())
        {
            return Err(KeyError::DatasetMissing);
        }
        if is_same(given, wanted.as_bytes()) {
            Ok(())
        } else {
            Err(KeyError::Unknown)
        }
    }
}

fn given(headers: &HeaderMap) -> Option<&[u8]> {
    headers
        .get(TEAM)
        .map(|key| key.as_bytes())
        .filter(|key| !key.is_empty())
}

/// 32 hex digits, or an ingest key of 64 characters `hc?ic_…`.
fn is_classic(key: &[u8]) -> bool {
    let lower = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_lowercase();
    match key.len() {
        32 => key
            .iter()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')),
        64 => {
            key.starts_with(b"hc")
                && key[2].is_ascii_lowercase()
                && key[3..].starts_with(b"ic_")
                && key[6..].iter().all(lower)
        }
        _ => false,
    }
}

/// Takes as long for a key that is almost right as for one that is all wrong.
fn is_same(given: &[u8], wanted: &[u8]) -> bool {
    let mut difference = u8::from(given.len() != wanted.len());
    for (index, byte) in wanted.iter().enumerate() {
        difference |= black_box(byte ^ given.get(index).copied().unwrap_or(0));
    }
    black_box(difference) == 0
}

/// The route of Honeycomb's own API.
pub(crate) fn router() -> Router<AppState> {
    Router::new().route("/1/auth", get(auth))
}

/// Tells a client what its key may do. Where no key is required, any key is a key.
async fn auth(State(state): State<AppState>, headers: HeaderMap) -> Response {
    let known = match (&state.keys.0, given(&headers)) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(wanted), Some(given)) => is_same(given, wanted.as_bytes()),
    };
    if !known {
        let error = match given(&headers) {
            None => KeyError::Missing,
            Some(_) => KeyError::Unknown,
        };
        let refused = Refused::new(By::Honeycomb, error.reason(), error.to_string());
        let body = Json(json!({"error": KeyError::Unknown.to_string()}));
        return (StatusCode::UNAUTHORIZED, Extension(refused), body).into_response();
    }
    Json(json!({
        "id": "observatory",
        "type": "ingest",
        "api_key_access": {
            "events": true, "createDatasets": true, "queries": true, "columns": false, "boards": false,
            "markers": false, "recipients": false, "slos": false, "triggers": false
        },
        "environment": {"name": "local", "slug": "local"},
        "team": {"name": "observatory", "slug": "observatory"}
    }))
    .into_response()
}
