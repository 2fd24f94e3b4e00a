//! What the fake API can be told to answer, and how answers look on the wire.

use serde_json::{Value as Json, json};

use crate::aws::Refusal;
use crate::server::{Gate, Reply};

/// How the [`XrayApi`](crate::XrayApi) treats a call.
#[derive(Clone, Debug)]
pub enum XrayAnswer {
    /// As the service does.
    Serve,
    /// Of a `PutTraceSegments`: the first so many documents of the call come back unprocessed, with this code; the others are taken.
    Unprocessed {
        /// How many.
        first: usize,
        /// Such as `InternalFailure`, or `ThrottledException`.
        code: String,
    },
    /// 403, `UnrecognizedClientException`: the keys are none that AWS knows.
    RefuseKeys,
    /// 429, `ThrottledException`.
    Throttle,
    /// 500, `InternalFailure`.
    Fail,
    /// Takes the call and never answers, until the API is dropped.
    Hang,
    /// Like `Serve`, once the gate is opened.
    Gated(Gate),
}

/// What [`XrayApi::with_quota`](crate::XrayApi::with_quota) lets `GetSamplingTargets` answer for a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Quota {
    /// From 0 to 1.
    pub fixed_rate: f64,
    /// Requests a second out of the reservoir; `None` leaves it out of the answer.
    pub reservoir_quota: Option<i64>,
    /// When the quota ends, in seconds since the Unix epoch; `None` leaves it out of the answer.
    pub reservoir_quota_ttl: Option<f64>,
    /// Seconds until the client should ask again; `None` leaves it out of the answer.
    pub interval: Option<i64>,
}

/// What is wrong with a call, as the service says it of nearly all.
pub(super) fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "InvalidRequestException", message)
}

pub(super) fn reply(answer: &Result<Json, Refusal>) -> Reply {
    let mut headers = vec![("content-type", "application/json".to_owned())];
    let (status, body) = match answer {
        Ok(body) => (200, body.to_string()),
        Err(refusal) => {
            headers.push(("x-amzn-errortype", refusal.error.to_owned()));
            (
                refusal.status,
                json!({ "Message": refusal.message }).to_string(),
            )
        }
    };
    Reply {
        status,
        headers,
        body: body.into_bytes(),
    }
}
