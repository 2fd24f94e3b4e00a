//! The ID that each answer of an AWS API's carries, as the SDKs show it (`ResponseMetadata.RequestId`, `$metadata.requestId`).

use std::hash::{BuildHasher, Hasher, RandomState};

use axum::{extract::Request, middleware::Next, response::Response};
use http::{HeaderName, HeaderValue};

const HEADER: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// Gives the answer an ID, refusals too.
pub(crate) async fn add(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Ok(id) = HeaderValue::try_from(id()) {
        response.headers_mut().insert(HEADER, id);
    }
    response
}

/// A UUID of version 4.
pub(crate) fn id() -> String {
    // Each of the standard library's hashers has a key of its own; none of these IDs is a secret.
    let [high, low] = [(); 2].map(|()| RandomState::new().build_hasher().finish());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 48 & 0x3fff | 0x8000,
        low & 0xffff_ffff_ffff,
    )
}
