//! Which pages of other origins may call the back end, and with which headers.

use axum::http::Method;
use axum::http::header::{
    CONTENT_TYPE, HeaderName, HeaderValue, IF_MODIFIED_SINCE, LINK, LOCATION,
};
use tower_http::cors::CorsLayer;

/// The request headers that [`cors()`] lets through; [`CorsLayer::allow_headers`] replaces them, so name these too.
pub const CORS_HEADERS: [HeaderName; 2] = [CONTENT_TYPE, IF_MODIFIED_SINCE];

/// The layer for the back end's routes: pages of these two origins may call it.
///
/// An address counts by its origin: scheme, host and port. One that is no HTTP address allows nothing.
pub fn cors(frontend_url: &str, backend_url: &str) -> CorsLayer {
    let origins: Vec<HeaderValue> = [frontend_url, backend_url]
        .into_iter()
        .filter_map(origin)
        .collect();
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::OPTIONS, Method::GET, Method::HEAD, Method::POST])
        .allow_headers(CORS_HEADERS)
        .expose_headers([LOCATION, LINK])
}

/// The origin of an address as browsers send it: no path, no slash at the end, no port that the scheme implies.
pub(crate) fn origin(url: &str) -> Option<HeaderValue> {
    let url = reqwest::Url::parse(url)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))?;
    HeaderValue::from_str(&url.origin().ascii_serialization()).ok()
}
