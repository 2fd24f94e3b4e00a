//! Log events as Logs Insights reads them. The language is `log-query`'s.

use incident_recording::{END, GROUP, LogEvent};
use log_query::Event;
use log_query::insights::{Query, Row, Wants};

use crate::Stores;

/// When the hour was loaded, in milliseconds since the Unix epoch: the observatory's clock stands at its end.
const LOADED: i64 = END.cast_signed() * 1000;

/// Runs the query over the events.
pub(crate) fn ask(stores: &Stores, query: &Query) -> Result<Vec<Row>, String> {
    let mut run = query.start_at(LOADED);
    let events = stores.events().enumerate();
    let events = events.map(|(place, event)| shown(place, event));
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

fn shown(place: usize, event: &LogEvent) -> Event<'_> {
    Event {
        group: GROUP,
        stream: event.stream,
        timestamp: event.timestamp,
        ingestion_time: LOADED,
        message: &event.message,
        id: place as u64 + 1,
    }
}
