//! A call as the fake API recorded it.

use std::fmt;

use http::HeaderMap;
use serde_json::Value as Json;

use crate::server::{RawRequest, redacted};

/// Headers whose values are safe to print; any other may hold a key or a signature.
const SAFE: [&str; 7] = [
    "accept",
    "connection",
    "content-length",
    "content-type",
    "host",
    "user-agent",
    "x-amz-date",
];

/// A call that the [`XrayApi`](crate::XrayApi) received. Its `Debug` form shows no header value that could be a secret.
#[derive(Clone)]
pub struct Call {
    /// `PutTraceSegments`, or empty for a path that is none of X-Ray's.
    pub operation: String,
    /// The path: `/TraceSegments`.
    pub path: String,
    /// All headers. Print [`Call`] rather than these: they hold a signature.
    pub headers: HeaderMap,
    /// The body; `null` if it is no JSON.
    pub body: Json,
    /// The status that it was answered with; `None` if it got no whole answer.
    pub status: Option<u16>,
}

impl Call {
    pub(super) fn new(raw: &RawRequest) -> Self {
        let path = raw.path.split('?').next().unwrap_or_default();
        Self {
            operation: operation(path).to_owned(),
            path: path.to_owned(),
            headers: raw.headers.clone(),
            body: serde_json::from_slice(&raw.body).unwrap_or_default(),
            status: None,
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

    /// The documents of a `PutTraceSegments`, whether they were taken or not.
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
        match self.status {
            Some(status) => write!(f, "\n  answered {status}"),
            None => write!(f, "\n  not answered"),
        }
    }
}

/// The service's paths.
const OPERATIONS: [(&str, &str); 12] = [
    ("/TraceSegments", "PutTraceSegments"),
    ("/Traces", "BatchGetTraces"),
    ("/TraceSummaries", "GetTraceSummaries"),
    ("/ServiceGraph", "GetServiceGraph"),
    ("/CreateGroup", "CreateGroup"),
    ("/GetGroup", "GetGroup"),
    ("/Groups", "GetGroups"),
    ("/CreateSamplingRule", "CreateSamplingRule"),
    ("/GetSamplingRules", "GetSamplingRules"),
    ("/SamplingTargets", "GetSamplingTargets"),
    ("/TraceGraph", "GetTraceGraph"),
    ("/TelemetryRecords", "PutTelemetryRecords"),
];

fn operation(path: &str) -> &'static str {
    OPERATIONS
        .iter()
        .find(|(of, _)| *of == path)
        .map_or("", |(_, operation)| operation)
}
