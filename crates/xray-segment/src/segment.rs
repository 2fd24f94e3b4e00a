//! The fields of a segment document, as the service names them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Metadata: a JSON object for each namespace.
pub type Namespaces = BTreeMap<String, Map<String, Value>>;

/// A segment (the work of one service for one request) or a subsegment (a part of it).
///
/// What is empty, `None` or `false` is left out of the JSON.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Segment {
    /// Of a segment: the service's name. Of a subsegment: the name of the work, or of the resource that was called.
    pub name: String,
    /// 16 hex digits, unique in the trace.
    pub id: String,
    /// When it began: seconds since the Unix epoch.
    pub start_time: f64,
    /// When it ended: seconds since the Unix epoch; not there while it is in progress.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<f64>,
    /// It was sent when it began; a complete document with the same ID replaces it.
    #[serde(skip_serializing_if = "is_false")]
    pub in_progress: bool,
    /// `1-` 8 hex digits `-` 24 hex digits. A subsegment inside a segment's document needs none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// ID of the segment or subsegment that this one is part of, or that called it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    /// `subsegment` for a subsegment that was sent by itself.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Of a subsegment: `aws` for a call of an AWS service, `remote` for any other call over the network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// What the service runs on: `AWS::EC2::Instance` and the like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// Who sent the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The request that was answered or made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http: Option<Http>,
    /// Where it ran, or what was asked of AWS.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub aws: Map<String, Value>,
    /// The application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<Service>,
    /// The query that was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sql: Option<Sql>,
    /// The caller's mistake: 4xx.
    #[serde(skip_serializing_if = "is_false")]
    pub error: bool,
    /// Too many requests: 429.
    #[serde(skip_serializing_if = "is_false")]
    pub throttle: bool,
    /// The server's failure: 5xx.
    #[serde(skip_serializing_if = "is_false")]
    pub fault: bool,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// Indexed, so that filter expressions find them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, Annotation>,
    /// Kept, but not indexed.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: Namespaces,
    /// Other traces that this one has to do with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// Its parts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subsegments: Vec<Segment>,
    /// Subsegments that had ended before this one began.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub precursor_ids: Vec<String>,
    /// The service made it from a subsegment, because what was called sent none itself.
    #[serde(skip_serializing_if = "is_false")]
    pub inferred: bool,
}

/// The value of an annotation.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Annotation {
    /// `true` or `false`.
    Bool(bool),
    /// A number, whole or not.
    Number(serde_json::Number),
    /// A text of up to 1,000 characters.
    String(String),
}

/// An HTTP request and its answer.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Http {
    /// What was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<HttpRequest>,
    /// What was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<HttpResponse>,
}

/// What was asked.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct HttpRequest {
    /// `GET`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The whole address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What the caller calls itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// Where the request came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_ip: Option<String>,
    /// `client_ip` is what a header said, so it cannot be relied upon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x_forwarded_for: Option<bool>,
    /// The callee is traced too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traced: Option<bool>,
}

/// What was answered.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct HttpResponse {
    /// `200`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<i64>,
    /// Bytes of the answer's body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_length: Option<i64>,
}

/// The application.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Service {
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What an SDK adds: `runtime`, `runtime_version`, `compiler_version`.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// A query of an SQL database.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Sql {
    /// The database's address, without a password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection_string: Option<String>,
    /// The database's address as a URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The statement, without what a user typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sanitized_query: Option<String>,
    /// `PostgreSQL`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_type: Option<String>,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_version: Option<String>,
    /// The driver's version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub driver_version: Option<String>,
    /// Who asked the database.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// `call` or `statement`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preparation: Option<String>,
}

/// Why it failed.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Cause {
    /// The ID of an exception in another subsegment.
    Id(String),
    /// The exceptions themselves.
    Exceptions {
        /// Where the program ran.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        working_directory: Option<String>,
        /// Where its libraries are.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        paths: Vec<String>,
        /// What was thrown, the outermost first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        exceptions: Vec<Exception>,
    },
}

/// One exception.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Exception {
    /// 16 hex digits, unique in the trace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What it said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Its type.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// A downstream service made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote: Option<bool>,
    /// Frames left out of `stack`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncated: Option<i64>,
    /// Exceptions left out between this one and its cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<i64>,
    /// ID of the exception that caused this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// Where it was thrown, innermost first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stack: Vec<StackFrame>,
}

/// One frame of a stack.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct StackFrame {
    /// The file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The line in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<i64>,
    /// The function.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// A segment of another trace (or of this one) that this one has to do with.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Link {
    /// The other's trace ID.
    pub trace_id: String,
    /// The other's ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What the link says about itself.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub attributes: Map<String, Value>,
}

// serde hands over a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_false(flag: &bool) -> bool {
    !flag
}
