//! The ARNs of log groups and streams, and the names that ARNs stand for.

use super::error::LogsError;
use crate::aws::ACCOUNT;

/// A log group's ARN without the star at its end, as `logGroupArn` has it.
pub(super) fn group(region: &str, name: &str) -> String {
    format!("arn:aws:logs:{region}:{ACCOUNT}:log-group:{name}")
}

/// A log group's ARN as policies have it: with all that is in it.
pub(super) fn group_and_streams(region: &str, name: &str) -> String {
    format!("{}:*", group(region, name))
}

/// A log stream's ARN.
pub(super) fn stream(region: &str, group_name: &str, name: &str) -> String {
    format!("{}:log-stream:{name}", group(region, group_name))
}

/// The name of the group that an identifier stands for: a name, or an ARN of this account in whatever region.
pub(super) fn name_of(identifier: &str) -> Result<&str, LogsError> {
    if !identifier.starts_with("arn:") {
        return Ok(identifier);
    }
    let parts: Vec<&str> = identifier.splitn(7, ':').collect();
    let ["arn", _, "logs", _, account, "log-group", name] = parts[..] else {
        return Err(LogsError::invalid(format!(
            "'{identifier}' is not the ARN of a log group: arn:aws:logs:region:account:log-group:name"
        )));
    };
    if account != ACCOUNT {
        return Err(LogsError::not_found(format!(
            "The specified log group does not exist: the observatory is account {ACCOUNT}, not {account}."
        )));
    }
    Ok(name.strip_suffix(":*").unwrap_or(name))
}
