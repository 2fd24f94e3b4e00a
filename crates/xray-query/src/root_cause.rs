//! What made a trace fault, fail or slow: the way from its entry point to the part that did it.

mod find;

use serde::Serialize;

pub(crate) use find::{errors, faults, response_times};

/// Why a trace has a fault: [`FaultRootCause`](https://docs.aws.amazon.com/xray/latest/api/API_FaultRootCause.html).
pub type FaultRootCause = RootCause<FailedEntity>;

/// Why a trace has an error: [`ErrorRootCause`](https://docs.aws.amazon.com/xray/latest/api/API_ErrorRootCause.html).
pub type ErrorRootCause = RootCause<FailedEntity>;

/// Why a trace was slow: [`ResponseTimeRootCause`](https://docs.aws.amazon.com/xray/latest/api/API_ResponseTimeRootCause.html).
pub type ResponseTimeRootCause = RootCause<SlowEntity>;

/// One cause: the services on the way to it, the entry point first.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RootCause<Entity> {
    /// The services on the way.
    pub services: Vec<RootCauseService<Entity>>,
    /// The entry point has the fault or error too, so that the client saw it.
    pub client_impacting: bool,
}

/// A service on the way to a cause.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RootCauseService<Entity> {
    /// The service's name.
    pub name: String,
    /// All names it goes by.
    pub names: Vec<String>,
    /// What it is; not there if nothing is known.
    #[serde(rename = "Type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The AWS account it runs in, if its segments say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// Its segment, then the subsegments on the way.
    pub entity_path: Vec<Entity>,
    /// Only its caller speaks of it.
    pub inferred: bool,
}

/// A segment or subsegment with a fault or an error, or on the way to one.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct FailedEntity {
    /// Its name.
    pub name: String,
    /// What was thrown in it.
    pub exceptions: Vec<RootCauseException>,
    /// It is a call of another service.
    pub remote: bool,
}

/// A segment or subsegment that took long.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SlowEntity {
    /// Its name.
    pub name: String,
    /// Its share of the root segment's response time, from 0 to 1, to the thousandth.
    pub coverage: f64,
    /// It is a call of another service.
    pub remote: bool,
}

/// What was thrown.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RootCauseException {
    /// Its type.
    pub name: String,
    /// What it said.
    pub message: String,
}
