//! The signature on X-Ray's calls: refused where it is missing, and the region that it names kept for the answer.
//! How a signature is read is `aws::signature`'s.

use axum::{extract::Request, middleware::Next, response::Response};

use super::error::XrayError;
use crate::aws::signature::{Unsigned, region_of as signed_region};

/// The region that a call was signed for; in the request's extensions, for the ARNs of the answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Region(pub(crate) String);

/// The region of calls that come unsigned, through the daemon's port.
const UNSIGNED: &str = "us-east-1";

/// The region that a call is for.
pub(crate) fn region_of(signed: Option<&Region>) -> &str {
    signed.map_or(UNSIGNED, |region| &region.0)
}

/// Refuses a call that is not signed as AWS wants it.
pub(crate) async fn check(mut request: Request, next: Next) -> Result<Response, XrayError> {
    let region = signed_region(request.headers(), "xray")
        .map_err(|Unsigned { name, message }| XrayError::Authentication { name, message })?;
    request.extensions_mut().insert(Region(region));
    Ok(next.run(request).await)
}
