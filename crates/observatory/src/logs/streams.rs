//! Log streams: making, deleting, listing.

use serde_json::{Value, json};

use super::{
    arn,
    call::{Answer, Call, Output},
    error::LogsError,
    input::{GROUP_IDENTIFIER, GROUP_NAME, Input, STREAM_NAME, sized},
    token,
};
use crate::store::logs::{self, StreamOrder, StreamQuery};

/// Streams on a page.
const DESCRIBED: usize = 50;

pub(super) async fn create(call: Call) -> Answer {
    let mut input = call.input()?;
    let group = input.required_text("logGroupName", GROUP_NAME);
    let name = input.required_text("logStreamName", STREAM_NAME);
    input.done()?;
    let now = call.now;
    call.change(move |transaction| {
        let group = logs::group(transaction, &group)?;
        if logs::create_stream(transaction, group.id, &name, now)? {
            Ok(())
        } else {
            Err(LogsError::new(
                "ResourceAlreadyExistsException",
                "The specified log stream already exists",
            ))
        }
    })
    .await?;
    Ok(Output::nothing())
}

pub(super) async fn delete(call: Call) -> Answer {
    let mut input = call.input()?;
    let group = input.required_text("logGroupName", GROUP_NAME);
    let name = input.required_text("logStreamName", STREAM_NAME);
    input.done()?;
    call.change(move |transaction| {
        let group = logs::group(transaction, &group)?;
        let stream = logs::stream(transaction, group.id, &name)?;
        Ok(logs::delete_stream(transaction, stream)?)
    })
    .await?;
    Ok(Output::nothing())
}

pub(super) async fn describe(call: Call) -> Answer {
    let mut input = call.input()?;
    let group = group_of(&mut input);
    let prefix = input.text("logStreamNamePrefix", STREAM_NAME);
    let order = input
        .word(
            "orderBy",
            &[
                ("LogStreamName", StreamOrder::Name),
                ("LastEventTime", StreamOrder::LastEvent),
            ],
        )
        .unwrap_or_default();
    let descending = input.boolean("descending").unwrap_or(false);
    let given_token = input.text("nextToken", sized(1, usize::MAX));
    let limit = input.limit(DESCRIBED);
    input.done()?;
    let group = group?;
    if prefix.is_some() && order == StreamOrder::LastEvent {
        return Err(LogsError::invalid(
            "Cannot order by LastEventTime with a logStreamNamePrefix.",
        ));
    }
    let after = match (given_token.as_deref(), order) {
        (None, _) => None,
        (Some(given), StreamOrder::Name) => Some((0, token::name(given)?)),
        (Some(given), StreamOrder::LastEvent) => Some(token::event_and_name(given)?),
    };
    let query = StreamQuery {
        group: group.clone(),
        prefix,
        order,
        descending,
        after,
        limit,
    };
    let page = call.state.store.log_streams(&query).await?;
    let next = page
        .items
        .last()
        .filter(|_| page.more)
        .map(|last| match order {
            StreamOrder::Name => token::after_name(&last.name),
            StreamOrder::LastEvent => token::after_event(last.last_event.unwrap_or(0), &last.name),
        });
    let streams: Vec<Value> = page
        .items
        .iter()
        .map(|stream| {
            json!({
                "logStreamName": stream.name,
                "creationTime": stream.created,
                "firstEventTimestamp": stream.first_event,
                "lastEventTimestamp": stream.last_event,
                "lastIngestionTime": stream.last_ingestion,
                "uploadSequenceToken": super::put::sequence_token(stream.last_ingestion.unwrap_or(stream.created)),
                "arn": arn::stream(&call.region, &group, &stream.name),
                // The service has told no other number for a stream since 2019.
                "storedBytes": 0,
            })
        })
        .collect();
    Ok(json!({ "logStreams": streams, "nextToken": next }).into())
}

/// The group that a call names, by name or by identifier; it must do so once. Constraints are told by [`Input::done`] first.
pub(super) fn group_of(input: &mut Input) -> Result<String, LogsError> {
    let name = input.text("logGroupName", GROUP_NAME);
    let identifier = input.text("logGroupIdentifier", GROUP_IDENTIFIER);
    match (name, identifier) {
        (Some(name), None) => Ok(name),
        (None, Some(identifier)) => arn::name_of(&identifier).map(str::to_owned),
        (None, None) => Err(LogsError::invalid(
            "Either logGroupName or logGroupIdentifier must be specified.",
        )),
        (Some(_), Some(_)) => Err(LogsError::invalid(
            "logGroupName and logGroupIdentifier cannot both be specified.",
        )),
    }
}
