//! Tags of log groups, by name or by ARN.

use rusqlite::{Connection, params};
use serde_json::{Map, json};

use super::{
    arn,
    call::{Answer, Call, Output},
    error::LogsError,
    input::{GROUP_NAME, RESOURCE_ARN, TAG_KEY, TAG_VALUE},
};
use crate::store::logs;

/// How many tags a group may have, and a call may bring.
pub(super) const MOST: usize = 50;

pub(super) async fn tag_group(call: Call) -> Answer {
    let mut input = call.input()?;
    let name = input.required_text("logGroupName", GROUP_NAME);
    let given = input.map("tags", 1..=MOST, (TAG_KEY, TAG_VALUE));
    let given = input.required(given, "tags");
    input.done()?;
    put(&call, name, given).await
}

pub(super) async fn tag(call: Call) -> Answer {
    let mut input = call.input()?;
    let resource = input.required_text("resourceArn", RESOURCE_ARN);
    let given = input.map("tags", 1..=MOST, (TAG_KEY, TAG_VALUE));
    let given = input.required(given, "tags");
    input.done()?;
    put(&call, of_arn(&resource)?, given).await
}

pub(super) async fn untag_group(call: Call) -> Answer {
    let mut input = call.input()?;
    let name = input.required_text("logGroupName", GROUP_NAME);
    let keys = input.texts("tags", 1..=usize::MAX, TAG_KEY);
    let keys = input.required(keys, "tags");
    input.done()?;
    remove(&call, name, keys).await
}

pub(super) async fn untag(call: Call) -> Answer {
    let mut input = call.input()?;
    let resource = input.required_text("resourceArn", RESOURCE_ARN);
    let keys = input.texts("tagKeys", 0..=MOST, TAG_KEY);
    let keys = input.required(keys, "tagKeys");
    input.done()?;
    remove(&call, of_arn(&resource)?, keys).await
}

pub(super) async fn list_group(call: Call) -> Answer {
    let mut input = call.input()?;
    let name = input.required_text("logGroupName", GROUP_NAME);
    input.done()?;
    list_of(&call, name).await
}

pub(super) async fn list(call: Call) -> Answer {
    let mut input = call.input()?;
    let resource = input.required_text("resourceArn", RESOURCE_ARN);
    input.done()?;
    list_of(&call, of_arn(&resource)?).await
}

/// The group whose tags an ARN stands for.
fn of_arn(resource: &str) -> Result<String, LogsError> {
    if !resource.starts_with("arn:") {
        return Err(LogsError::invalid(format!(
            "'{resource}' is not an ARN; that of a log group is arn:aws:logs:region:account:log-group:name"
        )));
    }
    arn::name_of(resource).map(str::to_owned)
}

async fn put(call: &Call, group: String, given: Vec<(String, String)>) -> Answer {
    check(&given)?;
    call.change(move |transaction| {
        let group = logs::group(transaction, &group)?;
        add(transaction, group.id, &given)
    })
    .await?;
    Ok(Output::nothing())
}

async fn remove(call: &Call, group: String, keys: Vec<String>) -> Answer {
    call.change(move |transaction| {
        let group = logs::group(transaction, &group)?;
        let mut delete =
            transaction.prepare_cached("DELETE FROM log_tag WHERE log_group = ? AND key = ?")?;
        for key in keys {
            delete.execute(params![group.id, key])?;
        }
        Ok(())
    })
    .await?;
    Ok(Output::nothing())
}

async fn list_of(call: &Call, group: String) -> Answer {
    let tags: Map<_, _> = call
        .read(move |connection| {
            let group = logs::group(connection, &group)?;
            let mut select = connection.prepare_cached(
                "SELECT key, value FROM log_tag WHERE log_group = ? ORDER BY key",
            )?;
            let tags = select.query_map([group.id], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
            })?;
            Ok(tags.collect::<Result<Vec<_>, _>>()?)
        })
        .await?
        .into_iter()
        .map(|(key, value)| (key, value.into()))
        .collect();
    Ok(json!({ "tags": tags }).into())
}

/// Refuses keys that are AWS's own.
pub(super) fn check(given: &[(String, String)]) -> Result<(), LogsError> {
    match given
        .iter()
        .find(|(key, _)| key.to_ascii_lowercase().starts_with("aws:"))
    {
        Some((key, _)) => Err(LogsError::invalid(format!(
            "The tag key '{key}' begins with aws:, which is AWS's own"
        ))),
        None => Ok(()),
    }
}

/// Gives a group further tags, or other values of those it has.
pub(super) fn add(
    connection: &Connection,
    group: i64,
    given: &[(String, String)],
) -> Result<(), LogsError> {
    let mut insert =
        connection.prepare_cached("INSERT OR REPLACE INTO log_tag VALUES (?, ?, ?)")?;
    for (key, value) in given {
        insert.execute(params![group, key, value])?;
    }
    let number: i64 = connection
        .prepare_cached("SELECT count(*) FROM log_tag WHERE log_group = ?")?
        .query_row([group], |row| row.get(0))?;
    if number > MOST as i64 {
        return Err(LogsError::new(
            "TooManyTagsException",
            format!("{number} tags are too many: a log group may have {MOST}; remove some first"),
        ));
    }
    Ok(())
}
