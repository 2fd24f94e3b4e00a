//! What CloudWatch Logs remembers only while the program runs, its queries, its Live Tail sessions, and its clock.

use std::{sync::Arc, time::SystemTime};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{
    live_tail::MOST_SESSIONS,
    queries::{Queries, QueryLimits},
};
use crate::clock::Clock;

/// The queries of CloudWatch Logs, and its clock.
#[derive(Debug)]
pub struct Live {
    clock: Clock,
    pub(crate) queries: Queries,
    /// Places of Live Tail sessions.
    sessions: Arc<Semaphore>,
}

impl Default for Live {
    fn default() -> Self {
        Self::with_clock(SystemTime::now)
    }
}

impl Live {
    /// Takes the time from `clock`.
    pub fn with_clock(clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self::with_limits(QueryLimits::default(), clock)
    }

    /// With other bounds on queries.
    pub fn with_limits(
        limits: QueryLimits,
        clock: impl Fn() -> SystemTime + Send + Sync + 'static,
    ) -> Self {
        let clock = Clock::new(clock);
        Self {
            queries: Queries::new(limits, clock.clone()),
            clock,
            sessions: Arc::new(Semaphore::new(MOST_SESSIONS)),
        }
    }

    /// A place for a Live Tail session, until it is dropped; nothing if all are taken.
    pub(super) fn session(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.sessions).try_acquire_owned().ok()
    }

    /// How many more Live Tail sessions may begin.
    pub fn free_sessions(&self) -> usize {
        self.sessions.available_permits()
    }

    /// Now, in milliseconds since the Unix epoch.
    pub fn now(&self) -> i64 {
        self.clock.now()
    }
}
