//! Log groups, streams and events: what the API of CloudWatch Logs and the pages read and write.
//!
//! An event is part of a `chunk`; events are read in the order of their time by `walk`. Reading:
//!
//! | question | answered by |
//! |---|---|
//! | which groups, which streams | [`Store::log_groups`], [`Store::log_streams`] |
//! | a page of events, either way, from any place, of messages that match | [`Store::log_events`] |
//! | the same of all groups | [`Store::log_events_everywhere`] |
//! | events in the order in which they came | [`Store::log_arrivals`] |
//! | one event | [`Store::log_event`] |
//!
//! Queries in the language of Logs Insights are run by `crate::logs::queries`, a slice of events at a time (`scan`).

mod arrivals;
mod chunk;
mod events;
mod list;
mod model;
#[cfg(test)]
pub(crate) mod sample;
mod scan;
mod scope;
mod walk;
mod write;

use super::{Store, StoreError};

pub use arrivals::{ArrivalQuery, Arrivals};
pub(crate) use chunk::{EVENT_OVERHEAD, NewEvents};
pub(crate) use events::each_event;
pub(crate) use list::{group, stream};
pub use model::{
    Direction, EventKey, EventPage, EventQuery, GroupQuery, Listed, LogEvent, LogFailure, LogGroup,
    LogStream, Matcher, StreamChoice, StreamOrder, StreamQuery,
};
pub(crate) use scan::Scan;
pub(crate) use write::{
    LogBatch, create_group, create_stream, delete_expired, delete_group, delete_oldest,
    delete_stream, set_retention, target,
};

impl Store {
    /// A page of log groups.
    pub async fn log_groups(&self, query: &GroupQuery) -> Result<Listed<LogGroup>, StoreError> {
        let query = query.clone();
        self.read(move |connection| list::log_groups(connection, &query))
            .await
    }

    /// A page of a group's streams.
    pub async fn log_streams(&self, query: &StreamQuery) -> Result<Listed<LogStream>, LogFailure> {
        let query = query.clone();
        self.read_logs(move |connection| list::log_streams(connection, &query))
            .await
    }

    /// A page of a group's events.
    pub async fn log_events(&self, query: &EventQuery) -> Result<EventPage, LogFailure> {
        let query = query.clone();
        self.read_logs(move |connection| events::page(connection, &query))
            .await
    }

    /// A page of the events of all groups; the query's group and streams do not matter.
    pub async fn log_events_everywhere(&self, query: &EventQuery) -> Result<EventPage, StoreError> {
        let query = query.clone();
        self.read(move |connection| events::page_of_all(connection, &query))
            .await
    }

    /// What came after an event, or the last events that came.
    pub async fn log_arrivals(&self, query: &ArrivalQuery) -> Result<Arrivals, LogFailure> {
        let query = query.clone();
        self.read_logs(move |connection| arrivals::arrivals(connection, &query))
            .await
    }

    /// The event of an ID; `None` if it is gone. `now` in milliseconds since the Unix epoch.
    pub async fn log_event(&self, id: u64, now: i64) -> Result<Option<LogEvent>, StoreError> {
        self.read(move |connection| events::event(connection, id, now))
            .await
    }

    /// As [`Store::read`], for questions that may fail in their own way.
    pub(crate) async fn read_logs<T: Send + 'static>(
        &self,
        question: impl FnOnce(&rusqlite::Connection) -> Result<T, LogFailure> + Send + 'static,
    ) -> Result<T, LogFailure> {
        self.read(move |connection| match question(connection) {
            Err(LogFailure::Store(error)) => Err(error),
            other => Ok(other),
        })
        .await?
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Location, StoreOptions};

    #[tokio::test]
    async fn nothing_is_put_into_a_stream_that_is_gone() {
        let store = Store::open(StoreOptions {
            location: Location::Memory,
            retain_bytes: u64::MAX,
        });
        let store = store.unwrap();
        let change = |make: bool| {
            store.change(move |transaction| {
                if make {
                    create_group(transaction, "g", 0)?;
                    let group = group(transaction, "g").unwrap().id;
                    create_stream(transaction, group, "s", 0)?;
                } else {
                    let group = group(transaction, "g").unwrap().id;
                    delete_stream(transaction, stream(transaction, group, "s").unwrap())?;
                }
                Ok(Ok::<(), ()>(()))
            })
        };
        let mut events = NewEvents::default();
        events.push(5, "x");
        change(true).await.unwrap().unwrap();
        let old = store.read_logs(|connection| target(connection, "g", "s", 9));
        let old = old.await.unwrap();
        let put = |target| store.put_log_events(LogBatch::new(target, 9, &events, 0..1));
        put(old).await.unwrap();
        change(false).await.unwrap().unwrap();
        // A new one of the same name is another one.
        change(true).await.unwrap().unwrap();
        assert!(matches!(put(old).await, Err(LogFailure::NoStream)));
        assert_eq!(store.status().await.unwrap().log_events, 0);
    }
}
