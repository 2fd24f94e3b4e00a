//! The signature that AWS's clients put on a call: it must be there and have AWS's form; it is not verified, since
//! nobody has a secret here.

use http::{HeaderMap, header};

/// Why a signature is refused.
#[derive(Debug, PartialEq)]
pub(crate) struct Unsigned {
    /// `MissingAuthenticationTokenException`, `IncompleteSignatureException` or `InvalidSignatureException`.
    pub(crate) name: &'static str,
    /// What is missing or wrong.
    pub(crate) message: String,
}

/// The region that a call to a service (`xray`, `logs`) is signed for.
pub(crate) fn region_of(headers: &HeaderMap, service: &str) -> Result<String, Unsigned> {
    match headers.get(header::AUTHORIZATION) {
        None => Err(Unsigned {
            name: "MissingAuthenticationTokenException",
            message: "Missing Authentication Token".to_owned(),
        }),
        Some(value) => region(&String::from_utf8_lossy(value.as_bytes()), service),
    }
}

/// The region of an `Authorization` header: [Signature Version 4](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
fn region(value: &str, service: &str) -> Result<String, Unsigned> {
    let incomplete = |message: String| Unsigned {
        name: "IncompleteSignatureException",
        message,
    };
    let wrong = |message: String| Unsigned {
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
    let [key, date, region, of_service, end] = scope[..] else {
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
    if of_service != service {
        return Err(wrong(format!(
            "Credential should be scoped to correct service: '{service}'."
        )));
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
        let found = region(value, "xray").map_err(|Unsigned { name, message }| {
            assert!(!message.contains("0123456789abcdef"), "{rule}: {message}");
            name
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
