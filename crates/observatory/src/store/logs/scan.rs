//! Gives a query its events a slice at a time, so that nobody waits long for a query that reads everything.

use std::ops::ControlFlow;

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

/// A query that goes through the events of its groups.
#[derive(Debug)]
pub(crate) struct Scan {
    scopes: Vec<Scope>,
    direction: Direction,
    at: Option<EventKey>,
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
            run,
        })
    }

    /// Reads on, at most so many events; gives whether it is at its end.
    ///
    /// It does not stop when no row can change any more: the statistics are those of all events, as the service's are.
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
        let mut stopped = None;
        let (direction, run) = (self.direction, &mut self.run);
        let is_done = walk(connection, &self.scopes, direction, self.at, &mut |event| {
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
            bytes = bytes.saturating_sub(event.message.len());
            let before = run.statistics().records_matched;
            let _ = run.push(event);
            if run.statistics().records_matched > before {
                matched(event.timestamp);
            }
            ControlFlow::Continue(())
        })?;
        self.at = stopped;
        Ok(is_done)
    }
}
