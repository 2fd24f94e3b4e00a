//! The signature that AWS's clients put on a call: it must be there and have AWS's form; it is not verified, since
//! nobody has a secret here.

use axum::{extract::Request, middleware::Next, response::Response};
use http::header;

use super::error::XrayError;

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
    let value = match request.headers().get(header::AUTHORIZATION) {
        None => {
            return Err(XrayError::Authentication {
                name: "MissingAuthenticationTokenException",
                message: "Missing Authentication Token".to_owned(),
            });
        }
        Some(value) => String::from_utf8_lossy(value.as_bytes()).into_owned(),
    };
    let region = region(&value)?;
    request.extensions_mut().insert(Region(region));
    Ok(next.run(request).await)
}

/// The region of an `Authorization` header: [Signature Version 4](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
fn region(value: &str) -> Result<String, XrayError> {
    let incomplete = |message: String| XrayError::Authentication {
        name: "IncompleteSignatureException",
        message,
    };
    let wrong = |message: String| XrayError::Authentication {
        name: "InvalidSignatureException",
        message,
    };
    let (algorithm, parameters) = value.trim().split_once(' ').unwrap_or((value.trim(), ""));
    if algorithm != "AWS4-HMAC-SHA256" {
        return Err(incomplete(format!(
            "Unsupported AWS 'algorithm': '{}'.",
            excerpt(algorithm)
        )));
    }
    let [mut credential, mut headers, mut signature] = [None; 3];
    for part in parameters.split(',').map(str::trim) {
        let Some((name, value)) = part.split_once('=') else {
            return Err(incomplete(format!(
                "'{}' not a valid key=value pair (missing equal-sign) in Authorization header.",
                excerpt(part)
            )));
        };
        match name {
            "Credential" => credential = Some(value),
            "SignedHeaders" => headers = Some(value),
            "Signature" => signature = Some(value),
            _ => {}
        }
    }
    let missing: Vec<String> = [
        ("Credential", credential),
        ("Signature", signature),
        ("SignedHeaders", headers),
    ]
    .into_iter()
    .filter(|(_, value)| value.is_none_or(str::is_empty))
    .map(|(name, _)| format!("Authorization header requires '{name}' parameter."))
    .collect();
    if !missing.is_empty() {
        return Err(incomplete(missing.join(" ")));
    }
    if !signature.is_some_and(|signature| {
        signature.len() == 64 && signature.bytes().all(|byte| byte.is_ascii_hexdigit())
    }) {
        return Err(incomplete(
            "Signature in Authorization header must be 64 hex digits.".to_owned(),
        ));
    }
    let scope: Vec<&str> = credential.unwrap_or_default().split('/').collect();
    let [key, date, region, service, end] = scope[..] else {
        return Err(incomplete(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term."
                .to_owned(),
        ));
    };
    if key.is_empty() || region.is_empty() {
        return Err(incomplete(
            "Credential must have a key ID and a region.".to_owned(),
        ));
    }
    if date.len() != 8 || !date.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP."
                .to_owned(),
        ));
    }
    if !region
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    {
        return Err(wrong(
            "Credential should be scoped to a valid region.".to_owned(),
        ));
    }
    if service != "xray" {
        return Err(wrong(
            "Credential should be scoped to correct service: 'xray'.".to_owned(),
        ));
    }
    if end != "aws4_request" {
        return Err(wrong(
            "Credential should be scoped with a valid terminator: 'aws4_request'.".to_owned(),
        ));
    }
    Ok(region.to_owned())
}

fn excerpt(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rule: &str, value: &str, expected: Result<&str, &str>) {
        let found = region(value).map_err(|error| match error {
            XrayError::Authentication { name, message } => {
                assert!(!message.contains("0123456789abcdef"), "{rule}: {message}");
                name
            }
            other => panic!("{rule}: {other:?}"),
        });
        assert_eq!(found.as_deref().map_err(|error| *error), expected, "{rule}");
    }

    #[test]
    fn wants_a_signature_of_its_form() {
        let signature = "0123456789abcdef".repeat(4);
        let whole = |scope: &str| {
            format!(
                "AWS4-HMAC-SHA256 Credential=AKID/{scope}, SignedHeaders=host;x-amz-date, Signature={signature}"
            )
        };
        let good = whole("20260101/eu-central-1/xray/aws4_request");
        check("as the SDKs write it", &good, Ok("eu-central-1"));
        check(
            "without spaces",
            &good.replace(", ", ","),
            Ok("eu-central-1"),
        );
        let incomplete = Err("IncompleteSignatureException");
        check("nothing", "", incomplete);
        check("another scheme", "Bearer abc", incomplete);
        check(
            "nothing after the algorithm",
            "AWS4-HMAC-SHA256",
            incomplete,
        );
        check("no pair", "AWS4-HMAC-SHA256 x", incomplete);
        check(
            "no credential",
            &good.replace("Credential", "Credentials"),
            incomplete,
        );
        check("no headers", &good.replace("Signed", ""), incomplete);
        check("no signature", &good.replace(&signature, ""), incomplete);
        check(
            "a short signature",
            &good.replace(&signature, "0123"),
            incomplete,
        );
        check(
            "a short scope",
            &whole("20260101/xray/aws4_request"),
            incomplete,
        );
        check(
            "no region",
            &whole("20260101//xray/aws4_request"),
            incomplete,
        );
        let wrong = Err("InvalidSignatureException");
        check(
            "another service",
            &whole("20260101/eu-central-1/logs/aws4_request"),
            wrong,
        );
        check(
            "another end",
            &whole("20260101/eu-central-1/xray/aws3_request"),
            wrong,
        );
        check(
            "no date",
            &whole("today/eu-central-1/xray/aws4_request"),
            wrong,
        );
        check(
            "no region's name",
            &whole("20260101/<b>/xray/aws4_request"),
            wrong,
        );
    }
}
