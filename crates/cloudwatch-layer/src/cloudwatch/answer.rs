//! What the service's answers mean: which events were refused, why a request failed, and whether it helps to try again.

use std::{error::Error, time::Duration};

use aws_sdk_cloudwatchlogs::{
    error::{ProvideErrorMetadata, SdkError},
    types::RejectedLogEventsInfo,
};

use crate::Rejected;

/// A request that failed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Failed {
    /// In one word: the service's, or one of this crate's (`Unreachable`, `NoAnswer`).
    pub(crate) code: String,
    /// In words for a person, without secrets.
    pub(crate) message: String,
    pub(crate) may_be_retried: bool,
}

/// Longer messages are cut.
const LONGEST_MESSAGE: usize = 300;

impl Failed {
    pub(crate) fn no_answer(within: Duration) -> Self {
        Self {
            code: "NoAnswer".to_owned(),
            message: format!(
                "no answer within {} s: is the endpoint CloudWatch Logs' or the observatory's, and in good health?",
                within.as_secs_f64()
            ),
            may_be_retried: true,
        }
    }

    pub(crate) fn from_sdk<E: ProvideErrorMetadata + Error + 'static>(error: &SdkError<E>) -> Self {
        let chain = causes(error);
        match error {
            SdkError::ServiceError(service) => {
                let status = service.raw().status().as_u16();
                let meta = service.err().meta();
                let said = meta.message().map_or_else(
                    || {
                        "without a reason: is the endpoint CloudWatch Logs' or the observatory's?"
                            .to_owned()
                    },
                    harmless,
                );
                match meta.code() {
                    Some(code) => Self {
                        may_be_retried: is_passing(code) || is_passing_status(status),
                        message: format!("answered {status}, {said}"),
                        code: code.to_owned(),
                    },
                    // Sent again, the events might be there twice.
                    None if service.raw().status().is_success() => Self {
                        code: "Unreadable".to_owned(),
                        message: format!("the answer could not be read: {}", causes(service.err())),
                        may_be_retried: false,
                    },
                    None => Self {
                        code: format!("Status{status}"),
                        message: format!("answered {status} {said}"),
                        may_be_retried: is_passing_status(status),
                    },
                }
            }
            SdkError::TimeoutError(_) => Self::of("NoAnswer", "no answer in time", &chain, true),
            SdkError::DispatchFailure(failure) if failure.is_timeout() => {
                Self::of("NoAnswer", "no answer in time", &chain, true)
            }
            SdkError::DispatchFailure(failure) => Self {
                code: "Unreachable".to_owned(),
                message: format!(
                    "the endpoint could not be reached ({chain}): is the observatory running, and AWS_ENDPOINT_URL right?"
                ),
                // What is wrong with the request or the credentials stays wrong.
                may_be_retried: failure.is_io(),
            },
            SdkError::ResponseError(_) => {
                Self::of("Unreadable", "the answer could not be read", &chain, true)
            }
            _ => Self::of("NotSent", "the request could not be made", &chain, false),
        }
    }

    fn of(code: &str, what: &str, chain: &str, may_be_retried: bool) -> Self {
        Self {
            code: code.to_owned(),
            message: format!("{what}: {chain}"),
            may_be_retried,
        }
    }

    /// `ThrottlingException: answered 400, Rate exceeded`.
    pub(crate) fn told(&self) -> String {
        format!("{}: {}", self.code, self.message)
    }
}

/// Whether an error of this code passes by itself.
/// Source: CloudWatch Logs API Reference, "Common Error Types"; AWS SDKs and Tools Reference Guide, "Retry behavior".
fn is_passing(code: &str) -> bool {
    code.starts_with("Throttl")
        || code.starts_with("TooManyRequests")
        || code.starts_with("ServiceUnavailable")
        || code.starts_with("InternalFailure")
        || code.starts_with("InternalServerError")
        || matches!(
            code,
            "OperationAbortedException"
                | "RequestLimitExceeded"
                | "RequestThrottled"
                | "RequestThrottledException"
                | "RequestTimeout"
                | "RequestTimeoutException"
                | "SlowDown"
        )
}

fn is_passing_status(status: u16) -> bool {
    status >= 500 || matches!(status, 408 | 429)
}

/// A message of the service without what it may quote: from its second line on, `InvalidSignatureException` shows the request with its headers, the session token among them.
fn harmless(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    line[..line.floor_char_boundary(LONGEST_MESSAGE)].to_owned()
}

/// The messages of an error's causes, outermost first, each once.
fn causes(error: &dyn Error) -> String {
    let mut messages: Vec<String> = Vec::new();
    let mut cause = error.source();
    while let Some(error) = cause {
        let message = harmless(&error.to_string());
        if !messages.iter().any(|known| known.contains(&message)) {
            messages.push(message);
        }
        cause = error.source();
    }
    messages.join(": ")
}

/// What became of one event of a batch that the service took.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fate {
    Taken,
    TooOld,
    TooNew,
    Expired,
}

/// What became of the event at `index` of a batch.
///
/// `tooOldLogEventEndIndex` and `expiredLogEventEndIndex` are the first event that is not so; `tooNewLogEventStartIndex` is the first that is.
/// An event that is before both ends counts for the smaller one, which is the narrower reason.
/// Source: CloudWatch Logs API Reference, "RejectedLogEventsInfo".
pub(crate) fn fate(info: Option<&RejectedLogEventsInfo>, index: usize) -> Fate {
    let Some(info) = info else { return Fate::Taken };
    let before = |end: Option<i32>| {
        end.and_then(|end| usize::try_from(end).ok())
            .filter(|&end| index < end)
    };
    let too_old = before(info.too_old_log_event_end_index());
    let expired = before(info.expired_log_event_end_index());
    let too_new = info
        .too_new_log_event_start_index()
        .is_some_and(|start| usize::try_from(start).map_or(true, |start| index >= start));
    match (too_old, expired) {
        (Some(too_old), Some(expired)) if expired < too_old => Fate::Expired,
        (Some(_), _) => Fate::TooOld,
        (None, Some(_)) => Fate::Expired,
        (None, None) if too_new => Fate::TooNew,
        (None, None) => Fate::Taken,
    }
}

impl Rejected {
    pub(crate) fn count(&mut self, fate: Fate) {
        match fate {
            Fate::Taken => {}
            Fate::TooOld => self.too_old += 1,
            Fate::TooNew => self.too_new += 1,
            Fate::Expired => self.expired += 1,
        }
    }
}
