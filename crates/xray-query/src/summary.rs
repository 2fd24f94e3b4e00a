//! One trace in a line: what `GetTraceSummaries` says of it, in the service's shape.

use std::collections::BTreeMap;

use serde::Serialize;

/// [`TraceSummary`](https://docs.aws.amazon.com/xray/latest/api/API_TraceSummary.html). Times in seconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TraceSummary {
    /// The trace's ID.
    pub id: String,
    /// Earliest start of a segment, in seconds since the Unix epoch.
    pub start_time: f64,
    /// From the earliest start to the latest end, in seconds.
    pub duration: f64,
    /// From the start to the end of the root segment, in seconds.
    pub response_time: f64,
    /// Of the root segment.
    pub has_fault: bool,
    /// Of the root segment.
    pub has_error: bool,
    /// Of the root segment.
    pub has_throttle: bool,
    /// A segment is still in progress, or a parent has not come.
    pub is_partial: bool,
    /// The root's request.
    pub http: HttpSummary,
    /// For each key, its values and which services they come from.
    pub annotations: BTreeMap<String, Vec<ValueWithServiceIds>>,
    /// Who sent the request.
    pub users: Vec<TraceUser>,
    /// All services, the root's first.
    pub service_ids: Vec<ServiceId>,
    /// The root's service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_point: Option<ServiceId>,
    /// Where segments ran.
    pub resource_a_r_ns: Vec<BTreeMap<String, String>>,
    /// EC2 instances.
    pub instance_ids: Vec<BTreeMap<String, String>>,
    /// Availability zones.
    pub availability_zones: Vec<BTreeMap<String, String>>,
    /// Services with what made them fault.
    pub fault_root_causes: Vec<serde_json::Value>,
    /// Services with what made them fail.
    pub error_root_causes: Vec<serde_json::Value>,
    /// Services with what made them slow.
    pub response_time_root_causes: Vec<serde_json::Value>,
    /// 1: first version of the summary.
    pub revision: u32,
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

/// A service, as X-Ray tells one from another: by name and type.
#[derive(Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ServiceId {
    /// Its name.
    pub name: String,
    /// All names it goes by.
    pub names: Vec<String>,
    /// `AWS::EC2::Instance`, `remote`, `client`, …; not there if nothing is known.
    #[serde(rename = "Type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
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
