//! Why AWS refused a call, and what to do about it. Why no answer came at all, `network` says.

use aws_sdk_xray::config::http::HttpResponse;
use aws_sdk_xray::error::{ProvideErrorMetadata, SdkError};

use crate::finding::Finding;
use crate::network;

/// A call: to whom, and the permission that it needs (`xray:PutTraceSegments`).
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) whom: &'a str,
    pub(crate) permission: &'a str,
}

impl Call<'_> {
    /// A finding about the call that failed so.
    pub(crate) fn failed<E>(self, error: &SdkError<E, HttpResponse>) -> Finding
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        match error {
            SdkError::TimeoutError(_) => network::timed_out(self.whom),
            SdkError::DispatchFailure(failure) => {
                network::no_answer(self.whom, failure.is_timeout(), error)
            }
            SdkError::ServiceError(_) | SdkError::ResponseError(_) => {
                let status = error
                    .raw_response()
                    .map_or(0, |answer| answer.status().as_u16());
                self.refused(status, error.code(), error.message().unwrap_or_default())
            }
            _ => network::no_answer(self.whom, false, error),
        }
    }

    /// Whether the credentials are good, but not for this call.
    pub(crate) fn is_denied<E>(error: &SdkError<E, HttpResponse>) -> bool
    where
        E: ProvideErrorMetadata,
    {
        error.code().is_some_and(is_denial)
    }

    /// Names of errors are the services' own.
    /// Sources: X-Ray API Reference and CloudWatch Logs API Reference, "Common Errors"; IAM User Guide, "Troubleshoot Signature Version 4".
    fn refused(self, status: u16, code: Option<&str>, message: &str) -> Finding {
        let Self { whom, permission } = self;
        let code = code.unwrap_or_default();
        // Names come with or without this ending.
        let name = code.strip_suffix("Exception").unwrap_or(code);
        let late = [
            "Signature expired",
            "Signature not yet current",
            "is now earlier than",
            "is now later than",
        ]
        .iter()
        .any(|words| message.contains(words));
        match name {
            _ if late => clock(whom),
            "RequestExpired" | "RequestTimeTooSkewed" | "RequestInTheFuture" => clock(whom),
            "UnrecognizedClient" | "InvalidClientTokenId" | "InvalidAccessKeyId" => {
                Finding::problem(
                    format!("{whom}: AWS does not know AWS_ACCESS_KEY_ID in this region"),
                    "Was the key deleted or switched off, is a token of temporary credentials (AWS_SESSION_TOKEN) missing, or is the region one that has to be enabled first (IAM, Users, Security credentials; Account, AWS Regions)?",
                )
            }
            "InvalidSignature" | "SignatureDoesNotMatch" => Finding::problem(
                format!(
                    "{whom}: the signature is wrong, so AWS_SECRET_ACCESS_KEY does not belong to AWS_ACCESS_KEY_ID"
                ),
                "Copy both anew, the secret as a whole; one that is lost cannot be shown again: make a new key.",
            ),
            "ExpiredToken" | "TokenRefreshRequired" => Finding::problem(
                format!("{whom}: AWS_SESSION_TOKEN has expired"),
                "Get new temporary credentials, all three values: `aws sso login`, then `eval \"$(aws configure export-credentials --format env)\"`.",
            ),
            _ if is_denial(code) => Finding::problem(
                format!("{whom}: these credentials may not do {permission}"),
                format!(
                    "Ask for the permission {permission}: the lab's guide names a policy that has it."
                ),
            ),
            "OptInRequired" | "SubscriptionRequired" => Finding::problem(
                format!("{whom}: the account has not enabled this service in this region"),
                "Enable the region (Account, AWS Regions), or set AWS_REGION to another.",
            ),
            "MissingAuthenticationToken" | "IncompleteSignature" => Finding::problem(
                format!("{whom}: the request came without a signature"),
                "A proxy may have taken it away: unset HTTPS_PROXY, or ask your network's administrator.",
            ),
            "Throttling"
            | "Throttled"
            | "ThrottlingException"
            | "TooManyRequests"
            | "LimitExceeded" => Finding::note(
                format!(
                    "{whom}: too many calls at the moment, or a limit of the account is reached"
                ),
                "Try again in a minute.",
            ),
            "" => by_status(whom, status),
            _ if status >= 500 => by_status(whom, status),
            _ => Finding::problem(
                format!("{whom}: refused with {code} ({status})"),
                format!("The service says: {message}"),
            ),
        }
    }

    /// A finding about a segment or an event that was given back with this code.
    pub(crate) fn given_back(self, code: &str, message: &str) -> Finding {
        self.refused(400, Some(code), message)
    }
}

fn is_denial(code: &str) -> bool {
    matches!(
        code,
        "AccessDenied" | "AccessDeniedException" | "NotAuthorized" | "UnauthorizedOperation"
    )
}

fn by_status(whom: &str, status: u16) -> Finding {
    match status {
        403 => Finding::problem(
            format!("{whom}: refused (403), in words that are not AWS's"),
            "Something between you and AWS refused it: a proxy or a firewall. If an endpoint is set, is it the right one?",
        ),
        404 => Finding::problem(
            format!("{whom}: there is no such service at this address (404)"),
            "Correct or unset AWS_ENDPOINT_URL and the endpoint of the service.",
        ),
        500.. => Finding::note(
            format!("{whom}: the service itself failed ({status})"),
            "Try again in some minutes; https://health.aws.amazon.com says whether others have it too.",
        ),
        _ => Finding::problem(
            format!("{whom}: an answer that is not the service's ({status})"),
            "If an endpoint is set, is it the right one?",
        ),
    }
}

/// AWS allows a difference of five minutes.
pub(crate) fn clock(whom: &str) -> Finding {
    Finding::problem(
        format!("{whom}: this machine's clock differs from AWS's by more than five minutes"),
        "Correct the clock: `sudo timedatectl set-ntp true`, or in the system's settings.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: u16, code: &str, message: &str, wanted: &str) {
        let call = Call {
            whom: "X-Ray",
            permission: "xray:PutTraceSegments",
        };
        let code = (!code.is_empty()).then_some(code);
        let told = format!("{:?}", call.refused(status, code, message));
        assert!(told.contains(wanted), "{told}");
    }

    #[test]
    fn each_refusal_has_its_sentence() {
        check(
            403,
            "UnrecognizedClientException",
            "x",
            "does not know AWS_ACCESS_KEY_ID",
        );
        check(
            403,
            "InvalidSignatureException",
            "The request signature we calculated does not match",
            "does not belong to",
        );
        check(
            403,
            "InvalidSignatureException",
            "Signature expired: 2026 is now earlier than 2026",
            "clock differs",
        );
        check(
            403,
            "InvalidSignatureException",
            "Signature not yet current: 2026",
            "clock differs",
        );
        check(400, "RequestExpired", "", "clock differs");
        check(400, "ExpiredTokenException", "", "has expired");
        check(
            403,
            "AccessDeniedException",
            "User: arn is not authorized",
            "may not do xray:PutTraceSegments",
        );
        check(403, "OptInRequired", "", "not enabled");
        check(429, "ThrottledException", "", "too many calls");
        check(403, "", "<html>", "not AWS's");
        check(404, "", "", "no such service");
        check(503, "ServiceUnavailable", "", "itself failed (503)");
        check(
            400,
            "InvalidRequestException",
            "no name",
            "refused with InvalidRequestException (400)",
        );
    }
}
