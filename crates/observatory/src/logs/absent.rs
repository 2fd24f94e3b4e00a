//! The calls that the observatory does not answer: refused by name, never silently.

use super::error::LogsError;

/// A call that is not answered here, whether CloudWatch Logs has one of that name or not.
pub(super) fn operation(name: &str) -> LogsError {
    let name: String = name.chars().take(100).collect();
    LogsError::new(
        "UnknownOperationException",
        format!(
            "{name} is not available: the observatory has the calls about log groups, streams, events and Logs Insights queries; ask CloudWatch Logs itself"
        ),
    )
}

/// What no call's name can be read of.
pub(super) fn unknown(target: Option<&str>) -> LogsError {
    let message = match target {
        None => {
            "the header X-Amz-Target is missing: it names the call, as Logs_20140328.PutLogEvents"
                .to_owned()
        }
        Some(target) => {
            let target: String = target.chars().take(100).collect();
            format!(
                "'{target}' is no call of CloudWatch Logs: those are named as Logs_20140328.PutLogEvents"
            )
        }
    };
    LogsError::new("UnknownOperationException", message)
}
