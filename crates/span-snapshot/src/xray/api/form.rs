//! What the service checks before it looks at what an operation means: method, path, signature, JSON, required fields.

use serde_json::Value as Json;

use super::answer::Refusal;
use super::call::Call;
use crate::server::RawRequest;

/// What each operation must be given; a dot leads into an object, `|` means that one of two will do.
const REQUIRED: [(&str, &[&str]); 9] = [
    ("PutTraceSegments", &["TraceSegmentDocuments"]),
    ("BatchGetTraces", &["TraceIds"]),
    ("GetTraceSummaries", &["StartTime", "EndTime"]),
    ("GetServiceGraph", &["StartTime", "EndTime"]),
    ("CreateGroup", &["GroupName"]),
    ("GetGroup", &["GroupName|GroupARN"]),
    (
        "CreateSamplingRule",
        &[
            "SamplingRule",
            "SamplingRule.RuleName|SamplingRule.RuleARN",
            "SamplingRule.ResourceARN",
            "SamplingRule.Priority",
            "SamplingRule.FixedRate",
            "SamplingRule.ReservoirSize",
            "SamplingRule.ServiceName",
            "SamplingRule.ServiceType",
            "SamplingRule.Host",
            "SamplingRule.HTTPMethod",
            "SamplingRule.URLPath",
            "SamplingRule.Version",
        ],
    ),
    ("GetSamplingTargets", &["SamplingStatisticsDocuments"]),
    ("GetSamplingRules", &[]),
];

pub(super) fn check(raw: &RawRequest, call: &Call) -> Result<(), Refusal> {
    if raw.method != "POST" {
        return Err(Refusal {
            status: 405,
            name: "UnknownOperationException",
            message: format!(
                "X-Ray's operations are asked for by POST, not {}",
                raw.method
            ),
        });
    }
    signature(call.header("authorization"))?;
    if !raw.body.is_empty() && !call.body.is_object() {
        return Err(Refusal {
            status: 400,
            name: "SerializationException",
            message: "the body is no JSON object".to_owned(),
        });
    }
    let required = REQUIRED
        .iter()
        .find(|(operation, _)| *operation == call.operation)
        .map_or(&[][..], |(_, fields)| fields);
    for fields in required {
        let is_there = |field: &str| {
            let value = field
                .split('.')
                .try_fold(&call.body, |json, key| json.get(key));
            value.is_some_and(|value| !value.is_null())
        };
        if !fields.split('|').any(is_there) {
            return Err(Refusal::invalid(format!(
                "{} is required by {}",
                fields.replace('|', " or "),
                call.operation
            )));
        }
    }
    Ok(())
}

/// The signature's form: who signs, and for which region and service. Whether it is right cannot be told without the secret key.
fn signature(authorization: Option<&str>) -> Result<(), Refusal> {
    let refuse = |name, message: &str| {
        Err(Refusal {
            status: 403,
            name,
            message: message.to_owned(),
        })
    };
    let Some(authorization) = authorization else {
        return refuse(
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
        );
    };
    let part = |name: &str| {
        let (_, rest) = authorization.split_once(name)?;
        rest.split([',', ' '])
            .next()
            .filter(|part| !part.is_empty())
    };
    let scope: Option<Vec<&str>> = part("Credential=").map(|scope| scope.split('/').collect());
    match scope.as_deref() {
        Some([_, _, _, "xray", "aws4_request"])
            if authorization.starts_with("AWS4-HMAC-SHA256 ")
                && part("SignedHeaders=").is_some()
                && part("Signature=").is_some() =>
        {
            Ok(())
        }
        _ => refuse(
            "IncompleteSignatureException",
            "Authorization should be AWS4-HMAC-SHA256 with Credential=KEY/DATE/REGION/xray/aws4_request, SignedHeaders and Signature",
        ),
    }
}

/// A text field.
pub(super) fn text<'j>(json: &'j Json, field: &str) -> Option<&'j str> {
    json.get(field)?.as_str()
}

/// A list field; empty if it is not there.
pub(super) fn list<'j>(json: &'j Json, field: &str) -> &'j [Json] {
    json.get(field)
        .and_then(Json::as_array)
        .map_or(&[], Vec::as_slice)
}
