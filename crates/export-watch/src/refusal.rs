//! Why an export failed, in words that say what to check. The counting is in `watch`.

use std::fmt;

use opentelemetry_sdk::error::OTelSdkError;

/// Why spans were not accepted.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Refusal {
    /// 401 or 403: the key is missing, misspelt or unknown.
    Key(u16),
    /// 429 or 503: the service asked to come back later and the retries were used up.
    Busy(u16),
    /// Another status: the service does not take this at all (a wrong path answers 404).
    Status(u16),
    /// Nobody answered: refused, broken off, or no such host.
    Unreachable,
    /// The connection stands, and no answer comes.
    NoAnswer,
    /// More spans ended than the queue could hold while exports were under way.
    QueueFull,
    /// X-Ray took some segments and refused others, or all; the exporter's words say why.
    Segments,
    /// Anything else, for instance a request over the size limit.
    Other,
}

impl Refusal {
    /// Reads the reason from an exporter's error.
    ///
    /// `opentelemetry-otlp` has no typed error for the status: it is in the message, which this crate's tests hold it to.
    pub(crate) fn from_error(error: &OTelSdkError) -> Self {
        let message = match error {
            OTelSdkError::Timeout(_) => return Self::NoAnswer,
            OTelSdkError::AlreadyShutdown => return Self::Other,
            OTelSdkError::InternalFailure(message) => message,
        };
        if let Some(loss) = XrayLoss::read(message) {
            return loss.refusal();
        }
        let status = message
            .rsplit_once("status code: ")
            .and_then(|(_, digits)| digits.trim().parse().ok());
        match status {
            Some(status @ (401 | 403)) => Self::Key(status),
            Some(status @ (429 | 503)) => Self::Busy(status),
            Some(status) => Self::Status(status),
            None if message.contains("network error") => Self::Unreachable,
            None => Self::Other,
        }
    }

    /// What to check, for the line that is told at once.
    pub(crate) fn advice(self) -> &'static str {
        match self {
            Self::Key(_) => {
                "check that OTEL_EXPORTER_OTLP_HEADERS is exported and reads x-honeycomb-team=YOUR_API_KEY"
            }
            Self::Busy(_) => "spans are kept in the queue while it lasts, then dropped",
            Self::Status(_) => {
                "check that OTEL_EXPORTER_OTLP_ENDPOINT is the base address, without /v1/traces"
            }
            Self::Unreachable => {
                "start the observatory with `cargo lab up`, or correct OTEL_EXPORTER_OTLP_ENDPOINT"
            }
            Self::NoAnswer => "is that address an OTLP endpoint, and is it in good health?",
            Self::QueueFull => "raise OTEL_BSP_MAX_QUEUE_SIZE, or sample",
            Self::Segments | Self::Other => "see the exporter's own log for more",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(status) => write!(f, "answered {status}, the key was refused"),
            Self::Busy(status) => write!(f, "answered {status}, it is too busy"),
            Self::Status(status) => write!(f, "answered {status}"),
            Self::Unreachable => f.write_str("could not be reached"),
            Self::NoAnswer => f.write_str("did not answer in time"),
            Self::QueueFull => f.write_str("was slower than the load, and the queue was full"),
            Self::Segments => f.write_str("did not take every segment"),
            Self::Other => f.write_str("could not be sent to"),
        }
    }
}

/// What `xray-exporter` says of a batch that was not delivered as a whole; its tests hold it to this form:
/// `X-Ray: 2 of 120 spans were not taken: InvalidTraceId: why`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct XrayLoss<'a> {
    /// Spans that were not taken.
    pub(crate) lost: u64,
    /// Why, with what to check.
    pub(crate) reason: &'a str,
}

impl<'a> XrayLoss<'a> {
    /// Reads it from an exporter's error.
    pub(crate) fn from_error(error: &'a OTelSdkError) -> Option<Self> {
        match error {
            OTelSdkError::InternalFailure(message) => Self::read(message),
            _ => None,
        }
    }

    fn read(message: &'a str) -> Option<Self> {
        let (lost, rest) = message.strip_prefix("X-Ray: ")?.split_once(" of ")?;
        let (_, reason) = rest.split_once(" spans were not taken: ")?;
        Some(Self {
            lost: lost.parse().ok()?,
            reason,
        })
    }

    fn refusal(self) -> Refusal {
        match self.reason.split(':').next() {
            Some("Unreachable") => Refusal::Unreachable,
            Some("NoAnswer") => Refusal::NoAnswer,
            _ => Refusal::Segments,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[track_caller]
    fn check(error: OTelSdkError, wanted: Refusal) {
        assert_eq!(Refusal::from_error(&error), wanted);
    }

    fn failure(message: &str) -> OTelSdkError {
        OTelSdkError::InternalFailure(message.into())
    }

    #[test]
    fn reasons() {
        check(
            failure("HTTP export failed with status code: 401"),
            Refusal::Key(401),
        );
        check(
            failure("HTTP export failed with status code: 403"),
            Refusal::Key(403),
        );
        check(
            failure("HTTP export failed with status code: 429"),
            Refusal::Busy(429),
        );
        check(
            failure("HTTP export failed with status code: 503"),
            Refusal::Busy(503),
        );
        check(
            failure("HTTP export failed with status code: 404"),
            Refusal::Status(404),
        );
        check(
            failure("HTTP export failed: network error"),
            Refusal::Unreachable,
        );
        check(
            failure("X-Ray: 1 of 2 spans were not taken: InvalidTraceId: status code: 401"),
            Refusal::Segments,
        );
        check(
            failure("X-Ray: 2 of 2 spans were not taken: Unreachable: nobody listens"),
            Refusal::Unreachable,
        );
        check(
            failure("X-Ray: 2 of 2 spans were not taken: NoAnswer: no answer within 8 s"),
            Refusal::NoAnswer,
        );
        check(
            failure("OTLP HTTP uncompressed request body is 9 bytes"),
            Refusal::Other,
        );
        check(
            OTelSdkError::Timeout(Duration::from_secs(1)),
            Refusal::NoAnswer,
        );
        check(OTelSdkError::AlreadyShutdown, Refusal::Other);
    }
}
