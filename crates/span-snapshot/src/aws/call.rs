//! A call as a fake of AWS's APIs recorded it.

use std::fmt;

use http::HeaderMap;
use serde_json::Value as Json;

use super::Refusal;
use crate::server::{RawRequest, redacted};

/// Headers whose values are safe to print; any other may hold a key or a signature.
const SAFE: [&str; 8] = [
    "accept",
    "connection",
    "content-length",
    "content-type",
    "host",
    "user-agent",
    "x-amz-date",
    "x-amz-target",
];

/// A call that an [`XrayApi`](crate::XrayApi) or a [`LogsApi`](crate::LogsApi) received. Its `Debug` form shows no header value that could be a secret.
#[derive(Clone)]
pub struct Call {
    /// `PutTraceSegments`, `PutLogEvents`; empty for what is none of the service's.
    pub operation: String,
    /// The path: `/TraceSegments`; that of CloudWatch Logs is always `/`.
    pub path: String,
    /// All headers. Print [`Call`] rather than these: they hold a signature.
    pub headers: HeaderMap,
    /// The body; `null` if it is no JSON.
    pub body: Json,
    /// The status that it was answered with; `None` if it got no whole answer.
    pub status: Option<u16>,
    /// Why it was refused, if it was.
    pub refusal: Option<Refusal>,
}

impl Call {
    pub(super) fn new(operation: String, raw: &RawRequest) -> Self {
        let path = raw.path.split('?').next().unwrap_or_default();
        Self {
            operation,
            path: path.to_owned(),
            headers: raw.headers.clone(),
            body: serde_json::from_slice(&raw.body).unwrap_or_default(),
            status: None,
            refusal: None,
        }
    }

    /// A header's value, if it is there and text. The name's case does not matter.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The region that the call was signed for: the third part of the credential's scope.
    pub fn region(&self) -> Option<&str> {
        let (_, credential) = self.header("authorization")?.split_once("Credential=")?;
        credential.split(',').next()?.split('/').nth(2)
    }

    /// The documents of X-Ray's `PutTraceSegments`, whether they were taken or not.
    pub fn documents(&self) -> Vec<&str> {
        let documents = self.body["TraceSegmentDocuments"].as_array();
        documents
            .into_iter()
            .flatten()
            .filter_map(Json::as_str)
            .collect()
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.operation, self.path)?;
        redacted(&self.headers, &SAFE, f)?;
        write!(f, "\n  {}", self.body)?;
        match (self.status, &self.refusal) {
            (Some(status), Some(refusal)) => write!(
                f,
                "\n  answered {status} {}: {}",
                refusal.error, refusal.message
            ),
            (Some(status), None) => write!(f, "\n  answered {status}"),
            (None, _) => write!(f, "\n  not answered"),
        }
    }
}
