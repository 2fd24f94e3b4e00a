//! How a service is told from another: by its name and its type, as segments and calls give them.

use serde::Serialize;
use serde_json::{Map, Value};
use xray_segment::Segment;

/// A service, as X-Ray tells one from another: by name and type.
#[derive(Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ServiceId {
    /// Its name.
    pub name: String,
    /// All names it goes by.
    pub names: Vec<String>,
    /// The AWS account it runs in, if its segments say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// `AWS::EC2::Instance`, `remote`, `client`, …; not there if nothing is known.
    #[serde(rename = "Type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// What is done over the network by a subsegment.
pub(crate) fn is_call(subsegment: &Segment) -> bool {
    matches!(subsegment.namespace.as_deref(), Some("aws" | "remote")) || subsegment.sql.is_some()
}

impl ServiceId {
    fn new(name: &str, kind: Option<&str>) -> Self {
        Self {
            name: name.to_owned(),
            names: vec![name.to_owned()],
            account_id: None,
            kind: kind.map(str::to_owned),
        }
    }

    /// The service that sent a segment.
    pub(crate) fn of_segment(segment: &Segment) -> Self {
        Self {
            account_id: text(&segment.aws, "account_id"),
            ..Self::new(&segment.name, segment.origin.as_deref())
        }
    }

    /// Whoever asked the service from outside.
    pub(crate) fn client_of(service: &Self) -> Self {
        Self::new(&service.name, Some("client"))
    }

    /// What a call reached, if it sent no segment itself.
    pub(crate) fn inferred(call: &Segment) -> Self {
        if call.namespace.as_deref() == Some("aws") {
            let (name, kind) = aws_resource(call);
            return Self {
                account_id: text(&call.aws, "account_id"),
                ..Self::new(&name, Some(&kind))
            };
        }
        let kind = if call.sql.is_some() {
            "Database::SQL"
        } else {
            "remote"
        };
        Self::new(&call.name, Some(kind))
    }

    /// Whether it is the same node of a service graph.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.name == other.name && self.kind == other.kind
    }
}

/// Names that SDKs write otherwise than X-Ray's types do (botocore's are in lower case).
const AWS_SERVICES: &[&str] = &[
    "ApiGateway",
    "Athena",
    "CloudWatch",
    "DynamoDB",
    "EC2",
    "ECS",
    "EventBridge",
    "Firehose",
    "Glue",
    "IAM",
    "Kinesis",
    "KMS",
    "Lambda",
    "RDS",
    "S3",
    "SecretsManager",
    "SES",
    "SNS",
    "SQS",
    "SSM",
    "StepFunctions",
    "STS",
];

/// Which resource of which service: the key in `aws`, and what it adds to the type.
const AWS_RESOURCES: &[(&str, &str, &str)] = &[
    ("DynamoDB", "table_name", "Table"),
    ("S3", "bucket_name", "Bucket"),
    ("SQS", "queue_url", "Queue"),
    ("Kinesis", "stream_name", "Stream"),
];

/// Name and type of what a call of AWS reached: the resource if the call says which, else the service.
fn aws_resource(call: &Segment) -> (String, String) {
    let written = call.name.trim_start_matches("AWS::");
    let plain: String = written.chars().filter(|c| !c.is_whitespace()).collect();
    let service = AWS_SERVICES
        .iter()
        .find(|known| known.eq_ignore_ascii_case(&plain))
        .map_or(plain.as_str(), |known| known);
    if let Some((_, key, kind)) = AWS_RESOURCES.iter().find(|(name, ..)| *name == service)
        && let Some(resource) = text(&call.aws, key).or_else(|| only(&call.aws, &format!("{key}s")))
    {
        return (resource, format!("AWS::{service}::{kind}"));
    }
    if service == "Lambda"
        && let Some(function) = text(&call.aws, "function_name")
    {
        return (function, "AWS::Lambda".to_owned());
    }
    (service.to_owned(), format!("AWS::{service}"))
}

/// A text in `aws`; a number counts as its digits.
pub(crate) fn text(aws: &Map<String, Value>, key: &str) -> Option<String> {
    match aws.get(key)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The text of a list that has one.
fn only(aws: &Map<String, Value>, key: &str) -> Option<String> {
    match aws.get(key)?.as_array()?.as_slice() {
        [Value::String(text)] => Some(text.clone()),
        _ => None,
    }
}
