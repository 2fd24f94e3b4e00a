//! One trace in a line: what `GetTraceSummaries` says of it, in the service's shape.

mod of_trace;

use std::collections::BTreeMap;

use serde::Serialize;

pub(crate) use of_trace::{has_throttle, is_partial, trace_duration};

use crate::{ErrorRootCause, FaultRootCause, ResponseTimeRootCause, ServiceId, Trace};

/// [`TraceSummary`](https://docs.aws.amazon.com/xray/latest/api/API_TraceSummary.html). Times in seconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TraceSummary {
    /// The trace's ID.
    pub id: String,
    /// Earliest start of a segment, in seconds since the Unix epoch.
    pub start_time: f64,
    /// From the start of the root segment to the latest end, in seconds, to the microsecond.
    pub duration: f64,
    /// From the start to the end of the root segment, in seconds, to the microsecond; not there while that is in progress.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_time: Option<f64>,
    /// Of the root segment.
    pub has_fault: bool,
    /// Of the root segment.
    pub has_error: bool,
    /// Of any segment, inferred ones included.
    pub has_throttle: bool,
    /// A segment or subsegment is still in progress, or a subsegment's segment has not come.
    pub is_partial: bool,
    /// The root's request.
    pub http: HttpSummary,
    /// For each key, its values and which services they come from.
    pub annotations: BTreeMap<String, Vec<ValueWithServiceIds>>,
    /// Who sent the request.
    pub users: Vec<TraceUser>,
    /// All services, the root's first, the client last.
    pub service_ids: Vec<ServiceId>,
    /// The root's service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_point: Option<ServiceId>,
    /// Where segments ran.
    #[serde(rename = "ResourceARNs")]
    pub resource_arns: Vec<ResourceArn>,
    /// EC2 instances.
    pub instance_ids: Vec<InstanceId>,
    /// Availability zones.
    pub availability_zones: Vec<AvailabilityZone>,
    /// Services with what made them fault.
    pub fault_root_causes: Vec<FaultRootCause>,
    /// Services with what made them fail.
    pub error_root_causes: Vec<ErrorRootCause>,
    /// Services with what made them slow.
    pub response_time_root_causes: Vec<ResponseTimeRootCause>,
    /// 1: first version of the summary.
    pub revision: u32,
}

impl Trace {
    /// What `GetTraceSummaries` says of the trace.
    #[must_use]
    pub fn summary(&self) -> TraceSummary {
        of_trace::summary(self)
    }
}

/// The root's request.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct HttpSummary {
    /// The whole address.
    #[serde(rename = "HttpURL", skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The answer's status.
    #[serde(rename = "HttpStatus", skip_serializing_if = "Option::is_none")]
    pub status: Option<i64>,
    /// `GET`.
    #[serde(rename = "HttpMethod", skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// What the caller calls itself.
    #[serde(rename = "UserAgent", skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// Where the request came from.
    #[serde(rename = "ClientIp", skip_serializing_if = "Option::is_none")]
    pub client_ip: Option<String>,
}

/// One value of an annotation.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ValueWithServiceIds {
    /// The value.
    pub annotation_value: AnnotationValue,
    /// Who gave it.
    pub service_ids: Vec<ServiceId>,
}

/// The value of an annotation, by its type.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum AnnotationValue {
    /// A number.
    NumberValue(f64),
    /// A boolean.
    BooleanValue(bool),
    /// A text.
    StringValue(String),
}

/// Who sent the request.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TraceUser {
    /// The segment's `user`.
    pub user_name: String,
    /// Who says so.
    pub service_ids: Vec<ServiceId>,
}

/// `ResourceARNDetail`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct ResourceArn {
    /// The resource's ARN.
    #[serde(rename = "ARN")]
    pub arn: String,
}

/// `InstanceIdDetail`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct InstanceId {
    /// The EC2 instance's ID.
    pub id: String,
}

/// `AvailabilityZoneDetail`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AvailabilityZone {
    /// The zone's name.
    pub name: String,
}
