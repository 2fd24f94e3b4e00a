//! The form of a signature: who signs, and for which region and service. Whether it is right cannot be told without the secret key.

use super::Refusal;

/// Checks an `Authorization` header. `service` is what it must be signed for, `status` what a refusal is answered with.
pub(crate) fn check(
    authorization: Option<&str>,
    service: &str,
    status: u16,
) -> Result<(), Refusal> {
    let Some(authorization) = authorization else {
        return Err(Refusal::new(
            status,
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
        ));
    };
    let part = |name: &str| {
        let (_, rest) = authorization.split_once(name)?;
        rest.split([',', ' '])
            .next()
            .filter(|part| !part.is_empty())
    };
    let scope: Option<Vec<&str>> = part("Credential=").map(|scope| scope.split('/').collect());
    match scope.as_deref() {
        Some([_, _, _, of, "aws4_request"])
            if *of == service
                && authorization.starts_with("AWS4-HMAC-SHA256 ")
                && part("SignedHeaders=").is_some()
                && part("Signature=").is_some() =>
        {
            Ok(())
        }
        _ => Err(Refusal::new(
            status,
            "IncompleteSignatureException",
            format!(
                "Authorization should be AWS4-HMAC-SHA256 with Credential=KEY/DATE/REGION/{service}/aws4_request, SignedHeaders and Signature"
            ),
        )),
    }
}
