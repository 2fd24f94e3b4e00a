//! What the fake API can be told to answer, and how answers look on the wire.

use serde_json::{Value as Json, json};

use crate::aws::Refusal;
use crate::server::{Gate, Reply};

/// How the [`LogsApi`](crate::LogsApi) treats a call.
#[derive(Clone, Debug)]
pub enum LogsAnswer {
    /// As the service does.
    Serve,
    /// 400, `ThrottlingException`: too many calls a second. The AWS SDKs try again.
    Throttle,
    /// 503, `ServiceUnavailableException`. The AWS SDKs try again.
    Unavailable,
    /// 500, `InternalFailure`. The AWS SDKs try again.
    Fail,
    /// 400, `UnrecognizedClientException`: the keys are none that AWS knows. Trying again helps nobody.
    RefuseKeys,
    /// Does what it was asked, and breaks the connection off instead of answering: whoever tries again does it twice.
    Lose,
    /// Takes the call and never answers, until the API is dropped.
    Hang,
    /// Like `Serve`, once the gate is opened.
    Gated(Gate),
}

/// `InvalidParameterException`, with a message of the service's.
pub(super) fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "InvalidParameterException", message)
}

/// What the service says of a value that its model does not allow: `must` ends the sentence "Member must …".
pub(super) fn constraint(value: &str, member: &str, must: &str) -> Refusal {
    invalid(format!(
        "1 validation error detected: Value {value} at '{member}' failed to satisfy constraint: Member must {must}"
    ))
}

/// `ResourceNotFoundException`.
pub(super) fn not_found(message: impl Into<String>, rule: &'static str) -> Refusal {
    Refusal::new(400, "ResourceNotFoundException", message).of(rule)
}

/// JSON 1.1: errors have their name in the body.
pub(super) fn reply(answer: &Result<Json, Refusal>) -> Reply {
    let (status, body) = match answer {
        Ok(body) => (200, body.clone()),
        Err(refusal) => {
            let mut body = json!({ "__type": refusal.error, "message": refusal.message });
            if let (Json::Object(body), Json::Object(more)) = (&mut body, &refusal.more) {
                body.extend(more.clone());
            }
            (refusal.status, body)
        }
    };
    // What has nothing to tell has no body.
    let body = match body {
        Json::Null => Vec::new(),
        body => body.to_string().into_bytes(),
    };
    Reply {
        status,
        headers: vec![("content-type", "application/x-amz-json-1.1".to_owned())],
        body,
    }
}
