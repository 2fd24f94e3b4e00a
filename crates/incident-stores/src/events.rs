//! Log events as Logs Insights reads them. The language is `log-query`'s.

use incident_recording::{GROUP, LogEvent};
use log_query::Event;
use log_query::insights::{Query, Row, Wants};

use crate::Stores;

/// Runs the query over the events.
pub(crate) fn ask(stores: &Stores, query: &Query) -> Result<Vec<Row>, String> {
    let end = i64::try_from(incident_recording::END * 1000).unwrap_or(i64::MAX);
    let mut run = query.start_at(end);
    let events = stores.events().map(|(index, event)| shown(index, event));
    // Where it breaks off, it has seen enough. They are in the order of time.
    let _ = match query.wants() {
        Wants::AnyOrder => events.into_iter().try_for_each(|event| run.push(&event)),
        Wants::NewestFirst => events.rev().try_for_each(|event| run.push(&event)),
    };
    let results = run.results();
    match results.failure {
        Some(failure) => Err(failure),
        None => Ok(results.rows),
    }
}

fn shown(index: usize, event: &LogEvent) -> Event<'_> {
    Event {
        group: GROUP,
        stream: event.stream,
        timestamp: event.timestamp,
        ingestion_time: event.timestamp,
        message: &event.message,
        id: index as u64 + 1,
    }
}
