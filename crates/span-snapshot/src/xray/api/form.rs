//! What the service checks before it looks at what an operation means: method, path, signature, JSON, required fields.

use super::answer::invalid;
use crate::aws::{Call, Refusal, check_signature};
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
        return Err(Refusal::new(
            405,
            "UnknownOperationException",
            format!(
                "X-Ray's operations are asked for by POST, not {}",
                raw.method
            ),
        ));
    }
    check_signature(call.header("authorization"), "xray", 403)?;
    if !raw.body.is_empty() && !call.body.is_object() {
        return Err(Refusal::new(
            400,
            "SerializationException",
            "the body is no JSON object",
        ));
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
            return Err(invalid(format!(
                "{} is required by {}",
                fields.replace('|', " or "),
                call.operation
            )));
        }
    }
    Ok(())
}

/// The service's paths and what they ask for.
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

pub(super) fn operation(path: &str) -> &'static str {
    OPERATIONS
        .iter()
        .find(|(of, _)| *of == path)
        .map_or("", |(_, operation)| operation)
}
