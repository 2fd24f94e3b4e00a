//! Which traces have subsegments whose segment has not come, so that their service is not known yet.
//! Remembered only while the program runs: after a restart such subsegments keep the service that they have.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::model::TraceId;

/// Traces remembered; when there are more, all are forgotten.
const MOST: usize = 100_000;

/// Traces that wait for a segment.
#[derive(Debug, Default)]
pub struct Orphans(Mutex<HashSet<TraceId>>);

impl Orphans {
    /// Notes that these traces have orphans.
    pub(crate) fn add(&self, traces: impl IntoIterator<Item = TraceId>) {
        let mut waiting = self.waiting();
        for trace in traces {
            if waiting.len() >= MOST {
                waiting.clear();
            }
            waiting.insert(trace);
        }
    }

    /// Those of `traces` that have orphans, each once, and from now on not any more.
    pub(crate) fn take(&self, traces: impl IntoIterator<Item = TraceId>) -> Vec<TraceId> {
        let mut waiting = self.waiting();
        if waiting.is_empty() {
            return Vec::new();
        }
        traces
            .into_iter()
            .filter(|trace| waiting.remove(trace))
            .collect()
    }

    fn waiting(&self) -> MutexGuard<'_, HashSet<TraceId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
