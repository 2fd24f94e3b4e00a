//! The body of a call: read within bounds and unpacked. What is in it is each API's business.

use axum::extract::Request;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::otlp::content::{Encoding, Unreadable, decompress};

/// Largest body: 50 documents of 64 KB, or 1 MB of log events, each byte of them written as an escape.
pub(crate) const MAX_BODY_BYTES: usize = 20 * 1024 * 1024;

/// Why a body cannot be had.
#[derive(Debug, PartialEq)]
pub(crate) enum BodyError {
    /// It is larger than any call's.
    TooLarge(String),
    /// It is packed in a way that is not known, or damaged, or ended early.
    Unreadable(String),
}

/// The whole body, unpacked.
pub(crate) async fn read(request: Request) -> Result<Bytes, BodyError> {
    let (parts, body) = request.into_parts();
    let encoding = Encoding::of(&parts.headers).map_err(|name| {
        BodyError::Unreadable(format!("Content-Encoding '{name}' is not supported"))
    })?;
    let too_large = || {
        BodyError::TooLarge(format!(
            "Request Entity Too Large: more than {MAX_BODY_BYTES} bytes"
        ))
    };
    let body = Limited::new(body, MAX_BODY_BYTES)
        .collect()
        .await
        .map_err(|error| {
            if error.is::<LengthLimitError>() {
                too_large()
            } else {
                BodyError::Unreadable(format!("the body cannot be read: {error}"))
            }
        })?
        .to_bytes();
    decompress(encoding, body).map_err(|unreadable| match unreadable {
        Unreadable::TooLarge => too_large(),
        Unreadable::Corrupt => BodyError::Unreadable("the body cannot be decompressed".to_owned()),
    })
}
