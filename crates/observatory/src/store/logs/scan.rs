//! Gives a query its events a slice at a time, so that nobody waits long for a query that reads everything.

use std::{
    ops::ControlFlow,
    time::{Duration, Instant},
};

use log_query::insights::{Run, Wants};
use rusqlite::Connection;

use super::{
    list,
    model::{Direction, EventKey, LogFailure},
    scope::{Scope, Streams},
    walk::walk,
};
use crate::store::StoreError;

/// Bytes of messages in a slice.
const SLICE_BYTES: usize = 1024 * 1024;

/// A slice of a query that takes long over each event ends after this time: of a store in memory, nobody reads or writes
/// anything else meanwhile, and whoever stops a query waits for it.
const SLICE_TIME: Duration = Duration::from_millis(20);

/// The clock is looked at after so many events.
const LOOK_EVERY: usize = 16;

/// Where it took long to find the place, as among a thousand streams, a slice is longer: else a query would find its place
/// again and again and do little else.
fn pace(opening: Duration) -> Duration {
    SLICE_TIME.max(opening)
}

/// A query that goes through the events of its groups.
#[derive(Debug)]
pub(crate) struct Scan {
    scopes: Vec<Scope>,
    direction: Direction,
    at: Option<EventKey>,
    /// How long a slice may take, given how long it took to find its place.
    pace: fn(Duration) -> Duration,
    pub(crate) run: Run,
}

impl Scan {
    /// Over the events of groups from one second to another, both included.
    pub(crate) fn new(
        connection: &Connection,
        groups: &[String],
        (from, to): (i64, i64),
        now: i64,
        wants: Wants,
        run: Run,
    ) -> Result<Self, LogFailure> {
        let between = (
            from.saturating_mul(1_000),
            to.saturating_mul(1_000).saturating_add(999),
        );
        let direction = match wants {
            Wants::NewestFirst => Direction::Backward,
            Wants::AnyOrder => Direction::Forward,
        };
        Self::over(connection, groups, between, now, direction, run)
    }

    /// Over the events of groups from one millisecond to another, both included, in this direction.
    pub(crate) fn over(
        connection: &Connection,
        groups: &[String],
        between: (i64, i64),
        now: i64,
        direction: Direction,
        run: Run,
    ) -> Result<Self, LogFailure> {
        let scopes = groups
            .iter()
            .map(|name| Ok(list::group(connection, name)?.scope(Streams::All, between, now)))
            .collect::<Result<_, LogFailure>>()?;
        Ok(Self {
            scopes,
            direction,
            at: None,
            pace,
            run,
        })
    }

    /// Reads on, at most so many events; gives whether it is at its end.
    ///
    /// It does not stop when no row can change any more: the statistics are those of all events, as the service's are.
    /// A query that has failed is at its end.
    pub(crate) fn slice(
        &mut self,
        connection: &Connection,
        events: usize,
    ) -> Result<bool, StoreError> {
        self.slice_telling(connection, events, &mut |_| {})
    }

    /// The same, and tells the time of each record that passes the query's filters.
    pub(crate) fn slice_telling(
        &mut self,
        connection: &Connection,
        mut events: usize,
        matched: &mut dyn FnMut(i64),
    ) -> Result<bool, StoreError> {
        let mut bytes = SLICE_BYTES;
        let (began, pace, mut until) = (Instant::now(), self.pace, None);
        let mut stopped = None;
        let (direction, run) = (self.direction, &mut self.run);
        let is_done = walk(connection, &self.scopes, direction, self.at, &mut |event| {
            if run.has_failed() {
                return ControlFlow::Break(());
            }
            if events == 0 || bytes == 0 {
                let key = EventKey {
                    time: event.timestamp,
                    id: event.id,
                };
                stopped = Some(match direction {
                    Direction::Forward => key,
                    Direction::Backward => key.after(),
                });
                return ControlFlow::Break(());
            }
            events -= 1;
            if events.is_multiple_of(LOOK_EVERY) || until.is_none() {
                let now = Instant::now();
                let until = *until.get_or_insert_with(|| now + pace(now - began));
                if now >= until {
                    events = 0;
                }
            }
            bytes = bytes.saturating_sub(event.message.len());
            let before = run.statistics().records_matched;
            let _ = run.push(event);
            if run.statistics().records_matched > before {
                matched(event.timestamp);
            }
            ControlFlow::Continue(())
        })?;
        self.at = stopped;
        Ok(is_done || run.has_failed())
    }
}

#[cfg(test)]
mod tests {
    use log_query::insights::Query;

    use super::*;
    use crate::store::{Store, logs::sample::store_with};

    /// A store in memory with so many events of one stream, a millisecond apart.
    async fn store(events: i64) -> Store {
        store_with((0..events).map(|time| (time, time.to_string()))).await
    }

    const HOUR: Duration = Duration::from_secs(60 * 60);

    /// How many events each slice reads, of 100.
    async fn slices(query: &str, pace: fn(Duration) -> Duration) -> (Vec<f64>, Scan) {
        let store = store(100).await;
        let query = Query::parse(query).expect("a query");
        let read = move |connection: &Connection| {
            let (wants, run) = (query.wants(), query.start_at(0));
            let mut scan = Scan::new(connection, &["g".to_owned()], (0, 10), 0, wants, run)?;
            scan.pace = pace;
            let mut read = vec![];
            loop {
                let before = scan.run.statistics().records_scanned;
                let is_done = scan.slice(connection, 40)?;
                read.push(scan.run.statistics().records_scanned - before);
                if is_done {
                    return Ok((read, scan));
                }
            }
        };
        store.read_logs(read).await.expect("all is read")
    }

    #[tokio::test]
    async fn a_slice_ends_by_number_or_by_time_and_the_next_goes_on_there() {
        for query in ["stats sum(@message) as sum", "fields @message | limit 100"] {
            let (read, _) = slices(query, |_| HOUR).await;
            assert_eq!(read, [40.0, 40.0, 20.0], "{query}");
            let (read, scan) = slices(query, |_| Duration::ZERO).await;
            assert!(read.len() > 4, "{query}: {read:?}");
            assert!(
                read.iter().all(|read| *read <= LOOK_EVERY as f64),
                "{query}: {read:?}"
            );
            assert_eq!(read.iter().sum::<f64>(), 100.0, "{query}");
            let rows = scan.run.results().rows;
            match &rows[..] {
                [sum] => assert_eq!(sum.fields, [("sum".to_owned(), "4950".to_owned())]),
                rows => assert_eq!(rows.len(), 100),
            }
        }
    }

    #[test]
    fn half_of_the_time_at_least_is_for_events() {
        for milliseconds in [0, 1, 20, 21, 500] {
            let opening = Duration::from_millis(milliseconds);
            assert!(pace(opening) >= opening, "{opening:?}");
            assert!(pace(opening) >= SLICE_TIME, "{opening:?}");
            assert!(pace(opening) <= SLICE_TIME + opening, "{opening:?}");
        }
    }

    #[tokio::test]
    async fn a_query_that_has_failed_is_at_its_end() {
        // 3.2 MB in each of six columns.
        let columns = (0..6).map(|number| format!("concat(b,b,b,b) as c{number}"));
        let query = format!(
            "fields '{}' as a | fields concat({}) as b | fields {} | stats count(c0)",
            "x".repeat(4_000),
            ["a"; 200].join(","),
            columns.collect::<Vec<_>>().join(",")
        );
        let (read, scan) = slices(&query, |_| HOUR).await;
        assert_eq!((read, scan.run.has_failed()), (vec![1.0], true));
    }
}
