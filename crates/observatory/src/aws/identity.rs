//! STS's GetCallerIdentity: whose keys a caller has, which clients ask before they make an ARN, as watchtower does before it
//! tags its log group. No other call of STS is answered.

use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};

use super::{ACCOUNT, body, signature};
use crate::journal::{Refused, refusals::By};

/// What the XML of STS is named by.
const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// Whether a call to `/` is one of STS: it is a form, where the other services take JSON.
pub(crate) fn is_asked(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE);
    content_type.is_some_and(|value| {
        value
            .as_bytes()
            .starts_with(b"application/x-www-form-urlencoded")
    })
}

/// Answers a call of STS.
pub(crate) async fn answer(request: Request) -> Response {
    if let Err(unsigned) = signature::region_of(request.headers(), "sts") {
        return refused(StatusCode::FORBIDDEN, unsigned.name, &unsigned.message);
    }
    let Ok(body) = body::read(request).await else {
        return refused(
            StatusCode::BAD_REQUEST,
            "MalformedInput",
            "The body cannot be read",
        );
    };
    let form = String::from_utf8_lossy(&body);
    let action = form
        .split('&')
        .find_map(|pair| pair.strip_prefix("Action="));
    if action != Some("GetCallerIdentity") {
        let message = "The observatory answers GetCallerIdentity only; ask STS itself";
        return refused(StatusCode::BAD_REQUEST, "InvalidAction", message);
    }
    let identity = format!(
        "<GetCallerIdentityResponse xmlns=\"{NAMESPACE}\"><GetCallerIdentityResult>\
         <Arn>arn:aws:iam::{ACCOUNT}:root</Arn><UserId>{ACCOUNT}</UserId><Account>{ACCOUNT}</Account>\
         </GetCallerIdentityResult></GetCallerIdentityResponse>"
    );
    xml(StatusCode::OK, identity)
}

fn refused(status: StatusCode, code: &str, message: &str) -> Response {
    let note = Refused::new(By::Sts, code.to_owned(), message);
    let message = message
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let error = format!(
        "<ErrorResponse xmlns=\"{NAMESPACE}\"><Error><Type>Sender</Type><Code>{code}</Code>\
         <Message>{message}</Message></Error></ErrorResponse>"
    );
    let mut response = xml(status, error);
    response.extensions_mut().insert(note);
    response
}

fn xml(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, "text/xml")], body).into_response()
}
