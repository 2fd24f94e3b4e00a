//! What the service checks before it looks at what an operation means: method, target, signature, JSON, which fields there are and of what form.

use serde_json::Value as Json;

use super::answer::{constraint, invalid};
use crate::aws::{Call, Refusal, check_signature, text};
use crate::server::RawRequest;

/// What the header `X-Amz-Target` says before the operation.
const TARGET: &str = "Logs_20140328.";

/// The fields of each operation that is served: `!` must be there, `[]` is a list of texts, `{}` one of objects, `#` a whole number, `?` true or false; all others are texts.
const FIELDS: [(&str, &str); 11] = [
    ("CreateLogGroup", "!logGroupName"),
    ("CreateLogStream", "!logGroupName !logStreamName"),
    ("PutRetentionPolicy", "!logGroupName !#retentionInDays"),
    (
        "DescribeLogGroups",
        "logGroupNamePrefix logGroupNamePattern nextToken #limit",
    ),
    (
        "DescribeLogStreams",
        "logGroupName logGroupIdentifier logStreamNamePrefix orderBy ?descending nextToken #limit",
    ),
    (
        "PutLogEvents",
        "!logGroupName !logStreamName !{}logEvents sequenceToken",
    ),
    (
        "GetLogEvents",
        "logGroupName logGroupIdentifier !logStreamName #startTime #endTime nextToken #limit ?startFromHead",
    ),
    (
        "FilterLogEvents",
        "logGroupName logGroupIdentifier []logStreamNames logStreamNamePrefix #startTime #endTime filterPattern nextToken #limit ?interleaved",
    ),
    (
        "StartQuery",
        "logGroupName []logGroupNames []logGroupIdentifiers !#startTime !#endTime !queryString #limit queryLanguage",
    ),
    ("GetQueryResults", "!queryId"),
    ("StopQuery", "!queryId"),
];

/// The operation that the target names; empty if it names none.
pub(super) fn operation(request: &RawRequest) -> String {
    let target = request
        .headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok());
    target
        .and_then(|target| target.strip_prefix(TARGET))
        .unwrap_or_default()
        .to_owned()
}

pub(super) fn check(request: &RawRequest, call: &Call) -> Result<(), Refusal> {
    let unknown = |message: String| Refusal::new(400, "UnknownOperationException", message);
    if request.method != "POST" || call.path != "/" {
        return Err(unknown(format!(
            "CloudWatch Logs is asked by POST /, not {} {}",
            request.method, call.path
        )));
    }
    let content_type = call.header("content-type").unwrap_or_default();
    if content_type.split(';').next() != Some("application/x-amz-json-1.1") {
        return Err(unknown(format!(
            "the fake CloudWatch Logs API speaks application/x-amz-json-1.1, not `{content_type}`"
        )));
    }
    check_signature(call.header("authorization"), "logs", 400)?;
    let Some((_, fields)) = FIELDS.iter().find(|(name, _)| *name == call.operation) else {
        return Err(unknown(match call.operation.as_str() {
            "" => format!(
                "X-Amz-Target is `{}`; {TARGET} and an operation is wanted",
                call.header("x-amz-target").unwrap_or_default()
            ),
            operation => format!(
                "the fake CloudWatch Logs API does not serve {operation}; it serves {}",
                FIELDS.map(|(name, _)| name).join(", ")
            ),
        }));
    };
    let Json::Object(body) = &call.body else {
        return Err(serialization("the body is no JSON object"));
    };
    let is_there = |field: &str| body.get(field).is_some_and(|value| !value.is_null());
    let mut known = Vec::new();
    for field in fields.split(' ') {
        let (must, field) = (field.starts_with('!'), field.trim_start_matches('!'));
        let name = field.trim_start_matches(['[', ']', '{', '}', '#', '?']);
        known.push(name);
        if !is_there(name) {
            if must {
                return Err(constraint("null", name, "not be null"));
            }
            continue;
        }
        let value = &body[name];
        let (fits, kind) = match field.as_bytes()[0] {
            b'[' => (is_list(value, Json::is_string), "a list of texts"),
            b'{' => (is_list(value, Json::is_object), "a list of objects"),
            b'#' => (value.is_i64(), "a whole number"),
            b'?' => (value.is_boolean(), "true or false"),
            _ => (value.is_string(), "a text"),
        };
        if !fits {
            return Err(serialization(&format!("{name} is {value}, not {kind}")));
        }
    }
    // What the service may know and the fake does not must not pass unseen.
    if let Some(field) = body
        .keys()
        .find(|field| is_there(field) && !known.contains(&field.as_str()))
    {
        return Err(invalid(format!(
            "the fake CloudWatch Logs API does not serve {field} of {}",
            call.operation
        )));
    }
    names(&call.body)
}

fn is_list(value: &Json, of: impl Fn(&Json) -> bool) -> bool {
    value.as_array().is_some_and(|list| list.iter().all(of))
}

fn serialization(message: &str) -> Refusal {
    Refusal::new(400, "SerializationException", message)
}

/// The characters and lengths of the names of a group and a stream.
pub(super) fn names(body: &Json) -> Result<(), Refusal> {
    type IsLetter = fn(char) -> bool;
    let group: IsLetter = |c| c.is_ascii_alphanumeric() || "._-/#".contains(c);
    let stream: IsLetter = |c| c != ':' && c != '*';
    for (field, is_letter, pattern, rule) in [
        ("logGroupName", group, r"[\.\-_/#A-Za-z0-9]+", "group-name"),
        ("logStreamName", stream, "[^:*]*", "stream-name"),
    ] {
        let Some(name) = text(body, field) else {
            continue;
        };
        let must = if name.is_empty() {
            "have length greater than or equal to 1".to_owned()
        } else if name.chars().count() > 512 {
            "have length less than or equal to 512".to_owned()
        } else if !name.chars().all(is_letter) {
            format!("satisfy regular expression pattern: {pattern}")
        } else {
            continue;
        };
        return Err(constraint(&format!("'{name}'"), field, &must).of(rule));
    }
    Ok(())
}

/// The field `limit`, from 1 to `most`, which it also is if it is not given.
pub(super) fn limit(body: &Json, most: i64) -> Result<usize, Refusal> {
    let limit = body["limit"].as_i64().unwrap_or(most);
    let must = match limit {
        ..1 => "have value greater than or equal to 1".to_owned(),
        _ if limit > most => format!("have value less than or equal to {most}"),
        _ => return Ok(limit as usize),
    };
    Err(constraint(&format!("'{limit}'"), "limit", &must).of("limit"))
}
