//! Runs a query over what the store has: bounded in time, given up when nobody waits for it, its records counted by time.

use std::{
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use log_query::insights::{Query, Results};
use rusqlite::Connection;

use super::buckets::Spread;
use crate::{
    pages::logs::range::Between,
    store::logs::{Direction, LogFailure, Streams, all_groups, walk},
};

/// A page does not wait longer for a query.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// Events between two looks at the clock.
const BETWEEN_LOOKS: u64 = 256;

/// Says that nobody waits any more, as soon as it is dropped: with the request's handler, when its client goes away.
pub(super) struct Waiting(Arc<AtomicBool>);

/// Whether somebody still waits.
#[derive(Clone, Debug)]
pub(super) struct Waited(Arc<AtomicBool>);

impl Waiting {
    /// Somebody waits.
    pub(super) fn begin() -> (Self, Waited) {
        let gone = Arc::new(AtomicBool::new(false));
        (Self(Arc::clone(&gone)), Waited(gone))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Waited {
    fn is_over(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What to run.
pub(super) struct Asked {
    pub(super) query: Query,
    /// Names of groups; those that are gone are left out.
    pub(super) groups: Vec<String>,
    pub(super) between: Between,
    /// Milliseconds since the Unix epoch.
    pub(super) now: i64,
    pub(super) patience: Duration,
    pub(super) waited: Waited,
}

/// What came of it.
pub(super) struct Ran {
    pub(super) results: Results,
    /// Records that matched, by time.
    pub(super) spread: Spread,
    /// All events were looked at.
    pub(super) is_complete: bool,
}

/// Runs it on this connection, newest events first.
pub(super) fn run(connection: &Connection, asked: &Asked) -> Result<Ran, LogFailure> {
    let until = Instant::now() + asked.patience;
    let between = (asked.between.from, asked.between.to);
    let scopes: Vec<_> = all_groups(connection)?
        .iter()
        .filter(|group| asked.groups.iter().any(|name| **name == *group.name))
        .map(|group| group.scope(Streams::All, between, asked.now))
        .collect();
    let mut run = asked.query.start_at(asked.now);
    let mut spread = Spread::default();
    let (mut seen, mut matched) = (0_u64, 0.0);
    let is_complete = walk(
        connection,
        &scopes,
        Direction::Backward,
        None,
        &mut |event| {
            seen += 1;
            if asked.waited.is_over()
                || seen.is_multiple_of(BETWEEN_LOOKS) && Instant::now() >= until
            {
                return ControlFlow::Break(());
            }
            // Rows may be complete long before; what else matches is counted.
            let _ = run.push(event);
            let now_matched = run.statistics().records_matched;
            if now_matched > matched {
                matched = now_matched;
                spread.add(event.timestamp);
            }
            ControlFlow::Continue(())
        },
    )?;
    Ok(Ran {
        results: run.results(),
        spread,
        is_complete,
    })
}
