//! `GetLogEvents` and `FilterLogEvents`: events told page by page.

use serde_json::{Value as Json, json};

use super::State;
use super::answer::invalid;
use super::form::limit;
use super::groups::{no_stream, position};
use super::stored::StoredEvent;
use crate::aws::{Refusal, list, text};

/// The most events of a page.
const PAGE: i64 = 10_000;

impl State {
    /// One stream's events; the tokens lead both ways and are never missing.
    pub(super) fn get_log_events(&self, body: &Json) -> Result<Json, Refusal> {
        let (_, group) = self.group(body)?;
        let name = text(body, "logStreamName").unwrap_or_default();
        let stream = group.streams.get(name).ok_or_else(no_stream)?;
        // The end is not included, unlike that of FilterLogEvents.
        let end = body["endTime"].as_i64().unwrap_or(i64::MAX);
        let events: Vec<&StoredEvent> = (stream.events.iter())
            .filter(|event| event.timestamp >= start(body) && event.timestamp < end)
            .collect();
        let size = limit(body, PAGE)?.min(self.page_size);
        let token = text(body, "nextToken");
        let (from, to) = match token {
            Some(token) if token.starts_with("b/") => {
                let to = position(Some(token), "b/", events.len())?.unwrap_or(0);
                (to.saturating_sub(size), to)
            }
            None if body["startFromHead"] != true => {
                (events.len().saturating_sub(size), events.len())
            }
            _ => {
                let from = position(token, "f/", events.len())?.unwrap_or(0);
                (from, events.len().min(from + size))
            }
        };
        let told = events[from..to].iter().map(|event| {
            json!({ "timestamp": event.timestamp, "message": event.message, "ingestionTime": event.ingestion_time })
        });
        Ok(json!({
            "events": told.collect::<Vec<_>>(),
            "nextForwardToken": format!("f/{to}"),
            "nextBackwardToken": format!("b/{from}"),
        }))
    }

    /// All events of a group, or of some of its streams, by time.
    pub(super) fn filter_log_events(&self, body: &Json) -> Result<Json, Refusal> {
        if text(body, "filterPattern").is_some_and(|pattern| !pattern.is_empty()) {
            return Err(invalid(
                "the fake CloudWatch Logs API does not serve filterPattern; leave it out and look through the events",
            ));
        }
        let (_, group) = self.group(body)?;
        let names = list(body, "logStreamNames");
        let prefix = text(body, "logStreamNamePrefix");
        if !names.is_empty() && prefix.is_some() {
            return Err(invalid(
                "logStreamNames and logStreamNamePrefix cannot both be given",
            ));
        }
        for name in names {
            let name = name.as_str().unwrap_or_default();
            group.streams.get(name).ok_or_else(no_stream)?;
        }
        let streams = group.streams.iter().filter(|(name, _)| {
            (names.is_empty() || names.iter().any(|wanted| *wanted == name.as_str()))
                && prefix.is_none_or(|prefix| name.starts_with(prefix))
        });
        let end = body["endTime"].as_i64().unwrap_or(i64::MAX);
        let mut events: Vec<&StoredEvent> = streams
            .flat_map(|(_, stream)| &stream.events)
            .filter(|event| event.timestamp >= start(body) && event.timestamp <= end)
            .collect();
        events.sort_by_key(|event| (event.timestamp, event.id));
        let size = limit(body, PAGE)?.min(self.page_size);
        let from = position(text(body, "nextToken"), "after/", events.len())?.unwrap_or(0);
        let to = events.len().min(from + size);
        let told = events[from..to].iter().map(|event| {
            json!({
                "logStreamName": event.stream,
                "timestamp": event.timestamp,
                "message": event.message,
                "ingestionTime": event.ingestion_time,
                "eventId": format!("{:056}", event.id),
            })
        });
        let mut answer = json!({ "events": told.collect::<Vec<_>>(), "searchedLogStreams": [] });
        if to < events.len() {
            answer["nextToken"] = format!("after/{to}").into();
        }
        Ok(answer)
    }
}

fn start(body: &Json) -> i64 {
    body["startTime"].as_i64().unwrap_or(0)
}
