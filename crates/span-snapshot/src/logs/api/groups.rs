//! Log groups and streams: created, given a retention, described.

use std::cmp::Ordering;

use serde_json::{Value as Json, json};

use super::State;
use super::answer::{constraint, invalid, not_found};
use super::form::limit;
use super::stored::{Group, Stream, group_arn, group_of, stream_arn};
use crate::aws::{Refusal, text};

/// The days that events can be kept.
const RETENTION: [i64; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];
/// The most that are described on one page.
const PAGE: i64 = 50;

impl State {
    pub(super) fn create_log_group(&mut self, body: &Json) -> Result<Json, Refusal> {
        let name = text(body, "logGroupName").unwrap_or_default();
        if name
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("aws/"))
        {
            let message = "Log groups starting with AWS/ are reserved for AWS.";
            return Err(invalid(message).of("group-name"));
        }
        if self.groups.contains_key(name) {
            return Err(exists("group"));
        }
        let created = self.now();
        self.groups.insert(
            name.to_owned(),
            Group {
                created,
                ..Group::default()
            },
        );
        Ok(Json::Null)
    }

    pub(super) fn create_log_stream(&mut self, body: &Json) -> Result<Json, Refusal> {
        let created = self.now();
        let name = text(body, "logStreamName").unwrap_or_default();
        let streams = &mut self.group_mut(body)?.streams;
        if streams.contains_key(name) {
            return Err(exists("stream"));
        }
        let events = Vec::new();
        streams.insert(name.to_owned(), Stream { created, events });
        Ok(Json::Null)
    }

    pub(super) fn put_retention_policy(&mut self, body: &Json) -> Result<Json, Refusal> {
        let days = body["retentionInDays"].as_i64().unwrap_or_default();
        if !RETENTION.contains(&days) {
            let known = RETENTION.map(|days| days.to_string()).join(", ");
            return Err(constraint(
                &format!("'{days}'"),
                "retentionInDays",
                &format!("satisfy enum value set: [{known}]"),
            )
            .of("retention"));
        }
        self.group_mut(body)?.retention = Some(days);
        Ok(Json::Null)
    }

    pub(super) fn describe_log_groups(&self, body: &Json) -> Result<Json, Refusal> {
        let prefix = text(body, "logGroupNamePrefix");
        let pattern = text(body, "logGroupNamePattern");
        if prefix.is_some() && pattern.is_some() {
            return Err(invalid(
                "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
            ));
        }
        let wanted = |name: &str| {
            prefix.is_none_or(|prefix| name.starts_with(prefix))
                && pattern
                    .is_none_or(|pattern| name.to_lowercase().contains(&pattern.to_lowercase()))
        };
        let groups = self.groups.iter().filter(|(name, _)| wanted(name));
        let groups: Vec<Json> = groups.map(|(name, group)| describe(name, group)).collect();
        self.page("logGroups", groups, body)
    }

    pub(super) fn describe_log_streams(&self, body: &Json) -> Result<Json, Refusal> {
        let (group_name, group) = self.group(body)?;
        let prefix = text(body, "logStreamNamePrefix");
        let by_time = match text(body, "orderBy") {
            None | Some("LogStreamName") => false,
            Some("LastEventTime") => true,
            Some(other) => {
                return Err(constraint(
                    &format!("'{other}'"),
                    "orderBy",
                    "satisfy enum value set: [LogStreamName, LastEventTime]",
                ));
            }
        };
        if by_time && prefix.is_some() {
            return Err(invalid(
                "Cannot order by LastEventTime with a logStreamNamePrefix.",
            ));
        }
        let last = |stream: &Stream| stream.events.last().map(|event| event.timestamp);
        let streams = group.streams.iter();
        let mut streams: Vec<_> = streams
            .filter(|(name, _)| prefix.is_none_or(|prefix| name.starts_with(prefix)))
            .collect();
        streams.sort_by(|(_, a), (_, b)| match by_time {
            true => last(a).cmp(&last(b)),
            false => Ordering::Equal,
        });
        if body["descending"] == true {
            streams.reverse();
        }
        let described = streams.into_iter().map(|(name, stream)| {
            let mut described = json!({
                "logStreamName": name,
                "creationTime": stream.created,
                "arn": stream_arn(group_name, name),
                "storedBytes": 0,
                "uploadSequenceToken": self.sequence_token(),
            });
            if let (Some(first), Some(last)) = (stream.events.first(), stream.events.last()) {
                described["firstEventTimestamp"] = first.timestamp.into();
                described["lastEventTimestamp"] = last.timestamp.into();
                let ingested = stream.events.iter().map(|event| event.ingestion_time);
                described["lastIngestionTime"] = ingested.max().into();
            }
            described
        });
        self.page("logStreams", described.collect(), body)
    }

    /// The group that a call names, by name or identifier.
    pub(super) fn group(&self, body: &Json) -> Result<(&String, &Group), Refusal> {
        let (name, identifier) = (text(body, "logGroupName"), text(body, "logGroupIdentifier"));
        let name = match (name, identifier) {
            (Some(name), None) => name,
            (None, Some(identifier)) => group_of(identifier),
            _ => {
                return Err(invalid(
                    "Exactly one of logGroupName and logGroupIdentifier must be given",
                ));
            }
        };
        self.groups.get_key_value(name).ok_or_else(no_group)
    }

    pub(super) fn group_mut(&mut self, body: &Json) -> Result<&mut Group, Refusal> {
        let name = text(body, "logGroupName").unwrap_or_default();
        self.groups.get_mut(name).ok_or_else(no_group)
    }

    /// A page of what is described, as the body asks for it.
    fn page(&self, field: &str, items: Vec<Json>, body: &Json) -> Result<Json, Refusal> {
        let size = limit(body, PAGE)?.min(self.page_size);
        let from = position(text(body, "nextToken"), "after/", items.len())?.unwrap_or(0);
        let to = items.len().min(from + size);
        let mut page = json!({ field: items[from..to] });
        if to < items.len() {
            page["nextToken"] = format!("after/{to}").into();
        }
        Ok(page)
    }
}

/// The position that a token leads to.
pub(super) fn position(
    token: Option<&str>,
    prefix: &str,
    most: usize,
) -> Result<Option<usize>, Refusal> {
    let Some(token) = token else {
        return Ok(None);
    };
    let position = token.strip_prefix(prefix).and_then(|at| at.parse().ok());
    match position.filter(|at| *at <= most) {
        Some(at) => Ok(Some(at)),
        None => Err(invalid("The specified nextToken is invalid.").of("token")),
    }
}

fn describe(name: &str, group: &Group) -> Json {
    let events = group.streams.values().flat_map(|stream| &stream.events);
    let arn = group_arn(name);
    let mut described = json!({
        "logGroupName": name,
        "creationTime": group.created,
        "metricFilterCount": 0,
        "arn": format!("{arn}:*"),
        "logGroupArn": arn,
        "logGroupClass": "STANDARD",
        "storedBytes": events.map(|event| event.message.len() + 26).sum::<usize>(),
    });
    if let Some(days) = group.retention {
        described["retentionInDays"] = days.into();
    }
    described
}

pub(super) fn no_group() -> Refusal {
    not_found("The specified log group does not exist.", "no-group")
}

pub(super) fn no_stream() -> Refusal {
    not_found("The specified log stream does not exist.", "no-stream")
}

fn exists(what: &str) -> Refusal {
    let message = format!("The specified log {what} already exists");
    Refusal::new(400, "ResourceAlreadyExistsException", message).of("exists")
}
